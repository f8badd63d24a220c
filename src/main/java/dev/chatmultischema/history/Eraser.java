package dev.chatmultischema.history;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.chatmultischema.amqp.deadletter.DeadLetters;
import dev.chatmultischema.audit.EventType;
import dev.chatmultischema.audit.SecurityEvent;
import dev.chatmultischema.audit.SecurityEvents;
import dev.chatmultischema.database.AdvisoryLock;
import dev.chatmultischema.message.ErasedSenders;
import dev.chatmultischema.tenant.TenantContext;
import dev.chatmultischema.tenant.TenantId;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Replaces the contents of a sender's messages: stored ones in steps of 1,000 rows, and dead
 * letters. Those that wait in queues are replaced by their consumer, which {@link ErasedSenders}
 * tells.
 */
public final class Eraser {

  /**
   * Replaces contents among the next 1,000 messages; returns the last {@code seq} of them, or null
   * if there are none.
   */
  private static final String STEP =
      """
      WITH erasure AS MATERIALIZED (
        SELECT * FROM erasures WHERE erasure_id = :id AND completed_at IS NULL FOR UPDATE
      ), examined AS MATERIALIZED (
        SELECT max(seq) AS last
        FROM (
          SELECT seq
          FROM %1$s
          WHERE seq > (SELECT examined_seq FROM erasure)
          ORDER BY seq
          LIMIT 1000
        ) AS next
      ), erased AS (
        UPDATE %1$s AS m
        SET payload = CAST(:tombstone AS jsonb)
        FROM erasure, examined
        WHERE m.seq > erasure.examined_seq
          AND m.seq <= examined.last
          AND m.sender_id = erasure.sender_id
          AND (m.seq <= erasure.head_seq OR m.created_at <= erasure.requested_at)
          AND m.payload <> CAST(:tombstone AS jsonb)
        RETURNING m.seq
      )
      UPDATE erasures
      SET examined_seq = examined.last,
        erased_messages = erased_messages + (SELECT count(*) FROM erased)
      FROM examined
      WHERE erasure_id = :id
        AND examined.last IS NOT NULL
      RETURNING examined_seq
      """;

  private final Jdbi jdbi;
  private final Jdbi owner;
  private final DeadLetters letters;
  private final ErasedSenders senders;
  private final SecurityEvents events;
  private final Runnable wakeNodes;

  /**
   * @param owner connections of the role that may change stored messages
   * @param wakeNodes makes all nodes read erasures now
   */
  public Eraser(
      Jdbi jdbi,
      Jdbi owner,
      DeadLetters letters,
      ErasedSenders senders,
      SecurityEvents events,
      Runnable wakeNodes) {
    this.jdbi = jdbi;
    this.owner = owner;
    this.letters = letters;
    this.senders = senders;
    this.events = events;
    this.wakeNodes = wakeNodes;
  }

  /**
   * Requests an erasure in a transaction of the caller; after its commit the caller calls {@link
   * #announce}.
   *
   * @param actor the user who requests it; null for an operator
   * @return the receipt; empty if there is no such tenant
   */
  public Optional<Erasure> request(Handle handle, TenantId tenant, UUID sender, UUID actor) {
    TenantContext.enter(handle, tenant);
    var rows = handle.attach(ErasureRows.class);
    rows.lockRevision();
    var erasure = rows.insert(UuidCreator.getTimeOrderedEpoch(), tenant, sender);
    if (erasure.isPresent() && actor != null) {
      events.record(
          handle,
          SecurityEvent.of(
                  EventType.SENDER_ERASED,
                  String.format(Locale.ROOT, "erasure %s requested", erasure.get().erasureId()))
              .by(actor)
              .on(tenant)
              .on(sender));
    }
    return erasure;
  }

  /** Makes all nodes read a new erasure now; they would within a second anyway. */
  public void announce() {
    wakeNodes.run();
  }

  /** Returns the receipt of an erasure of a tenant. */
  public Optional<Erasure> find(Handle handle, TenantId tenant, UUID erasureId) {
    return handle.attach(ErasureRows.class).find(tenant, erasureId);
  }

  /**
   * Works on all erasures that are not complete. To be called by one node at a time.
   *
   * @param isStopping ends the work between two steps
   * @throws org.jdbi.v3.core.JdbiException if the database is unavailable
   */
  void work(BooleanSupplier isStopping) {
    senders.read();
    for (var erasure : jdbi.withExtension(ErasureRows.class, ErasureRows::pending)) {
      if (isStopping.getAsBoolean()) {
        return;
      }
      // Read first: messages that a node stores afterwards, it stores without their content.
      boolean isKnown =
          jdbi.withExtension(
              ErasureRows.class,
              rows ->
                  rows.isOlderThan(
                      erasure.erasureId(), ErasedSenders.STALENESS.toMillis() / 1_000.0));
      while (step(erasure).isPresent()) {
        if (isStopping.getAsBoolean()) {
          return;
        }
      }
      var dead = eraseDeadLetters(erasure.tenantId());
      dead.ifPresent(
          erased ->
              jdbi.useExtension(
                  ErasureRows.class, rows -> rows.addDeadLetters(erasure.erasureId(), erased)));
      if (isKnown && dead.isPresent()) {
        jdbi.useExtension(ErasureRows.class, rows -> rows.complete(erasure.erasureId()));
      }
    }
  }

  private Optional<Long> step(Erasure erasure) {
    return owner.inTransaction(
        handle -> {
          TenantContext.enter(handle, erasure.tenantId());
          return handle
              .createQuery(String.format(Locale.ROOT, STEP, erasure.tenantId().partition()))
              .bind("id", erasure.erasureId())
              .bind("tombstone", ErasedSenders.TOMBSTONE.json())
              .mapTo(Long.class)
              .findFirst();
        });
  }

  /** Returns the number of changed dead letters; empty if a task holds their lock. */
  private OptionalLong eraseDeadLetters(TenantId tenant) {
    return AdvisoryLock.deadLetters(tenant.toString())
        .tryHold(
            jdbi,
            () ->
                letters.replaceContents(
                    tenant,
                    (sender, acceptedAt) -> senders.contains(tenant, sender, acceptedAt),
                    ErasedSenders.TOMBSTONE))
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
  }
}
