package dev.chatmultischema.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ServiceProcess;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jar on platforms with other digits, calendars, time zones and charsets. */
@Tag("once")
class LocaleIT {

  private static final String PASSWORD = "a good password";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Duser.language=fa -Duser.country=IR -Duser.timezone=Asia/Tehran",
        "-Duser.language=ar -Duser.country=EG -Dfile.encoding=ISO-8859-1",
        "-Duser.language=bn -Duser.country=BD -Duser.timezone=Asia/Kathmandu",
        "-Duser.language=th -Duser.country=TH -Duser.extensions=u-nu-thai-ca-buddhist",
        "-Duser.language=tr -Duser.country=TR -Duser.timezone=America/St_Johns"
      })
  void formatsIndependentlyOfThePlatform(String platform) throws Exception {
    var backends = Backends.shared();
    var environment =
        new HashMap<>(
            ServiceProcess.environment(
                backends.newDatabase(), backends.rabbitmqUrl(), backends.redisUrl()));
    environment.put("LC_ALL", "C");
    environment.put("JAVA_TOOL_OPTIONS", platform);
    ServiceProcess.command(environment, "", "db", "migrate", "config.yml");
    ServiceProcess.command(
        environment,
        PASSWORD + "\n",
        "user",
        "add",
        "--email",
        "I@example.com",
        "--name",
        "I",
        "--role",
        "admin",
        "config.yml");
    try (var service = ServiceProcess.start(environment)) {
      checkApi(service);
    }
  }

  private static void checkApi(ServiceProcess service) throws Exception {
    var session =
        service.post(
            "/authentication/login", Map.of("email", "i@example.com", "password", PASSWORD));
    assertTime(session.at("/expires_at").asText());
    var bearer = "Authorization: Bearer " + session.get("token").asText();
    var created = service.post("/tenants", Map.of("tenant_name", "Zoë 👍"), bearer);
    assertThat(created.get("tenant_name").asText()).isEqualTo("Zoë 👍");
    assertTime(created.get("created_at").asText());
    var tenant = created.get("tenant_id").asText();
    var header = "X-Tenant-ID: " + tenant;
    var content = Map.of("text", "Zoë ۳", "n", 1234567.5);
    var accepted = service.post("/messages", Map.of("content", content), bearer, header);
    assertTime(accepted.get("accepted_at").asText());
    try (var stream = service.connect(bearer, header);
        var lines =
            new BufferedReader(
                new InputStreamReader(stream.stream("/messages/stream?last_event_id=0"), UTF_8))) {
      var line = lines.readLine();
      while (!line.startsWith("data: {\"message_id\"")) {
        if (line.startsWith("id: ")) {
          assertThat(line).isEqualTo("id: 1");
        }
        if (!line.isEmpty()) {
          assertThat(line).matches("\\p{ASCII}+");
        }
        line = lines.readLine();
      }
      assertThat(line).contains("Zoë ۳", "1234567.5", "\"seq\":1,");
      assertThat(line).matches(".*\"created_at\":\"2\\d{3}-[0-9-]+T[0-9:]+\\.[0-9]{3}Z\".*");
    }
    try (var api = service.connect(bearer, header)) {
      assertThat(api.request("GET", "/messages?limit=1", new byte[0]).text())
          .contains(accepted.get("accepted_at").asText(), "\"seq\":1,");
    }
    for (var task :
        List.of(
            "list-consumers",
            "resize-consumers?workers=12&tenant=" + tenant,
            "list-dead-letters?tenant=" + tenant,
            "kill-consumers?tenant=" + tenant,
            "start-consumers?all=true")) {
      var answer = service.admin("POST", "/tasks/" + task);
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(answer.text()).as(task).matches("(?s)\\p{ASCII}+");
    }
    for (var path : List.of("/prometheus", "/metrics", "/healthcheck")) {
      assertThat(service.admin("GET", path).text()).as(path).matches("(?s)\\p{ASCII}+");
    }
    assertThat(service.metric("chat_messages_stored_total")).isEqualTo(1);
  }

  private static void assertTime(String time) {
    assertThat(time).matches("20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z");
  }
}
