package dev.chatmultischema.admin;

import io.dropwizard.servlets.tasks.LogConfigurationTask;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Sets the level of loggers of this node, for a while or until it restarts, by Dropwizard's task of
 * the same name; that one takes {@code DEBUG} for a level it does not know, and this refuses it.
 */
final class SetLogLevel implements Operation {

  private static final String LOGGER = "logger";
  private static final String LEVEL = "level";
  private static final String DURATION = "duration";

  private static final Set<String> LEVELS =
      Set.of("OFF", "ERROR", "WARN", "INFO", "DEBUG", "TRACE", "ALL");

  private static final Duration MAX_DURATION = Duration.ofDays(7);

  private final LogConfigurationTask task = new LogConfigurationTask();

  @Override
  public String name() {
    return task.getName();
  }

  @Override
  public String usage() {
    return "?logger=NAME[&logger=NAME…][&level=OFF|ERROR|WARN|INFO|DEBUG|TRACE|ALL]"
        + "[&duration=PT10M][&reason=…]";
  }

  @Override
  public void check(Parameters parameters) throws BadUsage {
    parameters.allow(LOGGER, LEVEL, DURATION);
    var unused = query(parameters);
  }

  private static HashMap<String, List<String>> query(Parameters parameters) throws BadUsage {
    var query = new HashMap<String, List<String>>();
    var loggers = parameters.all(LOGGER);
    if (loggers.isEmpty() || loggers.contains("")) {
      throw new BadUsage("logger is required");
    }
    query.put(LOGGER, loggers);
    level(parameters).ifPresent(level -> query.put(LEVEL, List.of(level)));
    duration(parameters).ifPresent(time -> query.put(DURATION, List.of(time.toString())));
    return query;
  }

  private static Optional<String> level(Parameters parameters) throws BadUsage {
    var level = parameters.optional(LEVEL).map(text -> text.toUpperCase(Locale.ROOT));
    if (level.isPresent() && !LEVELS.contains(level.get())) {
      throw new BadUsage("level must be one of OFF, ERROR, WARN, INFO, DEBUG, TRACE and ALL");
    }
    return level;
  }

  private static Optional<Duration> duration(Parameters parameters) throws BadUsage {
    try {
      var duration = parameters.optional(DURATION).map(Duration::parse);
      if (duration.isEmpty()
          || duration.get().compareTo(MAX_DURATION) <= 0
              && duration.get().compareTo(Duration.ofSeconds(1)) >= 0) {
        return duration;
      }
    } catch (DateTimeParseException e) {
      throw badDuration();
    }
    throw badDuration();
  }

  private static BadUsage badDuration() {
    return new BadUsage("duration must be one after ISO 8601 of at most 7 days, as in PT10M");
  }

  @Override
  public String run(Parameters parameters, PrintWriter output) throws BadUsage, OperationFailed {
    var query = query(parameters);
    try {
      task.execute(query, output);
    } catch (Exception e) {
      throw new OperationFailed("could not set the level: " + e, e);
    }
    return "level set to " + level(parameters).orElse("that of its parent");
  }
}
