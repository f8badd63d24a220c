package dev.chatmultischema.stream.access;

import static java.time.temporal.ChronoUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chatmultischema.limits.LimitExceeded;
import dev.chatmultischema.limits.LimitFixtures;
import dev.chatmultischema.limits.LimitName;
import dev.chatmultischema.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StreamTicketsTest {

  private static final int MAX = 2;

  private final Table table = new Table();
  private final StreamTickets tickets =
      new StreamTickets(
          table,
          Duration.ofSeconds(30),
          tenant -> LimitFixtures.streams(9, 9, MAX),
          LimitFixtures.counts(3));
  private final StreamGrant grant =
      new StreamGrant(UUID.randomUUID(), 7, TenantId.create(), Instant.now().plusSeconds(600));

  /** Holds tickets in memory, by the hexadecimal form of their hashes. */
  private static final class Table implements TicketDao {

    private final Map<String, Row> rows = new HashMap<>();
    private boolean isExpired;

    @Override
    public Optional<Instant> insert(
        byte[] hash,
        UUID user,
        int tokenVersion,
        TenantId tenant,
        long tokenMillis,
        long millis,
        Long identityVersion,
        String keyHash,
        long max) {
      if (rows.size() >= max) {
        return Optional.empty();
      }
      rows.put(
          HexFormat.of().formatHex(hash),
          new Row(user, tokenVersion, tenant, tokenMillis, identityVersion, keyHash, !isExpired));
      return Optional.of(Instant.now().plusMillis(Math.min(tokenMillis, millis)));
    }

    @Override
    public Optional<Row> remove(byte[] hash) {
      return Optional.ofNullable(rows.remove(HexFormat.of().formatHex(hash)));
    }

    @Override
    public void removeExpired() {}
  }

  private void assertInvalid(String ticket) {
    assertThatThrownBy(() -> tickets.redeem(ticket))
        .isInstanceOfSatisfying(
            StreamRefused.class,
            refused -> assertThat(refused.reason()).isEqualTo(StreamRefused.Reason.INVALID_TICKET));
  }

  @Test
  void redeemsATicketOnce() {
    var ticket = tickets.issue(grant).ticket();
    var redeemed = tickets.redeem(ticket);
    assertThat(redeemed.user()).isEqualTo(grant.user());
    assertThat(redeemed.tenant()).isEqualTo(grant.tenant());
    assertThat(redeemed.expiresAt()).isCloseTo(grant.expiresAt(), within(2, SECONDS));
    assertInvalid(ticket);
  }

  @Test
  void refusesUnknownAndExpiredTickets() {
    assertInvalid("unknown");
    table.isExpired = true;
    assertInvalid(tickets.issue(grant).ticket());
  }

  @Test
  void refusesTicketsAboveTheLimit() {
    for (int i = 0; i < MAX; i++) {
      tickets.issue(grant);
    }
    assertThatThrownBy(() -> tickets.issue(grant))
        .isInstanceOfSatisfying(
            LimitExceeded.class,
            refused -> {
              assertThat(refused.limit().name()).isEqualTo(LimitName.USER_TICKETS);
              assertThat(refused.retryAfter()).hasValue(Duration.ofSeconds(30));
            });
  }

  @Test
  void storesNoTicketInClear() {
    var ticket = tickets.issue(grant).ticket();
    var clear = HexFormat.of().formatHex(ticket.getBytes(StandardCharsets.UTF_8));
    assertThat(table.rows.keySet()).noneMatch(clear::contains).allMatch(key -> key.length() == 64);
  }
}
