package dev.chatmultischema.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.chatmultischema.identity.jwks.JwksClient;
import dev.chatmultischema.identity.jwks.KeySet;
import dev.chatmultischema.logging.FailureReason;
import dev.chatmultischema.logging.OutageLog;
import dev.chatmultischema.tenant.TenantId;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the issuers of tenants, and keeps their keys up to date.
 *
 * <p>Every node reads which tenants have an issuer each {@link #INTERVAL}. So a request with a
 * token of another issuer needs a query only if its tenant has one that has changed, and a change
 * takes effect on each node within that time. Keys of a URL are fetched again after the refresh
 * interval, and by {@link TrustedIssuer#refresh} when a token names an unknown one.
 */
public final class IssuerDirectory {

  /** The time after which the registrations are read again. */
  public static final Duration INTERVAL = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(IssuerDirectory.class);

  /** The keys in memory, which need up to 3 KB each, and mostly less than 1 KB. */
  private static final int MAX_KEYS = 50_000;

  private static final Duration UNUSED = Duration.ofHours(1);

  private final IdentityDao dao;
  private final JwksClient client;
  private final Duration refreshInterval;
  private final IdentityMetrics metrics;
  private final OutageLog outage =
      new OutageLog(
          LOG,
          "could not read the issuers of tenants",
          "retrying in 2 s",
          "reading the issuers of tenants again");
  private final Cache<TenantId, TrustedIssuer> issuers =
      Caffeine.newBuilder()
          .maximumWeight(MAX_KEYS)
          .<TenantId, TrustedIssuer>weigher((tenant, issuer) -> 1 + issuer.keys().keys().size())
          .expireAfterAccess(UNUSED)
          .build();

  private volatile Map<TenantId, Long> versions;
  private IdentityDao.Fingerprint fingerprint;

  /**
   * @param refreshInterval the time after which the keys of a URL are fetched again
   */
  IssuerDirectory(
      IdentityDao dao, JwksClient client, Duration refreshInterval, IdentityMetrics metrics) {
    this.dao = dao;
    this.client = client;
    this.refreshInterval = refreshInterval;
    this.metrics = metrics;
  }

  /** Returns whether a tenant has an issuer; true if this is not known yet. Does not block. */
  public boolean mayHaveIssuer(TenantId tenant) {
    var known = versions;
    return known == null || known.containsKey(tenant);
  }

  /**
   * Returns the issuer of a tenant; empty if it has none.
   *
   * @throws IdentityUnavailable if no registration could be read since the start
   * @throws JdbiException if the issuer is not cached and the query fails
   */
  Optional<TrustedIssuer> find(TenantId tenant) {
    var known = versions;
    if (known == null) {
      throw new IdentityUnavailable("the issuers of tenants have not been read yet");
    }
    var version = known.get(tenant);
    if (version == null) {
      return Optional.empty();
    }
    var cached = issuers.getIfPresent(tenant);
    if (cached != null && cached.identity().version() >= version) {
      return Optional.of(cached);
    }
    return Optional.ofNullable(
        issuers
            .asMap()
            .compute(
                tenant,
                (id, old) ->
                    old != null && old.identity().version() >= version
                        ? old
                        : dao.find(id).map(this::trust).orElse(null)));
  }

  /** Returns whether tokens that were verified by this are still valid; does not block. */
  public boolean isInForce(TenantId tenant, ExternalMember.Proof proof) {
    var known = versions;
    if (known == null) {
      return true;
    }
    var version = known.get(tenant);
    if (version == null || version > proof.identityVersion()) {
      return false;
    }
    var cached = issuers.getIfPresent(tenant);
    return cached == null
        || cached.identity().version() != proof.identityVersion()
        || cached.isInForce(proof);
  }

  /** Reads the registrations, so that a change takes effect on this node at once. */
  public synchronized void read() {
    var current = dao.fingerprint();
    if (!current.equals(fingerprint)) {
      var read = new HashMap<TenantId, Long>();
      dao.versions().forEach(row -> read.put(row.tenantId(), row.version()));
      versions = Map.copyOf(read);
      fingerprint = current;
      issuers.asMap().keySet().removeIf(tenant -> !read.containsKey(tenant));
    }
  }

  /** Reads the registrations, and fetches keys that are due. */
  void run() {
    try {
      read();
      outage.up();
    } catch (JdbiException e) {
      outage.down(e);
    }
    for (var issuer : issuers.asMap().values()) {
      if (issuer.identity().jwksUrl().isPresent()) {
        var unused = issuer.refresh(refreshInterval);
      }
    }
  }

  private TrustedIssuer trust(Identity identity) {
    var log =
        new OutageLog(
            LOG,
            "could not fetch the keys of the issuer of tenant " + identity.tenant(),
            "the keys that are known stay valid, retrying in " + refreshInterval,
            "fetching the keys of the issuer of tenant " + identity.tenant() + " again");
    return new TrustedIssuer(identity, url -> fetch(identity, url, log));
  }

  private Optional<CompletableFuture<KeySet>> fetch(Identity identity, URI url, OutageLog log) {
    var fetch = client.fetch(url);
    // The caller gets the fetch without this action, whose query may take longer.
    fetch.ifPresent(
        running ->
            running.whenComplete(
                (keys, failure) -> {
                  if (failure == null) {
                    metrics.succeeded();
                    log.up();
                    store(identity, keys);
                  } else {
                    metrics.failed();
                    log.down(FailureReason.of(failure));
                  }
                }));
    return fetch;
  }

  /** Stores fetched keys, with which other nodes and later starts begin. */
  private void store(Identity identity, KeySet keys) {
    try {
      dao.setFetchedKeys(identity.tenant(), identity.version(), keys.toJson());
    } catch (JdbiException e) {
      LOG.debug("could not store the fetched keys of tenant {}", identity.tenant(), e);
    }
  }
}
