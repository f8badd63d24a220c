package dev.chatmultischema.message;

import com.fasterxml.jackson.databind.JsonMappingException;
import java.io.Closeable;

/**
 * Reports content that can never be stored. Its message completes a sentence about the content, for
 * example "must be a JSON object".
 */
public final class InvalidContent extends JsonMappingException {

  private static final long serialVersionUID = 1;

  InvalidContent(Closeable parser, String message) {
    super(parser, message);
  }

  InvalidContent(Closeable parser, String message, Throwable cause) {
    super(parser, message, cause);
  }

  /** Returns the message without the position in the source, which means nothing to clients. */
  @Override
  public String getMessage() {
    return getOriginalMessage();
  }
}
