package dev.chatmultischema.identity.jwks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The keys of one issuer, at most {@value #MAX_KEYS}. */
public record KeySet(List<VerificationKey> keys) {

  /** The keys that a set may have: more than any issuer's present and next ones. */
  public static final int MAX_KEYS = 32;

  public static final KeySet EMPTY = new KeySet(List.of());

  /** The keys that are tried for one token, which may name none. */
  private static final int MAX_CANDIDATES = 4;

  private static final int MAX_DEPTH = 20;

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .build();

  public KeySet {
    keys = List.copyOf(keys);
  }

  /**
   * Reads the document of a JWKS URL (RFC 7517, section 5). Keys of other types and for other uses
   * are left out, as section 5 says, and so are private ones.
   *
   * @throws InvalidKey if it is no JWK Set, or has no usable key, or more than {@value #MAX_KEYS}
   */
  static KeySet ofDocument(byte[] document) throws InvalidKey {
    var keys = tree(document).path("keys");
    if (!keys.isArray() || keys.size() > 4 * MAX_KEYS) {
      throw new InvalidKey("must be a JSON object with an array of keys, not too long");
    }
    var usable = new ArrayList<VerificationKey>();
    for (var key : keys) {
      try {
        usable.add(JsonWebKey.read(key));
      } catch (InvalidKey unusable) {
        // A set may have keys for other purposes and algorithms.
      }
    }
    if (usable.isEmpty() || usable.size() > MAX_KEYS) {
      throw new InvalidKey("must have 1 to " + MAX_KEYS + " usable keys, and has " + usable.size());
    }
    return new KeySet(usable);
  }

  /**
   * Reads one key.
   *
   * @throws InvalidKey if it is no public key of a supported type for signatures
   */
  public static VerificationKey key(Map<String, Object> key) throws InvalidKey {
    return JsonWebKey.read(JSON.valueToTree(key));
  }

  /** Reads keys in the form of {@link #toJson}. */
  public static KeySet ofJson(String json) {
    try {
      var keys = new ArrayList<VerificationKey>();
      for (var key : JSON.readTree(json)) {
        keys.add(JsonWebKey.read(key));
      }
      return new KeySet(keys);
    } catch (JsonProcessingException | InvalidKey e) {
      throw new IllegalStateException("the stored keys of an issuer cannot be read", e);
    }
  }

  /** Returns whether the set has the key with this {@link VerificationKey#hash}. */
  public boolean contains(String keyHash) {
    return keys.stream().anyMatch(key -> key.hash().equals(keyHash));
  }

  /** Returns the JSON array of the keys. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(keys.stream().map(VerificationKey::json).toList());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("keys cannot be written as JSON", e);
    }
  }

  /** Returns the keys that may have signed a token with this algorithm and {@code kid}. */
  public List<VerificationKey> candidates(String algorithm, String keyId) {
    return keys.stream().filter(key -> key.fits(algorithm, keyId)).limit(MAX_CANDIDATES).toList();
  }

  private static JsonNode tree(byte[] document) throws InvalidKey {
    try {
      return JSON.readTree(document);
    } catch (IOException e) {
      // Without the cause, whose message has parts of the document.
      throw new InvalidKey("must be JSON without repeated names");
    }
  }
}
