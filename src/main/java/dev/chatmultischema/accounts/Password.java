package dev.chatmultischema.accounts;

import dev.chatmultischema.auth.Passwords;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A password as bcrypt can tell it from others: long enough, not longer than bcrypt looks at, and
 * without what some writers of bcrypt hashes stop at or cannot encode.
 */
@Constraint(validatedBy = Password.Acceptable.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Password {
  String message() default
      "must have at least 8 characters and at most 72 bytes, no control characters";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Null is left to others. */
  final class Acceptable implements ConstraintValidator<Password, String> {
    @Override
    public boolean isValid(String password, ConstraintValidatorContext context) {
      return password == null
          || (Passwords.acceptable(password)
              && password
                  .codePoints()
                  .noneMatch(
                      c ->
                          Character.isISOControl(c)
                              || Character.getType(c) == Character.SURROGATE));
    }
  }
}
