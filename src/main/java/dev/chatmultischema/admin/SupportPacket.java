package dev.chatmultischema.admin;

import com.codahale.metrics.health.HealthCheckRegistry;
import com.codahale.metrics.jvm.ThreadDump;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.chatmultischema.logging.FailureReason;
import dev.chatmultischema.logging.RecentLines;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jdbi.v3.core.Jdbi;

/**
 * Writes what a support case needs into a ZIP archive on this node: versions, the configuration
 * without secrets, health, nodes, consumers, threads, metrics, and the last warnings and errors. A
 * part that cannot be had, as those of a database that is down, has the reason instead.
 */
final class SupportPacket implements Operation<Path> {

  private static final String SUFFIX = ".zip";

  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final String node;
  private final JsonNode configuration;
  private final HealthCheckRegistry health;
  private final Jdbi jdbi;
  private final ListConsumers consumers;
  private final CollectorRegistry metrics;
  private final RecentLines lines;

  /**
   * @param configuration the whole configuration, with its secrets
   */
  SupportPacket(
      String node,
      JsonNode configuration,
      HealthCheckRegistry health,
      Jdbi jdbi,
      ListConsumers consumers,
      CollectorRegistry metrics,
      RecentLines lines) {
    this.node = node;
    this.configuration = PublicSettings.of(configuration);
    this.health = health;
    this.jdbi = jdbi;
    this.consumers = consumers;
    this.metrics = metrics;
    this.lines = lines;
  }

  @Override
  public String name() {
    return "support-packet";
  }

  @Override
  public String usage() {
    return "[?file=/PATH/NAME" + SUFFIX + "] [&reason=TEXT]";
  }

  /** Support is needed most while the database is down. */
  @Override
  public boolean runsWithoutAudit() {
    return true;
  }

  @Override
  public Path parse(Parameters parameters) throws BadUsage {
    parameters.allow(NodeFile.PARAMETER);
    return parameters.optional(NodeFile.PARAMETER).isPresent()
        ? NodeFile.of(parameters, SUFFIX)
        : Path.of(System.getProperty("java.io.tmpdir"))
            .resolve(
                "support-" + node.replace(':', '_') + "-" + NAME.format(Instant.now()) + SUFFIX);
  }

  @Override
  public String execute(Path file, PrintWriter output) throws OperationFailed {
    try (var bytes = create(file);
        var archive = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
      add(archive, "versions.txt", this::writeVersions);
      add(archive, "configuration.yml", this::writeConfiguration);
      add(archive, "health.txt", this::writeHealth);
      add(archive, "nodes.txt", this::writeNodes);
      add(archive, "consumers.txt", this::writeConsumers);
      add(archive, "metrics.txt", text -> TextFormat.write004(text, metrics.metricFamilySamples()));
      add(archive, "errors.txt", text -> lines.list().forEach(text::println));
      archive.putNextEntry(new ZipEntry("threads.txt"));
      new ThreadDump(ManagementFactory.getThreadMXBean()).dump(archive);
      archive.closeEntry();
    } catch (FileAlreadyExistsException e) {
      throw new OperationFailed("the file exists already", e);
    } catch (IOException e) {
      throw new OperationFailed("could not write " + TerminalText.of(file) + ": " + e, e);
    }
    var outcome = "wrote " + TerminalText.of(file) + " on node " + node;
    output.println(outcome);
    return outcome;
  }

  /** Creates a file that only the user of this process can read. */
  private static OutputStream create(Path file) throws IOException {
    var isPosix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    if (isPosix) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      return Files.newOutputStream(file, StandardOpenOption.WRITE);
    }
    return Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  private interface Part {
    void write(PrintWriter text) throws Exception;
  }

  private static void add(ZipOutputStream archive, String name, Part part) throws IOException {
    var text = new StringWriter();
    var writer = new PrintWriter(text);
    try {
      part.write(writer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      writer.println("interrupted");
    } catch (Exception e) {
      // The other parts are needed all the more.
      writer.println("not available: " + FailureReason.of(e));
    }
    writer.flush();
    archive.putNextEntry(new ZipEntry(name));
    var bytes = new OutputStreamWriter(archive, StandardCharsets.UTF_8);
    bytes.write(text.toString());
    bytes.flush();
    archive.closeEntry();
  }

  private void writeVersions(PrintWriter text) {
    var runtime = ManagementFactory.getRuntimeMXBean();
    text.println("node: " + node);
    text.println("time: " + Instant.now());
    text.println("started: " + Instant.ofEpochMilli(runtime.getStartTime()));
    text.println("service: " + SupportPacket.class.getPackage().getImplementationVersion());
    text.println("java: " + Runtime.version() + ", " + System.getProperty("java.vendor"));
    text.println(
        "system: " + System.getProperty("os.name") + " " + System.getProperty("os.version"));
    text.println("processors: " + Runtime.getRuntime().availableProcessors());
    text.println("heap: at most " + Runtime.getRuntime().maxMemory() + " bytes");
    for (var option : runtime.getInputArguments()) {
      // The value of a system property may be a secret.
      text.println("option: " + (option.startsWith("-X") ? option : option.split("=", 2)[0]));
    }
    text.println(
        "postgresql: "
            + jdbi.withHandle(
                handle -> handle.createQuery("SELECT version()").mapTo(String.class).one()));
  }

  private void writeConfiguration(PrintWriter text) throws IOException {
    text.print(new YAMLMapper().writeValueAsString(configuration));
  }

  private void writeHealth(PrintWriter text) {
    health
        .runHealthChecks()
        .forEach(
            (name, result) ->
                text.println(
                    name
                        + (result.isHealthy() ? ": healthy " : ": unhealthy ")
                        + TerminalText.of(result.getMessage())));
  }

  private void writeNodes(PrintWriter text) {
    jdbi.useHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT node_id, able, started_at, seen_at
                    FROM nodes
                    ORDER BY node_id
                    """)
                .map(
                    (row, context) ->
                        row.getString("node_id")
                            + (row.getBoolean("able") ? "  able" : "  not able")
                            + "  started "
                            + row.getString("started_at")
                            + "  seen "
                            + row.getString("seen_at"))
                .forEach(text::println));
  }

  private void writeConsumers(PrintWriter text) throws OperationFailed, InterruptedException {
    consumers.execute(Set.of(), text);
  }
}
