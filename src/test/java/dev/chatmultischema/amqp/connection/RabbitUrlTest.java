package dev.chatmultischema.amqp.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chatmultischema.url.HostPort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RabbitUrlTest {

  @ParameterizedTest
  @CsvSource({
    "amqp://u:p@broker:5672/, /",
    "amqp://u:p@broker:5672, /",
    "amqp://u:p@broker:5672/%2F, /",
    "amqp://u:p@broker:5672/chat, chat",
    "amqp://u:p@broker:5672/a%2Fb, a/b",
  })
  void readsTheVirtualHost(String url, String vhost) {
    assertThat(RabbitUrl.parse(url).vhost()).isEqualTo(vhost);
  }

  @Test
  void decodesUserAndPassword() {
    var url = RabbitUrl.parse("amqp://a%40b:p%3Aq+r@broker");
    assertThat(url.user()).isEqualTo("a@b");
    assertThat(url.password()).isEqualTo("p:q+r");
    assertThat(url.addresses()).containsExactly(new HostPort("broker", 5672));
  }

  @Test
  void usesTlsForAmqps() {
    var url = RabbitUrl.parse("amqps://broker");
    assertThat(url.tls()).isTrue();
    assertThat(url.addresses()).containsExactly(new HostPort("broker", 5671));
    assertThat(url.user()).isEqualTo("guest");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://broker", "amqp:///x", "amqp://u:sec ret@broker", "amqp://b/x/y", ""})
  void rejectsOtherTextsThanAmqpUrls(String url) {
    assertThatThrownBy(() -> RabbitUrl.parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("RABBITMQ_URL")
        .hasMessageNotContaining("sec");
  }

  @Test
  void neverShowsThePassword() {
    assertThat(RabbitUrl.parse("amqp://u:secret@broker/")).hasToString("amqp://u@broker:5672/");
    assertThat(RabbitUrl.parse("amqp://u:secret@h1,h2:1,h_3/chat"))
        .hasToString("amqp://u@h1:5672,h2:1,h_3:5672/chat");
  }
}
