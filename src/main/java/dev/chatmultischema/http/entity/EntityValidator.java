package dev.chatmultischema.http.entity;

import io.dropwizard.jersey.validation.DropwizardConfiguredValidator;
import jakarta.validation.Validator;
import java.lang.reflect.Method;
import java.util.concurrent.ConcurrentHashMap;
import org.glassfish.jersey.internal.inject.AbstractBinder;
import org.glassfish.jersey.server.internal.inject.ConfiguredValidator;
import org.glassfish.jersey.server.model.Invocable;

/**
 * Validates the parameters of resource methods as Dropwizard does, except for methods without
 * constraints and for bodies that are {@link QuicklyValidated}. Does not validate results: no
 * resource method constrains its result.
 */
public final class EntityValidator extends DropwizardConfiguredValidator {

  private final ConcurrentHashMap<Method, Boolean> constrained = new ConcurrentHashMap<>();

  EntityValidator(Validator validator) {
    super(validator);
  }

  /** Returns the binding of a validator that takes precedence over Dropwizard's. */
  public static AbstractBinder binder(Validator validator) {
    return new AbstractBinder() {
      @Override
      protected void configure() {
        bind(new EntityValidator(validator)).to(ConfiguredValidator.class).ranked(1);
      }
    };
  }

  @Override
  public void validateResourceAndInputParams(Object resource, Invocable method, Object[] values) {
    if (isConstrained(method.getHandlingMethod()) && !isQuicklyValid(values)) {
      super.validateResourceAndInputParams(resource, method, values);
    }
  }

  private boolean isConstrained(Method method) {
    return constrained.computeIfAbsent(method, this::hasConstraints);
  }

  private boolean hasConstraints(Method method) {
    var constraints =
        getConstraintsForClass(method.getDeclaringClass())
            .getConstraintsForMethod(method.getName(), method.getParameterTypes());
    return constraints != null && constraints.hasConstrainedParameters();
  }

  /** Returns whether one of the values, the body, is valid; no other parameter is constrained. */
  private static boolean isQuicklyValid(Object[] values) {
    for (var value : values) {
      if (value instanceof QuicklyValidated body) {
        return body.isValid();
      }
    }
    return false;
  }

  @Override
  public void validateResult(Object resource, Invocable method, Object result) {}
}
