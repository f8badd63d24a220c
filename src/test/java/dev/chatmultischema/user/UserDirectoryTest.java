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
    assertThat(directory.findActive(ID)).contains(user(false));
    stored.put(ID, user(true));
    nanos = UserDirectory.STALENESS.toNanos() - 1;
    assertThat(directory.findActive(ID)).contains(user(false));
    assertThat(queries).isEqualTo(1);
    nanos++;
    assertThat(directory.findActive(ID)).isEmpty();
    assertThat(queries).isEqualTo(2);
  }

  @Test
  void readsAUserAgainOnceItIsInvalidated() {
    stored.put(ID, user(false));
    assertThat(directory.findActive(ID)).isPresent();
    stored.remove(ID);
    directory.invalidate(ID);
    assertThat(directory.findActive(ID)).isEmpty();
  }

  @Test
  void doesNotCacheAbsence() {
    assertThat(directory.findActive(ID)).isEmpty();
    stored.put(ID, user(false));
    assertThat(directory.findActive(ID)).isPresent();
  }
}
