package dev.chatmultischema.http.response;

import jakarta.servlet.http.HttpServletRequest;
import org.eclipse.jetty.server.Request;

/** Limits the bytes of a response that wait for its client. */
public final class ResponseQueue {

  private static final String ATTRIBUTE = ResponseQueue.class.getName();

  /** A writer blocks while more bytes are queued; the largest page is smaller. */
  private static final int MAX_BYTES = 4 * 1024 * 1024;

  private static final int SHORT_BYTES = 32 * 1024;

  private ResponseQueue() {}

  /**
   * Makes each write of a response wait until the client has read nearly all of the ones before,
   * for responses of any length that are written without blocking.
   */
  public static void limitToOnePage(HttpServletRequest request) {
    request.setAttribute(ATTRIBUTE, SHORT_BYTES);
  }

  /** Returns the queued bytes above which a writer waits. */
  static int maxBytes(Request request) {
    return request.getAttribute(ATTRIBUTE) instanceof Integer bytes ? bytes : MAX_BYTES;
  }
}
