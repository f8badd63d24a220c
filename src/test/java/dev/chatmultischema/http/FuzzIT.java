package dev.chatmultischema.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.Bytes;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.RawConnection;
import dev.chatmultischema.support.Routes;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random methods, headers and encodings on every route: never a 5xx except for unknown methods. */
@ChatTest
class FuzzIT {

  private static final int REQUESTS = 150;
  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FETCH");
  private static final List<String> NAMES =
      List.of(
          "If-Match",
          "If-None-Match",
          "If-Modified-Since",
          "If-Unmodified-Since",
          "If-Range",
          "Range",
          "Accept",
          "Accept-Charset",
          "Accept-Encoding",
          "Accept-Language",
          "Content-Encoding",
          "Content-Language",
          "Content-Type",
          "Cookie",
          "Date",
          "Expect",
          "Forwarded",
          "Last-Event-ID",
          "Origin",
          "TE",
          "Upgrade",
          "Connection",
          "X-HTTP-Method-Override",
          "X-Tenant-ID",
          "X-Forwarded-For",
          "X-Forwarded-Proto");
  private static final List<String> VALUES =
      List.of(
          "",
          "1",
          "*",
          "*, \"a\"",
          "\"",
          "\"a",
          "W/\"a\"",
          "W/",
          "W/\"\"",
          "\"a\", b",
          ",",
          ";",
          "=",
          "/",
          "a/b;c",
          "*/*;q=x",
          "text/html;q=9",
          "application/json;charset=x",
          "application/json;charset=utf-16",
          "application/x-www-form-urlencoded",
          "multipart/form-data",
          "multipart/form-data; boundary=\"",
          "gzip",
          "gzip;q=0",
          "gzip, br",
          "deflate",
          "br",
          "identity",
          "identity;q=0, *;q=0",
          "trailers",
          "close",
          "websocket",
          "h2c",
          "100-continue",
          "bytes=0-1,5-",
          "bytes=9-1",
          "Thu, 01 Jan 1970 00:00:00 GMT",
          "yesterday",
          "-1",
          "99999999999999999999",
          "\u00e9\u00ff",
          "a=\"b",
          "$Version=1; a=b",
          "for=\"[::1\"",
          "null",
          "x".repeat(3_000));

  @Started private static ChatService chat;
  private static String token;
  private static String tenant;

  @BeforeAll
  static void start() {
    token = chat.adminToken();
    tenant = chat.addTenant(token).toString();
  }

  static List<String> paths() {
    var paths = new ArrayList<String>();
    for (var route : Routes.all()) {
      paths.add(route.substring(route.indexOf(' ') + 1));
    }
    paths.addAll(List.of("/swagger", "/nowhere", "/health-check", "/demo"));
    for (var path :
        List.of(
            "/tasks",
            "/tasks/kill-consumers",
            "/tasks/list-consumers",
            "/tasks/replay-dead-letters",
            "/tasks/nothing",
            "/tasks/gc",
            "/ping",
            "/metrics",
            "/prometheus",
            "/threads",
            "/health-check",
            "/")) {
      paths.add("admin:" + path);
    }
    return paths.stream().distinct().toList();
  }

  @ParameterizedTest
  @MethodSource("paths")
  void respondsWithoutAServerError(String path) throws IOException {
    boolean admin = path.startsWith("admin:");
    URI server = admin ? chat.adminUri() : chat.uri();
    long seed = new Random().nextLong();
    System.out.println("seed of " + path + ": " + seed);
    var random = new Random(seed);
    for (int i = 0; i < REQUESTS; i++) {
      var target = path.replace("admin:", "").replaceAll("\\{[^}]*}", UUID.randomUUID().toString());
      var head = head(random, target, admin);
      var body = body(random);
      try (var connection = new RawConnection(server)) {
        // In one write: a body that arrives after a refusal resets the connection (RFC 9112, 9.6).
        connection.send(
            Bytes.concat(
                (head + "Content-Length: " + body.length + "\r\n\r\n").getBytes(ISO_8859_1), body));
        var answer = connection.read(!head.startsWith("HEAD "));
        check("seed " + seed + ", request " + i + ": " + head, head, answer);
      } catch (EOFException e) {
        throw new AssertionError("seed " + seed + ", request " + i + " unanswered: " + head, e);
      }
    }
  }

  private static void check(String request, String head, RawConnection.Answer answer) {
    boolean known = !head.startsWith("TRACE ") && !head.startsWith("FETCH ");
    var described = request + "\n" + answer.status() + " " + answer.text();
    if (known) {
      assertThat(answer.status()).as(described).isLessThan(500);
    } else {
      assertThat(answer.status()).as(described).isIn(400, 417, 501);
    }
    if (answer.status() == 405) {
      assertThat(answer.headers()).as(described).containsKey("Allow");
    }
    if (answer.status() >= 400 && !head.startsWith("HEAD ")) {
      assertThat(answer.body()).as(described).isNotEmpty();
      if (!head.contains(" /tasks")) {
        assertThat(answer.headers())
            .as(described)
            .containsEntry("Content-Type", "application/problem+json");
      }
    }
  }

  private static String head(Random random, String target, boolean admin) {
    var head = new StringBuilder(pick(random, METHODS));
    head.append(' ').append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
    if (!admin && random.nextInt(4) > 0) {
      head.append("Authorization: Bearer ").append(token).append("\r\n");
    }
    if (!admin && random.nextInt(4) > 0) {
      head.append("X-Tenant-ID: ").append(tenant).append("\r\n");
    }
    if (random.nextBoolean()) {
      head.append("Content-Type: application/json\r\n");
    }
    for (int more = random.nextInt(4); more >= 0; more--) {
      head.append(pick(random, NAMES)).append(": ").append(pick(random, VALUES)).append("\r\n");
    }
    return head.toString();
  }

  private static byte[] body(Random random) throws IOException {
    var json = "{\"content\":{\"a\":1}}".getBytes(UTF_8);
    return switch (random.nextInt(5)) {
      case 0 -> new byte[0];
      case 1 -> json;
      case 2 -> {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
          gzip.write(json);
        }
        var bytes = packed.toByteArray();
        bytes[random.nextInt(bytes.length)] ^= (byte) random.nextInt(256);
        yield bytes;
      }
      case 3 -> "a=b&c=%zz&d".getBytes(UTF_8);
      default -> {
        var noise = new byte[random.nextInt(200)];
        random.nextBytes(noise);
        yield noise;
      }
    };
  }

  private static <T> T pick(Random random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
