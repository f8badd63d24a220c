package dev.chatmultischema.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.user.Role;
import io.dropwizard.jersey.validation.Validators;
import jakarta.validation.Validator;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConstraintsTest {

  private static final Validator VALIDATOR = Validators.newValidator();
  private static final String NAME = "Ann";
  private static final String EMAIL = "ann@example.com";
  private static final String PASSWORD = "8 letter";

  private static List<String> invalidFields(String name, String email, String password) {
    return VALIDATOR.validate(new NewUser(name, email, password, null, null)).stream()
        .map(violation -> violation.getPropertyPath().toString())
        .toList();
  }

  @Test
  void acceptsAUser() {
    assertThat(invalidFields(NAME, EMAIL, PASSWORD)).isEmpty();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "Ann\u0000", "Ann\u200B", "Ann\nBob"})
  void refusesNames(String name) {
    assertThat(invalidFields(name, EMAIL, PASSWORD)).containsExactly("name");
  }

  @Test
  void boundsNames() {
    assertThat(invalidFields("x".repeat(200), EMAIL, PASSWORD)).isEmpty();
    assertThat(invalidFields("x".repeat(201), EMAIL, PASSWORD)).containsExactly("name");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "ann", "@example.com", "ann@", "a@b@c", "a nn@example.com"})
  void refusesEmailAddresses(String email) {
    assertThat(invalidFields(NAME, email, PASSWORD)).containsExactly("email");
  }

  @Test
  void boundsEmailAddresses() {
    var domain = "d".repeat(189);
    assertThat(invalidFields(NAME, "x".repeat(64) + "@" + domain, PASSWORD)).isEmpty();
    assertThat(invalidFields(NAME, "x".repeat(65) + "@" + domain, PASSWORD))
        .containsExactly("email");
    assertThat(invalidFields(NAME, "x@" + domain + "d", PASSWORD)).containsExactly("email");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "7 chars", "a\u0000bcdefghi", "a\u0085bcdefghi", "abcdefgh\uD83D"})
  void refusesPasswords(String password) {
    assertThat(invalidFields(NAME, EMAIL, password)).containsExactly("password");
  }

  @Test
  void boundsPasswordsByCharactersBelowAndByBytesAbove() {
    assertThat(invalidFields(NAME, EMAIL, "\uD83D\uDE80".repeat(8))).isEmpty();
    assertThat(invalidFields(NAME, EMAIL, "\uD83D\uDE80".repeat(7))).containsExactly("password");
    assertThat(invalidFields(NAME, EMAIL, "x".repeat(72))).isEmpty();
    assertThat(invalidFields(NAME, EMAIL, "x".repeat(73))).containsExactly("password");
    assertThat(invalidFields(NAME, EMAIL, "\u00E9".repeat(36))).isEmpty();
    assertThat(invalidFields(NAME, EMAIL, "\u00E9".repeat(37))).containsExactly("password");
  }

  @Test
  void normalizesBeforeValidation() {
    var user = new NewUser("Zoe\u0308", "ZOE@Example.com", PASSWORD, null, null);
    assertThat(user.name()).isEqualTo("Zo\u00EB");
    assertThat(user.email()).isEqualTo("zoe@example.com");
  }

  @Test
  void addsUsersOfRoleUserByDefaultWithTimesInMilliseconds() {
    var time = Instant.parse("2026-01-02T03:04:05.678901Z");
    var user = new NewUser(NAME, EMAIL, PASSWORD, null, null).createdAt(time);
    assertThat(user.role()).isEqualTo(Role.USER);
    assertThat(user.disabled()).isFalse();
    assertThat(user.createdAt()).isEqualTo(Instant.parse("2026-01-02T03:04:05.678Z"));
    var later = new NewUser(NAME, EMAIL, PASSWORD, Role.ADMIN, null).createdAt(time.plusMillis(1));
    assertThat(later.role()).isEqualTo(Role.ADMIN);
    assertThat(later.userId().toString()).isGreaterThan(user.userId().toString());
  }
}
