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
 * A request to change a user, as a JSON merge patch (RFC 7396): absent fields are left unchanged,
 * and a null {@code tenant_id} ends the membership. No other field may be null.
 *
 * <p>This is not a record, since Jackson cannot distinguish absent components from null ones.
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
  @Schema(accessMode = Schema.AccessMode.WRITE_ONLY)
  private String currentPassword;

  @JsonProperty
  @JsonSetter(nulls = Nulls.FAIL)
  private Role role;

  @JsonProperty
  @Schema(implementation = UUID.class)
  private Membership tenantId;

  @JsonProperty
  @JsonSetter(nulls = Nulls.FAIL)
  private Boolean disabled;

  /**
   * The membership after the change; an absent field has no {@code Membership}.
   *
   * @param tenant the tenant, or null to end the membership
   */
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

  /** Returns the user after the change. */
  User applyTo(User user) {
    return new User(
        user.userId(),
        Objects.requireNonNullElse(AccountText.name(name), user.name()),
        Objects.requireNonNullElse(AccountText.email(email), user.email()),
        Objects.requireNonNullElse(role, user.role()),
        tenantId == null ? user.tenantId() : tenantId.tenant(),
        Objects.requireNonNullElse(disabled, user.disabled()),
        user.createdAt(),
        user.tokenVersion());
  }

  /** Returns the new password, or empty if it is left unchanged. */
  Optional<String> newPassword() {
    return Optional.ofNullable(password);
  }

  /** Returns the present password of the caller, or empty if the request has none. */
  Optional<String> currentPassword() {
    return Optional.ofNullable(currentPassword);
  }

  /** Returns whether the e-mail address or the password, with which a user logs in, changes. */
  boolean changesLogin(User user) {
    return password != null || !applyTo(user).email().equals(user.email());
  }
}
