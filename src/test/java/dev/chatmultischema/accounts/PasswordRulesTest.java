package dev.chatmultischema.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordRulesTest {

  private static final String NAME = "Ann Lee Smith";
  private static final String EMAIL = "ann.smith@example.com";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password", "PASSWORD", "Password1", "12345678", "87654321", "1234567890", "0123456789",
        "qwertyui", "QWERTYUIOP", "poiuytrewq", "abcdefgh", "aaaaaaaa", "abababab", "abc123abc123",
        "11111111", "iloveyou", "1q2w3e4r", "1qaz2wsx", "passw0rd", "contraseña", "trustno1"
      })
  void findsCommonPasswords(String password) {
    assertThat(PasswordRules.isCommon(password)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "correct horse battery",
        "long enough",
        "my own choice",
        "known to me",
        "a good one",
        "12345679",
        "password is not it",
        "abcdefgx",
        "\uD83D\uDE80\uD83D\uDE80\uD83D\uDE80",
        "x9x9x9x9-y8y8y8y8-z7z7z7z7"
      })
  void letsOthersPass(String password) {
    assertThat(PasswordRules.isCommon(password)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ann lee smith", "Ann.Smith", "ANN.SMITH@EXAMPLE.COM"})
  void refusesNameAndAddress(String password) {
    assertThatThrownBy(() -> PasswordRules.checkUnlikeAccount(password, NAME, EMAIL))
        .isInstanceOfSatisfying(
            AccountRefused.class,
            refused -> assertThat(refused.reason()).isEqualTo(AccountRefused.Reason.WEAK_PASSWORD));
    assertThatCode(() -> PasswordRules.checkUnlikeAccount(password + "!", NAME, EMAIL))
        .doesNotThrowAnyException();
  }
}
