package dev.chatmultischema.message;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.google.common.base.Utf8;
import dev.chatmultischema.json.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Holds the content of a message: one JSON object, as text without white space between its tokens.
 *
 * <p>PostgreSQL can store every content as {@code jsonb} (PostgreSQL manual, section 8.14): content
 * has no {@code \u0000}, no lone surrogate, and no number out of the range of {@code numeric}.
 * PostgreSQL returns an equal JSON value: numbers stay exact but lose their exponents, the order of
 * names is lost, and the last value of a repeated name wins.
 *
 * <p>Content has at most {@link #MAX_BYTES}, also with its numbers written without exponents, since
 * {@code jsonb} stores a number such as {@code 1e100000} with all its digits.
 */
@JsonDeserialize(using = Content.Deserializer.class)
@JsonSerialize(using = Content.Serializer.class)
public record Content(String json) {

  /** The limit of the length in bytes of UTF-8, without white space. */
  public static final int MAX_BYTES = 64 * 1024;

  private static final JsonFactory JSON =
      JsonFactory.builder().streamReadConstraints(StrictJson.CONSTRAINTS).build();

  /**
   * Parses a body that holds one JSON object and nothing else.
   *
   * @throws InvalidContent if the body is not UTF-8, not one JSON object, or not storable
   */
  public static Content parse(byte[] body) throws InvalidContent {
    if (!Utf8.isWellFormed(body)) {
      throw new InvalidContent(null, "is not UTF-8");
    }
    if (body.length <= MAX_BYTES && CompactJson.isObject(body)) {
      return new Content(new String(body, StandardCharsets.UTF_8));
    }
    try (var parser = JSON.createParser(body)) {
      parser.nextToken();
      var content = read(parser);
      if (parser.nextToken() != null) {
        throw new InvalidContent(parser, "must end after the object");
      }
      return content;
    } catch (InvalidContent e) {
      throw e;
    } catch (IOException e) {
      throw new InvalidContent(null, "is not valid JSON: " + reason(e), e);
    }
  }

  /** Returns the length in bytes of UTF-8. */
  public int bytes() {
    return Utf8.encodedLength(json);
  }

  /**
   * Returns the content that a {@code jsonb} value holds, from its text representation in UTF-8.
   */
  static Content ofJsonb(byte[] text) {
    return new Content(JsonbText.compact(text));
  }

  /** Returns the place of a syntax error: the parser's message has a part of the content. */
  private static String reason(IOException e) {
    return e instanceof JsonProcessingException json && json.getLocation() != null
        ? "line " + json.getLocation().getLineNr() + ", column " + json.getLocation().getColumnNr()
        : e.getClass().getSimpleName();
  }

  private static Content read(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new InvalidContent(parser, "must be a JSON object");
    }
    var copy = new CompactCopy(parser);
    copy.copyObject();
    var json = copy.toString();
    long length = json.length() > MAX_BYTES ? json.length() : Utf8.encodedLength(json);
    if (length > MAX_BYTES) {
      throw new InvalidContent(parser, "must have at most " + MAX_BYTES + " bytes");
    }
    if (length + copy.growth() > MAX_BYTES) {
      throw new InvalidContent(
          parser, "must have at most " + MAX_BYTES + " bytes with its numbers written out");
    }
    return new Content(json);
  }

  static final class Deserializer extends JsonDeserializer<Content> {
    @Override
    public Content deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      // Names within content may be repeated: jsonb keeps the last value. The objects around it
      // are still checked.
      parser.disable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
      return read(parser);
    }
  }

  static final class Serializer extends JsonSerializer<Content> {
    @Override
    public void serialize(Content content, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeRawValue(new RawJson(content.json()));
    }
  }
}
