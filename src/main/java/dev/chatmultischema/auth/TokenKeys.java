package dev.chatmultischema.auth;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of this service's tokens: one signs, all verify.
 *
 * @param signer the key that signs new tokens
 * @param byId the keys that verify tokens, by their {@code kid}
 * @param withoutId the key that verifies tokens without a {@code kid}; null if there is none
 */
record TokenKeys(TokenKey signer, Map<String, TokenKey> byId, TokenKey withoutId) {

  private static final Logger LOG = LoggerFactory.getLogger(TokenKeys.class);

  /**
   * Builds the keys. The one that is marked signs, or else the first one that can; the secret signs
   * if no other key can.
   *
   * @param secret the secret of tokens without a {@code kid}; empty if there is none
   * @throws UnusableKey if a key cannot be used, two have the same {@code kid}, two are marked, or
   *     none can sign
   */
  static TokenKeys of(String secret, List<KeySettings> settings) {
    var keyless = secret.isEmpty() ? null : TokenKey.secret(null, secret);
    var keys = new LinkedHashMap<String, TokenKey>();
    for (var key : settings) {
      if (keys.put(key.kid(), key.build()) != null) {
        throw UnusableKey.in(key.kid(), "is there twice");
      }
    }
    var signer =
        marked(settings)
            .map(keys::get)
            .or(() -> keys.values().stream().filter(TokenKey::signs).findFirst())
            .orElse(keyless);
    if (signer == null) {
      throw UnusableKey.of("auth.keys: no key can sign: one must have a secret or a private key");
    }
    if (!signer.signs()) {
      throw UnusableKey.in(
          signer.kid(), "is marked by signs: true, but its file has the public key only");
    }
    var all = new TokenKeys(signer, Map.copyOf(keys), keyless);
    if (!keys.isEmpty()) {
      LOG.info("tokens are {}", all.describe());
    }
    return all;
  }

  private static Optional<String> marked(List<KeySettings> settings) {
    var marked = settings.stream().filter(KeySettings::signs).map(KeySettings::kid).toList();
    if (marked.size() > 1) {
      throw UnusableKey.of("auth.keys: %s are marked by signs: true, only one key signs", marked);
    }
    return marked.stream().findFirst();
  }

  /** Describes all keys by their names, algorithms and public thumbprints. */
  String describe() {
    var others =
        Stream.concat(byId.values().stream(), Stream.ofNullable(withoutId))
            .filter(key -> key != signer)
            .map(TokenKey::describe)
            .sorted()
            .collect(Collectors.joining(", "));
    return "signed by "
        + signer.describe()
        + (others.isEmpty() ? "" : "; also verified by " + others);
  }

  /** Returns the public keys, by {@code kid}; secrets are not among them. */
  List<Jwk> published() {
    return byId.values().stream()
        .map(TokenKey::published)
        .flatMap(Optional::stream)
        .sorted(Comparator.comparing(Jwk::kid))
        .toList();
  }
}
