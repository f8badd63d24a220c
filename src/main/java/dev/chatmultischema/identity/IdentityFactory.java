package dev.chatmultischema.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.concurrency.PeriodicTask;
import dev.chatmultischema.identity.jwks.JwksClient;
import dev.chatmultischema.identity.jwks.JwksUrls;
import dev.chatmultischema.prometheus.ChatMetrics;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;

/** The {@code identity} section: the issuers of tenants, and their keys. */
public final class IdentityFactory {

  private boolean allowPrivateAddresses;

  private boolean allowHttp;

  @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
  @MaxDuration(value = 30, unit = TimeUnit.SECONDS)
  private Duration fetchTimeout = Duration.seconds(5);

  @MinDuration(value = 1, unit = TimeUnit.SECONDS)
  private Duration refreshInterval = Duration.minutes(5);

  @MinDuration(value = 1, unit = TimeUnit.MINUTES)
  private Duration maxTokenLifetime = Duration.hours(24);

  /**
   * Sets whether JWKS URLs may lead to private, loopback, link-local and other addresses that are
   * not public. Tenants could then send requests of the service to its neighbours.
   */
  @JsonProperty
  public void setAllowPrivateAddresses(boolean allowPrivateAddresses) {
    this.allowPrivateAddresses = allowPrivateAddresses;
  }

  /** Sets whether JWKS URLs may have the scheme {@code http}, without which TLS protects keys. */
  @JsonProperty
  public void setAllowHttp(boolean allowHttp) {
    this.allowHttp = allowHttp;
  }

  /** Sets the time of a fetch, from the resolution of the host to the last byte. */
  @JsonProperty
  public void setFetchTimeout(Duration fetchTimeout) {
    this.fetchTimeout = fetchTimeout;
  }

  /** Sets the time after which the keys of a JWKS URL are fetched again. */
  @JsonProperty
  public void setRefreshInterval(Duration refreshInterval) {
    this.refreshInterval = refreshInterval;
  }

  /** Sets the lifetime beyond which a token of a tenant's issuer is refused. */
  @JsonProperty
  public void setMaxTokenLifetime(Duration maxTokenLifetime) {
    this.maxTokenLifetime = maxTokenLifetime;
  }

  /**
   * Builds all parts, and reads the registrations periodically once the service has started.
   *
   * @param quota limits the members of each issuer
   */
  public Identities build(
      Environment environment, Jdbi jdbi, ChatMetrics metrics, MemberQuota quota) {
    var client = new JwksClient(fetchTimeout.toJavaDuration(), allowPrivateAddresses);
    environment.lifecycle().manage(client);
    var issuers =
        new IssuerDirectory(
            jdbi.onDemand(IdentityDao.class),
            client,
            refreshInterval.toJavaDuration(),
            IdentityMetrics.register(metrics));
    environment
        .lifecycle()
        .manage(
            new PeriodicTask(
                "identities", java.time.Duration.ZERO, IssuerDirectory.INTERVAL, issuers::run));
    return new Identities(
        issuers,
        new ExternalTokens(issuers, maxTokenLifetime.toJavaDuration()),
        new ExternalMembers(jdbi, quota),
        new JwksUrls(allowHttp, allowPrivateAddresses));
  }
}
