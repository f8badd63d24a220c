package dev.chatmultischema.amqp.consume;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.impl.LongStringHelper;
import java.time.Instant;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsumerPriorityTest {

  private static Map<String, Object> broker(String product, String version) {
    return Map.of(
        "product", LongStringHelper.asLongString(product),
        "version", LongStringHelper.asLongString(version));
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.0.0", "4.3.2", "4.0.0-beta.5", "10.1.0"})
  void prefersLaterConsumersFromVersion4On(String version) {
    long before = Instant.now().getEpochSecond();
    assertThat(ConsumerPriority.arguments(broker("RabbitMQ", version)))
        .containsOnlyKeys("x-priority")
        .extractingByKey("x-priority", InstanceOfAssertFactories.LONG)
        .isBetween(before, Instant.now().getEpochSecond());
  }

  @ParameterizedTest
  @CsvSource({"RabbitMQ, 3.10.8", "RabbitMQ, 3.13.7", "RabbitMQ, four", "qpid, 10.1.0"})
  void sendsNoPriorityToOtherBrokers(String product, String version) {
    assertThat(ConsumerPriority.arguments(broker(product, version))).isEmpty();
  }

  @Test
  void sendsNoPriorityToABrokerWithoutAVersion() {
    assertThat(ConsumerPriority.arguments(Map.of())).isEmpty();
  }
}
