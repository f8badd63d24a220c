package dev.chatmultischema.support;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.FrameHandler;
import com.rabbitmq.client.impl.FrameHandlerFactory;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Sends content headers of any bytes, as no client would. */
public final class RawHeaders extends ConnectionFactory {

  private static final int HEADERS = 1 << 13;
  private static final int DELIVERY_MODE = 1 << 12;

  private final byte[] flagsAndProperties;

  private RawHeaders(byte[] flagsAndProperties) {
    this.flagsAndProperties = flagsAndProperties;
  }

  /**
   * Returns flags and properties of a persistent message with these bytes as its table of headers.
   */
  public static byte[] withTable(byte[] fields) {
    return ByteBuffer.allocate(2 + 4 + fields.length + 1)
        .putShort((short) (HEADERS | DELIVERY_MODE))
        .putInt(fields.length)
        .put(fields)
        .put((byte) 2)
        .array();
  }

  /** Returns fields of a table that are nested so many levels deep. */
  public static byte[] nested(int levels, boolean arrays) {
    int size = arrays ? 5 : 7;
    // The innermost value is a field with a name in tables, and one without in arrays.
    int innermost = arrays ? 5 : 7;
    var fields = ByteBuffer.allocate(2 + levels * size + 5).put((byte) 1).put((byte) 'n');
    for (int inner = levels - 1; inner >= 0; inner--) {
      fields.put((byte) (arrays ? 'A' : 'F')).putInt(inner * size + innermost);
      if (!arrays) {
        fields.put((byte) 1).put((byte) 'n');
      }
    }
    return fields.put((byte) 'I').putInt(1).array();
  }

  /** Publishes on a connection of its own; returns whether the broker accepted the message. */
  public static boolean put(
      String url, String exchange, String routingKey, byte[] flagsAndProperties, String body)
      throws Exception {
    var factory = new RawHeaders(flagsAndProperties);
    factory.setUri(url);
    factory.setVirtualHost("/");
    factory.setAutomaticRecoveryEnabled(false);
    var connection = factory.newConnection("raw headers");
    try {
      var channel = connection.createChannel();
      channel.confirmSelect();
      channel.basicPublish(
          exchange, routingKey, new AMQP.BasicProperties(), body.getBytes(StandardCharsets.UTF_8));
      return channel.waitForConfirms(TimeUnit.SECONDS.toMillis(10));
    } catch (ShutdownSignalException refused) {
      return false;
    } finally {
      connection.abort();
    }
  }

  @Override
  protected synchronized FrameHandlerFactory createFrameHandlerFactory() throws IOException {
    var factory = super.createFrameHandlerFactory();
    return (address, name) -> changing(factory.create(address, name));
  }

  private FrameHandler changing(FrameHandler socket) {
    return (FrameHandler)
        Proxy.newProxyInstance(
            RawHeaders.class.getClassLoader(),
            new Class<?>[] {FrameHandler.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("writeFrame")
                  && ((Frame) arguments[0]).getType() == AMQP.FRAME_HEADER) {
                arguments[0] = changed((Frame) arguments[0]);
              }
              try {
                return method.invoke(socket, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private Frame changed(Frame frame) throws IOException {
    var changed = new Frame(frame.getType(), frame.getChannel());
    changed.getOutputStream().write(frame.getPayload(), 0, 12);
    changed.getOutputStream().write(flagsAndProperties);
    return changed;
  }
}
