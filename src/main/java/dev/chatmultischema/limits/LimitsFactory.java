package dev.chatmultischema.limits;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.prometheus.ChatMetrics;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDataSize;
import io.dropwizard.validation.MinDataSize;
import io.dropwizard.validation.MinDuration;
import io.github.bucket4j.TimeMeter;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jdbi.v3.core.Jdbi;

/** The {@code limits} section: what a tenant, a user and a client may use, over all nodes. */
public final class LimitsFactory {

  /** The topic of the wake-ups that make all nodes read overrides. */
  public static final String WAKEUP = "limits";

  /** The messages that all users of a tenant may publish in a second. */
  @Min(1)
  @Max(Overrides.MAX)
  @JsonProperty
  private long messagesPerSecond = 100_000;

  /** The content that all users of a tenant may publish in a second. */
  @NotNull
  @MinDataSize(1024)
  @MaxDataSize(Overrides.MAX)
  @JsonProperty
  private DataSize bytesPerSecond = DataSize.mebibytes(256);

  /** The messages that one user may publish to a tenant in a second. */
  @Min(1)
  @Max(Overrides.MAX)
  @JsonProperty
  private long userMessagesPerSecond = 50_000;

  /** The content that one user may publish to a tenant in a second. */
  @NotNull
  @MinDataSize(1024)
  @MaxDataSize(Overrides.MAX)
  @JsonProperty
  private DataSize userBytesPerSecond = DataSize.mebibytes(128);

  /** The members of a tenant. */
  @Min(1)
  @Max(Overrides.MAX)
  @JsonProperty
  private long members = 10_000;

  /** The members of a tenant with tokens of its own issuer, all that were ever seen. */
  @Min(1)
  @Max(Overrides.MAX)
  @JsonProperty
  private long externalMembers = 10_000;

  /** The open streams of a tenant. */
  @Min(1)
  @Max(Overrides.MAX)
  @JsonProperty
  private long streams = 10_000;

  /** The open streams of a user. */
  @Min(1)
  @Max(Overrides.MAX)
  @JsonProperty
  private long userStreams = 1_000;

  /** The valid, unused tickets of a user. */
  @Min(1)
  @Max(Overrides.MAX)
  @JsonProperty
  private long userTickets = 1_000;

  /** The tenants that a user who is no admin may own. */
  @Min(1)
  @Max(Overrides.MAX)
  @JsonProperty
  private long userTenants = 100;

  /** The failed logins for an e-mail address from one client address, in {@link #loginWindow}. */
  @Min(1)
  @Max(Overrides.MAX)
  @JsonProperty
  private long failedLogins = 10;

  /** The failed logins from one client address. */
  @Min(1)
  @Max(Overrides.MAX)
  @JsonProperty
  private long failedLoginsPerAddress = 100;

  /**
   * The failed logins for one e-mail address; after them, client addresses that have failed for it
   * and never succeeded are refused.
   */
  @Min(1)
  @Max(Overrides.MAX)
  @JsonProperty
  private long failedLoginsPerEmail = 30;

  /** The time in which the failed logins of a limit become available again, evenly. */
  @NotNull
  @MinDuration(value = 1, unit = TimeUnit.SECONDS)
  @JsonProperty
  private Duration loginWindow = Duration.minutes(5);

  /**
   * Builds the limits, and the reader of overrides, which starts with the service.
   *
   * @param liveNodes the number of live nodes, 0 while it is unknown
   * @param wakeNodes wakes the readers of all nodes, this one too
   * @param onWakeup registers what such a wake-up runs
   */
  public Limits build(
      Environment environment,
      Jdbi jdbi,
      ChatMetrics metrics,
      IntSupplier liveNodes,
      Runnable wakeNodes,
      Consumer<Runnable> onWakeup) {
    var refusals = new LimitMetrics(metrics.registry());
    var shares = new NodeShares(liveNodes, refusals);
    var reader = new OverrideReader(jdbi.onDemand(OverrideDao.class), configured());
    onWakeup.accept(reader::wake);
    environment.lifecycle().manage(reader);
    var clock = TimeMeter.SYSTEM_NANOTIME;
    return new Limits(
        userTenants,
        reader::of,
        new MessageLimits(reader::of, shares, refusals, clock),
        new LoginLimits(
            new LoginLimits.Settings(
                failedLogins,
                failedLoginsPerAddress,
                failedLoginsPerEmail,
                loginWindow.toJavaDuration()),
            shares,
            refusals,
            clock),
        new CountLimits(shares, refusals),
        new LimitOverrides(configured(), wakeNodes));
  }

  private TenantLimits configured() {
    return new TenantLimits(
        messagesPerSecond,
        bytesPerSecond.toBytes(),
        userMessagesPerSecond,
        userBytesPerSecond.toBytes(),
        members,
        externalMembers,
        streams,
        userStreams,
        userTickets);
  }
}
