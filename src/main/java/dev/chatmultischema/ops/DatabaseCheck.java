package dev.chatmultischema.ops;

import com.codahale.metrics.health.HealthCheck;
import com.google.common.collect.Sets;
import dev.chatmultischema.database.DatabaseFault;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Whether PostgreSQL answers and has every migration that this jar brings; says what is missing.
 */
final class DatabaseCheck extends HealthCheck {

  private final Jdbi jdbi;
  private final Set<String> needed = Migrations.ids();

  DatabaseCheck(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  @Override
  protected Result check() {
    var missing = Sets.difference(needed, applied());
    return missing.isEmpty()
        ? Result.healthy()
        : Result.unhealthy("not migrated (run db migrate), missing: " + missing);
  }

  private Set<String> applied() {
    try {
      return jdbi.withHandle(
          handle ->
              handle.createQuery("SELECT id FROM databasechangelog").mapTo(String.class).set());
    } catch (JdbiException e) {
      if (DatabaseFault.of(e) == DatabaseFault.MISSING) {
        return Set.of();
      }
      throw e;
    }
  }
}
