package dev.chatmultischema.amqp.connection;

import com.rabbitmq.client.WriteListener;
import com.rabbitmq.client.impl.AMQConnection;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.FrameHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;

/**
 * Replaces unreadable message headers before the client parses them ({@link ContentHeaderFrames}):
 * without this, one message could close the connection. Also lets one thread write several messages
 * with one flush, where the client flushes after each.
 */
final class FilteringFrameHandler implements FrameHandler {

  private final FrameHandler socket;
  private volatile Thread groupWriter;

  FilteringFrameHandler(FrameHandler socket) {
    this.socket = socket;
  }

  /** Ignores the flushes of the calling thread; only one thread may write groups. */
  void beginGroup() {
    groupWriter = Thread.currentThread();
  }

  /** Respects all flushes again. */
  void endGroup() {
    groupWriter = null;
  }

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
    if (groupWriter != Thread.currentThread()) {
      socket.flush(listener);
    }
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
