package dev.chatmultischema.bench;

import dev.chatmultischema.support.HttpConnection;
import java.io.IOException;

/** A server of event streams, with one channel. */
interface StreamServer extends AutoCloseable {

  /** Opens a connection to publish on. */
  HttpConnection connect() throws IOException;

  /** Publishes a message of 200 bytes with a number in its content; returns once it is accepted. */
  void post(HttpConnection publisher, int number) throws IOException;

  /** Returns listeners to open streams with. */
  Listeners listen() throws IOException;

  /** Returns the resources of all its processes. */
  ProcessFigures figures() throws IOException;

  @Override
  void close() throws IOException;
}
