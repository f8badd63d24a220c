package dev.chatmultischema.amqp.publish;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import dev.chatmultischema.amqp.codec.OutboundMessage;
import dev.chatmultischema.message.BrokerUnavailable;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnavailableQueuesTest {

  private final UnavailableQueues queues = new UnavailableQueues();

  private static OutboundMessage message(String exchange, String routingKey) {
    return new OutboundMessage(
        exchange, routingKey, new AMQP.BasicProperties.Builder().build(), new byte[0]);
  }

  private void assertAvailable(OutboundMessage message) {
    assertThatCode(() -> queues.requireAvailable(message)).doesNotThrowAnyException();
  }

  private void assertRefused(OutboundMessage message) {
    assertThatThrownBy(() -> queues.requireAvailable(message))
        .isInstanceOf(BrokerUnavailable.class)
        .hasMessageContaining("takes no messages for now");
  }

  private boolean isAvailable(OutboundMessage message) {
    try {
      queues.requireAvailable(message);
      return true;
    } catch (BrokerUnavailable e) {
      return false;
    }
  }

  @Test
  void refusesMessagesForTheFailedQueueOnly() {
    var failed = message("", "tenant_1_queue");
    assertAvailable(failed);
    queues.failed(failed);
    assertRefused(failed);
    assertRefused(message("", "tenant_1_queue"));
    assertAvailable(message("", "tenant_2_queue"));
    assertAvailable(message("chat.retry.1000", "tenant_1_queue"));
  }

  /** All messages of a retry exchange go to the queue of its delay, whatever their routing key. */
  @Test
  void identifiesARetryQueueByItsExchange() {
    queues.failed(message("chat.retry.1000", "tenant_1_queue"));
    assertRefused(message("chat.retry.1000", "tenant_2_queue"));
    assertAvailable(message("chat.retry.1100", "tenant_1_queue"));
    assertAvailable(message("", "tenant_1_queue"));
  }

  @Test
  void allowsOneTrialASecond() {
    var failed = message("", "tenant_1_queue");
    queues.failed(failed);
    await().atMost(Duration.ofSeconds(3)).until(() -> isAvailable(failed));
    assertRefused(failed);
    // A failed trial does not delay the next one.
    queues.failed(failed);
    await().atMost(Duration.ofSeconds(3)).until(() -> isAvailable(failed));
  }

  @Test
  void isAvailableAgainOnceItHasRecovered() {
    var failed = message("", "tenant_1_queue");
    queues.failed(failed);
    queues.recovered(failed);
    assertAvailable(failed);
    queues.failed(failed);
    queues.clear();
    assertAvailable(failed);
  }
}
