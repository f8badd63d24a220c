package dev.chatmultischema.http.entity;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * The body of a frequent request, which checks its constraints without reflection.
 *
 * <p>The constraint annotations stay the definition: {@link EntityValidator} evaluates them, and
 * reports their violations, if this check fails.
 */
public interface QuicklyValidated {

  /** Returns whether all constraints of the body hold. */
  @JsonIgnore
  boolean isValid();
}
