package dev.chatmultischema.support;

import dev.chatmultischema.embedded.Backends;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Fills the fields of a {@link ChatTest}, and closes their values in reverse order. */
final class ChatTestExtension implements BeforeAllCallback, AfterAllCallback {

  private final Deque<AutoCloseable> started = new ArrayDeque<>();

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    var test = context.getRequiredTestClass();
    var annotation =
        AnnotationSupport.findAnnotation(test, ChatTest.class)
            .orElseThrow(() -> new IllegalStateException(test + " is not annotated with ChatTest"));
    for (var field : AnnotationSupport.findAnnotatedFields(test, ChatTest.Started.class)) {
      var value = start(field.getType(), annotation);
      started.push(value);
      field.setAccessible(true);
      field.set(null, value);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    while (!started.isEmpty()) {
      started.pop().close();
    }
  }

  private static AutoCloseable start(Class<?> type, ChatTest test) {
    if (type == ChatService.class) {
      return node(test);
    }
    if (type == Broker.class) {
      return new Broker(Backends.shared().rabbitmqUrl());
    }
    throw new IllegalArgumentException("no " + type + " can be started for a test");
  }

  private static ChatService node(ChatTest test) {
    var setup = ChatService.on(Backends.shared());
    if (test.newDatabase()) {
      setup.environment("DATABASE_URL", Backends.shared().newDatabase());
    }
    assign(test.environment(), setup::environment);
    assign(test.settings(), setup::setting);
    return setup.start();
  }

  private static void assign(String[] assignments, BiConsumer<String, String> target) {
    for (var assignment : assignments) {
      var parts = assignment.split("=", 2);
      if (parts.length != 2) {
        throw new IllegalArgumentException("not of the form name=value: " + assignment);
      }
      target.accept(parts[0], parts[1]);
    }
  }
}
