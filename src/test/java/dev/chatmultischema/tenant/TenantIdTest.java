package dev.chatmultischema.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TenantIdTest {

  private static final String ID = "0192d5a1-7b3c-7def-8a4b-0123456789ab";

  @Test
  void parsesItsOwnForm() {
    assertThat(TenantId.fromString(ID)).hasToString(ID);
    assertThat(TenantId.fromString("0192D5A1-7B3C-7DEF-8A4B-0123456789AB")).hasToString(ID);
  }

  @Test
  void namesSchemaAndPartitionWithoutCharactersToQuote() {
    var tenant = TenantId.fromString(ID);
    assertThat(tenant.schema()).isEqualTo("tenant_0192d5a17b3c7def8a4b0123456789ab");
    assertThat(tenant.partition()).isEqualTo("tenant_0192d5a17b3c7def8a4b0123456789ab.messages");
  }

  @Test
  void sortsNewIdsByTime() {
    var time = Instant.parse("2026-01-02T03:04:05.678Z");
    assertThat(TenantId.createdAt(time).toString())
        .isLessThan(TenantId.createdAt(time.plusMillis(1)).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0192d5a1",
        "0192d5a17b3c7def8a4b0123456789ab",
        "{0192d5a1-7b3c-7def-8a4b-0123456789ab}",
        "0192d5a1-7b3c-7def-8a4b-0123456789ag",
        "0192d5a17-b3c-7def-8a4b-0123456789ab",
        "0192d5a-17b3c-7def-8a4b-0123456789ab",
        "0192d5a1-7b3c-7def-8a4b0-123456789ab",
        "1-1-1-1-1",
      })
  void refusesEverythingElse(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> TenantId.fromString(text));
  }
}
