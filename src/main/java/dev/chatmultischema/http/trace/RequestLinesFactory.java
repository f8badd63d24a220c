package dev.chatmultischema.http.trace;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.dropwizard.request.logging.RequestLogFactory;
import org.eclipse.jetty.server.RequestLog;

/** The request log {@code lines}: one line of the service's own log for each request. */
@JsonTypeName("lines")
public final class RequestLinesFactory implements RequestLogFactory<RequestLog> {

  private boolean enabled;

  /** Sets whether requests are logged. */
  @JsonProperty
  public void setEnabled(boolean enabled) {
    this.enabled = enabled;
  }

  @Override
  public boolean isEnabled() {
    return enabled;
  }

  @Override
  public RequestLog build(String name) {
    return new RequestLines();
  }
}
