package dev.chatmultischema.stream.access;

import com.google.common.hash.Hashing;
import dev.chatmultischema.identity.ExternalMember;
import dev.chatmultischema.limits.CountLimits;
import dev.chatmultischema.limits.LimitName;
import dev.chatmultischema.limits.TenantLimits;
import dev.chatmultischema.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.function.Function;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Issues and redeems tickets: single-use, short-lived substitutes for a token, which a browser's
 * EventSource cannot send.
 *
 * <p>Only hashes are stored, so read access to the table does not suffice to open a stream.
 */
public final class StreamTickets {

  private static final Logger LOG = LoggerFactory.getLogger(StreamTickets.class);
  private static final int BYTES = 32;

  private final TicketDao dao;
  private final Duration lifetime;
  private final Function<TenantId, TenantLimits> limits;
  private final CountLimits counts;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param limits the limits of a tenant and its users
   */
  public StreamTickets(
      TicketDao dao,
      Duration lifetime,
      Function<TenantId, TenantLimits> limits,
      CountLimits counts) {
    this.dao = dao;
    this.lifetime = lifetime;
    this.limits = limits;
    this.counts = counts;
  }

  /** An issued ticket. */
  public record Ticket(String ticket, Instant expiresAt) {}

  /**
   * Issues a ticket, which expires with the grant at the latest.
   *
   * @throws dev.chatmultischema.limits.LimitExceeded if the user has too many unused tickets
   */
  public Ticket issue(StreamGrant grant) {
    long max = limits.apply(grant.tenant()).userTickets();
    var bytes = new byte[BYTES];
    random.nextBytes(bytes);
    var ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    var expiresAt =
        dao.insert(
                hash(ticket),
                grant.user(),
                grant.tokenVersion(),
                grant.tenant(),
                Duration.between(Instant.now(), grant.expiresAt()).toMillis(),
                lifetime.toMillis(),
                grant.proof().map(ExternalMember.Proof::identityVersion).orElse(null),
                grant.proof().map(ExternalMember.Proof::keyHash).orElse(null),
                max)
            .orElseThrow(() -> counts.refuse(LimitName.USER_TICKETS, max, lifetime));
    return new Ticket(ticket, expiresAt);
  }

  /**
   * Returns the grant that a ticket was issued for; no node accepts the ticket again.
   *
   * @throws StreamRefused if the ticket is unknown, used or expired
   */
  public StreamGrant redeem(String ticket) {
    return dao.remove(hash(ticket))
        .filter(TicketDao.Row::valid)
        .map(
            row ->
                new StreamGrant(
                    row.userId(),
                    row.tokenVersion(),
                    row.tenantId(),
                    Instant.now().plusMillis(row.tokenMillis()),
                    row.proof()))
        .orElseThrow(StreamRefused::invalidTicket);
  }

  /** Deletes expired tickets; if the database is unavailable, a later call deletes them. */
  public void removeExpired() {
    try {
      dao.removeExpired();
    } catch (JdbiException e) {
      LOG.debug("could not remove expired tickets; retrying at the next interval", e);
    }
  }

  private static byte[] hash(String ticket) {
    return Hashing.sha256().hashString(ticket, StandardCharsets.UTF_8).asBytes();
  }
}
