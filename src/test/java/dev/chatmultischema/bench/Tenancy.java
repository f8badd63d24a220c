package dev.chatmultischema.bench;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.support.HttpConnection;
import dev.chatmultischema.support.ServiceProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A logged-in user of the service, and a tenant of this user. */
record Tenancy(ServiceProcess service, String token, String tenant) {

  static final String EMAIL = "bench@example.com";
  static final String PASSWORD = "a password for a benchmark";
  private static final ObjectMapper JSON = new ObjectMapper();

  static Tenancy create(ServiceProcess service) throws IOException {
    return create(service, login(service));
  }

  static String login(ServiceProcess service) throws IOException {
    var login = Map.of("email", EMAIL, "password", PASSWORD);
    return service.post("/authentication/login", login).get("token").asText();
  }

  static Tenancy create(ServiceProcess service, String token) throws IOException {
    var tenant =
        service
            .post("/tenants", Map.of("tenant_name", "Bench"), "Authorization: Bearer " + token)
            .get("tenant_id")
            .asText();
    return new Tenancy(service, token, tenant);
  }

  HttpConnection connect() throws IOException {
    return service.connect(headers().toArray(String[]::new));
  }

  /** Returns the headers of a request as the user and for the tenant. */
  List<String> headers() {
    return List.of("Authorization: Bearer " + token, "X-Tenant-ID: " + tenant);
  }

  /** Returns the highest {@code seq} stored. */
  long head() throws IOException {
    try (var connection = connect()) {
      return head(connection);
    }
  }

  private static long head(HttpConnection connection) throws IOException {
    var response = connection.request("GET", "/messages?order=desc&limit=1", new byte[0]);
    return JSON.readTree(response.body()).at("/data/0/seq").asLong();
  }

  /** Waits until all messages up to a {@code seq} are stored. */
  void awaitHead(long seq) throws IOException {
    try (var connection = connect()) {
      await("stored")
          .atMost(Duration.ofMinutes(3))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> head(connection) >= seq);
    }
  }
}
