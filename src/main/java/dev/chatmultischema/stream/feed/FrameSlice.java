package dev.chatmultischema.stream.feed;

import java.nio.ByteBuffer;

/**
 * Whole frames with consecutive {@code seq}, in bytes that never change and may be shared.
 *
 * @param from the index of the first byte
 * @param to the index after the last byte
 * @param lastSeq the {@code seq} of the last frame
 * @param events the number of frames
 */
public record FrameSlice(byte[] bytes, int from, int to, long lastSeq, int events) {

  /** Returns a new buffer of the frames, which shares their bytes. */
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes, from, to - from);
  }
}
