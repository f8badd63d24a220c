package dev.chatmultischema.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.fasterxml.jackson.databind.JsonNode;
import dev.chatmultischema.auth.TestKeys;
import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replacing the key of tokens, node by node, and verifying tokens by the published keys. */
@Tag("once")
class KeysIT {

  @TempDir private Path directory;

  private static ChatService node(String keys) {
    return ChatService.on(Backends.shared()).setting("auth.keys", keys).start();
  }

  @Test
  void replacesTheSecretByKeysWithoutEndingTokens() throws Exception {
    var files = new TestKeys(directory);
    var ec = files.privateFile("ec", TestKeys.ec("secp256r1"));
    var pair = TestKeys.rsa(2048);
    var rsa = files.privateFile("rsa", pair);
    var rsaPublic = files.publicFile("rsa.pub", pair);
    String bySecret;
    String byRsa;
    User user;
    try (var before = ChatService.start();
        var during = node("[{kid: r, file: '" + rsa + "'}]")) {
      user = before.addUser(Role.USER, null);
      assertThat(before.anonymous().get("/.well-known/jwks.json").expect(200).body())
          .isEqualTo("{\"keys\":[]}");
      bySecret = before.login(user);
      byRsa = during.login(user);
      during.as(bySecret).get("/users/me").expect(200);
      during.as(byRsa).get("/users/me").expect(200);
      // A node that does not know the key yet: so every node gets it before it signs.
      before.as(byRsa).get("/users/me").expectProblem(401, "unauthenticated");
    }
    var keys = "[{kid: e, file: '%s'}, {kid: r, file: '%s'}]".formatted(ec, rsaPublic);
    try (var after = node(keys)) {
      after.as(bySecret).get("/users/me").expect(200);
      after.as(byRsa).get("/users/me").expect(200);
      var byEc = after.login(user);
      after.as(byEc).get("/users/me").expect(200);
      verifyByPublishedKeys(after, byRsa, byEc);
      awaitRecordedKeys(
          after, "signed by e (ES256, ", "; also verified by JWT_SECRET (HS256), r (RS");
    }
    try (var last =
        ChatService.on(Backends.shared())
            .environment("JWT_SECRET", "")
            .environment("JWT_KEY_FILES", "e=" + ec)
            .start()) {
      last.as(bySecret).get("/users/me").expectProblem(401, "unauthenticated");
      last.as(byRsa).get("/users/me").expectProblem(401, "unauthenticated");
      last.as(last.login(user)).get("/users/me").expect(200);
    }
  }

  private static void awaitRecordedKeys(ChatService chat, String... parts) {
    var admin = chat.asAdmin();
    await()
        .untilAsserted(
            () ->
                assertThat(admin.get("/audit?limit=500").expect(200).json().get("data"))
                    .filteredOn(row -> row.path("event").asText().equals("keys_changed"))
                    .anySatisfy(row -> assertThat(row.get("outcome").asText()).contains(parts)));
  }

  private static void verifyByPublishedKeys(ChatService chat, String byRsa, String byEc)
      throws Exception {
    var published = chat.anonymous().get("/.well-known/jwks.json").expect(200);
    assertThat(published.header("Content-Type")).isEqualTo("application/json");
    assertThat(published.header("Cache-Control")).isEqualTo("public, max-age=300");
    chat.anonymous()
        .with("If-None-Match", published.header("ETag"))
        .get("/.well-known/jwks.json")
        .expect(304);
    var keys = published.json().get("keys");
    assertThat(keys.findValuesAsText("kid")).containsExactly("e", "r");
    assertThat(keys.findValues("d")).isEmpty();
    var ec = Algorithm.ECDSA256(ec(keys.get(0)), null);
    assertThat(JWT.require(ec).build().verify(byEc).getKeyId()).isEqualTo("e");
    var rsa = Algorithm.RSA256(rsa(keys.get(1)), null);
    assertThat(JWT.require(rsa).build().verify(byRsa).getKeyId()).isEqualTo("r");
  }

  private static RSAPublicKey rsa(JsonNode key) throws Exception {
    var spec = new RSAPublicKeySpec(number(key, "n"), number(key, "e"));
    return (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(spec);
  }

  private static ECPublicKey ec(JsonNode key) throws Exception {
    var curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    var spec =
        new ECPublicKeySpec(
            new ECPoint(number(key, "x"), number(key, "y")),
            curve.getParameterSpec(ECParameterSpec.class));
    return (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(spec);
  }

  private static BigInteger number(JsonNode key, String name) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(key.get(name).asText()));
  }
}
