package dev.chatmultischema.identity;

import dev.chatmultischema.identity.jwks.KeySet;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The registration of a tenant's issuer, with the keys that this node knows. */
final class TrustedIssuer {

  /** Starts a fetch; empty if too many are running. */
  interface Fetcher extends Function<URI, Optional<CompletableFuture<KeySet>>> {}

  private final Identity identity;
  private final Fetcher fetcher;

  private volatile KeySet keys;
  private CompletableFuture<KeySet> fetch;
  private long lastAttempt;

  TrustedIssuer(Identity identity, Fetcher fetcher) {
    this.identity = identity;
    this.fetcher = fetcher;
    this.keys = identity.keys();
  }

  Identity identity() {
    return identity;
  }

  /** Returns the keys that were registered or last fetched; empty before the first fetch. */
  KeySet keys() {
    return keys;
  }

  /** Returns whether tokens that were verified by this are still valid. */
  boolean isInForce(ExternalMember.Proof proof) {
    return identity.version() == proof.identityVersion() && keys.contains(proof.keyHash());
  }

  /**
   * Fetches the keys, unless a fetch is running, or one began less than {@code minInterval} ago.
   * After a failed fetch the keys stay the same.
   *
   * @return the running fetch, which does not fail but may end without new keys; empty if none runs
   */
  synchronized Optional<CompletableFuture<?>> refresh(Duration minInterval) {
    if (fetch != null && !fetch.isDone()) {
      return Optional.of(fetch);
    }
    long now = System.nanoTime();
    boolean isTooEarly = fetch != null && now - lastAttempt < minInterval.toNanos();
    if (identity.jwksUrl().isEmpty() || isTooEarly) {
      return Optional.empty();
    }
    return fetcher
        .apply(identity.jwksUrl().get())
        .map(
            started -> {
              lastAttempt = now;
              fetch =
                  started.handle((fetched, failure) -> fetched == null ? keys : replace(fetched));
              return fetch;
            });
  }

  private KeySet replace(KeySet fetched) {
    keys = fetched;
    return fetched;
  }
}
