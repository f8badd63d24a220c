package dev.chatmultischema.amqp.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class QueueTypeTest {

  @Test
  void readsTheNamesOfTheConfiguration() throws Exception {
    var json = new ObjectMapper();
    assertThat(json.readValue("\"classic\"", QueueType.class)).isEqualTo(QueueType.CLASSIC);
    assertThat(json.readValue("\"quorum\"", QueueType.class)).isEqualTo(QueueType.QUORUM);
  }

  @Test
  void leavesClassicQueuesToThePoliciesOfTheBroker() {
    assertThat(QueueType.CLASSIC.arguments()).isEmpty();
    assertThat(QueueType.CLASSIC.deliveryArguments()).isEmpty();
    assertThat(QueueType.CLASSIC.expiryArguments()).isEmpty();
  }

  /** Without a limit, RabbitMQ requeues at the end; with its default of 20, it drops messages. */
  @Test
  void setsADeliveryLimitOutOfReachOnQuorumQueues() {
    assertThat(QueueType.QUORUM.arguments()).containsEntry("x-queue-type", "quorum");
    assertThat(QueueType.QUORUM.deliveryArguments()).containsEntry("x-delivery-limit", 1_000_000);
  }

  @Test
  void deadLettersExpiredMessagesOfQuorumQueuesAtLeastOnce() {
    assertThat(QueueType.QUORUM.expiryArguments())
        .containsEntry("x-dead-letter-strategy", "at-least-once")
        .containsEntry("x-overflow", "reject-publish");
  }

  @Test
  void spreadsTheLeadersOfQuorumQueues() {
    assertThat(QueueType.QUORUM.arguments()).containsEntry("x-queue-leader-locator", "balanced");
  }
}
