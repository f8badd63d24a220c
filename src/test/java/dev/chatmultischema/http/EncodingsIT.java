package dev.chatmultischema.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encodings of request bodies (RFC 9110, section 8.4): complete and valid gzip, or none. */
@ChatTest
class EncodingsIT {

  private static final byte[] MESSAGE = "{\"content\":{\"text\":\"packed\"}}".getBytes(UTF_8);

  @Started private static ChatService chat;
  private static ChatClient sender;

  @BeforeAll
  static void start() {
    var token = chat.adminToken();
    sender = chat.as(token).tenant(chat.addTenant(token));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "GZIP", "x-gzip", "identity, gzip"})
  void acceptsGzip(String coding) throws IOException {
    sender.with("Content-Encoding", coding).post("/messages", gzip(MESSAGE)).expect(202);
  }

  @Test
  void acceptsSeveralMembers() throws IOException {
    var half = MESSAGE.length / 2;
    var body =
        join(
            gzip(Arrays.copyOf(MESSAGE, half)),
            gzip(Arrays.copyOfRange(MESSAGE, half, MESSAGE.length)));
    sender.with("Content-Encoding", "gzip").post("/messages", body).expect(202);
  }

  @Test
  void acceptsTheIdentityEncoding() {
    sender.with("Content-Encoding", "identity").post("/messages", MESSAGE).expect(202);
  }

  @Test
  void refusesInvalidGzip() throws IOException {
    assertMalformed(MESSAGE);
    assertMalformed(new byte[] {0x1f});
    assertMalformed(new byte[] {0x1f, (byte) 0x8b, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  }

  @Test
  void refusesGzipTruncatedAnywhere() throws IOException {
    var whole = gzip(MESSAGE);
    for (int length = 1; length < whole.length; length++) {
      assertMalformed(Arrays.copyOf(whole, length));
    }
  }

  @Test
  void refusesAWrongChecksumOrLength() throws IOException {
    for (int fromEnd = 1; fromEnd <= 8; fromEnd++) {
      var body = gzip(MESSAGE);
      body[body.length - fromEnd] ^= 1;
      assertMalformed(body);
    }
  }

  @Test
  void refusesBytesAfterTheGzipData() throws IOException {
    assertMalformed(join(gzip(MESSAGE), new byte[] {0}));
    assertMalformed(join(gzip(MESSAGE), MESSAGE));
  }

  @Test
  void limitsTheDecompressedSize() throws IOException {
    var zeros = gzip(new byte[64 * 1024 * 1024]);
    for (var path : new String[] {"/messages", "/messages/batch"}) {
      sender
          .with("Content-Encoding", "gzip")
          .post(path, zeros)
          .expectProblem(413, "body_too_large");
    }
    chat.anonymous()
        .with("Content-Encoding", "gzip")
        .post("/authentication/login", zeros)
        .expectProblem(413, "body_too_large");
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "deflate", "zstd", "gzip, gzip", "gzip, br", "x", "compress"})
  void refusesOtherEncodingsAndNamesTheAcceptedOnes(String coding) {
    var refused = sender.with("Content-Encoding", coding).post("/messages", MESSAGE);
    refused.expectProblem(415, "unsupported_media_type");
    assertThat(refused.header("Accept-Encoding")).isEqualTo("gzip");
  }

  @Test
  void authenticatesBeforeDecompression() {
    for (var coding : new String[] {"gzip", "br"}) {
      chat.anonymous()
          .with("Content-Encoding", coding)
          .post("/messages", MESSAGE)
          .expectProblem(401, "unauthenticated");
    }
    chat.anonymous()
        .with("Content-Encoding", "gzip")
        .post("/authentication/login", Map.of("email", "a@example.com", "password", "x"))
        .expectProblem(400, "malformed_encoding");
  }

  private static void assertMalformed(byte[] body) {
    sender
        .with("Content-Encoding", "gzip")
        .post("/messages", body)
        .expectProblem(400, "malformed_encoding");
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    }
    return packed.toByteArray();
  }

  private static byte[] join(byte[] first, byte[] second) {
    var both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
