package dev.chatmultischema.amqp.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.tenant.TenantId;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class MissingDeadLetterQueuesTest {

  private final MissingDeadLetterQueues missing = new MissingDeadLetterQueues();
  private final TenantId tenant = new TenantId(UUID.randomUUID());

  @Test
  void remembersUntilAQueueIsDeclared() {
    assertThat(missing.contains(tenant)).isFalse();
    missing.add(tenant, missing.declarations());
    assertThat(missing.contains(tenant)).isTrue();
    missing.forget();
    assertThat(missing.contains(tenant)).isFalse();
  }

  @Test
  void remembersNothingThatWasAskedBeforeADeclaration() {
    long before = missing.declarations();
    missing.forget();
    missing.add(tenant, before);
    assertThat(missing.contains(tenant)).isFalse();
  }
}
