package dev.chatmultischema.database;

import dev.chatmultischema.url.HostPort;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Decides which of several servers is the primary, from what each of them has answered last.
 *
 * <p>Each promotion begins a timeline with a higher number (PostgreSQL manual, section 26.3.5). So
 * a former primary that still runs is distinguished from the server that was promoted in its place,
 * and is not used again when that server fails.
 */
final class PrimaryElection {

  /** What a server has answered. */
  sealed interface Answer {}

  /** The server accepts writes. */
  record Primary(String system, long timeline) implements Answer {}

  /** The server is a standby, or is read-only. */
  record ReadOnly() implements Answer {}

  /** The server did not answer. */
  record Silent(String reason) implements Answer {}

  private final Map<HostPort, Answer> answers = new LinkedHashMap<>();

  /** The highest timeline of each database system, by its identifier. */
  private final Map<String, Long> timelines = new HashMap<>();

  private HostPort elected;

  /**
   * @param hosts at least one, which are preferred in this order
   */
  PrimaryElection(List<HostPort> hosts) {
    hosts.forEach(host -> answers.put(host, null));
  }

  /** Records the answer of a server; returns the primary, or empty if none is known. */
  synchronized Optional<HostPort> record(HostPort host, Answer answer) {
    answers.put(host, answer);
    if (answer instanceof Primary primary) {
      timelines.merge(primary.system(), primary.timeline(), Math::max);
    }
    var found = newest();
    if (found.isPresent()) {
      elected = found.get();
    } else if (elected != null && !(answers.get(elected) instanceof Silent)) {
      elected = null;
    }
    return Optional.ofNullable(elected);
  }

  /** Returns the primary with the newest timeline, the present one if there are several. */
  private Optional<HostPort> newest() {
    if (elected != null && isNewest(answers.get(elected))) {
      return Optional.of(elected);
    }
    return answers.keySet().stream().filter(host -> isNewest(answers.get(host))).findFirst();
  }

  private boolean isNewest(Answer answer) {
    return answer instanceof Primary primary
        && primary.timeline() == timelines.get(primary.system());
  }

  /** Returns whether every server has answered, or failed to. */
  synchronized boolean isComplete() {
    return !answers.containsValue(null);
  }

  /** Returns the answers of all servers, for messages. */
  @Override
  public synchronized String toString() {
    return answers.entrySet().stream()
        .map(entry -> entry.getKey() + " " + text(entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  private String text(Answer answer) {
    if (answer instanceof Primary primary) {
      return isNewest(primary) ? "is the primary" : "is a former primary";
    }
    if (answer instanceof Silent silent) {
      return "does not answer (" + silent.reason() + ")";
    }
    return answer == null ? "has not answered yet" : "is a standby or read-only";
  }
}
