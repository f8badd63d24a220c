package dev.chatmultischema.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Limits failed logins: for an e-mail address from one client address, for a client address, and
 * for an e-mail address from everywhere. A successful login uses nothing up.
 *
 * <p>Nobody can lock somebody else out by failing: an e-mail address under attack from many client
 * addresses still has one attempt from each address without a failure of its own, and the limits of
 * all but the pair do not apply to a pair that has logged in before.
 */
public final class LoginLimits {

  private static final int MAX_KEYS = 20_000;
  private static final int MAX_KNOWN = 50_000;
  private static final Duration KNOWN_FOR = Duration.ofDays(30);

  /**
   * Limits of failed logins in a window.
   *
   * @param perPair for an e-mail address from one client address
   * @param perAddress from a client address
   * @param perEmail for an e-mail address
   */
  record Settings(long perPair, long perAddress, long perEmail, Duration window) {}

  private final Settings settings;
  private final LimitMetrics metrics;
  private final RateLimiter<Pair> pairs;
  private final RateLimiter<String> addresses;
  private final RateLimiter<String> emails;

  /** Pairs that have logged in. */
  private final Cache<Pair, Boolean> known;

  LoginLimits(Settings settings, NodeShares shares, LimitMetrics metrics, TimeMeter clock) {
    this.settings = settings;
    this.metrics = metrics;
    var window = settings.window();
    pairs = new RateLimiter<>(LimitName.LOGIN, window, MAX_KEYS, shares, clock);
    addresses = new RateLimiter<>(LimitName.LOGIN_ADDRESS, window, MAX_KEYS, shares, clock);
    emails = new RateLimiter<>(LimitName.LOGIN_EMAIL, window, MAX_KEYS, shares, clock);
    Ticker ticker = clock::currentTimeNanos;
    known =
        Caffeine.newBuilder()
            .maximumSize(MAX_KNOWN)
            .expireAfterWrite(KNOWN_FOR)
            .ticker(ticker)
            .build();
  }

  private record Pair(String email, String address) {}

  /** A login whose result is not known yet; it counts as failed until then. */
  public final class Attempt {

    private final Pair pair;
    private final boolean isKnown;
    private final List<RateBucket> buckets;

    private Attempt(Pair pair, boolean isKnown, List<RateBucket> buckets) {
      this.pair = pair;
      this.isKnown = isKnown;
      this.buckets = buckets;
    }

    /** Returns whether this e-mail address has logged in from this client address before. */
    public boolean isKnown() {
      return isKnown;
    }

    private boolean take(RateBucket bucket) {
      var taken = bucket.take(1).isConsumed();
      if (taken) {
        buckets.add(bucket);
      }
      return taken;
    }

    /** Takes back that the attempt failed, and remembers the pair. */
    public void succeeded() {
      cancel();
      known.put(pair, true);
    }

    /** Takes back that the attempt failed, as when no password was compared. */
    public void cancel() {
      buckets.forEach(bucket -> bucket.giveBack(1));
    }
  }

  /**
   * Begins a login.
   *
   * @param email in the form in which it is stored, whether a user has it or not
   * @param address identifies the client's network
   * @throws LimitExceeded if there were too many failures; the attempt does not count then
   */
  public Attempt begin(String email, String address) {
    try {
      return attempt(new Pair(email, address));
    } catch (LimitExceeded e) {
      metrics.refused(e.limit().name());
      throw e;
    }
  }

  private Attempt attempt(Pair pair) {
    var isKnown = known.getIfPresent(pair) != null;
    var attempt = new Attempt(pair, isKnown, new ArrayList<>(3));
    try {
      // First: an exhausted client address makes no entries for pairs and e-mail addresses.
      var ofAddress = addresses.bucket(pair.address(), settings.perAddress());
      if (!attempt.take(ofAddress) && !isKnown) {
        throw addresses.refusal(settings.perAddress(), 0, ofAddress.untilOne());
      }
      var ofPair = pairs.bucket(pair, settings.perPair());
      var withoutFailures = ofPair.untilFull();
      if (!attempt.take(ofPair)) {
        throw pairs.refusal(settings.perPair(), 0, ofPair.untilOne());
      }
      var ofEmail = emails.bucket(pair.email(), settings.perEmail());
      if (!attempt.take(ofEmail) && !isKnown && !withoutFailures.isZero()) {
        throw emails.refusal(settings.perEmail(), 0, withoutFailures);
      }
      return attempt;
    } catch (LimitExceeded e) {
      attempt.cancel();
      throw e;
    }
  }
}
