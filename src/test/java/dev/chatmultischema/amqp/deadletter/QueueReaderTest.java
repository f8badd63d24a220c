package dev.chatmultischema.amqp.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueueReaderTest {

  private final List<Long> acknowledged = new ArrayList<>();
  private int ready;
  private int bodySize = 10;
  private long lastTag;

  /** A channel whose queue holds some messages of equal size. */
  private final Channel channel =
      (Channel)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {Channel.class},
              (proxy, method, arguments) -> {
                switch (method.getName()) {
                  case "basicGet" -> {
                    assertThat(arguments).containsExactly("queue", false);
                    return get();
                  }
                  case "basicAck" -> acknowledged.add((Long) arguments[0]);
                  default -> throw new UnsupportedOperationException(method.toString());
                }
                return null;
              });

  private GetResponse get() {
    if (ready == 0) {
      return null;
    }
    ready--;
    lastTag++;
    return new GetResponse(
        new Envelope(lastTag, false, "", "queue"),
        new AMQP.BasicProperties(),
        new byte[bodySize],
        ready);
  }

  private int read(long limit) throws IOException {
    return QueueReader.read(channel, "queue", limit).size();
  }

  @Test
  void readsToTheEndOfTheQueue() throws IOException {
    ready = 3;
    assertThat(read(10)).isEqualTo(3);
    assertThat(read(10)).isZero();
  }

  @Test
  void readsNoMoreThanTheLimitAndTheMaximum() throws IOException {
    ready = 300;
    assertThat(read(0)).isZero();
    assertThat(read(7)).isEqualTo(7);
    assertThat(read(Long.MAX_VALUE)).isEqualTo(QueueReader.MAX_MESSAGES);
  }

  @Test
  void endsAGroupAtOneMebibyteOfBodies() throws IOException {
    ready = 10;
    bodySize = 400 * 1024;
    assertThat(read(10)).isEqualTo(3);
  }

  @Test
  void acknowledgesEachMessage() throws IOException {
    ready = 3;
    QueueReader.acknowledge(channel, QueueReader.read(channel, "queue", 10));
    assertThat(acknowledged).containsExactly(1L, 2L, 3L);
  }
}
