package dev.chatmultischema.message;

import com.fasterxml.jackson.databind.JsonMappingException;
import java.io.Closeable;

/**
 * Content that can never be stored; the message says why, as in "content {@code must be a JSON
 * object}".
 */
public final class InvalidContent extends JsonMappingException {

  private static final long serialVersionUID = 1;

  InvalidContent(Closeable parser, String message) {
    super(parser, message);
  }

  InvalidContent(Closeable parser, String message, Throwable cause) {
    super(parser, message, cause);
  }

  /** Without the place in the source, which says nothing to who sent it. */
  @Override
  public String getMessage() {
    return getOriginalMessage();
  }
}
