package dev.chatmultischema.http.response;

import java.nio.ByteBuffer;

/**
 * Bytes of one write, which are sent in slices.
 *
 * @param last whether the response ends with these bytes
 */
record Piece(boolean last, ByteBuffer bytes) {

  /** Copies the bytes, since the writer reuses its buffer. */
  static Piece copyOf(boolean last, ByteBuffer bytes) {
    return new Piece(last, ByteBuffer.allocate(bytes.remaining()).put(bytes).flip());
  }

  int remaining() {
    return bytes.remaining();
  }

  /** Returns the next bytes to send, at most {@code maxBytes} of them. */
  ByteBuffer nextSlice(int maxBytes) {
    int length = Math.min(maxBytes, bytes.remaining());
    var slice = bytes.slice(bytes.position(), length);
    bytes.position(bytes.position() + length);
    return slice;
  }
}
