package dev.chatmultischema.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.json.StrictJson;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserPatchTest {

  private static final ObjectMapper JSON = StrictJson.mapper();
  private static final TenantId TENANT = TenantId.create();
  private static final TenantId OTHER_TENANT = TenantId.create();
  private static final User ANN =
      new User(
          UUID.randomUUID(),
          "Ann",
          "ann@example.com",
          Role.USER,
          TENANT,
          false,
          Instant.parse("2026-01-02T03:04:05.678Z"));

  private static UserPatch patch(String json) throws JsonProcessingException {
    return JSON.readValue(json, UserPatch.class);
  }

  @Test
  void leavesAbsentFieldsUnchanged() throws JsonProcessingException {
    var patch = patch("{}");
    assertThat(patch.applyTo(ANN)).isEqualTo(ANN);
    assertThat(patch.newPassword()).isEmpty();
  }

  @Test
  void changesTheFieldsThatArePresent() throws JsonProcessingException {
    var patch =
        patch(
            """
            {"name":"Zoe","email":"zoe@example.com","password":"a new password",
              "role":"admin","tenant_id":"%s","disabled":true}
            """
                .formatted(OTHER_TENANT));
    assertThat(patch.applyTo(ANN))
        .isEqualTo(
            new User(
                ANN.userId(),
                "Zoe",
                "zoe@example.com",
                Role.ADMIN,
                OTHER_TENANT,
                true,
                ANN.createdAt()));
    assertThat(patch.newPassword()).contains("a new password");
  }

  @Test
  void changesOneFieldAlone() throws JsonProcessingException {
    assertThat(patch("{\"disabled\":true}").applyTo(ANN))
        .isEqualTo(
            new User(
                ANN.userId(), ANN.name(), ANN.email(), Role.USER, TENANT, true, ANN.createdAt()));
  }

  @Test
  void normalizesNameAndEmail() throws JsonProcessingException {
    var changed =
        patch("{\"name\":\"Zoe\u0308\",\"email\":\"ZOE\u0308@Example.com\"}").applyTo(ANN);
    assertThat(changed.name()).isEqualTo("Zo\u00EB");
    assertThat(changed.email()).isEqualTo("zo\u00EB@example.com");
  }

  @Test
  void endsTheMembershipForANullTenant() throws JsonProcessingException {
    assertThat(patch("{\"tenant_id\":null}").applyTo(ANN).tenantId()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"name", "email", "password", "role", "disabled"})
  void refusesNullForEveryOtherField(String field) {
    assertThatThrownBy(() -> patch("{\"%s\":null}".formatted(field)))
        .isInstanceOf(JsonMappingException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"user_id\":\"0192d5a1-7b3c-7def-8a4b-0123456789ab\"}",
        "{\"role\":\"owner\"}",
        "{\"tenant_id\":\"1-1-1-1-1\"}",
        "{\"disabled\":\"yes\"}",
        "[]"
      })
  void refusesUnknownFieldsAndInvalidValues(String json) {
    assertThatThrownBy(() -> patch(json)).isInstanceOf(JsonMappingException.class);
  }
}
