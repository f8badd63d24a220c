package dev.chatmultischema.http.request;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** A request's whole body in memory, decoded: the first {@code length} bytes of an array. */
record RequestBody(byte[] array, int length) {

  /** The attribute of a request that has it; absent where the body was not awaited. */
  static final String ATTRIBUTE = "dev.chatmultischema.http.request-body";

  /** The attribute of a request whose body is not read on, since its caller could not be known. */
  static final String ABANDONED = "dev.chatmultischema.http.request-body-abandoned";

  InputStream stream() {
    return new ByteArrayInputStream(array, 0, length);
  }
}
