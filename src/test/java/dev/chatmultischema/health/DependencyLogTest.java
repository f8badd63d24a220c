package dev.chatmultischema.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.codahale.metrics.health.HealthCheck;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class DependencyLogTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(DependencyLog.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private RuntimeException outage;

  private final DependencyLog check =
      new DependencyLog(
          "rabbitmq",
          new HealthCheck() {
            @Override
            protected Result check() {
              if (outage != null) {
                throw outage;
              }
              return Result.healthy();
            }
          });

  @BeforeEach
  void listen() {
    logger.setLevel(Level.INFO);
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(log);
    logger.setLevel(null);
  }

  @Test
  void logsEachChangeOnceWithItsReason() {
    outage = new IllegalStateException("no channel", new IllegalStateException("refused"));
    check.execute();
    check.execute();
    outage = new IllegalStateException("timed out");
    check.execute();
    outage = null;
    check.execute();
    check.execute();
    outage = new IllegalStateException("timed out");
    check.execute();

    assertEquals(
        List.of(
            "rabbitmq is unavailable: refused; retrying",
            "rabbitmq is up",
            "rabbitmq is unavailable: timed out; retrying"),
        log.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
  }

  @Test
  void logsNoOutageWhileTheFirstConnectionsAreOpened() {
    outage = new IllegalStateException("not connected");
    check.execute();
    outage = null;
    check.execute();

    assertEquals(
        List.of("rabbitmq is up"),
        log.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
  }

  @Test
  void keepsTheReasonButNoStackTrace() {
    outage = new IllegalStateException("refused");

    var result = check.execute();

    assertEquals("refused", result.getMessage());
    assertNull(result.getError());
  }

  @Test
  void logsNothingDuringShutdown() {
    outage = new IllegalStateException("interrupted");
    Thread.currentThread().interrupt();
    try {
      check.execute();
    } finally {
      Thread.interrupted();
    }

    assertEquals(List.of(), log.list);
  }
}
