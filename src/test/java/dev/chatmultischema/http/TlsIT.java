package dev.chatmultischema.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ChatService;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The application port with TLS, as {@code config.yml} can be changed to have it. */
class TlsIT {

  private static final String PASSWORD = "changeit-4711";
  private static final byte ALERT = 21;
  private static final byte HANDSHAKE = 22;
  private static final byte PROTOCOL_VERSION = 70;

  @TempDir private static Path directory;
  private static Path keyStore;
  private static ChatService chat;

  @BeforeAll
  static void start() throws Exception {
    keyStore = directory.resolve("keys.p12");
    var keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "chat",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                keyStore.toString(),
                "-storepass:env",
                "STORE_PASSWORD")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile());
    keytool.environment().put("STORE_PASSWORD", PASSWORD);
    assertThat(keytool.start().waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.exists(keyStore)).isTrue();
    chat =
        ChatService.on(Backends.shared())
            .setting(
                "server.applicationConnectors",
                "[{type: https, port: 0, keyStorePath: \"%s\", keyStorePassword: \"%s\"}]"
                    .formatted(keyStore, PASSWORD))
            .start();
  }

  @AfterAll
  static void stop() {
    if (chat != null) {
      chat.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void servesRequests(String protocol) throws Exception {
    try (var socket = (SSLSocket) context().getSocketFactory().createSocket("localhost", port())) {
      socket.setEnabledProtocols(new String[] {protocol});
      socket.setSoTimeout(30_000);
      socket
          .getOutputStream()
          .write(
              "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(ISO_8859_1));
      var answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);

      assertThat(answer).startsWith("HTTP/1.1 200 ").contains("\"database\":\"up\"");
      assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
      // Suites of TLS 1.3 do not name the exchange of keys, which always has forward secrecy.
      assertThat(socket.getSession().getCipherSuite()).matches("TLS_(ECDHE_|AES_|CHACHA20_).*");
    }
  }

  @Test
  void refusesOldVersionsOfTls() throws IOException {
    // A hello that differs only in the version gets an answer.
    assertThat(firstRecord("0303")[0]).isEqualTo(HANDSHAKE);
    for (var version : new String[] {"0300", "0301", "0302"}) {
      var answer = firstRecord(version);
      assertThat(answer[0]).as(version).isEqualTo(ALERT);
      assertThat(answer[6]).as(version).isEqualTo(PROTOCOL_VERSION);
    }
  }

  @Test
  void answersNoPlainHttp() throws IOException {
    try (var socket = new Socket("localhost", port())) {
      socket.setSoTimeout(30_000);
      socket
          .getOutputStream()
          .write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));
      var answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
      assertThat(answer).doesNotContain("HTTP/1.1 200");
    }
  }

  private static int port() {
    return chat.uri().getPort();
  }

  private static SSLContext context() throws Exception {
    var keys = KeyStore.getInstance(keyStore.toFile(), PASSWORD.toCharArray());
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(keys);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** Sends a ClientHello (RFC 5246, section 7.4.1.2), and returns the first record after it. */
  private static byte[] firstRecord(String version) throws IOException {
    var hello =
        HexFormat.of()
            .parseHex(
                version
                    + "11".repeat(32)
                    + "00" // no session
                    + "0006c02fc013002f" // ECDHE with AES GCM and CBC, RSA with AES CBC
                    + "0100" // no compression
                    + "001a"
                    + "000a000400020017" // curve P-256
                    + "000b00020100" // uncompressed points
                    + "000d0008000604010804" // RSA with SHA-256
                    + "0403");
    var message =
        ByteBuffer.allocate(9 + hello.length)
            .put(HANDSHAKE)
            .putShort((short) 0x0301)
            .putShort((short) (4 + hello.length))
            .putInt(1 << 24 | hello.length)
            .put(hello);
    try (var socket = new Socket("localhost", port())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(message.array());
      var in = new DataInputStream(socket.getInputStream());
      var answer = new byte[7];
      in.readFully(answer);
      return answer;
    }
  }
}
