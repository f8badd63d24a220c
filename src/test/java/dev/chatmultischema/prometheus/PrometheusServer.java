package dev.chatmultischema.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.embedded.FreePort;
import dev.chatmultischema.embedded.GuardedProcess;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A Prometheus that scrapes nodes every second, with the rules and the configuration of this
 * repository, except that their times are seconds in place of minutes and hours.
 */
final class PrometheusServer implements AutoCloseable {

  private static final Path SOURCE = Path.of("ops/prometheus");
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final GuardedProcess process;
  private final int port;

  private PrometheusServer(GuardedProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts a server that scrapes the admin port of a node on this machine.
   *
   * @param others what it scrapes in place of the other addresses of the configuration
   */
  static PrometheusServer scraping(int adminPort, Map<String, String> others) {
    int port = FreePort.find();
    var targets = new HashMap<>(others);
    targets.put("localhost:9001", "127.0.0.1:" + adminPort);
    var process =
        GuardedProcess.start("Prometheus", "TERM", directory -> command(directory, port, targets));
    process.awaitStart(Duration.ofSeconds(30), () -> isReady(port));
    return new PrometheusServer(process, port);
  }

  private static List<String> command(Path directory, int port, Map<String, String> targets)
      throws IOException {
    Files.writeString(
        directory.resolve("rules.yml"), inSeconds(Files.readString(SOURCE.resolve("rules.yml"))));
    var configuration =
        Files.readString(SOURCE.resolve("prometheus.yml"))
            .replace("_interval: 15s", "_interval: 1s");
    for (var target : targets.entrySet()) {
      assertThat(configuration).contains("[\"" + target.getKey() + "\"]");
      configuration = configuration.replace(target.getKey(), target.getValue());
    }
    Files.writeString(directory.resolve("prometheus.yml"), configuration);
    return List.of(
        "/usr/bin/prometheus",
        "--config.file=" + directory.resolve("prometheus.yml"),
        "--storage.tsdb.path=" + directory.resolve("data"),
        "--web.listen-address=127.0.0.1:" + port);
  }

  /** Returns the rules with shorter times; alerts fire after one second. */
  private static String inSeconds(String rules) {
    return rules
        .replaceAll("for: \\w+", "for: 1s")
        .replace("[20m] offset 40m", "[6s] offset 12s")
        .replace("[20m]", "[6s]")
        .replace("offset 10m", "offset 3s")
        .replace("offset 1h", "offset 18s")
        .replace("[1h]", "[18s]");
  }

  private static boolean isReady(int port) throws IOException, InterruptedException {
    try {
      return get(port, "/-/ready").statusCode() == 200;
    } catch (ConnectException notYet) {
      return false;
    }
  }

  private static HttpResponse<String> get(int port, String path)
      throws IOException, InterruptedException {
    var uri = URI.create("http://127.0.0.1:" + port + path);
    return HTTP.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  /** Returns the samples of a query now. */
  List<JsonNode> query(String query) throws IOException, InterruptedException {
    var path = "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
    var response = get(port, path);
    if (response.statusCode() != 200) {
      throw new IOException(query + ": " + response.body());
    }
    var samples = new ArrayList<JsonNode>();
    JSON.readTree(response.body()).at("/data/result").forEach(samples::add);
    return samples;
  }

  /** Returns whether an alert fires. */
  boolean fires(String alert) throws IOException, InterruptedException {
    return !query("ALERTS{alertstate=\"firing\",alertname=\"" + alert + "\"}").isEmpty();
  }

  @Override
  public void close() {
    process.close();
  }
}
