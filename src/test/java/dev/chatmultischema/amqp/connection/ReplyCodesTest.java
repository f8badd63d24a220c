package dev.chatmultischema.amqp.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplyCodesTest {

  private static IOException channelClosed(int code, String text, int classId, int methodId) {
    return closed(
        new AMQP.Channel.Close.Builder()
            .replyCode(code)
            .replyText(text)
            .classId(classId)
            .methodId(methodId)
            .build());
  }

  private static IOException closed(Method method) {
    return new IOException(new ShutdownSignalException(false, false, method, null));
  }

  @Test
  void findsTheReplyCodeAmongTheCauses() {
    var failure = channelClosed(AMQP.NOT_FOUND, "NOT_FOUND - no queue", 50, 10);
    assertThat(ReplyCodes.closedWith(failure, AMQP.NOT_FOUND)).isTrue();
    assertThat(ReplyCodes.closedWith(failure, AMQP.PRECONDITION_FAILED)).isFalse();
    assertThat(ReplyCodes.closedWith(new IOException("reset"), AMQP.NOT_FOUND)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "NOT_FOUND - no queue 'q' in vhost '/', true",
    "NOT_FOUND - home node 'rabbit@h1' of durable queue 'q' in vhost '/' is down or inaccessible,"
        + " false",
    "NOT_FOUND - failed to perform operation on queue 'q' in vhost '/' due to timeout, false",
    "NOT_FOUND - queue 'q' in vhost '/' process is stopped by supervisor, false",
  })
  void distinguishesAMissingQueueFromAnInaccessibleOne(String text, boolean isMissing) {
    var failure = channelClosed(AMQP.NOT_FOUND, text, 50, 10);
    assertThat(ReplyCodes.isMissing(failure)).isEqualTo(isMissing);
    assertThat(ReplyCodes.isInaccessible(failure)).isEqualTo(!isMissing);
    assertThat(ReplyCodes.isMissing(channelClosed(AMQP.ACCESS_REFUSED, text, 50, 10))).isFalse();
    assertThat(ReplyCodes.isInaccessible(new IOException("is down or inaccessible"))).isFalse();
  }

  @Test
  void distinguishesAClosedConnectionFromAClosedChannel() {
    var failure =
        closed(new AMQP.Connection.Close.Builder().replyCode(404).replyText("gone").build());
    assertThat(ReplyCodes.closedWith(failure, 404)).isFalse();
    assertThat(ReplyCodes.reason(failure)).isEqualTo("gone");
  }

  @ParameterizedTest
  @CsvSource({
    "40, 10, 'refused (exchange.declare, needs configure; write and read for its arguments)'",
    "50, 10, 'refused (queue.declare, needs configure; write and read for its arguments)'",
    "50, 20, 'refused (queue.bind, needs write on the queue and read on the exchange)'",
    "60, 20, 'refused (basic.consume, needs read)'",
    "60, 40, 'refused (basic.publish, needs write)'",
    "90, 10, refused",
  })
  void namesTheOperationAndItsPermission(int classId, int methodId, String reason) {
    var failure = channelClosed(AMQP.ACCESS_REFUSED, "refused", classId, methodId);
    assertThat(ReplyCodes.reason(failure)).isEqualTo(reason);
  }

  @Test
  void fallsBackToTheMessageOfTheException() {
    assertThat(ReplyCodes.reason(new IOException("connection reset")))
        .isEqualTo("connection reset");
    assertThat(ReplyCodes.reason(new IOException((String) null, new IOException("cause"))))
        .isEqualTo("cause");
    assertThat(ReplyCodes.reason(new IOException())).isEqualTo("IOException");
  }

  @Test
  void namesTheCauseOfALostConnection() {
    var loss = new ShutdownSignalException(true, false, null, null, "", new EOFException());
    assertThat(ReplyCodes.reason(loss)).isEqualTo("connection error; cause: java.io.EOFException");
  }
}
