package dev.chatmultischema.embedded;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.rabbitmq.RabbitMQContainer;
import org.testcontainers.utility.DockerImageName;

/** Starts the servers as containers; Testcontainers throws its exception if Docker is missing. */
final class Containers {

  private static final int REDIS_PORT = 6379;

  private Containers() {}

  static Backends.Server postgres() {
    var postgres =
        new PostgreSQLContainer(DockerImageName.parse("postgres:17-alpine"))
            .withCommand(
                "postgres",
                "-c",
                "fsync=off",
                "-c",
                "max_connections=200",
                "-c",
                "max_locks_per_transaction=256");
    postgres.start();
    var url =
        "postgres://%s:%s@%s:%d/%s"
            .formatted(
                postgres.getUsername(),
                postgres.getPassword(),
                postgres.getHost(),
                postgres.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
                postgres.getDatabaseName());
    return new Backends.Server(url, postgres);
  }

  static Backends.Server rabbitmq() {
    var rabbitmq = new RabbitMQContainer(DockerImageName.parse("rabbitmq:4-alpine"));
    rabbitmq.start();
    var url =
        "amqp://%s:%s@%s:%d/"
            .formatted(
                rabbitmq.getAdminUsername(),
                rabbitmq.getAdminPassword(),
                rabbitmq.getHost(),
                rabbitmq.getAmqpPort());
    return new Backends.Server(url, rabbitmq);
  }

  static Backends.Server redis() {
    var redis =
        new GenericContainer<>(DockerImageName.parse("redis:7-alpine"))
            .withExposedPorts(REDIS_PORT);
    redis.start();
    var url = "redis://%s:%d".formatted(redis.getHost(), redis.getMappedPort(REDIS_PORT));
    return new Backends.Server(url, redis);
  }
}
