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
 * Requires a name in one line, in any normalization form: 1 to 200 characters, not all of them
 * blank, without control characters and invisible characters ({@link AccountText}).
 */
@Constraint(validatedBy = Name.Validator.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Name {
  String message() default
      "must have 1 to 200 characters, not all blank, no control or invisible characters";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Accepts null, which {@code @NotNull} refuses. */
  final class Validator implements ConstraintValidator<Name, String> {
    @Override
    public boolean isValid(String text, ConstraintValidatorContext context) {
      return text == null || AccountText.isName(text);
    }
  }
}
