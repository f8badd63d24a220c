package dev.chatmultischema.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.embedded.TcpProxy;
import dev.chatmultischema.message.Message;
import dev.chatmultischema.redis.BroadcastSignature;
import dev.chatmultischema.redis.PubSubChannels;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** Streams lose, duplicate and reorder nothing while servers, connections and nodes fail. */
class StreamRepairIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int HISTORY = 1_000;
  private static final int RESUMES = 1_000;
  private static TcpProxy redis;
  private static TcpProxy postgres;
  private static ChatService first;
  private static ChatService second;
  private static MessageWriter firstWriter;
  private static MessageWriter secondWriter;

  private String token;
  private TenantId tenant;

  @BeforeAll
  static void start() throws Exception {
    var backends = Backends.shared();
    redis = TcpProxy.to(backends.redisUrl());
    postgres = TcpProxy.to(backends.databaseUrl());
    var redisUrl = redis.url(backends.redisUrl());
    first =
        ChatService.on(backends)
            .environment("DATABASE_URL", postgres.url(backends.databaseUrl()))
            .environment("REDIS_URL", redisUrl)
            .setting("redis.timeout", "300ms")
            .setting("redis.pingInterval", "500ms")
            .start();
    firstWriter = new MessageWriter(backends.databaseUrl(), redisUrl);
    second = ChatService.start();
    secondWriter = new MessageWriter(backends.databaseUrl(), backends.redisUrl());
  }

  @AfterAll
  static void stop() throws Exception {
    first.close();
    second.close();
    firstWriter.close();
    secondWriter.close();
    redis.close();
    postgres.close();
  }

  @BeforeEach
  void createTenant() {
    token = first.login(first.addUser(Role.USER, null));
    tenant = first.addTenant(token);
  }

  private Map<String, String> headers(long position) {
    var headers = new HashMap<String, String>();
    headers.put("Authorization", "Bearer " + token);
    headers.put("X-Tenant-ID", tenant.toString());
    headers.put("Last-Event-ID", Long.toString(position));
    return headers;
  }

  private SseClient open(ChatService node, long position) throws Exception {
    return new SseClient(node.uri().resolve("/messages/stream"), headers(position));
  }

  private static List<Long> range(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  private static void awaitReceived(SseClient client, long last) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> client.messageCount() >= last || client.hasEnded());
    assertThat(client.seqs()).isEqualTo(range(1, last));
  }

  @Test
  void losesNothingWhileRedisIsInterrupted() throws Exception {
    try (var there = open(first, 0);
        var elsewhere = open(second, 0)) {
      long published = 0;
      for (int round = 0; round < 3; round++) {
        published += publishSingly(firstWriter, 100);
        redis.cut();
        published += publishSingly(firstWriter, 100);
        redis.restore();
        published += publishSingly(secondWriter, 100);
        redis.stall();
        published += publishSingly(secondWriter, 100);
        redis.cut();
        redis.restore();
      }
      awaitReceived(there, published);
      awaitReceived(elsewhere, published);
    } finally {
      redis.restore();
    }
  }

  private long publishSingly(MessageWriter writer, int count) {
    for (int i = 0; i < count; i++) {
      writer.publish(tenant, 1);
    }
    return count;
  }

  private byte[] payload(List<Message> messages) {
    var text = new StringBuilder(" ".repeat(BroadcastSignature.CONTENT));
    text.append(messages.get(0).seq()).append('\n');
    messages.forEach(message -> text.append(secondWriter.json(message)).append('\n'));
    return new BroadcastSignature(ChatService.signatures())
        .sign(tenant, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void repairsLostDuplicateAndReorderedBroadcasts() throws Exception {
    var random = new Random(7);
    var channel = PubSubChannels.tenant(tenant).getBytes(StandardCharsets.UTF_8);
    try (var client = open(second, 0);
        var jedis = new Jedis(URI.create(Backends.shared().redisUrl()))) {
      long published = 0;
      for (int round = 0; round < 40; round++) {
        var payloads = new ArrayList<byte[]>();
        for (int batch = 0; batch < 5; batch++) {
          var stored = secondWriter.store(tenant, 1 + random.nextInt(20), "round " + round);
          published += stored.size();
          for (int copies = random.nextInt(3); copies > 0; copies--) {
            payloads.add(payload(stored));
          }
        }
        payloads.add("nothing of the sort".getBytes(StandardCharsets.UTF_8));
        Collections.shuffle(payloads, random);
        payloads.forEach(bytes -> jedis.publish(channel, bytes));
      }
      awaitReceived(client, published);
    }
  }

  @Test
  void showsNoEventThatAClientOfRedisHasForged() throws Exception {
    var channel = PubSubChannels.tenant(tenant).getBytes(StandardCharsets.UTF_8);
    try (var client = open(second, 0);
        var jedis = new Jedis(URI.create(Backends.shared().redisUrl()))) {
      for (long seq = 1; seq <= 3; seq++) {
        var forged =
            "%d\n{\"message_id\":\"%s\",\"seq\":%d,\"content\":{\"text\":\"forged\"}}\n"
                .formatted(seq, UUID.randomUUID(), seq);
        jedis.publish(channel, forged.getBytes(StandardCharsets.UTF_8));
        jedis.publish(channel, ("A".repeat(22) + "\n" + forged).getBytes(StandardCharsets.UTF_8));
      }
      secondWriter.publish(tenant, 3);
      awaitReceived(client, 3);
    }
  }

  @Test
  void keepsStreamsWhilePostgresqlIsDown() throws Exception {
    try (var live = open(first, 0);
        var old = open(first, 0)) {
      secondWriter.publish(tenant, 10);
      awaitReceived(live, 10);
      postgres.cut();
      try {
        // Only Redis can deliver these.
        secondWriter.publish(tenant, 10);
        awaitReceived(live, 20);
        awaitReceived(old, 20);
        redis.cut();
        secondWriter.publish(tenant, 10);
        var refused =
            SseClient.get(
                first.uri().resolve("/messages/stream?last_event_id=0"),
                Map.of("Authorization", "x"));
        assertThat(refused.statusCode()).isEqualTo(401);
        // Longer than users and tenants are cached.
        await()
            .during(Duration.ofSeconds(7))
            .atMost(PATIENCE)
            .until(() -> !live.hasEnded() && !old.hasEnded());
        var unavailable = SseClient.get(first.uri().resolve("/messages/stream"), headers(0));
        assertThat(unavailable.statusCode()).isEqualTo(503);
        assertThat(unavailable.body()).contains("\"code\":\"database_unavailable\"");
        assertThat(unavailable.headers().firstValue("Retry-After")).isPresent();
      } finally {
        postgres.restore();
        redis.restore();
      }
      awaitReceived(live, 30);
      awaitReceived(old, 30);
      secondWriter.publish(tenant, 1);
      awaitReceived(live, 31);
      try (var late = open(first, 0)) {
        awaitReceived(late, 31);
      }
    }
  }

  @Test
  void findsALostMessageWithoutALaterOne() throws Exception {
    try (var client = open(second, 0)) {
      secondWriter.publish(tenant, 1);
      await().until(() -> client.seqs().size() == 1);
      secondWriter.store(tenant, 1, "not broadcast");
      awaitReceived(client, 2);
    }
  }

  @Test
  void resumesFromAnyPositionOnAnyNodeDuringPublishing() throws Exception {
    firstWriter.publish(tenant, HISTORY);
    var stopped = new AtomicBoolean();
    var readers = Executors.newFixedThreadPool(5);
    try {
      var publisher =
          readers.submit(
              () -> {
                while (!stopped.get()) {
                  firstWriter.publish(tenant, 3);
                  secondWriter.publish(tenant, 3);
                }
                return null;
              });
      var random = new Random(11);
      var resumes = new ArrayList<Future<?>>();
      for (int i = 0; i < RESUMES; i++) {
        var node = random.nextBoolean() ? first : second;
        long position = random.nextInt(HISTORY);
        resumes.add(readers.submit(resume(node, position)));
      }
      for (var resume : resumes) {
        resume.get();
      }
      stopped.set(true);
      publisher.get();
    } finally {
      stopped.set(true);
      readers.shutdownNow();
    }
  }

  private Callable<Void> resume(ChatService node, long position) {
    return () -> {
      // All earlier messages, and some later ones.
      int wanted = (int) (HISTORY - position + 50);
      try (var client = open(node, position)) {
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(10))
            .until(() -> client.messageCount() >= wanted || client.hasEnded());
        var seqs = client.seqs();
        assertThat(seqs).isEqualTo(range(position + 1, position + seqs.size()));
      }
      return null;
    };
  }

  @Test
  void occupiesNoThreadForAStream() throws Exception {
    var sockets = new ArrayList<Socket>();
    try {
      int before = Thread.activeCount();
      for (int i = 0; i < 90; i++) {
        sockets.add(openSocket(second, null));
        int opened = i + 1;
        await()
            .pollInterval(Duration.ofMillis(1))
            .until(() -> second.metric("chat_stream_subscribers", tenant) == opened);
      }
      secondWriter.publish(tenant, 10);
      await().until(() -> second.metric("chat_stream_events_total", tenant) == 900);
      assertThat(Thread.activeCount() - before).isLessThan(30);
    } finally {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }

  /** Long before the next heartbeat. */
  @Test
  void detectsADisconnectedClientAtOnce() throws Exception {
    try (var socket = openSocket(second, null)) {
      await().until(() -> second.metric("chat_stream_subscribers", tenant) == 1);
      socket.close();
      await().until(() -> second.metric("chat_stream_subscribers", tenant) == 0);
    }
  }

  @Test
  void disconnectsOnlyClientsThatDoNotRead() throws Exception {
    var text = "x".repeat(10_000);
    try (var good = open(second, 0);
        var bad = openSocket(second, null)) {
      await().until(() -> !good.events().isEmpty());
      await().until(() -> second.metric("chat_stream_subscribers", tenant) == 2);
      long published = 0;
      while (published < 500) {
        published += secondWriter.publish(tenant, 10, text).size();
      }
      await().until(() -> second.metric("chat_stream_dropped_subscribers_total", tenant) == 1);
      awaitReceived(good, published);
      await().until(() -> second.metric("chat_stream_subscribers", tenant) == 1);
      bad.setSoTimeout((int) PATIENCE.toMillis());
      assertThat(readToTheEnd(bad)).isLessThan(published * text.length() / 2);
    }
  }

  @Test
  void keepsClientsThatReadHistorySlowly() throws Exception {
    var text = "x".repeat(10_000);
    for (int i = 0; i < 20; i++) {
      secondWriter.publish(tenant, 100, text);
    }
    try (var socket = openSocket(second, 0L)) {
      // Longer than a live client may stall.
      await()
          .during(Duration.ofSeconds(3))
          .until(() -> second.metric("chat_stream_dropped_subscribers_total", tenant) == 0);
      var lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      var seqs = new ArrayList<Long>();
      while (seqs.size() < 2_000) {
        var line = lines.readLine();
        assertThat(line).isNotNull();
        if (line.startsWith("id: ")) {
          seqs.add(Long.parseLong(line.substring(4)));
        }
      }
      assertThat(seqs).isEqualTo(range(1, 2_000));
      assertThat(second.metric("chat_stream_dropped_subscribers_total", tenant)).isZero();
    }
  }

  @Test
  void endsStreamsAheadOfTheHead() throws Exception {
    secondWriter.publish(tenant, 5);
    try (var client = open(second, 0)) {
      awaitReceived(client, 5);
      second
          .jdbi()
          .useHandle(
              handle ->
                  handle.execute(
                      "UPDATE tenant_heads SET head_seq = 3 WHERE tenant_id = ?", tenant.value()));
      await().atMost(PATIENCE).until(client::hasEnded);
    }
    try (var client = open(second, 5)) {
      await().until(() -> !client.events().isEmpty());
      assertThat(client.events().get(0).type()).isEqualTo("reset");
      // These messages get the seq of the lost ones.
      second
          .jdbi()
          .useHandle(
              handle ->
                  handle.execute("DELETE FROM %s WHERE seq > 3".formatted(tenant.partition())));
      secondWriter.publish(tenant, 1, "another fourth");
      await().until(() -> client.seqs().equals(List.of(4L)));
      assertThat(client.messages().get(0).data()).contains("another fourth");
    }
  }

  /** Reads until the server has closed or broken the connection; returns the number of bytes. */
  private static long readToTheEnd(Socket socket) throws IOException {
    var buffer = new byte[64 * 1024];
    long total = 0;
    try {
      for (int read = 0; read >= 0; read = socket.getInputStream().read(buffer)) {
        total += read;
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("still open after %d bytes".formatted(total), e);
    } catch (SocketException e) {
      // A reset is an end as well.
    }
    return total;
  }

  private Socket openSocket(ChatService node, Long position) throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(16 * 1024);
    socket.connect(new InetSocketAddress("localhost", node.uri().getPort()));
    var request = new StringBuilder("GET /messages/stream HTTP/1.1\r\nHost: localhost\r\n");
    request.append("Authorization: ").append(token).append("\r\n");
    request.append("X-Tenant-ID: ").append(tenant).append("\r\n");
    if (position != null) {
      request.append("Last-Event-ID: ").append(position).append("\r\n");
    }
    socket
        .getOutputStream()
        .write(request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
    return socket;
  }
}
