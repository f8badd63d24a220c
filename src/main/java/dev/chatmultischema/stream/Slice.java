package dev.chatmultischema.stream;

import java.nio.ByteBuffer;

/**
 * Whole events next to each other, in bytes that never change again and may be shared.
 *
 * @param lastSeq the last event's
 * @param events how many there are
 */
record Slice(byte[] bytes, int from, int to, long lastSeq, int events) {

  ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes, from, to - from);
  }
}
