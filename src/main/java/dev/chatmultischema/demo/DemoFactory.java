package dev.chatmultischema.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.core.setup.Environment;

/** The {@code demo} section: a page to try the service with, off by default. */
public final class DemoFactory {

  private boolean enabled;

  /** Whether {@code /demo} is there; without it the path is as unknown as any other. */
  @JsonProperty
  public void setEnabled(boolean enabled) {
    this.enabled = enabled;
  }

  /** Serves the page on the application port, if it is enabled. */
  public void build(Environment environment) {
    if (enabled) {
      DemoPage.register(environment);
    }
  }
}
