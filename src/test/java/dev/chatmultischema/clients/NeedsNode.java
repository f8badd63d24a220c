package dev.chatmultischema.clients;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips the tests where Node.js is not on the path, or the packages that {@code
 * src/test/clients/package.json} names are not installed; fails them instead if the environment
 * variable {@code TEST_NODE} is {@code required}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsNode.Condition.class)
@interface NeedsNode {

  /** Looks for Node.js and the packages. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      var installed = Files.isDirectory(ClientProject.NODE_MODULES.resolve("openapi-typescript"));
      if (installed && ClientProject.isOnPath("node")) {
        return ConditionEvaluationResult.enabled("Node.js and the packages are here");
      }
      var reason = "Node.js or its packages are missing; 'ops/servers install-node' installs them";
      if ("required".equals(System.getenv("TEST_NODE"))) {
        throw new IllegalStateException("TEST_NODE is required, but " + reason);
      }
      return ConditionEvaluationResult.disabled(reason);
    }
  }
}
