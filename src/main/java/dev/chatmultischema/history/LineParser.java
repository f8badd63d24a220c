package dev.chatmultischema.history;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.google.common.base.Utf8;
import dev.chatmultischema.identity.Sender;
import dev.chatmultischema.json.StrictUuid;
import dev.chatmultischema.message.Content;
import dev.chatmultischema.message.InvalidContent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Parses a line of an export; unknown and repeated fields are refused, since they would be lost.
 */
final class LineParser {

  private static final Duration CLOCK_SKEW = Duration.ofDays(1);
  private static final int MAX_NAME = 255;

  private final ObjectReader contents;

  /**
   * @param json the mapper of the HTTP interface, which reads {@link Content}
   */
  LineParser(ObjectMapper json) {
    // Other fields follow the content.
    this.contents =
        json.readerFor(Content.class).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  /** The fields read so far. */
  private static final class Fields {
    private final Set<String> names = new HashSet<>();
    private UUID messageId;
    private long seq;
    private UUID senderId;
    private Sender sender;
    private Content content;
    private Instant createdAt;
  }

  /** The reason why a line is no message. */
  private static final class Invalid extends Exception {
    private static final long serialVersionUID = 1;

    Invalid(String reason) {
      super(reason);
    }
  }

  /**
   * Parses a line.
   *
   * @throws ImportRefused if it is not one message
   */
  ImportedMessage parse(long line, byte[] bytes, int from, int length) {
    try {
      if (!Utf8.isWellFormed(bytes, from, length)) {
        throw new Invalid("is not UTF-8");
      }
      var fields = new Fields();
      try (var parser = contents.createParser(bytes, from, length)) {
        read(parser, fields);
      }
      return message(line, fields);
    } catch (InvalidContent e) {
      throw ImportRefused.invalidLine(line, "content " + e.getMessage());
    } catch (JsonProcessingException e) {
      throw ImportRefused.invalidLine(line, "is not valid JSON: " + e.getOriginalMessage());
    } catch (Invalid | IOException e) {
      throw ImportRefused.invalidLine(line, e.getMessage());
    }
  }

  private void read(JsonParser parser, Fields fields) throws IOException, Invalid {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new Invalid("must be a JSON object");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      if (!fields.names.add(name)) {
        throw new Invalid(name + " is repeated");
      }
      parser.nextToken();
      readField(parser, name, fields);
    }
    if (parser.nextToken() != null) {
      throw new Invalid("must end after the object");
    }
  }

  private void readField(JsonParser parser, String name, Fields fields)
      throws IOException, Invalid {
    switch (name) {
      case "message_id" -> fields.messageId = uuid(parser, name);
      case "seq" -> fields.seq = seq(parser);
      case "sender_id" -> fields.senderId = isNull(parser) ? null : uuid(parser, name);
      case "sender" -> fields.sender = isNull(parser) ? null : sender(parser);
      case "content" -> fields.content = contents.readValue(parser);
      case "created_at" -> fields.createdAt = time(parser);
      default -> throw new Invalid("has an unknown field " + name);
    }
  }

  private static ImportedMessage message(long line, Fields fields) throws Invalid {
    require(fields.messageId, "message_id");
    require(fields.seq == 0 ? null : fields.seq, "seq");
    require(fields.content, "content");
    require(fields.createdAt, "created_at");
    if (fields.sender != null && fields.senderId == null) {
      throw new Invalid("sender_id is required with sender");
    }
    return new ImportedMessage(
        line,
        fields.messageId,
        fields.seq,
        fields.senderId,
        fields.sender,
        fields.content,
        fields.createdAt);
  }

  private static void require(Object value, String name) throws Invalid {
    if (value == null) {
      throw new Invalid(name + " is required");
    }
  }

  private static boolean isNull(JsonParser parser) {
    return parser.hasToken(JsonToken.VALUE_NULL);
  }

  private static String text(JsonParser parser, String name) throws IOException, Invalid {
    if (!parser.hasToken(JsonToken.VALUE_STRING)) {
      throw new Invalid(name + " must be a string");
    }
    return parser.getText();
  }

  private static UUID uuid(JsonParser parser, String name) throws IOException, Invalid {
    return StrictUuid.parse(text(parser, name))
        .orElseThrow(() -> new Invalid(name + " must be a UUID"));
  }

  private static long seq(JsonParser parser) throws IOException, Invalid {
    if (parser.hasToken(JsonToken.VALUE_NUMBER_INT)
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
        && parser.getLongValue() > 0) {
      return parser.getLongValue();
    }
    throw new Invalid("seq must be a whole number of at least 1");
  }

  private static Sender sender(JsonParser parser) throws IOException, Invalid {
    if (!parser.hasToken(JsonToken.START_OBJECT)) {
      throw new Invalid("sender must be an object");
    }
    String sub = null;
    String name = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "sub" -> sub = shortText(parser, "sender.sub");
        case "name" -> name = isNull(parser) ? null : shortText(parser, "sender.name");
        default -> throw new Invalid("sender has an unknown field " + field);
      }
    }
    require(sub, "sender.sub");
    return new Sender(sub, name);
  }

  private static String shortText(JsonParser parser, String name) throws IOException, Invalid {
    var text = text(parser, name);
    if (text.isEmpty()
        || text.codePointCount(0, text.length()) > MAX_NAME
        || text.codePoints().anyMatch(LineParser::isNotStorable)) {
      throw new Invalid(name + " must have 1 to 255 characters that can be stored");
    }
    return text;
  }

  private static boolean isNotStorable(int character) {
    return character == 0 || Character.getType(character) == Character.SURROGATE;
  }

  private static Instant time(JsonParser parser) throws IOException, Invalid {
    try {
      var time = Instant.parse(text(parser, "created_at")).truncatedTo(ChronoUnit.MILLIS);
      if (time.isBefore(Instant.EPOCH) || time.isAfter(Instant.now().plus(CLOCK_SKEW))) {
        throw new Invalid("created_at must lie between 1970 and now");
      }
      return time;
    } catch (DateTimeParseException e) {
      throw new Invalid("created_at must be a time as in 2026-01-31T09:06:00.789Z");
    }
  }
}
