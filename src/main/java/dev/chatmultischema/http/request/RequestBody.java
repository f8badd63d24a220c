package dev.chatmultischema.http.request;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** The decoded body of a request: the first {@code length} bytes of an array. */
record RequestBody(byte[] array, int length) {

  /** The request attribute with the body; absent if the body was not read. */
  static final String ATTRIBUTE = "dev.chatmultischema.http.request-body";

  /** The request attribute that marks a partly read body, whose budget key was not resolved. */
  static final String ABANDONED = "dev.chatmultischema.http.request-body-abandoned";

  InputStream stream() {
    return new ByteArrayInputStream(array, 0, length);
  }
}
