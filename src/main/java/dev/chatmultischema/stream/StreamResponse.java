package dev.chatmultischema.stream;

import java.io.IOException;
import org.eclipse.jetty.server.Request;

/** The HTTP response that becomes a stream. */
public interface StreamResponse {

  /** Sends the status and the headers; the stream cannot be refused after that. */
  void sendHeaders() throws IOException;

  /** Returns the request; the stream is written to its connection. */
  Request request();
}
