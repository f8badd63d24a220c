package dev.chatmultischema.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.chatmultischema.http.response.PageServlet;
import io.dropwizard.core.setup.Environment;

/** The {@code demo} section: a page under {@code /demo} to log in and chat; disabled by default. */
public final class DemoFactory {

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private boolean enabled;

  /** Sets whether the page is served; if not, requests of {@code /demo} get 404. */
  @JsonProperty
  public void setEnabled(boolean enabled) {
    this.enabled = enabled;
  }

  /** Serves the page on the application port, if it is enabled. */
  public void build(Environment environment) {
    if (enabled) {
      new PageServlet("demo", "/demo", POLICY).register(environment);
    }
  }
}
