package dev.chatmultischema.accounts;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.AccountText;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import io.dropwizard.jackson.JsonSnakeCase;
import io.swagger.v3.oas.annotations.media.Schema;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * What to change about a user, as a JSON merge patch (RFC 7396): what is absent stays, and a null
 * tenant ends the membership; nothing else may be null.
 *
 * <p>Not a record, whose absent fields Jackson takes for null.
 */
@JsonSnakeCase
public final class UserPatch {

  @JsonProperty
  @JsonSetter(nulls = Nulls.FAIL)
  @Name
  private String name;

  @JsonProperty
  @JsonSetter(nulls = Nulls.FAIL)
  @EmailAddress
  private String email;

  @JsonProperty
  @JsonSetter(nulls = Nulls.FAIL)
  @Password
  private String password;

  @JsonProperty
  @JsonSetter(nulls = Nulls.FAIL)
  private Role role;

  @JsonProperty
  @Schema(implementation = UUID.class)
  private Membership tenantId;

  @JsonProperty
  @JsonSetter(nulls = Nulls.FAIL)
  private Boolean disabled;

  /** A tenant to be member of, or null for none; being absent is something else. */
  @JsonDeserialize(using = Membership.Deserializer.class)
  record Membership(TenantId tenant) {

    static final class Deserializer extends JsonDeserializer<Membership> {
      @Override
      public Membership deserialize(JsonParser parser, DeserializationContext context)
          throws IOException {
        return new Membership(context.readValue(parser, TenantId.class));
      }

      @Override
      public Membership getNullValue(DeserializationContext context) {
        return new Membership(null);
      }
    }
  }

  User applyTo(User user) {
    return new User(
        user.userId(),
        Objects.requireNonNullElse(AccountText.name(name), user.name()),
        Objects.requireNonNullElse(AccountText.email(email), user.email()),
        Objects.requireNonNullElse(role, user.role()),
        tenantId == null ? user.tenantId() : tenantId.tenant(),
        Objects.requireNonNullElse(disabled, user.disabled()),
        user.createdAt());
  }

  Optional<String> newPassword() {
    return Optional.ofNullable(password);
  }
}
