package dev.chatmultischema.accounts;

import dev.chatmultischema.user.AccountText;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Something before and something after an at sign, without white space or characters that deceive
 * ({@link AccountText}), within the lengths of RFC 5321 (section 4.5.3.1); whether anybody gets
 * mail there is not asked.
 */
@Constraint(validatedBy = EmailAddress.Acceptable.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface EmailAddress {
  String message() default
      "must be an e-mail address, without characters that are invisible or look like others";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Null is left to others. */
  final class Acceptable implements ConstraintValidator<EmailAddress, String> {
    @Override
    public boolean isValid(String text, ConstraintValidatorContext context) {
      return text == null || AccountText.isEmail(text);
    }
  }
}
