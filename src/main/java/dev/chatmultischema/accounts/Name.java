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
 * Text that people read in one line, in any Unicode form: 1 to 200 characters, not all of them
 * blank, none of them a control or another character that is not seen ({@link AccountText}).
 */
@Constraint(validatedBy = Name.Acceptable.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Name {
  String message() default
      "must have 1 to 200 characters, not all blank, no control or invisible characters";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Null is left to others. */
  final class Acceptable implements ConstraintValidator<Name, String> {
    @Override
    public boolean isValid(String text, ConstraintValidatorContext context) {
      return text == null || AccountText.isName(text);
    }
  }
}
