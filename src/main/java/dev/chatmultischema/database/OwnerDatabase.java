package dev.chatmultischema.database;

import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/**
 * The connections of the role that owns the tables and executes all DDL.
 *
 * @param jdbi the pool of that role, which is the service's own if one role does both
 * @param serviceRole the role that needs privileges on what is created; empty if one role does both
 */
public record OwnerDatabase(Jdbi jdbi, Optional<String> serviceRole) {

  /** Returns the database of one role that owns the tables and executes all other statements. */
  public static OwnerDatabase ofOneRole(Jdbi jdbi) {
    return new OwnerDatabase(jdbi, Optional.empty());
  }
}
