package dev.chatmultischema.amqp.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Connection;
import dev.chatmultischema.concurrency.LongLivedThread;
import dev.chatmultischema.message.BrokerUnavailable;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SupervisedConnectionTest {

  /** All connections so far, two for each session. */
  private final List<FakeConnection> opened = new CopyOnWriteArrayList<>();

  private final AtomicInteger attempts = new AtomicInteger();
  private volatile String refusal;
  private volatile String refusalOfSecond;

  /** Its resources are the generation of the session. */
  private final SupervisedConnection<Long> connection =
      new SupervisedConnection<>(this::connect, "amqp://broker", "testing", this::openTwo);

  private final LongLivedThread supervisor =
      new LongLivedThread("test-supervisor", () -> connection.supervise(this::examine));

  private volatile Function<Long, Optional<String>> defect = generation -> Optional.empty();

  private Optional<String> examine(Long generation) {
    return defect.apply(generation);
  }

  private Connection connect(String name) throws IOException {
    var reason = name.equals("second") ? refusalOfSecond : refusal;
    if (reason != null) {
      throw new ConnectException(reason);
    }
    var fake = new FakeConnection();
    opened.add(fake);
    return fake.connection();
  }

  private long openTwo(BrokerSession session) throws IOException, TimeoutException {
    attempts.incrementAndGet();
    session.connect("first");
    session.connect("second");
    return session.generation();
  }

  @AfterEach
  void stop() {
    supervisor.shutdown();
    connection.close();
    supervisor.shutdownNow();
  }

  @Test
  void refusesAtOnceBeforeTheFirstSession() {
    assertThatThrownBy(connection::forPublishing)
        .isInstanceOf(BrokerUnavailable.class)
        .hasMessageContaining("no connection for testing: ");
    assertThat(attempts).hasValue(0);
  }

  @Test
  void opensOnDemandOnce() {
    assertThat(connection.open()).isEqualTo(1);
    assertThat(connection.open()).isEqualTo(1);
    assertThat(connection.forPublishing()).isEqualTo(1);
    assertThat(attempts).hasValue(1);
  }

  @Test
  void refusesAfterLossUntilOpenedAgain() {
    connection.open();
    opened.get(1).lose();
    assertThat(connection.isOpen()).isFalse();
    assertThat(connection.resources()).isEmpty();
    assertThatThrownBy(connection::forPublishing).isInstanceOf(BrokerUnavailable.class);
    assertThat(connection.isReachable()).isTrue();
    assertThat(connection.open()).isEqualTo(2);
  }

  @Test
  void limitsTheRateOfAttempts() {
    refusal = "connection refused";
    for (int call = 0; call < 1_000; call++) {
      assertThatThrownBy(connection::open)
          .isInstanceOf(BrokerUnavailable.class)
          .hasMessageContaining("connection refused");
    }
    assertThat(attempts.get()).isBetween(1, 100);
  }

  @Test
  void refusesPublishingWhileAnyConnectionIsBlocked() throws Exception {
    connection.open();
    opened.get(1).block();
    assertThatThrownBy(connection::forPublishing)
        .isInstanceOf(BrokerUnavailable.class)
        .hasMessageContaining("low on disk");
    assertThatThrownBy(() -> connection.withChannel(channel -> null))
        .isInstanceOf(BrokerUnavailable.class);
    assertThat(connection.isOpen()).isTrue();
    opened.get(1).unblock();
    assertThat(connection.forPublishing()).isEqualTo(1);
  }

  @Test
  void closesTheFirstConnectionIfTheSecondFails() {
    refusalOfSecond = "no more connections";
    assertThatThrownBy(connection::open).hasMessageContaining("no more connections");
    assertThat(opened).singleElement().returns(false, FakeConnection::isOpen);
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void detectsALossDuringTheSetup() {
    var lostInSetup =
        new SupervisedConnection<>(
            this::connect,
            "amqp://broker",
            "testing",
            session -> {
              session.connect("first");
              opened.get(0).lose();
              return 1;
            });
    lostInSetup.open();
    assertThat(lostInSetup.isOpen()).isFalse();
  }

  @Test
  void reopensAllConnectionsAfterTheLossOfOne() {
    supervisor.start();
    await().until(connection::isOpen);
    opened.get(0).lose();
    await().until(() -> connection.isOpen() && connection.forPublishing() == 2);
    assertThat(opened).hasSize(4);
    assertThat(opened.get(1).isOpen()).isFalse();
  }

  @Test
  void retriesUntilTheBrokerAccepts() {
    refusal = "connection refused";
    supervisor.start();
    await().until(() -> attempts.get() > 2);
    assertThat(connection.isOpen()).isFalse();
    refusal = null;
    await().until(connection::isOpen);
  }

  @Test
  void replacesADefectiveSession() {
    defect = generation -> generation == 1 ? Optional.of("silent") : Optional.empty();
    supervisor.start();
    await().until(() -> connection.isOpen() && connection.forPublishing() == 2);
    assertThat(opened.get(0).isOpen()).isFalse();
  }

  @Test
  void keepsABlockedSessionWhoseBrokerIsSilent() throws Exception {
    connection.open();
    opened.get(0).block();
    var examined = new AtomicInteger();
    defect =
        generation -> {
          examined.incrementAndGet();
          return Optional.of("silent");
        };
    supervisor.start();
    await().during(Duration.ofMillis(1_500)).until(() -> examined.get() == 0);
    opened.get(0).unblock();
    await().until(() -> examined.get() > 0);
  }

  @Test
  void opensNothingAfterClose() {
    connection.open();
    connection.close();
    assertThat(opened).noneMatch(FakeConnection::isOpen);
    assertThatThrownBy(connection::open)
        .isInstanceOf(BrokerUnavailable.class)
        .hasMessageContaining("no connection for testing: closed");
    assertThat(attempts).hasValue(1);
  }
}
