package dev.chatmultischema.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.dropwizard.lifecycle.Managed;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.TimeZone;
import org.slf4j.LoggerFactory;

/**
 * Keeps the last {@value #MAX_LINES} log lines of level WARN and above in memory, each with its
 * exception and of at most {@value #MAX_LENGTH} characters. Safe for use by several threads.
 */
public final class RecentLines implements Managed {

  static final int MAX_LINES = 300;
  static final int MAX_LENGTH = 4_000;

  private final Deque<String> lines = new ArrayDeque<>();
  private final Appender appender = new Appender();

  /** Begins to keep lines; those of services in the same JVM too. */
  public RecentLines() {
    var root = root();
    var layout =
        new TextLayoutFactory().build(root.getLoggerContext(), TimeZone.getTimeZone("UTC"));
    layout.start();
    appender.layout = layout;
    appender.setName("recent");
    appender.setContext(root.getLoggerContext());
    appender.start();
    root.addAppender(appender);
  }

  private static Logger root() {
    return ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(Logger.ROOT_LOGGER_NAME);
  }

  /** Returns the lines, oldest first. */
  public List<String> list() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  @Override
  public void stop() {
    root().detachAppender(appender);
    appender.stop();
  }

  private final class Appender extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private LayoutBase<ILoggingEvent> layout;

    @Override
    protected void append(ILoggingEvent event) {
      if (!event.getLevel().isGreaterOrEqual(Level.WARN)) {
        return;
      }
      var line = layout.doLayout(event).stripTrailing();
      synchronized (lines) {
        lines.add(line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "…");
        if (lines.size() > MAX_LINES) {
          lines.remove();
        }
      }
    }
  }
}
