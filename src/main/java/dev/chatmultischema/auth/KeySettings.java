package dev.chatmultischema.auth;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.common.base.Splitter;
import com.google.common.base.Strings;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.util.List;
import java.util.Optional;

/** An item of {@code auth.keys}. It has no text form, since it may hold a secret. */
public final class KeySettings {

  private static final String KID = "[A-Za-z0-9._:-]{1,100}";

  @JsonProperty
  @NotNull
  @Pattern(regexp = KID, message = "must be 1 to 100 of A-Z a-z 0-9 . _ : -")
  private String kid;

  @JsonProperty private TokenAlgorithm algorithm;
  @JsonProperty private String secret;
  @JsonProperty private String file;
  @JsonProperty private boolean signs;

  /**
   * Reads keys from text of the form {@code KID=FILE,KID=FILE}; {@code HS256:} before a file says
   * that it holds a secret.
   *
   * @throws UnusableKey if the text has another form
   */
  static List<KeySettings> parse(String text) {
    return Splitter.on(',')
        .trimResults()
        .omitEmptyStrings()
        .splitToStream(text)
        .map(KeySettings::parseOne)
        .toList();
  }

  private static KeySettings parseOne(String text) {
    int equals = text.indexOf('=');
    if (equals < 0 || !text.substring(0, equals).matches(KID)) {
      throw UnusableKey.of("auth.keyFiles must have the form KID=FILE,KID=FILE");
    }
    var key = new KeySettings();
    key.kid = text.substring(0, equals);
    key.file = text.substring(equals + 1);
    for (var algorithm : TokenAlgorithm.values()) {
      var prefix = algorithm + ":";
      if (key.file.startsWith(prefix)) {
        key.algorithm = algorithm;
        key.file = key.file.substring(prefix.length());
      }
    }
    return key;
  }

  String kid() {
    return kid;
  }

  /** Returns whether this key is marked as the one that signs new tokens. */
  boolean signs() {
    return signs;
  }

  /**
   * Builds the key.
   *
   * @throws UnusableKey if it cannot be used
   */
  TokenKey build() {
    if (Strings.isNullOrEmpty(secret) == Strings.isNullOrEmpty(file)) {
      throw UnusableKey.in(kid, "must have either a secret or a file");
    }
    if (file == null || file.isEmpty()) {
      requireHmac();
      return TokenKey.secret(kid, secret);
    }
    var keyFile = new KeyFile(kid, file);
    if (algorithm != TokenAlgorithm.HS256) {
      return TokenKey.pem(keyFile, algorithm);
    }
    keyFile.warnIfOthersMayRead();
    return TokenKey.secret(kid, keyFile.text().strip());
  }

  /**
   * Returns the secret or the private key, for keys of other purposes to be derived from; empty if
   * the file has a public key only.
   *
   * @throws UnusableKey if it cannot be read
   */
  Optional<byte[]> privatePart() {
    if (Strings.isNullOrEmpty(file)) {
      return Optional.of(secret.getBytes(StandardCharsets.UTF_8));
    }
    var keyFile = new KeyFile(kid, file);
    return algorithm == TokenAlgorithm.HS256
        ? Optional.of(keyFile.text().strip().getBytes(StandardCharsets.UTF_8))
        : Optional.ofNullable(PemKey.read(keyFile).privateKey()).map(Key::getEncoded);
  }

  private void requireHmac() {
    if (algorithm != null && algorithm != TokenAlgorithm.HS256) {
      throw UnusableKey.in(kid, "has a secret, which %s does not use: name a file", algorithm);
    }
  }
}
