package dev.chatmultischema.amqp.consume;

import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Gives a later consumer of a queue a higher priority than an earlier one. Only the node that a
 * tenant is assigned to starts a consumer, so the latest one is on the preferred node.
 *
 * <p>From RabbitMQ 4.0 on, a single active consumer of a quorum queue hands over to one of higher
 * priority as soon as its deliveries are acknowledged. Earlier versions deliver to the first one
 * until it is cancelled, whatever the priorities; these get none. Other types of queues, and nodes
 * whose clock is behind, are handed over by cancelling the earlier consumer, too.
 */
final class ConsumerPriority {

  private static final String PRIORITY = "x-priority";
  private static final int FIRST_MAJOR_VERSION = 4;
  private static final Pattern MAJOR_VERSION = Pattern.compile("(\\d{1,4})\\..*");

  private ConsumerPriority() {}

  /** Returns the arguments of a consumer that starts now on a broker with these properties. */
  static Map<String, Object> arguments(Map<String, Object> serverProperties) {
    return isRespected(serverProperties)
        ? Map.of(PRIORITY, Instant.now().getEpochSecond())
        : Map.of();
  }

  private static boolean isRespected(Map<String, Object> serverProperties) {
    var version = MAJOR_VERSION.matcher(String.valueOf(serverProperties.get("version")));
    return String.valueOf(serverProperties.get("product")).equals("RabbitMQ")
        && version.matches()
        && Integer.parseInt(version.group(1)) >= FIRST_MAJOR_VERSION;
  }
}
