package dev.chatmultischema.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A request of a load, encoded once.
 *
 * @param expected the start of each response
 * @param numberAt the position of the {@value #DIGITS} digits of its number, or -1
 */
record LoadRequest(byte[] bytes, String expected, int numberAt) {

  private static final int DIGITS = 7;
  private static final int FIRST = 1_000_000;
  private static final String MARK = "\"n\":";

  /** Returns the request for a kind of work that is one request for each unit. */
  static LoadRequest of(Work work, List<String> headers) {
    return switch (work) {
      case POST -> post(headers);
      case PAGE -> get("/messages?limit=50", headers);
      case ME -> get("/users/me", headers);
      case PING -> get("/ping", headers);
      case BATCH, DELIVERY -> throw new IllegalArgumentException(work.text());
    };
  }

  private static LoadRequest get(String path, List<String> headers) {
    return of("GET " + path, headers, "", 200);
  }

  /** Returns the post of a message of 200 bytes, each with another number in its content. */
  static LoadRequest post(List<String> headers) {
    return of("POST /messages", headers, Posts.message(FIRST), 202);
  }

  private static LoadRequest of(String start, List<String> headers, String body, int status) {
    var text = new StringBuilder(start).append(" HTTP/1.1\r\nHost: localhost\r\n");
    headers.forEach(header -> text.append(header).append("\r\n"));
    if (!body.isEmpty()) {
      text.append("Content-Type: application/json\r\nContent-Length: ").append(body.length());
      text.append("\r\n");
    }
    text.append("\r\n").append(body);
    int mark = text.indexOf(MARK);
    return new LoadRequest(
        text.toString().getBytes(ISO_8859_1),
        "http/1.1 " + status,
        mark < 0 ? -1 : mark + MARK.length());
  }

  /** Returns the number as it is in the content. */
  static int inContent(int number) {
    return FIRST + number;
  }

  /** Returns the number of a request from that in its content. */
  static int fromContent(int number) {
    return number - FIRST;
  }

  /** Writes a number into a copy of the request. */
  void putNumber(ByteBuffer copy, int number) {
    if (numberAt >= 0) {
      int rest = inContent(number);
      for (int i = numberAt + DIGITS - 1; i >= numberAt; i--) {
        copy.put(i, (byte) ('0' + rest % 10));
        rest /= 10;
      }
    }
  }
}
