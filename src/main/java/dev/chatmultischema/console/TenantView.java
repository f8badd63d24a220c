package dev.chatmultischema.console;

import dev.chatmultischema.admin.ConsumerTable;
import dev.chatmultischema.admin.DeadLetterReader;
import dev.chatmultischema.admin.OperationFailed;
import dev.chatmultischema.amqp.deadletter.DeadLetter;
import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.ProblemException;
import dev.chatmultischema.message.MessageDao;
import dev.chatmultischema.message.Position;
import dev.chatmultischema.provisioning.TenantNotFound;
import dev.chatmultischema.tenant.Tenant;
import dev.chatmultischema.tenant.TenantId;
import io.dropwizard.jackson.JsonSnakeCase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Reads one tenant: its consumers, its queues and its dead letters. */
final class TenantView {

  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final TenantList tenants;
  private final ConsumerTable table;
  private final MessageDao messages;
  private final DeadLetterReader letters;

  TenantView(
      TenantList tenants, ConsumerTable table, MessageDao messages, DeadLetterReader letters) {
    this.tenants = tenants;
    this.table = table;
    this.messages = messages;
    this.letters = letters;
  }

  /**
   * A tenant.
   *
   * @param head the {@code seq} of its last message, which grows with each stored message
   */
  @JsonSnakeCase
  record View(Instant at, TenantRow tenant, long head, List<TenantTable.Silent> silent) {}

  /**
   * A dead letter without its body, which only the task {@code list-dead-letters} shows, since that
   * is recorded in the audit.
   *
   * @param size the bytes of the body
   */
  @JsonSnakeCase
  record Letter(
      String messageId,
      int attempts,
      Instant firstFailedAt,
      Instant lastFailedAt,
      String errorClass,
      String errorMessage,
      String node,
      String requestId,
      int size) {

    static Letter of(DeadLetter letter) {
      return new Letter(
          letter.messageId(),
          letter.attempts(),
          letter.firstFailedAt(),
          letter.lastFailedAt(),
          letter.errorClass(),
          letter.errorMessage(),
          letter.node(),
          letter.trace().requestId(),
          letter.size());
    }
  }

  /** The oldest dead letters of a tenant, and the number of all. */
  @JsonSnakeCase
  record Letters(long all, List<Letter> data) {}

  /**
   * @throws TenantNotFound if there is no such tenant
   */
  View read(TenantId id) throws InterruptedException {
    var tenant = find(id);
    var listing = table.list(Set.of(id));
    var depth = table.depths(Set.of(id), TIMEOUT).get(id);
    var head = messages.head(id).map(Position::seq).orElse(0L);
    return new View(
        Instant.now(),
        TenantRow.of(tenant, listing.rows(), depth),
        head,
        TenantTable.Silent.of(listing.receipts()));
  }

  /**
   * @throws TenantNotFound if there is no such tenant
   * @throws ProblemException 409 if a task reads its dead letters
   */
  Letters deadLetters(TenantId id, int limit) {
    find(id);
    try {
      var listing = letters.oldest(id, limit);
      return new Letters(listing.all(), listing.letters().stream().map(Letter::of).toList());
    } catch (OperationFailed e) {
      throw new ProblemException(
          Problem.of(409, "dead_letters_locked", e.getMessage()), Duration.ofSeconds(2), e);
    }
  }

  private Tenant find(TenantId id) {
    return tenants.find(id).orElseThrow(() -> new TenantNotFound(id));
  }
}
