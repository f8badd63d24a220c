package dev.chatmultischema.support;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Starts one node of the service on the shared servers for all tests of a class, and closes it
 * after the last one.
 *
 * <p>The node is put into the static field of type {@link ChatService} that is annotated with
 * {@link Started}, before any {@code @BeforeAll} method runs. A field of type {@link Broker} gets a
 * plain AMQP client of the same broker.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ChatTestExtension.class)
public @interface ChatTest {

  /** Environment variables that {@code config.yml} reads, as in {@code "DEMO=true"}. */
  String[] environment() default {};

  /**
   * Settings that have no environment variable, by their path in {@code config.yml} and with a
   * value in YAML, as in {@code "amqp.retryDelays=[50ms]"}.
   */
  String[] settings() default {};

  /** Whether the node gets a new, empty database instead of the one that test classes share. */
  boolean newDatabase() default false;

  /** Marks a static field for the extension to fill. */
  @Target(ElementType.FIELD)
  @Retention(RetentionPolicy.RUNTIME)
  @interface Started {}
}
