package dev.chatmultischema.auth;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.common.base.Splitter;
import com.google.common.base.Strings;
import com.google.common.collect.Lists;
import dev.chatmultischema.signing.Signatures;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The {@code auth} section: the keys, the lifetime and the checks of bearer tokens. */
public final class JwtFactory {

  private String secret = "";

  @NotNull @Valid private List<@NotNull KeySettings> keys = List.of();

  private String keyFiles = "";

  @NotEmpty private String issuer = "chat-multi-schema";

  private String audience = "";

  private String nodeSecrets = "";

  @MinDuration(value = 0, unit = TimeUnit.SECONDS)
  @MaxDuration(value = 5, unit = TimeUnit.MINUTES)
  private Duration clockSkew = Duration.seconds(60);

  @MinDuration(value = 1, unit = TimeUnit.SECONDS)
  @MaxDuration(value = 30, unit = TimeUnit.DAYS)
  private Duration lifetime = Duration.hours(12);

  /**
   * Sets the secret of tokens without a {@code kid}, at least 32 bytes of UTF-8. It signs if there
   * is no other key, and verifies otherwise.
   */
  @JsonProperty
  public void setSecret(String secret) {
    this.secret = Strings.nullToEmpty(secret);
  }

  /** Sets the keys that sign and verify tokens with their {@code kid}. */
  @JsonProperty
  public void setKeys(List<KeySettings> keys) {
    this.keys = keys == null ? List.of() : keys;
  }

  /** Sets further keys as text, {@code KID=FILE,KID=FILE}, for an environment variable. */
  @JsonProperty
  public void setKeyFiles(String keyFiles) {
    this.keyFiles = Strings.nullToEmpty(keyFiles);
  }

  /**
   * Sets secrets that sign what nodes send to each other by RabbitMQ and Redis, at least 32 bytes
   * each, separated by commas. The first one signs; all of them, and the keys of tokens, verify.
   */
  @JsonProperty
  public void setNodeSecrets(String nodeSecrets) {
    this.nodeSecrets = Strings.nullToEmpty(nodeSecrets);
  }

  /** Sets the {@code iss} of tokens. Tokens that have another one become invalid. */
  @JsonProperty
  public void setIssuer(String issuer) {
    this.issuer = issuer;
  }

  /**
   * Sets the {@code aud} of tokens. Tokens without it become invalid; if it is empty, tokens that
   * have any {@code aud} are invalid (RFC 7519, section 4.1.3).
   */
  @JsonProperty
  public void setAudience(String audience) {
    this.audience = Strings.nullToEmpty(audience);
  }

  /** Sets the tolerated difference between the clocks of two nodes, up to 5 min. */
  @JsonProperty
  public void setClockSkew(Duration clockSkew) {
    this.clockSkew = clockSkew;
  }

  /**
   * The lifetime of an issued token, 1 s to 30 days: after that time a user logs in again (NIST SP
   * 800-63B, section 4.1.3).
   */
  @JsonProperty
  public Duration getLifetime() {
    return lifetime;
  }

  @JsonProperty
  public void setLifetime(Duration lifetime) {
    this.lifetime = lifetime;
  }

  /**
   * Returns the secrets of signatures between nodes: those that are configured, or else those of
   * tokens; the first one signs.
   *
   * @throws UnusableKey if a secret is too short or a key is unreadable
   */
  public Signatures signatures() {
    var secrets = new ArrayList<byte[]>();
    for (var text : Splitter.on(',').trimResults().omitEmptyStrings().split(nodeSecrets)) {
      if (text.length() < TokenKey.MIN_SECRET_BYTES) {
        throw UnusableKey.of(
            "auth.nodeSecrets: each must have at least %d bytes", TokenKey.MIN_SECRET_BYTES);
      }
      secrets.add(text.getBytes(StandardCharsets.UTF_8));
    }
    if (!secret.isEmpty()) {
      secrets.add(secret.getBytes(StandardCharsets.UTF_8));
    }
    var all = new ArrayList<>(keys);
    all.addAll(KeySettings.parse(keyFiles));
    // The last one signs: it is the oldest, which all nodes know while a key is being replaced.
    Lists.reverse(all).forEach(key -> key.privatePart().ifPresent(secrets::add));
    return new Signatures(secrets);
  }

  /**
   * Builds the signer and verifier of tokens.
   *
   * @throws UnusableKey if there is no key, or one is unreadable, too short or of a wrong type
   */
  public JwtTokens build() {
    var all = new ArrayList<>(keys);
    all.addAll(KeySettings.parse(keyFiles));
    if (secret.isEmpty() && all.isEmpty()) {
      throw UnusableKey.of(
          "JWT_SECRET is not set: it must have at least %d bytes", TokenKey.MIN_SECRET_BYTES);
    }
    return new JwtTokens(
        TokenKeys.of(secret, all),
        new TokenRules(issuer, audience, clockSkew.toJavaDuration(), lifetime.toJavaDuration()));
  }
}
