package dev.chatmultischema.browser;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips the tests where {@code chromium} or {@code chromedriver} is not on the path; fails them
 * instead if the environment variable {@code TEST_CHROMIUM} is {@code required}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsChromium.Condition.class)
@interface NeedsChromium {

  /** Looks for both on the path. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      var missing = Browser.missing();
      if (missing.isEmpty()) {
        return ConditionEvaluationResult.enabled("Chromium is here");
      }
      var reason =
          "not on the path: %s; 'ops/servers install-browser' installs it".formatted(missing);
      if ("required".equals(System.getenv("TEST_CHROMIUM"))) {
        throw new IllegalStateException("TEST_CHROMIUM is required, but " + reason);
      }
      return ConditionEvaluationResult.disabled(reason);
    }
  }
}
