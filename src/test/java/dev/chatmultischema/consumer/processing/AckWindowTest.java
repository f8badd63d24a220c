package dev.chatmultischema.consumer.processing;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import dev.chatmultischema.amqp.codec.Delivery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AckWindowTest {

  private final AckWindow window = new AckWindow();

  @Test
  void acknowledgesContiguousDeliveriesAtOnce() {
    window.settle(deliveries(1, 2, 3));
    assertThat(window.advance()).isEqualTo(3);
    assertThat(window.advance()).isZero();
  }

  @Test
  void waitsBehindAGapUntilItIsFilled() {
    window.settle(deliveries(3, 4));
    assertThat(window.advance()).isZero();
    assertThat(behindGap()).containsExactly(3L, 4L);
    window.settle(deliveries(1));
    assertThat(window.advance()).isEqualTo(1);
    window.settle(deliveries(2));
    assertThat(window.advance()).isEqualTo(4);
    assertThat(behindGap()).isEmpty();
  }

  @Test
  void keepsItsPlaceOverManyRounds() {
    for (long tag = 1; tag < 100_000; tag += 2) {
      window.settle(deliveries(tag + 1));
      assertThat(window.advance()).isZero();
      window.settle(deliveries(tag));
      assertThat(window.advance()).isEqualTo(tag + 1);
    }
  }

  private List<Long> behindGap() {
    var tags = new ArrayList<Long>();
    window.forEachBehindGap(tags::add);
    return tags;
  }

  private static List<DecodedDelivery> deliveries(long... tags) {
    return Arrays.stream(tags)
        .mapToObj(
            tag -> Deliveries.decoded(new Delivery(tag, new AMQP.BasicProperties(), new byte[0])))
        .toList();
  }
}
