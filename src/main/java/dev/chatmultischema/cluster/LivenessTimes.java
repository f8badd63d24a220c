package dev.chatmultischema.cluster;

import java.time.Duration;

/**
 * Holds every time on which the liveness of nodes and the receipts of commands depend.
 *
 * <p>These inequalities must hold; a test verifies them:
 *
 * <pre>
 * 3 · HEARTBEAT_INTERVAL &lt; DEAD_AFTER
 *     two lost heartbeats do not move a node's tenants
 * DEAD_AFTER &lt; ISOLATED_AFTER
 *     an outage of the database that all nodes share moves no tenant while it is short
 * ISOLATED_AFTER + RECONCILE_INTERVAL &lt; RECEIPT_REQUIRED_FOR
 *     a node that may still consume must write a receipt
 * commandTimeout(n) + HEARTBEAT_INTERVAL + RECONCILE_INTERVAL &lt; receiptTimeout(n)
 *     a node's late receipt, with the reason of the delay, still arrives
 * receiptTimeout(10,000) &lt; COMMAND_READ_FOR
 *     every node finds a command for as long as its receipt is awaited
 * COMMAND_READ_FOR &lt; NODE_KEPT_FOR &lt; COMMAND_KEPT_FOR
 *     no row is deleted while a node may still read it
 * </pre>
 */
public final class LivenessTimes {

  /** The time between two heartbeats of a node, each an update of its row. */
  static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(1);

  /** A node without a heartbeat for this long is dead to the other nodes, by the database clock. */
  public static final Duration DEAD_AFTER = Duration.ofSeconds(5);

  /** A node that could not write a heartbeat for this long hands over its tenants, by its clock. */
  static final Duration ISOLATED_AFTER = Duration.ofSeconds(20);

  /**
   * A node with a heartbeat within this time may still consume, so a command that changes the
   * desired state waits for its receipt.
   */
  public static final Duration RECEIPT_REQUIRED_FOR = Duration.ofSeconds(25);

  /** The longest time between two reads of the desired state and of the command log by a node. */
  public static final Duration RECONCILE_INTERVAL = Duration.ofSeconds(1);

  /** Nodes read commands that are at most this old. */
  static final Duration COMMAND_READ_FOR = Duration.ofMinutes(3);

  /** The row of a node that did not shut down in order is deleted after this time. */
  static final Duration NODE_KEPT_FOR = Duration.ofHours(1);

  /** Commands and their receipts are deleted after this time. */
  static final Duration COMMAND_KEPT_FOR = Duration.ofDays(7);

  private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration COMMAND_TIMEOUT_PER_TENANT = Duration.ofMillis(8);

  /** The time from a node's last moment to write a receipt to the end of the wait for it. */
  private static final Duration RECEIPT_MARGIN = Duration.ofSeconds(4);

  private LivenessTimes() {}

  /** Returns the time within which a node executes a command that concerns so many tenants. */
  public static Duration commandTimeout(int tenants) {
    return COMMAND_TIMEOUT.plus(COMMAND_TIMEOUT_PER_TENANT.multipliedBy(tenants));
  }

  /** Returns the time to wait for the receipts of a command that concerns so many tenants. */
  public static Duration receiptTimeout(int tenants) {
    return commandTimeout(tenants).plus(RECEIPT_MARGIN);
  }
}
