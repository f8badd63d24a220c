package dev.chatmultischema.amqp.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.AMQP;
import dev.chatmultischema.amqp.codec.OutboundMessage;
import dev.chatmultischema.message.BrokerUnavailable;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublicationTest {

  private static final long DEADLINE = 1_000;

  private final OutboundMessage first = message("a");
  private final OutboundMessage second = message("b");
  private final Publication publication = new Publication(List.of(first, second), DEADLINE);

  private static OutboundMessage message(String id) {
    return new OutboundMessage(
        "", "queue", new AMQP.BasicProperties.Builder().messageId(id).build(), new byte[0]);
  }

  private List<OutboundMessage> rejected() {
    publication.complete();
    return publication.result().join().messages();
  }

  @Test
  void isAnsweredOnceAllMessagesAreConfirmed() {
    assertThat(publication.confirm()).isFalse();
    assertThat(publication.confirm()).isTrue();
    assertThat(publication.result()).isNotDone();
    assertThat(rejected()).isEmpty();
  }

  @Test
  void rejectsARefusedMessageByItsSequenceNumber() {
    publication.numberFrom(41);
    assertThat(publication.refuse(42)).isFalse();
    assertThat(publication.confirm()).isTrue();
    assertThat(rejected()).containsExactly(second);
    assertThat(publication.result().join().isRefused()).isTrue();
  }

  /** A message that is returned and refused was not refused for itself. */
  @Test
  void doesNotTakeAReturnedMessageForARefusedOne() {
    publication.numberFrom(41);
    publication.returned("", "queue", "b");
    assertThat(publication.refuse(42)).isFalse();
    assertThat(publication.confirm()).isTrue();
    assertThat(rejected()).containsExactly(second);
    assertThat(publication.result().join().isRefused()).isFalse();
  }

  /** RabbitMQ returns an unroutable message and then confirms it. */
  @Test
  void rejectsAReturnedMessageAlthoughItIsConfirmed() {
    publication.returned("", "queue", "a");
    publication.returned("", "queue", "of another publication");
    assertThat(publication.confirm()).isFalse();
    assertThat(publication.confirm()).isTrue();
    assertThat(rejected()).containsExactly(first);
  }

  /** The retry of a message has its id and may be returned before its first confirm arrives. */
  @Test
  void ignoresTheReturnOfAnotherMessageWithTheSameId() {
    publication.returned("chat.retry.1000", "queue", "a");
    publication.returned("", "another queue", "a");
    assertThat(rejected()).isEmpty();
  }

  @Test
  void failsOnceAndForAll() {
    var failure = new BrokerUnavailable("the channel closed", null);
    publication.fail(failure);
    publication.complete();
    assertThatThrownBy(publication.result()::join).hasCause(failure);
  }

  @Test
  void expiresOnceAtItsDeadline() {
    assertThat(publication.expire(DEADLINE - 1)).isFalse();
    assertThat(publication.isExpired()).isFalse();
    assertThat(publication.expire(DEADLINE)).isTrue();
    assertThat(publication.expire(DEADLINE)).isFalse();
    assertThat(publication.isExpired()).isTrue();
  }
}
