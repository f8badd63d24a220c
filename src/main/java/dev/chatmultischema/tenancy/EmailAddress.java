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
 * Something before and something after an at sign, without white space, within the lengths of RFC
 * 5321 (section 4.5.3.1); whether anybody gets mail there is not asked.
 */
@Pattern(regexp = "^[^\\p{Cc}\\p{Cs}\\p{Z}@]{1,64}@[^\\p{Cc}\\p{Cs}\\p{Z}@]{1,189}$")
@ReportAsSingleViolation
@Constraint(validatedBy = {})
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface EmailAddress {
  String message() default "must be an e-mail address";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};
}
