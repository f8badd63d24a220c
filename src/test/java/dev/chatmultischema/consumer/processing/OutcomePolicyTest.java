package dev.chatmultischema.consumer.processing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomePolicyTest {

  private static final int MAX_RETRIES = 2;

  private final OutcomePolicy policy = new OutcomePolicy(MAX_RETRIES);

  @ParameterizedTest
  @ValueSource(strings = {Deliveries.OUTAGE, "57P01", "53300", "42P01", "02000"})
  void postponesInAnOutageAndWithoutAPartition(String sqlState) {
    var cause = Deliveries.failure(sqlState);
    var delivery = Deliveries.withAttempts(1, MAX_RETRIES);
    assertThat(policy.isOutage(cause)).isTrue();
    assertThat(policy.notStored(delivery, cause)).isEqualTo(new Outcome.Postponed(delivery, cause));
  }

  @ParameterizedTest
  @ValueSource(strings = {Deliveries.CONFLICT, Deliveries.REFUSED, "42501"})
  void retriesARefusedMessageUntilNoRetryIsLeft(String sqlState) {
    var cause = Deliveries.failure(sqlState);
    assertThat(policy.isOutage(cause)).isFalse();
    for (int attempts = 0; attempts < MAX_RETRIES; attempts++) {
      var delivery = Deliveries.withAttempts(1, attempts);
      assertThat(policy.notStored(delivery, cause)).isEqualTo(new Outcome.Retry(delivery, cause));
    }
    var last = Deliveries.withAttempts(1, MAX_RETRIES);
    assertThat(policy.notStored(last, cause)).isEqualTo(new Outcome.DeadLetter(last, cause));
  }

  @Test
  void deadLettersAnInvalidValueAtOnce() {
    var cause = Deliveries.failure(Deliveries.INVALID);
    var delivery = Deliveries.withAttempts(1, 0);
    assertThat(policy.notStored(delivery, cause))
        .isEqualTo(new Outcome.DeadLetter(delivery, cause));
  }

  @Test
  void deadLettersAnUndecodableMessageAtOnce() {
    var delivery = Deliveries.of(1, "no JSON");
    var cause = new IOException("no JSON");
    assertThat(policy.undecodable(delivery, cause))
        .isEqualTo(new Outcome.DeadLetter(delivery, cause));
  }

  @Test
  void postponesAMessageThatWasNotRepublished() {
    var delivery = Deliveries.of(1, "{}");
    var cause = new IOException("not confirmed");
    assertThat(policy.notRepublished(delivery, cause))
        .isEqualTo(new Outcome.Postponed(delivery, cause));
  }

  @Test
  void postponesAfterAnUnexpectedError() {
    var error = new StackOverflowError("deep");
    assertThat(policy.unexpected(Deliveries.of(1, "{}"), error).cause())
        .hasMessageContaining("deep")
        .hasCause(error);
  }
}
