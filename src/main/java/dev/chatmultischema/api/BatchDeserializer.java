package dev.chatmultischema.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the messages of a batch up to {@link NewBatch#MAX} and fails at the next one, so that
 * millions of empty messages are neither built nor validated.
 */
final class BatchDeserializer extends JsonDeserializer<List<NewMessage>> {

  @Override
  public List<NewMessage> deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    if (!parser.isExpectedStartArrayToken()) {
      context.handleUnexpectedToken(List.class, parser);
    }
    var messages = new ArrayList<NewMessage>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (messages.size() == NewBatch.MAX) {
        throw new JsonMappingException(parser, "size must be between 1 and " + NewBatch.MAX);
      }
      messages.add(read(parser, context, messages));
    }
    return messages;
  }

  private static NewMessage read(
      JsonParser parser, DeserializationContext context, List<NewMessage> before)
      throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    try {
      return context.readValue(parser, NewMessage.class);
    } catch (JsonMappingException e) {
      throw JsonMappingException.wrapWithPath(e, before, before.size());
    }
  }
}
