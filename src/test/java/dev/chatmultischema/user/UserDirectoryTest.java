package dev.chatmultischema.user;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UserDirectoryTest {

  private static final UUID ID = UUID.randomUUID();

  private final Map<UUID, User> stored = new HashMap<>();
  private int queries;
  private long nanos;

  private final UserDirectory directory =
      new UserDirectory(
          id -> {
            queries++;
            return Optional.ofNullable(stored.get(id));
          },
          () -> nanos);

  private static User user(boolean disabled) {
    return new User(ID, "Ann", "ann@example.com", Role.USER, null, disabled, Instant.EPOCH);
  }

  @Test
  void returnsACachedUserUntilItIsStale() {
    stored.put(ID, user(false));
    assertThat(directory.findActive(ID, 0)).contains(user(false));
    stored.put(ID, user(true));
    nanos = UserDirectory.STALENESS.toNanos() - 1;
    assertThat(directory.findActive(ID, 0)).contains(user(false));
    assertThat(queries).isEqualTo(1);
    nanos++;
    assertThat(directory.findActive(ID, 0)).isEmpty();
    assertThat(queries).isEqualTo(2);
  }

  @Test
  void readsAUserAgainOnceItIsInvalidated() {
    stored.put(ID, user(false));
    assertThat(directory.findActive(ID, 0)).isPresent();
    stored.remove(ID);
    directory.invalidate(ID);
    assertThat(directory.findActive(ID, 0)).isEmpty();
  }

  @Test
  void readsAUserAgainForANewerTokenAndRefusesOlderOnes() {
    stored.put(ID, user(false));
    assertThat(directory.findActive(ID, 0)).isPresent();
    var loggedOut = new User(ID, "Ann", "a@example.com", Role.USER, null, false, Instant.EPOCH, 1);
    stored.put(ID, loggedOut);
    assertThat(directory.findActive(ID, 0)).isPresent();
    assertThat(directory.findActive(ID, 1)).contains(loggedOut);
    assertThat(directory.findActive(ID, 0)).isEmpty();
    assertThat(directory.findActive(ID, 2)).isEmpty();
    assertThat(queries).isEqualTo(3);
  }

  @Test
  void doesNotCacheAbsence() {
    assertThat(directory.findActive(ID, 0)).isEmpty();
    stored.put(ID, user(false));
    assertThat(directory.findActive(ID, 0)).isPresent();
  }
}
