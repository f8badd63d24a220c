package dev.chatmultischema.consumer.processing;

import dev.chatmultischema.amqp.codec.MessageCodec;
import dev.chatmultischema.logging.LogFields;
import dev.chatmultischema.logging.RequestTrace;
import dev.chatmultischema.tenant.TenantId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs what became of a message, with the ids of the request that brought it and never with its
 * content: dead letters at level WARN, stored messages and others at DEBUG, or at INFO if the
 * request belongs to a trace that its caller has sampled.
 */
final class MessageLog {

  private static final Logger LOG = LoggerFactory.getLogger(MessageLog.class);

  private MessageLog() {}

  static void stored(TenantId tenant, DecodedDelivery delivery) {
    log(tenant, delivery, "stored message {} of tenant {}");
  }

  static void duplicate(TenantId tenant, DecodedDelivery delivery) {
    log(tenant, delivery, "dropped message {} of tenant {}, which is stored already");
  }

  static void retrying(TenantId tenant, DecodedDelivery delivery, Exception cause) {
    log(tenant, delivery, "will retry message {} of tenant {}: {}", cause.getMessage());
  }

  static void deadLettering(TenantId tenant, DecodedDelivery delivery, Exception cause) {
    log(
        Level.WARN,
        trace(delivery),
        tenant,
        delivery,
        "dead-lettering message {} of tenant {}: {}",
        cause.getMessage());
  }

  private static void log(
      TenantId tenant, DecodedDelivery delivery, String format, Object... more) {
    // Runs for each stored message: most are not logged.
    if (!LOG.isInfoEnabled()) {
      return;
    }
    var trace = trace(delivery);
    var level = trace.isSampled() ? Level.INFO : Level.DEBUG;
    if (LOG.isEnabledForLevel(level)) {
      log(level, trace, tenant, delivery, format, more);
    }
  }

  private static void log(
      Level level,
      RequestTrace trace,
      TenantId tenant,
      DecodedDelivery delivery,
      String format,
      Object... more) {
    try (var fields =
        LogFields.of(trace).with("tenant", tenant).with("message_id", delivery.messageId())) {
      var line = LOG.atLevel(level).addArgument(delivery.messageId()).addArgument(tenant);
      for (var argument : more) {
        line = line.addArgument(argument);
      }
      line.log(format);
    }
  }

  private static RequestTrace trace(DecodedDelivery delivery) {
    return MessageCodec.trace(delivery.delivery().properties());
  }
}
