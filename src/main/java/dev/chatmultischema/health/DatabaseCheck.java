package dev.chatmultischema.health;

import com.codahale.metrics.health.HealthCheck;
import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import com.google.common.collect.Sets;
import dev.chatmultischema.database.DatabaseFault;
import dev.chatmultischema.database.DatabaseRequirements;
import dev.chatmultischema.database.OwnerDatabase;
import dev.chatmultischema.database.TransactionPooling;
import dev.chatmultischema.database.TransactionPooling.Finding;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that PostgreSQL responds, has every migration of this jar, and grants the privileges that
 * requests need; reports the missing ones, and a warning if row-level security does not restrict
 * the service's role.
 */
final class DatabaseCheck extends HealthCheck {

  private static final Logger LOG = LoggerFactory.getLogger(DatabaseCheck.class);

  private static final String PREPARED =
      "the driver's prepared statements are off, or kept by the pooler";

  private final Jdbi jdbi;
  private final OwnerDatabase owner;
  private final TransactionPooling pooling;

  /**
   * The ids of the migrations of this jar. The first check parses them, on the thread of that
   * check, so that they do not delay the start of the service.
   */
  private final Supplier<Set<String>> needed = Suppliers.memoize(Migrations::ids);

  private final AtomicReference<Finding> logged = new AtomicReference<>(Finding.NOT_POOLED);

  private final AtomicReference<Optional<String>> loggedWarning =
      new AtomicReference<>(Optional.empty());

  DatabaseCheck(Jdbi jdbi, OwnerDatabase owner) {
    this.jdbi = jdbi;
    this.owner = owner;
    this.pooling = new TransactionPooling(jdbi);
  }

  @Override
  protected Result check() {
    return jdbi.withHandle(this::check);
  }

  private Result check(Handle handle) {
    var needs = new ArrayList<>(DatabaseRequirements.missing(handle));
    // The owner's connection is another one, unless one role does both.
    needs.addAll(owner.jdbi().withHandle(DatabaseRequirements::missingOfOwner));
    if (!needs.isEmpty()) {
      return Result.unhealthy(String.join("; ", needs));
    }
    var missing = Sets.difference(needed.get(), applied(handle));
    if (!missing.isEmpty()) {
      return Result.unhealthy("not migrated (run db migrate), missing: " + missing);
    }
    var found = pooling.find(handle);
    if (logged.getAndSet(found) != found && found == Finding.HARMLESS) {
      LOG.info("a pooler runs each transaction on another server connection; {}", PREPARED);
    }
    var warning = DatabaseRequirements.isolationWarning(handle);
    if (!warning.equals(loggedWarning.getAndSet(warning)) && warning.isPresent()) {
      LOG.warn("{}", warning.get());
    }
    return switch (found) {
      case NOT_POOLED -> warning.map(Result::healthy).orElseGet(Result::healthy);
      case HARMLESS ->
          Result.healthy(
              "transactions are pooled; " + PREPARED + warning.map(text -> "; " + text).orElse(""));
      case BREAKS_PREPARED_STATEMENTS ->
          Result.unhealthy(
              "a pooler runs each transaction on another server connection, where the driver's prepared statements fail: add prepareThreshold=0 to the parameters of DATABASE_URL, or set pool_mode=session, or max_prepared_statements (PgBouncer from 1.21 on)");
    };
  }

  private static Set<String> applied(Handle handle) {
    try {
      return handle.createQuery("SELECT id FROM databasechangelog").mapTo(String.class).set();
    } catch (JdbiException e) {
      if (DatabaseFault.of(e) == DatabaseFault.MISSING) {
        return Set.of();
      }
      throw e;
    }
  }
}
