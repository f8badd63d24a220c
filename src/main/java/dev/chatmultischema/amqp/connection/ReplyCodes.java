package dev.chatmultischema.amqp.connection;

import com.google.common.base.Throwables;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the broker's reason for closing a channel or connection (AMQP 0-9-1, section 1.4.2.1 and
 * the list of constants).
 */
public final class ReplyCodes {

  /**
   * The methods that need a permission, by class and method id, and the permissions that they need
   * (RabbitMQ's guide to access control, "How Permissions Work").
   */
  private static final Map<String, String> OPERATIONS =
      Map.ofEntries(
          Map.entry("10.40", "connection.open"),
          Map.entry("40.10", "exchange.declare, needs configure; write and read for its arguments"),
          Map.entry("50.10", "queue.declare, needs configure; write and read for its arguments"),
          Map.entry("50.20", "queue.bind, needs write on the queue and read on the exchange"),
          Map.entry("50.30", "queue.purge, needs read"),
          Map.entry("50.40", "queue.delete, needs configure"),
          Map.entry("60.20", "basic.consume, needs read"),
          Map.entry("60.40", "basic.publish, needs write"),
          Map.entry("60.70", "basic.get, needs read"));

  /**
   * Parts of reply texts with the code 404 of a queue that exists: the node with its only copy is
   * down, it did not answer in time, or its process was stopped after repeated failures (RabbitMQ:
   * rabbit_amqqueue).
   */
  private static final List<String> INACCESSIBLE =
      List.of("is down or inaccessible", "due to timeout", "is stopped by supervisor");

  private ReplyCodes() {}

  /** Returns whether the cause of a failure is a channel that the broker closed with the code. */
  public static boolean closedWith(Throwable failure, int code) {
    return close(failure, code).isPresent();
  }

  /** Returns whether the cause of a failure is that a queue or exchange does not exist. */
  public static boolean isMissing(Throwable failure) {
    return close(failure, AMQP.NOT_FOUND).filter(close -> !isInaccessible(close)).isPresent();
  }

  /**
   * Returns whether the cause of a failure is that a queue exists and cannot be used for now. It
   * keeps its messages, and RabbitMQ responds with the code of a missing queue.
   */
  public static boolean isInaccessible(Throwable failure) {
    return close(failure, AMQP.NOT_FOUND).filter(ReplyCodes::isInaccessible).isPresent();
  }

  private static boolean isInaccessible(AMQP.Channel.Close close) {
    return INACCESSIBLE.stream().anyMatch(close.getReplyText()::contains);
  }

  private static Optional<AMQP.Channel.Close> close(Throwable failure, int code) {
    return signal(failure)
        .map(ShutdownSignalException::getReason)
        .filter(AMQP.Channel.Close.class::isInstance)
        .map(AMQP.Channel.Close.class::cast)
        .filter(close -> close.getReplyCode() == code);
  }

  /**
   * Returns the reason of a failure: the broker's reply text and the refused operation if the
   * broker closed a channel or connection, else the exception's message.
   */
  public static String reason(Throwable failure) {
    return signal(failure)
        .flatMap(signal -> reply(signal.getReason()))
        .orElseGet(() -> message(failure));
  }

  private static Optional<String> reply(Method reason) {
    if (reason instanceof AMQP.Channel.Close close) {
      return Optional.of(close.getReplyText() + operation(close.getClassId(), close.getMethodId()));
    }
    if (reason instanceof AMQP.Connection.Close close) {
      return Optional.of(close.getReplyText() + operation(close.getClassId(), close.getMethodId()));
    }
    return Optional.empty();
  }

  private static String operation(int classId, int methodId) {
    var operation = OPERATIONS.get(classId + "." + methodId);
    return operation == null ? "" : " (" + operation + ")";
  }

  private static String message(Throwable failure) {
    var cause =
        failure.getMessage() == null && failure.getCause() != null ? failure.getCause() : failure;
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  private static Optional<ShutdownSignalException> signal(Throwable failure) {
    return Throwables.getCausalChain(failure).stream()
        .filter(ShutdownSignalException.class::isInstance)
        .map(ShutdownSignalException.class::cast)
        .findFirst();
  }
}
