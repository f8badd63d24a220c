package dev.chatmultischema.accounts;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.AccountText;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import io.dropwizard.jackson.JsonSnakeCase;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A user to add; without a role, one of role {@code user}. */
@JsonSnakeCase
public record NewUser(
    @NotNull @Name String name,
    @NotNull @EmailAddress String email,
    @NotNull @Password String password,
    Role role,
    TenantId tenantId) {

  /** Brings the texts into the form in which they are stored and compared. */
  public NewUser {
    name = AccountText.name(name);
    email = AccountText.email(email);
  }

  /**
   * The user to insert. Lists are sorted by id: a node whose clock is behind must not add before a
   * reader's position.
   *
   * @param time the database's
   */
  public User createdAt(Instant time) {
    return new User(
        UuidCreator.getTimeOrderedEpoch(time),
        name,
        email,
        role == null ? Role.USER : role,
        tenantId,
        false,
        time.truncatedTo(ChronoUnit.MILLIS));
  }
}
