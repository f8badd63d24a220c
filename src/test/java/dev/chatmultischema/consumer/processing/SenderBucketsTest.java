package dev.chatmultischema.consumer.processing;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import dev.chatmultischema.amqp.codec.Delivery;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SenderBucketsTest {

  private static final UUID ANN = new UUID(0, 1);
  private static final UUID BEN = new UUID(0, 2);

  private final SenderBuckets buckets = new SenderBuckets(new DeliveryBudget(1_000_000));

  @Test
  void takesAllDeliveriesInArrivalOrder() {
    add(1, ANN);
    add(2, BEN);
    add(3, ANN);
    assertThat(tags(buckets.poll(10))).containsExactly(1L, 2L, 3L);
    assertThat(buckets.hasReady()).isFalse();
    assertThat(buckets.inFlight()).isEqualTo(3);
  }

  @Test
  void takesASenderIntoOneBatchAtATime() {
    add(1, ANN);
    var first = buckets.poll(10);
    add(2, ANN);
    assertThat(buckets.hasReady()).isFalse();
    add(3, BEN);
    assertThat(buckets.hasReady()).isTrue();
    assertThat(tags(buckets.poll(10))).containsExactly(3L);
    buckets.release(first, List.of());
    assertThat(buckets.hasReady()).isTrue();
    assertThat(tags(buckets.poll(10))).containsExactly(2L);
  }

  @Test
  void putsPostponedDeliveriesBackInTheirPlace() {
    add(1, ANN);
    add(2, BEN);
    var first = buckets.poll(10);
    add(3, ANN);
    add(4, BEN);
    buckets.release(first, first.deliveries());
    assertThat(tags(buckets.poll(10))).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void boundsABatch() {
    add(1, ANN);
    add(2, ANN);
    add(3, ANN);
    assertThat(tags(buckets.poll(2))).containsExactly(1L, 2L);
    assertThat(buckets.waiting()).isEqualTo(1);
  }

  private void add(long tag, UUID sender) {
    var headers = java.util.Map.<String, Object>of("x-chat-sender", sender.toString());
    var properties = new AMQP.BasicProperties.Builder().headers(headers).build();
    buckets.add(Deliveries.decoded(new Delivery(tag, properties, new byte[10])));
  }

  private static List<Long> tags(SenderBuckets.Batch batch) {
    return batch.deliveries().stream().map(DecodedDelivery::tag).toList();
  }
}
