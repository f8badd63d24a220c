package dev.chatmultischema.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.TokenIssuer;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Keys of a JWKS URL over TLS, with certificates that the JVM trusts and does not trust. */
@ChatTest(settings = {"identity.allowPrivateAddresses=true", "identity.refreshInterval=1s"})
@Tag("once")
class JwksTlsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final TokenIssuer ISSUER = TokenIssuer.rsa("https://login.example.com", "k1");
  private static final String PASSWORD = "changeit-4711";
  private static final Map<String, String> TRUST_STORE =
      Map.of(
          "javax.net.ssl.trustStorePassword", PASSWORD, "javax.net.ssl.trustStoreType", "PKCS12");
  private static final String TRUST_STORE_FILE = "javax.net.ssl.trustStore";

  @Started private static ChatService chat;
  @TempDir private static Path directory;
  private static Path trusted;

  /** The client of the service reads the JVM's trust store at the first fetch. */
  @BeforeAll
  static void trust() throws Exception {
    // The client of this test has read the store of the JVM before.
    assertThat(chat.adminToken()).isNotEmpty();
    trusted = keys("trusted");
    TRUST_STORE.forEach(System::setProperty);
    System.setProperty(TRUST_STORE_FILE, trusted.toString());
  }

  @AfterAll
  static void reset() {
    TRUST_STORE.keySet().forEach(System::clearProperty);
    System.clearProperty(TRUST_STORE_FILE);
  }

  /** Makes a key with a certificate of its own for the name {@code localhost}. */
  private static Path keys(String name) throws Exception {
    var file = directory.resolve(name + ".p12");
    var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    var command =
        "-genkeypair -alias %1$s -keyalg EC -dname CN=%1$s -ext san=dns:localhost -storetype PKCS12 -storepass:env STORE_PASSWORD -keystore"
            .formatted(name);
    var process = new ProcessBuilder(keytool);
    process.command().addAll(List.of(command.split(" ")));
    process.command().add(file.toString());
    process.environment().put("STORE_PASSWORD", PASSWORD);
    process.redirectErrorStream(true).redirectOutput(directory.resolve("keytool.log").toFile());
    assertThat(process.start().waitFor(60, TimeUnit.SECONDS)).isTrue();
    return file;
  }

  private static JwksServer server(Path keys, int port) throws Exception {
    var store = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, PASSWORD.toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return JwksServer.overTls(context, port, ISSUER);
  }

  private static TenantId registered(String jwksUrl) {
    var token = chat.login(chat.addUser(Role.USER, null));
    var tenant = chat.addTenant(token);
    var identity = Map.of("issuer", ISSUER.issuer(), "jwks_url", jwksUrl);
    chat.as(token).put("/tenants/" + tenant + "/identity", identity).expect(200);
    return tenant;
  }

  private static ChatClient external(TenantId tenant) {
    return chat.as(ISSUER.token("sub", "Sub")).tenant(tenant);
  }

  private static void awaitLine(ListAppender<ILoggingEvent> lines, TenantId tenant, String cause) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(List.copyOf(lines.list))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .anyMatch(line -> line.contains(tenant.toString()) && line.contains(cause)));
  }

  @Test
  void fetchesKeysByCertificatesThatTheJvmTrustsOnly() throws Exception {
    var log = (Logger) LoggerFactory.getLogger(IssuerDirectory.class);
    var lines = new ListAppender<ILoggingEvent>();
    lines.start();
    log.addAppender(lines);
    int port;
    TenantId known;
    try (var server = server(trusted, 0)) {
      port = server.port();
      known = registered(server.url());
      await()
          .atMost(PATIENCE)
          .until(() -> external(known).get("/messages").status(), status -> status == 200);

      var otherName = registered(server.url().replace("localhost", "127.0.0.1"));
      external(otherName).get("/messages").expectProblem(503, "identity_unavailable");
      awaitLine(lines, otherName, "127.0.0.1");
    }
    try (var server = server(keys("untrusted"), port)) {
      var unknown = registered(server.url());
      external(unknown).get("/messages").expectProblem(503, "identity_unavailable");
      awaitLine(lines, unknown, "certification path");
      external(known).get("/messages").expect(200);
      assertThat(server.requests()).isZero();
    } finally {
      log.detachAppender(lines);
    }
    try (var server = server(trusted, port)) {
      await().atMost(Duration.ofSeconds(10)).until(() -> server.requests() > 0);
      external(known).get("/messages").expect(200);
    }
  }
}
