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

/** A request to add a user; the default role is {@code user}. */
@JsonSnakeCase
public record NewUser(
    @NotNull @Name String name,
    @NotNull @EmailAddress String email,
    @NotNull @Password String password,
    Role role,
    TenantId tenantId) {

  /** Normalizes the name and the e-mail address. */
  public NewUser {
    name = AccountText.name(name);
    email = AccountText.email(email);
  }

  /**
   * Returns the user to insert, with a new id. Lists are sorted by id, and an id by the clock of a
   * node could sort before a reader's cursor.
   *
   * @param time the time of the database
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
