package dev.chatmultischema.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class OutageLogTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(OutageLogTest.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  private final OutageLog outage =
      new OutageLog(logger, "could not read heads", "retrying in 250 ms", "reading heads again");

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
  void logsEachOutageOnceAtItsBeginAndOnceAtItsEnd() {
    outage.up();
    outage.down("refused");
    outage.down("timed out");
    outage.up();
    outage.up();
    outage.down("timed out");

    assertEquals(
        List.of(
            "WARN could not read heads: refused; retrying in 250 ms",
            "INFO reading heads again",
            "WARN could not read heads: timed out; retrying in 250 ms"),
        lines());
  }

  @Test
  void logsTheFirstSuccessOnce() {
    var dependency =
        OutageLog.withFirstSuccess(logger, "redis is unavailable", "retrying", "redis is up");

    dependency.up();
    dependency.up();

    assertEquals(List.of("INFO redis is up"), lines());
  }

  @Test
  void namesTheMostSpecificCause() {
    outage.down(
        new IllegalStateException(
            "no connection", new SQLException("role chat may not log in", new Exception("EOF"))));
    outage.up();
    outage.down(new IllegalStateException("no connection", new IllegalStateException("refused")));
    outage.up();
    outage.down(new IllegalStateException());

    assertEquals(
        List.of(
            "WARN could not read heads: role chat may not log in; retrying in 250 ms",
            "WARN could not read heads: refused; retrying in 250 ms",
            "WARN could not read heads: java.lang.IllegalStateException; retrying in 250 ms"),
        lines().stream().filter(line -> line.startsWith("WARN")).toList());
  }

  private List<String> lines() {
    return log.list.stream()
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }
}
