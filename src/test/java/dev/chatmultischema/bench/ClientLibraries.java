package dev.chatmultischema.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.MessageProperties;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/**
 * The floor of the work behind requests: the client libraries alone do what the service needs of
 * RabbitMQ and PostgreSQL, without HTTP, JSON, or anything of the service.
 *
 * <p>A post is a persistent, mandatory message with a confirm, of which as many are outstanding as
 * the load has connections. It is consumed, stored with all others that have arrived, and then
 * acknowledged. A page and a user are one statement each.
 */
public final class ClientLibraries {

  private static final String QUEUE = "chat_bench_clients";
  private static final int MAX_BATCH = 500;
  private static final int PAGE = 50;

  private static final String TABLE =
      """
      CREATE TABLE bench_clients (
        seq bigserial PRIMARY KEY, message_id uuid UNIQUE, sender_id uuid, created_at timestamptz,
        payload jsonb)
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
      LIMIT %d
      """;

  private final java.sql.Connection database;
  private final Channel publisher;
  private final Channel consumer;
  private final Semaphore outstanding = new Semaphore(Load.CONNECTIONS);
  private final Semaphore stored = new Semaphore(0);
  private final BlockingQueue<Delivery> arrived = new LinkedBlockingQueue<>();

  private ClientLibraries(java.sql.Connection database, Connection broker)
      throws IOException, SQLException {
    this.database = database;
    publisher = broker.createChannel();
    consumer = broker.createChannel();
    try (var create = database.createStatement()) {
      create.execute(TABLE);
    }
    publisher.queueDeclare(QUEUE, true, false, false, null);
    publisher.confirmSelect();
    publisher.addConfirmListener(
        (tag, multiple) -> confirmed(tag, multiple), (tag, multiple) -> confirmed(tag, multiple));
    consumer.basicQos(MAX_BATCH);
    consumer.basicConsume(
        QUEUE,
        false,
        new DefaultConsumer(consumer) {
          @Override
          public void handleDelivery(
              String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
            arrived.add(new Delivery(envelope, properties, body));
          }
        });
  }

  private long lastConfirmed;

  private void confirmed(long tag, boolean multiple) {
    outstanding.release(multiple ? (int) (tag - lastConfirmed) : 1);
    lastConfirmed = Math.max(tag, lastConfirmed);
  }

  /**
   * Reads lines of a kind of {@link Work} and a duration in nanoseconds, does the work for so long,
   * and prints its number.
   */
  public static void main(String... arguments) throws Exception {
    var url = URI.create(arguments[0]);
    var login = url.getUserInfo().split(":", 2);
    var jdbc = "jdbc:postgresql://%s:%d%s".formatted(url.getHost(), url.getPort(), url.getPath());
    var factory = new ConnectionFactory();
    factory.setUri(arguments[1]);
    // The client reads a path of / as the empty name.
    factory.setVirtualHost("/");
    factory.setAutomaticRecoveryEnabled(false);
    try (var database = DriverManager.getConnection(jdbc, login[0], login[1]);
        var broker = factory.newConnection();
        var lines = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      var clients = new ClientLibraries(database, broker);
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var words = line.split(" ");
        System.out.println(clients.run(Work.valueOf(words[0]), Long.parseLong(words[1])));
      }
      clients.publisher.queueDelete(QUEUE);
    }
  }

  private int run(Work work, long nanos) throws Exception {
    long end = System.nanoTime() + nanos;
    return switch (work) {
      case POST -> posts(end);
      case PAGE -> statements(PAGE, end);
      case ME -> statements(1, end);
      default -> throw new IllegalArgumentException(work.text());
    };
  }

  private int posts(long end) throws Exception {
    var store = new Thread(this::store, "store");
    store.setDaemon(true);
    store.start();
    int posted = 0;
    while (System.nanoTime() < end) {
      outstanding.acquire();
      publisher.basicPublish(
          "", QUEUE, true, properties(), Posts.message(posted++).getBytes(UTF_8));
    }
    stored.acquire(posted);
    store.interrupt();
    store.join();
    return posted;
  }

  private static AMQP.BasicProperties properties() {
    return MessageProperties.PERSISTENT_BASIC
        .builder()
        .contentType("application/json")
        .messageId(UUID.randomUUID().toString())
        .build();
  }

  private void store() {
    var batch = new ArrayList<Delivery>(MAX_BATCH);
    try (var insert = database.prepareStatement(INSERT)) {
      while (true) {
        batch.add(arrived.take());
        arrived.drainTo(batch, MAX_BATCH - 1);
        insert(insert, batch);
        var last = batch.get(batch.size() - 1).getEnvelope().getDeliveryTag();
        consumer.basicAck(last, true);
        stored.release(batch.size());
        batch.clear();
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    } catch (SQLException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void insert(PreparedStatement insert, List<Delivery> batch) throws SQLException {
    var ids =
        batch.stream().map(message -> UUID.fromString(message.getProperties().getMessageId()));
    var payloads = batch.stream().map(message -> new String(message.getBody(), UTF_8));
    insert.setArray(1, database.createArrayOf("uuid", ids.toArray()));
    insert.setArray(2, database.createArrayOf("text", payloads.toArray()));
    insert.executeUpdate();
  }

  private int statements(int limit, long end) throws SQLException {
    int count = 0;
    try (var select = database.prepareStatement(SELECT.formatted(limit))) {
      while (System.nanoTime() < end) {
        select.setLong(1, count % 100);
        try (var rows = select.executeQuery()) {
          while (rows.next()) {
            read(rows);
          }
        }
        count++;
      }
    }
    return count;
  }

  private static void read(java.sql.ResultSet rows) throws SQLException {
    var message =
        new BareService.Message(
            rows.getObject(2, UUID.class),
            rows.getLong(1),
            rows.getObject(3, UUID.class),
            null,
            rows.getTimestamp(4).toInstant());
    if (message.seq() < 1 || rows.getBytes(5).length == 0) {
      throw new SQLException("not a message: " + message);
    }
  }
}
