package dev.chatmultischema.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.codahale.metrics.MetricRegistry;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.MessageProperties;
import io.dropwizard.db.DataSourceFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.LinkedBlockingQueue;
import javax.sql.DataSource;

/**
 * The client libraries alone, doing what the service needs of RabbitMQ and PostgreSQL.
 *
 * <p>A message is persistent and mandatory, and has a publisher confirm. It is consumed, stored
 * with all others that have arrived, and then acknowledged.
 */
final class ClientLibraries {

  static final String QUEUE = "chat_bench_clients";
  private static final int MAX_BATCH = 500;

  private static final String TABLE =
      """
      CREATE TABLE IF NOT EXISTS bench_clients (
        seq bigserial PRIMARY KEY, message_id uuid UNIQUE, sender_id uuid, created_at timestamptz,
        payload jsonb)
      """;

  private static final String FIRST =
      """
      INSERT INTO bench_clients (message_id, sender_id, created_at, payload)
      SELECT gen_random_uuid(), gen_random_uuid(), now(), '%s'::jsonb
      FROM generate_series(1, 200)
      WHERE NOT EXISTS (SELECT FROM bench_clients)
      """;

  private static final String INSERT =
      """
      INSERT INTO bench_clients (message_id, sender_id, created_at, payload)
      SELECT message_id, message_id, now(), payload::jsonb
      FROM unnest(?::uuid[], ?::text[]) AS i (message_id, payload)
      """;

  private static final String SELECT =
      """
      SELECT seq, message_id, sender_id, created_at, payload::text
      FROM bench_clients
      WHERE seq > ?
      ORDER BY seq
      LIMIT ?
      """;

  private final DataSource database;
  private final Channel publisher;
  private final Channel consumer;
  private final ConcurrentSkipListMap<Long, CompletableFuture<Void>> unconfirmed =
      new ConcurrentSkipListMap<>();
  private final BlockingQueue<Delivery> arrived = new LinkedBlockingQueue<>();

  /** Connects, with a table that has rows for pages, and begins to consume. */
  ClientLibraries(String databaseUrl, String rabbitmqUrl) throws Exception {
    database = database(URI.create(databaseUrl));
    try (var connection = database.getConnection();
        var create = connection.createStatement()) {
      create.execute(TABLE);
      create.execute(FIRST.formatted(Posts.message(0)));
    }
    var factory = new ConnectionFactory();
    factory.setUri(rabbitmqUrl);
    // The client reads a path of / as the empty name.
    factory.setVirtualHost("/");
    factory.setAutomaticRecoveryEnabled(false);
    publisher = factory.newConnection().createChannel();
    publisher.queueDeclare(QUEUE, true, false, false, null);
    publisher.confirmSelect();
    publisher.addConfirmListener(this::confirmed, (tag, multiple) -> refused(tag));
    consumer = consumer(factory.newConnection());
    var store = new Thread(this::store, "store");
    store.setDaemon(true);
    store.start();
  }

  private static DataSource database(URI url) {
    var login = url.getUserInfo().split(":", 2);
    var factory = new DataSourceFactory();
    factory.setDriverClass("org.postgresql.Driver");
    factory.setUrl(
        "jdbc:postgresql://%s:%d%s".formatted(url.getHost(), url.getPort(), url.getPath()));
    factory.setUser(login[0]);
    factory.setPassword(login[1]);
    factory.setCheckConnectionOnBorrow(false);
    return factory.build(new MetricRegistry(), "bench");
  }

  private Channel consumer(Connection broker) throws IOException {
    var channel = broker.createChannel();
    channel.basicQos(MAX_BATCH);
    channel.basicConsume(
        QUEUE,
        false,
        new DefaultConsumer(channel) {
          @Override
          public void handleDelivery(
              String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
            arrived.add(new Delivery(envelope, properties, body));
          }
        });
    return channel;
  }

  /** Publishes a message; the stage completes with the publisher confirm. */
  CompletionStage<Void> publish(UUID id, byte[] body) {
    var properties =
        MessageProperties.PERSISTENT_BASIC
            .builder()
            .contentType("application/json")
            .messageId(id.toString())
            .build();
    var confirm = new CompletableFuture<Void>();
    synchronized (publisher) {
      unconfirmed.put(publisher.getNextPublishSeqNo(), confirm);
      try {
        publisher.basicPublish("", QUEUE, true, properties, body);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return confirm;
  }

  private void confirmed(long tag, boolean multiple) {
    if (!multiple) {
      unconfirmed.remove(tag).complete(null);
      return;
    }
    var confirmed = unconfirmed.headMap(tag, true);
    confirmed.values().forEach(confirm -> confirm.complete(null));
    confirmed.clear();
  }

  private void refused(long tag) {
    unconfirmed.remove(tag).completeExceptionally(new IOException("refused"));
  }

  private void store() {
    var batch = new ArrayList<Delivery>(MAX_BATCH);
    try (var connection = database.getConnection();
        var insert = connection.prepareStatement(INSERT)) {
      while (true) {
        batch.add(arrived.take());
        arrived.drainTo(batch, MAX_BATCH - 1);
        insert(connection, insert, batch);
        var last = batch.get(batch.size() - 1).getEnvelope().getDeliveryTag();
        consumer.basicAck(last, true);
        batch.clear();
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    } catch (SQLException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void insert(
      java.sql.Connection connection, PreparedStatement insert, List<Delivery> batch)
      throws SQLException {
    var ids = batch.stream().map(ClientLibraries::id);
    var payloads = batch.stream().map(message -> new String(message.getBody(), UTF_8));
    insert.setArray(1, connection.createArrayOf("uuid", ids.toArray()));
    insert.setArray(2, connection.createArrayOf("text", payloads.toArray()));
    insert.executeUpdate();
  }

  /** Returns the id of a message; those of a backlog have none. */
  private static UUID id(Delivery message) {
    var id = message.getProperties().getMessageId();
    return id == null ? UUID.randomUUID() : UUID.fromString(id);
  }

  /** Reads the highest number of a stored message. */
  long head() throws SQLException {
    try (var connection = database.getConnection();
        var select = connection.createStatement();
        var rows = select.executeQuery("SELECT max(seq) FROM bench_clients")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** Reads the first messages. */
  List<MinimalService.Message> page(int limit) throws SQLException {
    try (var connection = database.getConnection();
        var select = connection.prepareStatement(SELECT)) {
      select.setLong(1, 0);
      select.setInt(2, limit);
      var page = new ArrayList<MinimalService.Message>(limit);
      try (var rows = select.executeQuery()) {
        while (rows.next()) {
          page.add(
              new MinimalService.Message(
                  rows.getObject(2, UUID.class),
                  rows.getLong(1),
                  rows.getObject(3, UUID.class),
                  rows.getString(5),
                  rows.getTimestamp(4).toInstant()));
        }
      }
      return page;
    }
  }
}
