package dev.chatmultischema.identity.jwks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.chatmultischema.support.TokenIssuer;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeySetTest {

  private static final TokenIssuer RSA = TokenIssuer.rsa("https://rsa", "r1");
  private static final TokenIssuer EC = TokenIssuer.ec("https://ec", "e1", "secp256r1");

  private static KeySet document(Object... keys) throws InvalidKey {
    try {
      return KeySet.ofDocument(
          new ObjectMapper().writeValueAsBytes(Map.of("keys", List.of(keys), "other", 1)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void leavesOutKeysThatCannotVerify() throws InvalidKey {
    var unknown = Map.of("kty", "OKP", "crv", "Ed25519", "x", "AA");
    var symmetric = Map.of("kty", "oct", "k", "AAAA");
    var keys = document(unknown, RSA.jwk(), symmetric, EC.privateJwk(), "text").keys();
    assertThat(keys).extracting(VerificationKey::id).containsExactly("r1");
    assertThatThrownBy(() -> document(unknown)).isInstanceOf(InvalidKey.class);
    assertThatThrownBy(() -> document()).isInstanceOf(InvalidKey.class);
    assertThatThrownBy(() -> document(Collections.nCopies(33, RSA.jwk()).toArray()))
        .isInstanceOf(InvalidKey.class);
    for (var text : List.of("", "{", "[]", "{\"keys\":{}}", "{\"keys\":[],\"keys\":[]}")) {
      assertThatThrownBy(() -> KeySet.ofDocument(text.getBytes(UTF_8)))
          .isInstanceOf(InvalidKey.class);
    }
  }

  @Test
  void readsWhatItHasWritten() throws InvalidKey {
    var keys = document(RSA.jwk(), EC.jwk());
    assertThat(KeySet.ofJson(keys.toJson())).isEqualTo(keys);
    assertThat(keys.keys()).allMatch(key -> keys.contains(key.hash()));
    assertThat(keys.contains("x")).isFalse();
  }

  @Test
  void choosesKeysByAlgorithmAndId() throws InvalidKey {
    var keys = document(RSA.jwk(), EC.jwk());
    assertThat(keys.candidates("RS256", "r1")).hasSize(1);
    assertThat(keys.candidates("RS512", null)).hasSize(1);
    assertThat(keys.candidates("ES256", "e1")).hasSize(1);
    assertThat(keys.candidates("RS256", "e1")).isEmpty();
    assertThat(keys.candidates("ES384", "e1")).isEmpty();
    assertThat(keys.candidates("HS256", "r1")).isEmpty();
    assertThat(keys.candidates("none", null)).isEmpty();
  }

  @Test
  void isPinnedToItsAlgorithm() throws InvalidKey {
    var jwk = new HashMap<>(RSA.jwk());
    jwk.put("alg", "RS512");
    var pinned = KeySet.key(jwk);
    var free = KeySet.key(RSA.jwk());
    var token = JWT.decode(RSA.token("sub", null));
    assertThat(free.verifies(token)).isTrue();
    assertThat(pinned.verifies(token)).isFalse();
    var byPublicKey = RSA.unsigned("sub").sign(Algorithm.HMAC256(free.key().getEncoded()));
    assertThat(free.verifies(JWT.decode(byPublicKey))).isFalse();
    assertThat(free.verifies(JWT.decode(EC.token("sub", null)))).isFalse();
  }
}
