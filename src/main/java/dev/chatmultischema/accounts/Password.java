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
 * Requires a password that bcrypt distinguishes from all others: at least 8 characters, at most the
 * 72 bytes that bcrypt hashes, no control characters, at which some implementations of bcrypt stop,
 * and no lone surrogates, which have no form in UTF-8. A common password ({@link PasswordRules}) is
 * refused too.
 */
@Constraint(validatedBy = Password.Validator.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Password {
  String message() default
      "must have at least 8 characters and at most 72 bytes, no control characters";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Accepts null, which {@code @NotNull} refuses. */
  final class Validator implements ConstraintValidator<Password, String> {

    private static final String COMMON = "is one of the passwords that guessers try first";

    @Override
    public boolean isValid(String password, ConstraintValidatorContext context) {
      if (password == null) {
        return true;
      }
      if (!Passwords.isAcceptable(password) || !password.codePoints().allMatch(Validator::isText)) {
        return false;
      }
      if (PasswordRules.isCommon(password)) {
        context.disableDefaultConstraintViolation();
        context.buildConstraintViolationWithTemplate(COMMON).addConstraintViolation();
        return false;
      }
      return true;
    }

    private static boolean isText(int c) {
      return !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE;
    }
  }
}
