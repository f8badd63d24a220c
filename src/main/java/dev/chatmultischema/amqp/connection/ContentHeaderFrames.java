package dev.chatmultischema.amqp.connection;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.impl.Frame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Replaces message headers that the client cannot parse (AMQP 0-9-1, section 4.2.6.1).
 *
 * <p>Brokers relay headers that the client's parser refuses, for example tables nested deeper than
 * 32 levels. The client then closes the whole connection, and does so again at each redelivery, so
 * that one producer could stop the consumers of all tenants.
 */
public final class ContentHeaderFrames {

  /** The header, with the value true, of messages whose headers or properties were replaced. */
  public static final String UNREADABLE = "x-chat-unreadable-headers";

  private static final int CLASS_BASIC = 60;

  /** The offset of the flags: after the class, the weight and the size of the body. */
  private static final int FLAGS_AT = 2 + 2 + 8;

  private static final int PROPERTIES_AT = FLAGS_AT + 2;

  private static final int HAS_CONTENT_TYPE = 1 << 15;
  private static final int HAS_CONTENT_ENCODING = 1 << 14;
  private static final int HAS_HEADERS = 1 << 13;
  private static final int MORE_FLAGS = 1;

  /** The properties after the headers, in order: s is a short string, and digits are bytes. */
  private static final String AFTER_HEADERS = "11ssss8ssss";

  private static final byte[] REPLACEMENT = replacement();

  private ContentHeaderFrames() {}

  private static byte[] replacement() {
    var name = UNREADABLE.getBytes(StandardCharsets.US_ASCII);
    int size = 1 + name.length + 2;
    return ByteBuffer.allocate(4 + size)
        .putInt(size)
        .put((byte) name.length)
        .put(name)
        .put((byte) 't')
        .put((byte) 1)
        .array();
  }

  /**
   * Returns the frame itself, without allocation, if the client can read it or it is no content
   * header. Otherwise returns a frame with the same body size, and with {@value #UNREADABLE} in
   * place of the headers or, if another property is malformed too, of all properties.
   */
  static Frame readable(Frame frame) {
    if (frame == null || frame.getType() != AMQP.FRAME_HEADER) {
      return frame;
    }
    byte[] payload = frame.getPayload();
    if (payload.length < PROPERTIES_AT || AmqpValues.unsignedShort(payload, 0) != CLASS_BASIC) {
      return frame;
    }
    int flags = AmqpValues.unsignedShort(payload, FLAGS_AT);
    int headersAt = headersAt(payload, flags);
    int afterHeaders =
        (flags & HAS_HEADERS) == 0 ? headersAt : AmqpValues.skipTable(payload, headersAt);
    if (restIsReadable(payload, flags, afterHeaders)) {
      return frame;
    }
    int afterUnread = AmqpValues.skipLong(payload, headersAt);
    return (flags & HAS_HEADERS) != 0 && restIsReadable(payload, flags, afterUnread)
        ? replaced(frame, flags, headersAt, afterUnread)
        : replaced(frame, HAS_HEADERS, PROPERTIES_AT, payload.length);
  }

  private static int headersAt(byte[] payload, int flags) {
    int at = (flags & MORE_FLAGS) == 0 ? PROPERTIES_AT : AmqpValues.MALFORMED;
    if ((flags & HAS_CONTENT_TYPE) != 0) {
      at = AmqpValues.skipShortString(payload, at);
    }
    return (flags & HAS_CONTENT_ENCODING) == 0 ? at : AmqpValues.skipShortString(payload, at);
  }

  private static boolean restIsReadable(byte[] payload, int flags, int from) {
    int at = from;
    int flag = HAS_HEADERS >> 1;
    for (int property = 0; property < AFTER_HEADERS.length(); property++, flag >>= 1) {
      if ((flags & flag) != 0) {
        char type = AFTER_HEADERS.charAt(property);
        at =
            type == 's'
                ? AmqpValues.skipShortString(payload, at)
                : AmqpValues.skip(payload, at, type - '0');
      }
    }
    return at != AmqpValues.MALFORMED;
  }

  /** Returns a frame with the replacement in place of the bytes from start to end, exclusive. */
  private static Frame replaced(Frame frame, int flags, int start, int end) {
    byte[] payload = frame.getPayload();
    var changed =
        ByteBuffer.allocate(payload.length - (end - start) + REPLACEMENT.length)
            .put(payload, 0, start)
            .put(REPLACEMENT)
            .put(payload, end, payload.length - end)
            .putShort(FLAGS_AT, (short) flags);
    return new Frame(frame.getType(), frame.getChannel(), changed.array());
  }
}
