package dev.chatmultischema.auth;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The {@code auth} section: the secret and the lifetime of bearer tokens. */
public final class JwtFactory {

  /** The minimum key size of HS256 (RFC 7518, section 3.2). */
  static final int MIN_SECRET_BYTES = 32;

  private String secret = "";

  @MinDuration(value = 1, unit = TimeUnit.SECONDS)
  private Duration lifetime = Duration.hours(12);

  /** Sets the secret that signs tokens, at least 32 bytes of UTF-8. */
  @JsonProperty
  public void setSecret(String secret) {
    this.secret = secret == null ? "" : secret;
  }

  /** The lifetime of an issued token, at least 1 s. */
  @JsonProperty
  public Duration getLifetime() {
    return lifetime;
  }

  @JsonProperty
  public void setLifetime(Duration lifetime) {
    this.lifetime = lifetime;
  }

  /**
   * Builds the signer and verifier of tokens.
   *
   * @throws InsecureSecret if the secret is missing or shorter than 32 bytes
   */
  public JwtTokens build() {
    int bytes = secret.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < MIN_SECRET_BYTES) {
      throw new InsecureSecret(bytes);
    }
    return new JwtTokens(secret, lifetime.toJavaDuration());
  }

  /** Reports that the secret is missing or shorter than 32 bytes. */
  public static final class InsecureSecret extends RuntimeException {
    private static final long serialVersionUID = 1;

    InsecureSecret(int bytes) {
      super(
          bytes == 0
              ? String.format(
                  Locale.ROOT,
                  "JWT_SECRET is not set: it must have at least %d bytes",
                  MIN_SECRET_BYTES)
              : String.format(
                  Locale.ROOT,
                  "JWT_SECRET has %d bytes: it must have at least %d",
                  bytes,
                  MIN_SECRET_BYTES));
    }
  }
}
