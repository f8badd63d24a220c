package dev.chatmultischema.api;

import dev.chatmultischema.api.IdentityResource.NewIdentity;
import dev.chatmultischema.http.problem.Problem;
import dev.chatmultischema.http.problem.Problem.FieldError;
import dev.chatmultischema.http.problem.ProblemException;
import dev.chatmultischema.identity.jwks.InvalidKey;
import dev.chatmultischema.identity.jwks.JwksUrls;
import dev.chatmultischema.identity.jwks.KeySet;
import dev.chatmultischema.identity.jwks.VerificationKey;
import dev.chatmultischema.provisioning.TenantIdentities;
import dev.chatmultischema.user.AccountText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Validates an issuer to register.
 *
 * @param isOwnIssuer whether an issuer is this service, whose tokens no tenant's keys may verify
 */
record IdentityRules(JwksUrls urls, Predicate<String> isOwnIssuer) {

  private static final int MAX_TEXT = 255;
  private static final int MAX_URL = 2_048;

  /**
   * Returns the issuer in the form in which it is stored.
   *
   * @throws ProblemException 422 with all invalid fields
   */
  TenantIdentities.NewIdentity check(NewIdentity identity) {
    var errors = new ArrayList<FieldError>();
    checkText("issuer", identity.issuer(), MAX_TEXT, errors);
    if (isOwnIssuer.test(identity.issuer())) {
      errors.add(new FieldError("issuer", "must differ from the issuer of this service"));
    }
    if (identity.audience() != null) {
      checkText("audience", identity.audience(), MAX_TEXT, errors);
    }
    if ((identity.jwksUrl() == null) == (identity.keys() == null)) {
      errors.add(new FieldError("keys", "must be given, or jwks_url, but not both"));
    }
    if (identity.jwksUrl() != null) {
      checkUrl(identity.jwksUrl(), errors);
    }
    var keys =
        identity.keys() == null ? KeySet.EMPTY : new KeySet(checkKeys(identity.keys(), errors));
    if (!errors.isEmpty()) {
      throw new ProblemException(Problem.validationFailed(errors));
    }
    return new TenantIdentities.NewIdentity(
        identity.issuer(), identity.audience(), identity.jwksUrl(), keys.toJson());
  }

  private static void checkText(String field, String text, int max, List<FieldError> errors) {
    if (text.isBlank() || text.length() > max || !AccountText.isStorable(text)) {
      errors.add(
          new FieldError(
              field, String.format(Locale.ROOT, "must have 1 to %d valid characters", max)));
    }
  }

  private void checkUrl(String url, List<FieldError> errors) {
    try {
      if (url.length() > MAX_URL) {
        throw new IllegalArgumentException("must have at most " + MAX_URL + " characters");
      }
      var unused = urls.parse(url);
    } catch (IllegalArgumentException e) {
      errors.add(new FieldError("jwks_url", e.getMessage()));
    }
  }

  private static List<VerificationKey> checkKeys(
      List<Map<String, Object>> keys, List<FieldError> errors) {
    if (keys.isEmpty() || keys.size() > KeySet.MAX_KEYS) {
      errors.add(
          new FieldError(
              "keys", String.format(Locale.ROOT, "must have 1 to %d keys", KeySet.MAX_KEYS)));
      return List.of();
    }
    var valid = new ArrayList<VerificationKey>();
    for (int i = 0; i < keys.size(); i++) {
      try {
        valid.add(KeySet.key(keys.get(i)));
      } catch (InvalidKey e) {
        errors.add(new FieldError("keys[" + i + "]", e.getMessage()));
      }
    }
    return valid;
  }
}
