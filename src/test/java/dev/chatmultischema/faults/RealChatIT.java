package dev.chatmultischema.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Real chat lines of several tenants, loaded as the README describes. */
class RealChatIT {

  private static final Path SAMPLE = Path.of("src/test/resources/ubuntu-irc-sample.ndjson");
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void storesEveryLineInOrderForItsTenantOnly() throws Exception {
    try (var chat = ChatService.start()) {
      var owner = chat.asUser();
      load(chat, chat.login(chat.addUser(dev.chatmultischema.user.Role.ADMIN, null)));
      var admin = chat.asAdmin();
      var expected = lines();
      var tenants = tenantsByName(admin);
      assertThat(tenants.keySet()).containsAll(expected.keySet());
      for (var name : expected.keySet()) {
        var stored = stored(admin.tenant(tenants.get(name)));
        assertThat(stored.stream().map(message -> message.get("content")).toList())
            .isEqualTo(expected.get(name));
        assertThat(stored.stream().map(message -> message.get("seq").asLong()).toList())
            .isEqualTo(LongStream.rangeClosed(1, stored.size()).boxed().toList());
        owner.tenant(tenants.get(name)).get("/messages").expectProblem(403, "tenant_forbidden");
      }
    }
  }

  private static void load(ChatService chat, String token)
      throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                "target/tenant-api.jar",
                "ops/LoadChat.java",
                chat.uri().toString().replaceAll("/$", ""),
                token,
                SAMPLE.toString())
            .redirectErrorStream(true)
            .start();
    var output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
  }

  private static Map<String, List<JsonNode>> lines() throws IOException {
    var lines = new ArrayList<JsonNode>();
    for (var line : Files.readAllLines(SAMPLE)) {
      lines.add(JSON.readTree(line));
    }
    return lines.stream().collect(Collectors.groupingBy(line -> line.get("tenant").asText()));
  }

  private static Map<String, String> tenantsByName(ChatClient admin) {
    var byName = new HashMap<String, String>();
    var page = admin.get("/tenants?limit=500").expect(200).json();
    page.get("data")
        .forEach(
            tenant ->
                byName.put(tenant.get("tenant_name").asText(), tenant.get("tenant_id").asText()));
    return byName;
  }

  private static List<JsonNode> stored(ChatClient client) {
    var all = new ArrayList<JsonNode>();
    client.get("/messages?limit=500").expect(200).json().get("data").forEach(all::add);
    return all;
  }
}
