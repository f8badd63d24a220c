package dev.chatmultischema;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.google.common.base.Strings;
import dev.chatmultischema.amqp.RabbitFactory;
import dev.chatmultischema.audit.AuditFactory;
import dev.chatmultischema.auth.JwtFactory;
import dev.chatmultischema.cli.CommandConfiguration;
import dev.chatmultischema.console.ConsoleFactory;
import dev.chatmultischema.consumer.ConsumerFactory;
import dev.chatmultischema.cors.CorsFactory;
import dev.chatmultischema.database.DatabaseFactory;
import dev.chatmultischema.demo.DemoFactory;
import dev.chatmultischema.health.HealthCheckFactory;
import dev.chatmultischema.history.HistoryFactory;
import dev.chatmultischema.http.HttpFactory;
import dev.chatmultischema.identity.IdentityFactory;
import dev.chatmultischema.limits.LimitsFactory;
import dev.chatmultischema.prometheus.MetricsFactory;
import dev.chatmultischema.provisioning.ProvisioningFactory;
import dev.chatmultischema.redis.RedisFactory;
import dev.chatmultischema.stream.StreamFactory;
import io.dropwizard.core.Configuration;
import io.dropwizard.health.HealthFactory;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The configuration file: one section for each package that has settings, of the same name. A
 * section builds the parts that it configures.
 */
public final class ChatConfiguration extends Configuration implements CommandConfiguration {

  @NotNull
  @Pattern(regexp = "[A-Za-z0-9._:-]{1,100}", message = "must be 1 to 100 of A-Z a-z 0-9 . _ : -")
  private String nodeId = generatedNodeId();

  private JsonNode source = MissingNode.getInstance();

  @JsonProperty @Valid @NotNull private DatabaseFactory database = new DatabaseFactory();

  @JsonProperty @Valid @NotNull private RabbitFactory amqp = new RabbitFactory();

  @JsonProperty @Valid @NotNull private RedisFactory redis = new RedisFactory();

  @JsonProperty @Valid @NotNull private JwtFactory auth = new JwtFactory();

  @JsonProperty @Valid @NotNull private IdentityFactory identity = new IdentityFactory();

  @JsonProperty @Valid @NotNull private ConsumerFactory consumer = new ConsumerFactory();

  @JsonProperty @Valid @NotNull private HistoryFactory history = new HistoryFactory();

  @JsonProperty @Valid @NotNull private LimitsFactory limits = new LimitsFactory();

  @JsonProperty @Valid @NotNull private StreamFactory stream = new StreamFactory();

  @JsonProperty @Valid @NotNull
  private ProvisioningFactory provisioning = new ProvisioningFactory();

  @JsonProperty @Valid @NotNull private AuditFactory audit = new AuditFactory();

  @JsonProperty @Valid @NotNull private MetricsFactory prometheus = new MetricsFactory();

  @JsonProperty @Valid @NotNull private HealthCheckFactory health = new HealthCheckFactory();

  @JsonProperty @Valid @NotNull private HttpFactory http = new HttpFactory();

  @JsonProperty @Valid @NotNull private CorsFactory cors = new CorsFactory();

  @JsonProperty @Valid @NotNull private ConsoleFactory console = new ConsoleFactory();

  @JsonProperty @Valid @NotNull private DemoFactory demo = new DemoFactory();

  /**
   * Sets the name of this node in receipts, dead letters and the audit, which must be unique among
   * all nodes: 1 to 100 of the characters {@code A-Z a-z 0-9 . _ : -}. A null or empty name is
   * ignored; the node then has a generated name, the name of the host and a random suffix.
   */
  @JsonProperty
  public void setNodeId(String nodeId) {
    if (nodeId != null && !nodeId.isEmpty()) {
      this.nodeId = nodeId;
    }
  }

  private static String generatedNodeId() {
    var host = Strings.nullToEmpty(System.getenv("HOSTNAME")).replaceAll("[^A-Za-z0-9._-]", "");
    var suffix = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    return (host.isEmpty() ? "node" : host.substring(0, Math.min(80, host.length())))
        + "-"
        + suffix;
  }

  /** Keeps the parsed text of the configuration, which has secrets. */
  void readFrom(JsonNode text) {
    source = text;
  }

  /** Returns the parsed text of the configuration, which has secrets; empty if there is none. */
  JsonNode source() {
    return source;
  }

  String nodeId() {
    return nodeId;
  }

  @Override
  public DatabaseFactory database() {
    return database;
  }

  RabbitFactory amqp() {
    return amqp;
  }

  RedisFactory redis() {
    return redis;
  }

  @Override
  public JwtFactory auth() {
    return auth;
  }

  IdentityFactory identity() {
    return identity;
  }

  ConsumerFactory consumer() {
    return consumer;
  }

  HistoryFactory history() {
    return history;
  }

  LimitsFactory limits() {
    return limits;
  }

  StreamFactory stream() {
    return stream;
  }

  ProvisioningFactory provisioning() {
    return provisioning;
  }

  AuditFactory audit() {
    return audit;
  }

  MetricsFactory prometheus() {
    return prometheus;
  }

  HealthCheckFactory health() {
    return health;
  }

  /** Returns empty, since the section {@code health} of this service replaces Dropwizard's. */
  @Override
  @JsonIgnore
  public Optional<HealthFactory> getHealthFactory() {
    return Optional.empty();
  }

  @Override
  @JsonIgnore
  public void setHealthFactory(HealthFactory factory) {
    throw new UnsupportedOperationException("the section health is not Dropwizard's");
  }

  HttpFactory http() {
    return http;
  }

  CorsFactory cors() {
    return cors;
  }

  ConsoleFactory console() {
    return console;
  }

  DemoFactory demo() {
    return demo;
  }
}
