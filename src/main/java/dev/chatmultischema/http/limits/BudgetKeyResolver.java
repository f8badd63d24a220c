package dev.chatmultischema.http.limits;

import java.util.Optional;

/** Resolves the key whose share of a {@link ByteBudget} the bytes of a request count towards. */
public interface BudgetKeyResolver {

  /**
   * Returns the user of the token in {@code Authorization}, if the token's signature is valid;
   * empty if the request will be refused. Never blocks.
   *
   * @param tenant the value of {@code X-Tenant-ID}, or null
   */
  Optional<Object> resolveSigned(String authorization, String tenant);

  /**
   * Returns the tenant of the request, or the caller if the request has no tenant that the caller
   * may use. May block on the database.
   *
   * @param tenant the value of {@code X-Tenant-ID}, or null
   * @throws RuntimeException if the caller is not authenticated, or the database is unavailable
   */
  Object resolve(String authorization, String tenant);
}
