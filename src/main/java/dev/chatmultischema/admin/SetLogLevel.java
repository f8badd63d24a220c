package dev.chatmultischema.admin;

import io.dropwizard.servlets.tasks.LogConfigurationTask;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Sets the level of loggers of this node until it restarts, or for 1 s to 7 days, by Dropwizard's
 * task of the same name. Dropwizard's task sets {@code DEBUG} for an unknown level; this one
 * refuses it.
 */
final class SetLogLevel implements Operation<SetLogLevel.Command> {

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

  /**
   * The loggers to change.
   *
   * @param level the new level; empty for the level of the parent logger
   * @param duration the time until the level is reset; empty if it stays until a restart
   */
  record Command(List<String> loggers, Optional<String> level, Optional<Duration> duration) {

    private Map<String, List<String>> query() {
      var query = new HashMap<String, List<String>>();
      query.put(LOGGER, loggers);
      level.ifPresent(name -> query.put(LEVEL, List.of(name)));
      duration.ifPresent(time -> query.put(DURATION, List.of(time.toString())));
      return query;
    }
  }

  @Override
  public Command parse(Parameters parameters) throws BadUsage {
    parameters.allow(LOGGER, LEVEL, DURATION);
    var loggers = parameters.all(LOGGER);
    if (loggers.isEmpty() || loggers.contains("")) {
      throw new BadUsage("logger is required");
    }
    return new Command(loggers, level(parameters), duration(parameters));
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
          || (duration.get().compareTo(MAX_DURATION) <= 0
              && duration.get().compareTo(Duration.ofSeconds(1)) >= 0)) {
        return duration;
      }
    } catch (DateTimeParseException e) {
      throw badDuration();
    }
    throw badDuration();
  }

  private static BadUsage badDuration() {
    return new BadUsage("duration must be an ISO 8601 duration from PT1S to P7D, as in PT10M");
  }

  @Override
  public String execute(Command command, PrintWriter output) throws OperationFailed {
    try {
      task.execute(command.query(), output);
    } catch (Exception e) {
      throw new OperationFailed("could not set the level: " + e, e);
    }
    return "level set to " + command.level.orElse("that of its parent");
  }
}
