import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Loads chat lines into the service and reads them back.
 *
 * <pre>java -cp target/tenant-api.jar ops/LoadChat.java http://localhost:9000 TOKEN FILE</pre>
 *
 * <p>Each line of the file is a JSON object with {@code tenant}, {@code sender}, {@code at} and {@code
 * text}. Creates a new tenant for each name. Exits with an error unless exactly the lines of each tenant
 * are stored, in order and with seq from 1 without a gap.
 */
public final class LoadChat {

  private static final int BATCH = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;
  private final String token;

  private LoadChat(String url, String token) {
    this.url = url;
    this.token = token;
  }

  public static void main(String... arguments) throws Exception {
    if (arguments.length != 3) {
      System.err.println("usage: java -cp target/tenant-api.jar ops/LoadChat.java URL TOKEN FILE");
      System.exit(2);
    }
    new LoadChat(arguments[0], arguments[1]).load(Path.of(arguments[2]));
  }

  private void load(Path file) throws IOException, InterruptedException {
    var tenants = new LinkedHashMap<String, List<JsonNode>>();
    for (var line : Files.readAllLines(file)) {
      var message = JSON.readTree(line);
      tenants.computeIfAbsent(message.get("tenant").asText(), name -> new ArrayList<>()).add(message);
    }
    var ids = new LinkedHashMap<String, String>();
    for (var tenant : tenants.entrySet()) {
      var id = request("POST", "/tenants", "", Map.of("tenant_name", tenant.getKey())).get("tenant_id").asText();
      ids.put(tenant.getKey(), id);
      publish(id, tenant.getKey(), tenant.getValue());
    }
    for (var tenant : tenants.entrySet()) {
      check(ids.get(tenant.getKey()), tenant.getValue());
      System.out.printf("%s %s: %,d lines stored, in order%n", ids.get(tenant.getKey()), tenant.getKey(), tenant.getValue().size());
    }
  }

  private void publish(String tenant, String name, List<JsonNode> lines) throws IOException, InterruptedException {
    for (int from = 0; from < lines.size(); from += BATCH) {
      int to = Math.min(lines.size(), from + BATCH);
      var messages = lines.subList(from, to).stream().map(line -> Map.of("content", line)).toList();
      request("POST", "/messages/batch", tenant, Map.of("messages", messages));
      System.out.printf("\r%s: %,d of %,d lines accepted", name, to, lines.size());
    }
    System.out.println();
  }

  private void check(String tenant, List<JsonNode> lines) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    var cursor = "";
    int seen = 0;
    while (true) {
      var page = request("GET", "/messages?limit=500" + cursor, tenant, null);
      for (var message : page.get("data")) {
        if (seen == lines.size()) {
          throw new IOException("tenant " + tenant + " has more messages than were sent");
        }
        if (message.get("seq").asLong() != seen + 1 || !message.get("content").equals(lines.get(seen))) {
          throw new IOException("tenant " + tenant + ", line " + (seen + 1) + " came back as " + message);
        }
        seen++;
      }
      if (seen == lines.size() && !page.get("has_more").asBoolean()) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("tenant " + tenant + ": only " + seen + " of " + lines.size() + " lines are stored");
      }
      TimeUnit.MILLISECONDS.sleep(page.get("has_more").asBoolean() ? 0 : 100);
      cursor = "&cursor=" + page.get("next_cursor").asText();
    }
  }

  private JsonNode request(String method, String path, String tenant, Object body) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
    if (!tenant.isEmpty()) {
      request.header("X-Tenant-ID", tenant);
    }
    var response = http.send(request.build(), BodyHandlers.ofString());
    if (response.statusCode() >= 300) {
      throw new IOException(method + " " + path + " answered " + response.statusCode() + ": " + response.body());
    }
    return JSON.readTree(response.body());
  }
}
