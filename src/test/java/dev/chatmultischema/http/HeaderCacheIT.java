package dev.chatmultischema.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.RawConnection;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Headers of requests on one connection, as a proxy sends those of many callers. */
@ChatTest
class HeaderCacheIT {

  @Started private static ChatService chat;

  @Test
  void distinguishesTokensByTheCaseOfTheirLetters() throws IOException {
    var valid = chat.adminToken();
    var invalid = valid.substring(0, valid.length() - 20) + swapped(valid, valid.length() - 20);
    try (var connection = new RawConnection(chat.uri())) {
      assertEquals(200, status(connection, valid));
      assertEquals(401, status(connection, invalid));
      assertEquals(200, status(connection, valid));
    }
    try (var connection = new RawConnection(chat.uri())) {
      assertEquals(401, status(connection, invalid));
      assertEquals(200, status(connection, valid));
    }
  }

  private static int status(RawConnection connection, String token) throws IOException {
    return connection
        .send(
            "GET /users/me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + token
                + "\r\n\r\n")
        .read()
        .status();
  }

  /** Returns the end of a text in the other case. */
  private static String swapped(String text, int from) {
    var swapped = new StringBuilder();
    text.substring(from)
        .chars()
        .map(c -> Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c))
        .forEach(swapped::appendCodePoint);
    return swapped.toString();
  }
}
