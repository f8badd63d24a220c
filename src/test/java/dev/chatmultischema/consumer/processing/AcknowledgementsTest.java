package dev.chatmultischema.consumer.processing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class AcknowledgementsTest {

  private final List<String> sent = new ArrayList<>();
  private final Acknowledgements acknowledgements =
      new Acknowledgements(
          (tag, multiple) -> sent.add((multiple ? "ack to " : "ack ") + tag),
          tag -> sent.add("requeue " + tag));

  @Test
  void acknowledgesInTheOrderOfTags() {
    acknowledgements.settle(deliveries(2, 4));
    assertThat(sent).isEmpty();
    acknowledgements.settle(deliveries(1));
    assertThat(sent).containsExactly("ack to 2");
    acknowledgements.settle(deliveries(3, 6));
    assertThat(sent).containsExactly("ack to 2", "ack to 4");
  }

  @Test
  void acknowledgesBehindAGapAndRequeuesTheRestAtTheEnd() {
    acknowledgements.settle(deliveries(1, 3, 5));
    acknowledgements.finish(deliveries(2, 4));
    assertThat(sent).containsExactly("ack to 1", "ack 3", "ack 5", "requeue 2", "requeue 4");
  }

  private static List<DecodedDelivery> deliveries(long... tags) {
    return LongStream.of(tags).mapToObj(tag -> Deliveries.of(tag, "{}")).toList();
  }
}
