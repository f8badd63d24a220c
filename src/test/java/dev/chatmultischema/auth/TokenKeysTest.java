package dev.chatmultischema.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.auth0.jwt.JWT;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that are refused at the start, without a word of what they hold. */
class TokenKeysTest {

  private static final YAMLMapper YAML = new YAMLMapper();
  private static final KeyPair RSA = TestKeys.rsa(2048);
  private static final KeyPair EC = TestKeys.ec("secp256r1");
  private static final String SECRET = "a secret that has at least 32 bytes";

  @TempDir private Path directory;
  private TestKeys files;

  @BeforeEach
  void prepare() {
    files = new TestKeys(directory);
  }

  private static JwtFactory auth(String yaml) {
    try {
      return YAML.readValue(yaml, JwtFactory.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static void assertRefused(String yaml, String reason) {
    var auth = auth(yaml);
    assertThatThrownBy(auth::build).isInstanceOf(UnusableKey.class).hasMessageContaining(reason);
  }

  private static String keys(String... keys) {
    return "keys: [" + String.join(", ", keys) + "]";
  }

  private static String file(String kid, String path) {
    return "{kid: %s, file: '%s'}".formatted(kid, path);
  }

  @Test
  void publishesPublicKeysOnly() {
    var tokens =
        auth(keys(
                    file("rsa", files.privateFile("rsa", RSA)),
                    file("ec", files.publicFile("ec", EC)),
                    "{kid: hmac, secret: '" + SECRET + "'}")
                + "\nsecret: "
                + SECRET)
            .build();
    assertThat(tokens.publicKeys()).extracting(Jwk::kid).containsExactly("ec", "rsa");
    var ec = tokens.publicKeys().get(0);
    assertThat(Base64.getUrlDecoder().decode(ec.x())).hasSize(32);
    assertThat(Base64.getUrlDecoder().decode(ec.y())).hasSize(32);
    var rsa = tokens.publicKeys().get(1);
    assertThat(Base64.getUrlDecoder().decode(rsa.n())).hasSize(256);
    assertThat(rsa.e()).isEqualTo("AQAB");
    assertThat(auth("secret: " + SECRET).build().publicKeys()).isEmpty();
  }

  @Test
  void refusesMissingAndShortSecrets() {
    assertRefused("{}", "JWT_SECRET is not set");
    assertRefused("secret: hunter2", "JWT_SECRET has 7 bytes: it must have at least 32");
    assertRefused(keys("{kid: a, secret: hunter2}"), "key a has 7 bytes");
    var path = files.write("secret", "hunter2\n");
    assertRefused(keys("{kid: a, algorithm: HS256, file: '" + path + "'}"), "key a has 7 bytes");
    assertThatThrownBy(() -> auth("secret: hunter2").build()).message().doesNotContain("hunter2");
  }

  @Test
  void refusesAPublicKeyAsASecret() throws Exception {
    var pem = Files.readString(Path.of(files.publicFile("p", RSA)));
    var auth = new JwtFactory();
    auth.setSecret(pem);
    assertThatThrownBy(auth::build)
        .isInstanceOf(UnusableKey.class)
        .hasMessageContaining("is a PEM block")
        .message()
        .doesNotContain("MII");
    var path = directory.resolve("p");
    assertRefused(keys("{kid: a, algorithm: HS256, file: '" + path + "'}"), "is a PEM block");
  }

  @Test
  void refusesKeysThatAreTooShortOrOfAnotherType() {
    var small = files.privateFile("small", TestKeys.rsa(1024));
    assertRefused(keys(file("a", small)), "has an RSA key of 1024 bits");
    var curve = TestKeys.ec("secp384r1");
    assertRefused(keys(file("a", files.privateFile("c", curve))), "another curve than P-256");
    assertRefused(keys(file("a", files.publicFile("c", curve))), "another curve than P-256");
  }

  @ParameterizedTest
  @CsvSource({"RS256, ES256", "ES256, RS256"})
  void refusesAKeyOfAnotherAlgorithm(String algorithm, String actual) {
    var path = files.privateFile("key", algorithm.equals("RS256") ? EC : RSA);
    assertRefused(
        keys("{kid: a, algorithm: %s, file: '%s'}".formatted(algorithm, path)),
        "has a key for %s, not for %s".formatted(actual, algorithm));
  }

  @Test
  void refusesUnreadableFiles() {
    assertRefused(keys(file("a", directory + "/none")), "none does not exist");
    assertRefused(keys(file("a", directory.toString())), "cannot be read");
    assertRefused(keys(file("a", files.write("t", "text"))), "has no PEM block");
    assertRefused(keys(file("a", files.write("b", "x".repeat(65_537)))), "larger than 64 KiB");
    var damaged = TestKeys.pem("PRIVATE KEY", new byte[] {1, 2, 3});
    assertRefused(keys(file("a", files.write("d", damaged))), "has no key of RSA or on the curve");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "DH"})
  void namesTheConversionOfOtherForms(String label) {
    var path = files.write("other", TestKeys.pem(label, RSA.getPrivate().getEncoded()));
    assertRefused(keys(file("a", path)), "has a block " + label + ": ");
  }

  @Test
  void refusesAPrivateKeyOfAnotherPublicKey() {
    var other = (ECPublicKey) TestKeys.ec("secp256r1").getPublic();
    var mixed = TestKeys.encoded((ECPrivateKey) EC.getPrivate(), other);
    assertRefused(
        keys(file("a", files.write("m", TestKeys.pem("PRIVATE KEY", mixed)))),
        "public key that is not that of its private key");
    var bare = TestKeys.pem("PRIVATE KEY", EC.getPrivate().getEncoded());
    assertRefused(keys(file("a", files.write("bare", bare))), "lacks the public key");
  }

  @Test
  void refusesAmbiguousKeys() {
    var rsa = files.privateFile("rsa", RSA);
    var verifies = files.publicFile("pub", EC);
    assertRefused(keys(file("a", rsa), file("a", rsa)), "key a is there twice");
    assertRefused(keys(file("a", verifies)), "no key can sign");
    assertRefused(
        keys("{kid: a, signs: true, file: '" + verifies + "'}", file("b", rsa)),
        "has the public key only");
    assertRefused(keys("{kid: a}"), "either a secret or a file");
    assertRefused(
        keys("{kid: a, secret: '%s', algorithm: RS256}".formatted(SECRET)), "name a file");
    var marked = "{kid: %s, signs: true, file: '" + rsa + "'}";
    assertRefused(keys(marked.formatted("a"), marked.formatted("b")), "only one key signs");
    assertRefused("keyFiles: '" + rsa + "'", "KID=FILE");
  }

  @Test
  void signsWithTheMarkedKeyElseTheFirstThatCanElseTheSecret() {
    var rsa = file("rsa", files.privateFile("rsa", RSA));
    var verifies = file("verifies", files.publicFile("pub", EC));
    var secret = "\nsecret: " + SECRET;
    var marked = "{kid: hmac, signs: true, secret: '" + SECRET + "'}";
    assertThat(signer(keys(rsa, marked, verifies) + secret)).isEqualTo("hmac");
    assertThat(signer(keys(verifies, rsa) + secret)).isEqualTo("rsa");
    assertThat(signer(keys(verifies) + secret)).isNull();
  }

  /** The key of RFC 7638, section 3.1. */
  @Test
  void describesPublicKeysByTheirThumbprints() {
    var n =
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc"
            + "_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65"
            + "YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNL"
            + "yrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awa"
            + "pJzKnqDKgw";
    var jwk = new Jwk("a", "RSA", "RS256", "sig", n, "AQAB", null, null, null);
    assertThat(jwk.thumbprint()).isEqualTo("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    var alone = TokenKeys.of(SECRET, List.of());
    assertThat(alone.describe()).isEqualTo("signed by JWT_SECRET (HS256)").doesNotContain(SECRET);
  }

  private static String signer(String yaml) {
    var user =
        new User(UUID.randomUUID(), "Ann", "a@example.com", Role.USER, null, false, Instant.EPOCH);
    return JWT.decode(auth(yaml).build().issue(user).token()).getKeyId();
  }

  @Test
  void readsKeysFromText() {
    var secret = files.write("secret", SECRET + "\n");
    var text = "ec=%s, old=HS256:%s".formatted(files.privateFile("ec", EC), secret);
    var tokens = auth("keyFiles: '" + text + "'").build();
    assertThat(tokens.publicKeys()).extracting(Jwk::kid).containsExactly("ec");
  }
}
