package dev.chatmultischema.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.tenant.TenantId;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ExternalMemberTest {

  /** RFC 9562, appendix A.4: the namespace of DNS and {@code www.example.com}. */
  @Test
  void hasTheIdOfTheStandard() {
    var dns = TenantId.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    assertThat(ExternalMember.id(dns, "www.example.com"))
        .isEqualTo(UUID.fromString("2ed6657d-e927-568b-95e1-2665a8aea6a2"));
  }

  @Test
  void encodesSubAsUtf8() {
    var dns = TenantId.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    // As Python's uuid.uuid5(uuid.NAMESPACE_DNS, 'zoë 😀').
    assertThat(ExternalMember.id(dns, "zoë 😀"))
        .isEqualTo(UUID.fromString("eb91cc9e-4108-57b0-9db0-59d46dc097bf"));
  }

  @Test
  void differsFromIdsOfUsers() {
    var tenant = TenantId.create();
    assertThat(ExternalMember.isExternalId(ExternalMember.id(tenant, "sub"))).isTrue();
    assertThat(ExternalMember.isExternalId(tenant.value())).isFalse();
    assertThat(ExternalMember.isExternalId(UUID.randomUUID())).isFalse();
    assertThat(ExternalMember.isExternalId(null)).isFalse();
  }

  @Test
  void cleansNames() {
    assertThat(MemberName.of("Ada Lovelace")).isEqualTo("Ada Lovelace");
    assertThat(MemberName.of("  Zoe\u0308 ")).isEqualTo("Zo\u00eb");
    assertThat(MemberName.of("a\nb\u0000c\u001b[31m")).isEqualTo("abc[31m");
    assertThat(MemberName.of("Ada\u202e\u200b Lovelace")).isEqualTo("Ada Lovelace");
    assertThat(MemberName.of("\ud800x")).isEqualTo("x");
    assertThat(MemberName.of("x".repeat(1_000))).hasSize(200);
    assertThat(MemberName.of(" \u200b\n")).isNull();
    assertThat(MemberName.of("")).isNull();
    assertThat(MemberName.of(null)).isNull();
  }
}
