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
 * Requires an e-mail address: a local part, an at sign and a domain within the lengths of RFC 5321
 * (section 4.5.3.1), without white space and confusable characters ({@link AccountText}). The
 * mailbox need not exist.
 */
@Constraint(validatedBy = EmailAddress.Validator.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface EmailAddress {
  String message() default
      "must be an e-mail address, without characters that are invisible or look like others";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Accepts null, which {@code @NotNull} refuses. */
  final class Validator implements ConstraintValidator<EmailAddress, String> {
    @Override
    public boolean isValid(String text, ConstraintValidatorContext context) {
      return text == null || AccountText.isEmail(text);
    }
  }
}
