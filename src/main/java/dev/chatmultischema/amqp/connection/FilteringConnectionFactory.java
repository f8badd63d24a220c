package dev.chatmultischema.amqp.connection;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.WriteListener;
import com.rabbitmq.client.impl.AMQConnection;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.FrameHandler;
import com.rabbitmq.client.impl.FrameHandlerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;

/**
 * Creates connections on which {@link ContentHeaderFrames} replaces unreadable message headers
 * before the client parses them; without this, one message could close the connection.
 */
final class FilteringConnectionFactory extends ConnectionFactory {

  @Override
  protected synchronized FrameHandlerFactory createFrameHandlerFactory() throws IOException {
    var factory = super.createFrameHandlerFactory();
    return (address, connectionName) ->
        new FilteringFrameHandler(factory.create(address, connectionName));
  }

  private record FilteringFrameHandler(FrameHandler socket) implements FrameHandler {

    @Override
    public Frame readFrame() throws IOException {
      return ContentHeaderFrames.readable(socket.readFrame());
    }

    @Override
    public boolean internalHearbeat() {
      return socket.internalHearbeat();
    }

    @Override
    public void setTimeout(int millis) throws SocketException {
      socket.setTimeout(millis);
    }

    @Override
    public int getTimeout() throws SocketException {
      return socket.getTimeout();
    }

    @Override
    public void sendHeader() throws IOException {
      socket.sendHeader();
    }

    @Override
    public void initialize(AMQConnection connection) {
      socket.initialize(connection);
    }

    @Override
    public void startProcessing() {
      socket.startProcessing();
    }

    @Override
    public void finishConnectionNegotiation() {
      socket.finishConnectionNegotiation();
    }

    @Override
    public void setFrameMax(int bytes) {
      socket.setFrameMax(bytes);
    }

    @Override
    public void writeFrame(Frame frame) throws IOException {
      socket.writeFrame(frame);
    }

    @Override
    public void flush(WriteListener listener) throws IOException {
      socket.flush(listener);
    }

    @Override
    public void close() {
      socket.close();
    }

    @Override
    public InetAddress getLocalAddress() {
      return socket.getLocalAddress();
    }

    @Override
    public int getLocalPort() {
      return socket.getLocalPort();
    }

    @Override
    public InetAddress getAddress() {
      return socket.getAddress();
    }

    @Override
    public int getPort() {
      return socket.getPort();
    }
  }
}
