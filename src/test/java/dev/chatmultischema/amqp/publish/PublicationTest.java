package dev.chatmultischema.amqp.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import dev.chatmultischema.amqp.codec.OutboundMessage;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublicationTest {

  private final OutboundMessage first = message("a");
  private final OutboundMessage second = message("b");
  private final Publication publication = new Publication(List.of(first, second));

  private static OutboundMessage message(String id) {
    return new OutboundMessage(
        "", "queue", new AMQP.BasicProperties.Builder().messageId(id).build(), new byte[0]);
  }

  private boolean isDone() throws InterruptedException {
    return publication.await(0);
  }

  @Test
  void isDoneOnceAllMessagesAreConfirmed() throws Exception {
    publication.confirm();
    assertThat(isDone()).isFalse();
    publication.confirm();
    assertThat(isDone()).isTrue();
    assertThat(publication.failure()).isNull();
    assertThat(publication.rejected()).isEmpty();
  }

  @Test
  void rejectsARefusedMessageByItsSequenceNumber() throws Exception {
    publication.numberFrom(41);
    publication.refuse(42);
    publication.confirm();
    assertThat(isDone()).isTrue();
    assertThat(publication.rejected()).containsExactly(second);
  }

  /** RabbitMQ returns an unroutable message and then confirms it. */
  @Test
  void rejectsAReturnedMessageAlthoughItIsConfirmed() throws Exception {
    publication.returned("", "queue", "a");
    publication.returned("", "queue", "of another publication");
    publication.confirm();
    publication.confirm();
    assertThat(isDone()).isTrue();
    assertThat(publication.rejected()).containsExactly(first);
  }

  /** The retry of a message has its id and may be returned before its first confirm arrives. */
  @Test
  void ignoresTheReturnOfAnotherMessageWithTheSameId() {
    publication.returned("chat.retry.1000", "queue", "a");
    publication.returned("", "another queue", "a");
    assertThat(publication.rejected()).isEmpty();
  }

  @Test
  void isDoneAtOnceWhenItFails() throws Exception {
    publication.confirm();
    publication.fail("the channel closed");
    assertThat(isDone()).isTrue();
    assertThat(publication.failure()).isEqualTo("the channel closed");
  }
}
