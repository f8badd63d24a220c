package dev.chatmultischema.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class LoginLimitsTest {

  private static final String EMAIL = "ada@example.com";
  private static final String ATTACKER = "203.0.113.1";
  private static final String HOME = "198.51.100.7";
  private static final Duration WINDOW = Duration.ofSeconds(100);

  private final FakeClock clock = new FakeClock();
  private final LimitMetrics metrics = new LimitMetrics(new CollectorRegistry());

  /** Five failures of a pair, ten of an address, twenty of an e-mail address. */
  private final LoginLimits limits =
      new LoginLimits(
          new LoginLimits.Settings(5, 10, 20, WINDOW),
          new NodeShares(() -> 1, metrics),
          metrics,
          clock);

  private void fail(String email, String address, int times) {
    for (int i = 0; i < times; i++) {
      var unused = limits.begin(email, address);
    }
  }

  private LimitExceeded refused(String email, String address) {
    var refused = catchThrowableOfType(LimitExceeded.class, () -> limits.begin(email, address));
    assertThat(refused).as("%s from %s", email, address).isNotNull();
    return refused;
  }

  @Test
  void refusesAfterFailuresAndAllowsAgainLater() {
    fail(EMAIL, ATTACKER, 5);
    var refused = refused(EMAIL, ATTACKER);
    assertThat(refused.limit().name()).isEqualTo(LimitName.LOGIN);
    assertThat(refused.retryAfter()).hasValue(Duration.ofSeconds(20));
    clock.advance(Duration.ofSeconds(20));
    fail(EMAIL, ATTACKER, 1);
    refused(EMAIL, ATTACKER);
  }

  @Test
  void letsTheUserInFromAnotherAddress() {
    fail(EMAIL, ATTACKER, 5);
    refused(EMAIL, ATTACKER);
    var first = limits.begin(EMAIL, HOME);
    assertThat(first.isKnown()).isFalse();
    first.succeeded();
    assertThat(limits.begin(EMAIL, HOME).isKnown()).isTrue();
  }

  @Test
  void countsNoSuccess() {
    for (int i = 0; i < 100; i++) {
      limits.begin(EMAIL, HOME).succeeded();
    }
    fail(EMAIL, HOME, 5);
    refused(EMAIL, HOME);
  }

  @Test
  void countsAttemptsBeforeTheirResult() {
    var attempts = new ArrayList<LoginLimits.Attempt>();
    for (int i = 0; i < 5; i++) {
      attempts.add(limits.begin(EMAIL, ATTACKER));
    }
    refused(EMAIL, ATTACKER);
    attempts.get(0).cancel();
    fail(EMAIL, ATTACKER, 1);
    refused(EMAIL, ATTACKER);
  }

  @Test
  void limitsAnAddressThatTriesManyUsersExceptForThoseKnownThere() {
    limits.begin(EMAIL, ATTACKER).succeeded();
    for (int i = 0; i < 10; i++) {
      fail("user" + i + "@example.com", ATTACKER, 1);
    }
    assertThat(refused("another@example.com", ATTACKER).limit().name())
        .isEqualTo(LimitName.LOGIN_ADDRESS);
    limits.begin(EMAIL, ATTACKER).succeeded();
    // A success of one user gives no attempt to others.
    refused("another@example.com", ATTACKER);
    limits.begin("another@example.com", HOME).succeeded();
  }

  @Test
  void locksNobodyOutWhileManyAddressesGuess() {
    var known = "192.0.2.10";
    limits.begin(EMAIL, known).succeeded();
    for (int i = 0; i < 10; i++) {
      fail(EMAIL, "203.0.113." + i, 2);
    }
    // The e-mail address has no attempts left: an address that has failed already is refused.
    assertThat(refused(EMAIL, "203.0.113.1").limit().name()).isEqualTo(LimitName.LOGIN_EMAIL);
    // A further guesser has one attempt.
    fail(EMAIL, "203.0.113.99", 1);
    refused(EMAIL, "203.0.113.99");
    // The user has one from a new address, and all of them from a known one.
    limits.begin(EMAIL, HOME).succeeded();
    fail(EMAIL, known, 4);
    limits.begin(EMAIL, known).succeeded();
  }

  @Test
  void forgetsAfterTwiceTheWindow() {
    fail(EMAIL, ATTACKER, 5);
    clock.advance(WINDOW.multipliedBy(3));
    fail(EMAIL, ATTACKER, 5);
    refused(EMAIL, ATTACKER);
  }
}
