package dev.chatmultischema.bench;

import dev.chatmultischema.amqp.topology.QueueType;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.Installation;
import dev.chatmultischema.support.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A version of the service with servers and a database of its own, in which there is one user.
 *
 * @param name of the version in reports
 * @param environment names the servers
 * @param superuserUrl of the database, for a superuser
 */
record Deployment(
    String name, Installation installation, Map<String, String> environment, String superuserUrl) {

  static final String SERVICE = "service";
  static final String BASELINE = "baseline";

  static final String QUEUE_TYPE = "RABBITMQ_QUEUE_TYPE";

  private static final String OWNER = "DATABASE_OWNER_URL";

  /** Returns the version in the working directory, deployed on a new database. */
  static Deployment built(Backends backends) throws Exception {
    return on(backends, SERVICE, installation(Path.of(""), ""));
  }

  /** Returns the version of {@code -Dbench.baseline=DIR}, deployed on a new database. */
  static Optional<Deployment> baseline(Backends backends) throws Exception {
    var directory = System.getProperty("bench.baseline", "");
    return directory.isEmpty()
        ? Optional.empty()
        : Optional.of(on(backends, BASELINE, installation(Path.of(directory), "." + BASELINE)));
  }

  /**
   * Returns the version in the working directory, deployed on a new database.
   *
   * @param more environment variables
   */
  static Deployment built(Backends backends, String name, Map<String, String> more)
      throws Exception {
    var deployment = on(backends, name, installation(Path.of(""), ""));
    deployment.environment().putAll(more);
    return deployment;
  }

  private static Deployment on(Backends backends, String name, Installation installation)
      throws Exception {
    var database = backends.newDatabase();
    var environment =
        ServiceProcess.environment(database, backends.rabbitmqUrl(), backends.redisUrl());
    if (!knowsOwner(installation)) {
      environment.put("DATABASE_URL", environment.remove(OWNER));
    }
    ServiceProcess.command(installation, environment, "", "db", "migrate", "config.yml");
    ServiceProcess.command(
        installation,
        environment,
        Tenancy.PASSWORD + "\n",
        "user",
        "add",
        "--email",
        Tenancy.EMAIL,
        "--name",
        "Bench",
        "--role",
        "user",
        "config.yml");
    return new Deployment(name, installation, environment, database);
  }

  /** Returns whether the version can migrate with a role other than that of its requests. */
  private static boolean knowsOwner(Installation installation) throws IOException {
    return Files.readString(installation.directory().resolve("config.yml")).contains(OWNER);
  }

  private static Installation installation(Path directory, String suffix) {
    var options = jvmOptions(suffix);
    return new Installation(
        directory.toAbsolutePath(),
        java(),
        options.isEmpty() ? List.of() : List.of(options.split(" +")));
  }

  private static Path java() {
    var home = System.getProperty("bench.java", "");
    return home.isEmpty() ? Installation.JAVA : Path.of(home);
  }

  private static String jvmOptions(String suffix) {
    return System.getProperty("bench.jvm" + suffix, "").strip();
  }

  /** Returns the version of the JVMs and their options, for a heading. */
  static String jvms() throws IOException {
    var text = new StringBuilder("Java ").append(javaVersion());
    var options = jvmOptions("");
    var baseline = jvmOptions("." + BASELINE);
    if (!options.isEmpty()) {
      text.append(" with ").append(options);
    }
    if (!baseline.isEmpty()) {
      text.append(" (baseline with ").append(baseline).append(')');
    }
    return text.toString();
  }

  /** Returns the version as in the file {@code release}, which every JDK has in its home. */
  private static String javaVersion() throws IOException {
    return Files.readAllLines(java().resolve("release")).stream()
        .filter(line -> line.startsWith("JAVA_VERSION="))
        .map(line -> line.replaceAll(".*\"(.*)\"", "$1"))
        .findFirst()
        .orElse("of an unknown version");
  }

  /**
   * Starts the service and waits until it is ready.
   *
   * @param jvmOptions added to those of the installation
   */
  ServiceProcess start(String... jvmOptions) throws IOException {
    return ServiceProcess.start(installation, environment, jvmOptions);
  }

  String databaseUrl() {
    return environment.get("DATABASE_URL");
  }

  /** Returns the URL of the role that owns the tables. */
  String ownerUrl() {
    return environment.getOrDefault(OWNER, databaseUrl());
  }

  String rabbitmqUrl() {
    return environment.get("RABBITMQ_URL");
  }

  QueueType queueType() {
    var type = environment.getOrDefault(QUEUE_TYPE, QueueType.CLASSIC.name());
    return QueueType.valueOf(type.toUpperCase(Locale.ROOT));
  }

  String redisUrl() {
    return environment.get("REDIS_URL");
  }
}
