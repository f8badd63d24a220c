package dev.chatmultischema.stream.access;

import dev.chatmultischema.identity.ExternalMember;
import dev.chatmultischema.tenant.TenantId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterArgumentFactory;
import org.jdbi.v3.sqlobject.config.RegisterColumnMapper;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/**
 * Stores hashes of tickets, for all nodes, in an unlogged table: a crash of PostgreSQL empties it.
 *
 * <p>Clocks of nodes and of PostgreSQL differ: each time that is compared with PostgreSQL's clock,
 * or read by another node, is passed as a duration.
 */
@RegisterArgumentFactory(TenantId.AsArgument.class)
@RegisterColumnMapper(TenantId.FromColumn.class)
@RegisterConstructorMapper(TicketDao.Row.class)
public interface TicketDao {

  /**
   * A ticket's grant.
   *
   * @param tokenMillis the remaining lifetime of the token, in ms
   * @param identityVersion null unless the ticket is that of an external member
   * @param keyHash null unless the ticket is that of an external member
   * @param valid whether the ticket has not expired
   */
  record Row(
      UUID userId,
      int tokenVersion,
      TenantId tenantId,
      long tokenMillis,
      Long identityVersion,
      String keyHash,
      boolean valid) {

    /** Returns what the token of an external member was verified by; empty for a user. */
    Optional<ExternalMember.Proof> proof() {
      return Optional.ofNullable(identityVersion)
          .map(version -> new ExternalMember.Proof(version, keyHash));
    }
  }

  /**
   * Inserts a ticket and returns its expiry; empty if the user has {@code max} unexpired tickets.
   * Concurrent calls may exceed that number by a few.
   *
   * @param tokenMillis the remaining lifetime of the token, in ms
   * @param millis the lifetime of the ticket, in ms
   * @param identityVersion null for a user
   * @param keyHash null for a user
   */
  @SqlQuery(
      """
      INSERT INTO stream_tickets (
        ticket_hash, user_id, token_version, tenant_id, token_expires_at, expires_at,
        identity_version, key_hash)
      SELECT :hash, :user, :tokenVersion, :tenant, now() + :tokenMillis * interval '1 ms',
        now() + LEAST(:tokenMillis, :millis) * interval '1 ms', :identityVersion, :keyHash
      WHERE (
          SELECT count(*)
          FROM stream_tickets
          WHERE user_id = :user
            AND expires_at > now()
        ) < :max
      RETURNING expires_at
      """)
  Optional<Instant> insert(
      byte[] hash,
      UUID user,
      int tokenVersion,
      TenantId tenant,
      long tokenMillis,
      long millis,
      Long identityVersion,
      String keyHash,
      long max);

  /** Deletes a ticket and returns its grant; empty if there is no such ticket. */
  @SqlQuery(
      """
      DELETE FROM stream_tickets
      WHERE ticket_hash = :hash
      RETURNING user_id, token_version, tenant_id, identity_version, key_hash,
        expires_at > now() AS valid,
        (EXTRACT(EPOCH FROM token_expires_at - now()) * 1000)::bigint AS token_millis
      """)
  Optional<Row> remove(byte[] hash);

  @SqlUpdate("DELETE FROM stream_tickets WHERE expires_at < now()")
  void removeExpired();
}
