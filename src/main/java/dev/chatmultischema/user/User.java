package dev.chatmultischema.user;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.jackson.JsonSnakeCase;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.mapper.reflect.JdbiConstructor;

/**
 * A person or a program with an account.
 *
 * @param tenantId the tenant that the user is a member of, or null
 * @param disabled whether logins and all tokens of the user are refused
 * @param tokenVersion the version that valid tokens of the user have; it grows with each change of
 *     the password, the role, the membership or {@code disabled}, and with each logout of all
 */
@JsonSnakeCase
public record User(
    UUID userId,
    String name,
    String email,
    Role role,
    TenantId tenantId,
    boolean disabled,
    Instant createdAt,
    @JsonIgnore int tokenVersion) {

  @JdbiConstructor
  public User {}

  /** Creates a user without tokens. */
  public User(
      UUID userId,
      String name,
      String email,
      Role role,
      TenantId tenantId,
      boolean disabled,
      Instant createdAt) {
    this(userId, name, email, role, tenantId, disabled, createdAt, 0);
  }
}
