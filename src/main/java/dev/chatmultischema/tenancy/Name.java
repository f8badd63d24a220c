package dev.chatmultischema.tenancy;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.ReportAsSingleViolation;
import jakarta.validation.constraints.Pattern;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Text that people read in one line: 1 to 200 characters, not all of them white space, none of them
 * a control character or half of a surrogate pair.
 */
@Pattern(regexp = "^(?=[^\\p{Cc}\\p{Cs}]*[^\\p{Z}\\p{Cc}\\p{Cs}])[^\\p{Cc}\\p{Cs}]{1,200}$")
@ReportAsSingleViolation
@Constraint(validatedBy = {})
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface Name {
  String message() default "must have 1 to 200 characters, not all blank, no control characters";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};
}
