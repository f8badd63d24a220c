package dev.chatmultischema.stream;

import dev.chatmultischema.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.sqlobject.config.RegisterArgumentFactory;
import org.jdbi.v3.sqlobject.config.RegisterColumnMapper;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a browser open a stream, whose EventSource cannot send a token: for a short time, and once.
 *
 * <p>Only a hash is kept, so whoever reads the table cannot open streams.
 */
final class StreamTickets {

  private static final Logger LOG = LoggerFactory.getLogger(StreamTickets.class);
  private static final int BYTES = 32;

  private final Dao dao;
  private final Duration lifetime;
  private final int maxPerUser;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param maxPerUser how many a user may have that are good and not used
   */
  StreamTickets(Dao dao, Duration lifetime, int maxPerUser) {
    this.dao = dao;
    this.lifetime = lifetime;
    this.maxPerUser = maxPerUser;
  }

  /** A ticket, and until when it is good. */
  record Ticket(String ticket, Instant expiresAt) {}

  /** Hashes of tickets, shared by all nodes, which a crash of PostgreSQL may empty. */
  @RegisterArgumentFactory(TenantId.AsArgument.class)
  @RegisterColumnMapper(TenantId.FromColumn.class)
  @RegisterConstructorMapper(Dao.Row.class)
  interface Dao {

    /**
     * What a ticket stood for.
     *
     * @param tokenMillis for how long the token is accepted from now on, in ms
     */
    record Row(UUID userId, TenantId tenantId, long tokenMillis, boolean valid) {}

    /**
     * Empty if the user has as many already. Of several at once, some more may pass.
     *
     * <p>Nodes and PostgreSQL have clocks that differ: what is compared with PostgreSQL's time, or
     * read by another node, goes through the table as a duration.
     *
     * @param tokenMillis for how long the token is accepted from now on, in ms
     * @param millis for how long the ticket is good, in ms
     */
    @SqlQuery(
        """
        INSERT INTO stream_tickets (ticket_hash, user_id, tenant_id, token_expires_at, expires_at)
        SELECT :hash, :user, :tenant, now() + :tokenMillis * interval '1 ms',
          now() + LEAST(:tokenMillis, :millis) * interval '1 ms'
        WHERE (
            SELECT count(*)
            FROM stream_tickets
            WHERE user_id = :user
              AND expires_at > now()
          ) < :max
        RETURNING expires_at
        """)
    Optional<Instant> insert(
        byte[] hash, UUID user, TenantId tenant, long tokenMillis, long millis, int max);

    @SqlQuery(
        """
        DELETE FROM stream_tickets
        WHERE ticket_hash = :hash
        RETURNING user_id, tenant_id, expires_at > now() AS valid,
          (EXTRACT(EPOCH FROM token_expires_at - now()) * 1000)::bigint AS token_millis
        """)
    Optional<Row> remove(byte[] hash);

    @SqlUpdate("DELETE FROM stream_tickets WHERE expires_at < now()")
    void removeExpired();
  }

  /**
   * A new ticket.
   *
   * @throws StreamRefused if the user has too many
   */
  Ticket issue(Access access) {
    var bytes = new byte[BYTES];
    random.nextBytes(bytes);
    var ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    var expiresAt =
        dao.insert(
                hash(ticket),
                access.user(),
                access.tenant(),
                Duration.between(Instant.now(), access.expiresAt()).toMillis(),
                lifetime.toMillis(),
                maxPerUser)
            .orElseThrow(() -> StreamRefused.tooManyTickets(maxPerUser));
    return new Ticket(ticket, expiresAt);
  }

  /**
   * Takes a ticket back; the same one never works again, on any node.
   *
   * @throws StreamRefused if the ticket was never issued, has been used or has expired
   */
  Access redeem(String ticket) {
    return dao.remove(hash(ticket))
        .filter(Dao.Row::valid)
        .map(
            row ->
                new Access(
                    row.userId(), row.tenantId(), Instant.now().plusMillis(row.tokenMillis())))
        .orElseThrow(StreamRefused::invalidTicket);
  }

  void removeExpired() {
    try {
      dao.removeExpired();
    } catch (JdbiException e) {
      LOG.debug("expired tickets are removed later", e);
    }
  }

  private static byte[] hash(String ticket) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(ticket.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
