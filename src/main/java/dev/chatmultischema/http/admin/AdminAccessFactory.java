package dev.chatmultischema.http.admin;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.common.base.Splitter;
import dev.chatmultischema.http.problem.ProblemWriter;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.validation.ValidationMethod;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The {@code http.admin} section: who may use the admin port. */
public final class AdminAccessFactory {

  private static final Logger LOG = LoggerFactory.getLogger(AdminAccessFactory.class);

  private static final int MIN_TOKEN_LENGTH = 16;
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "::1", "[::1]", "localhost");

  private String token = "";
  private String allowedHosts = "";

  /** Whether {@code /pprof} is served, which profiles the processor for as long as asked to. */
  @JsonProperty private boolean profiling;

  /** Sets the bearer token of all requests but health checks; null or empty for none. */
  @JsonProperty
  public void setToken(String token) {
    this.token = token == null ? "" : token;
  }

  /** Sets the names by which clients reach the port, separated by commas. */
  @JsonProperty
  public void setAllowedHosts(String allowedHosts) {
    this.allowedHosts = allowedHosts == null ? "" : allowedHosts;
  }

  /** Returns whether the token is absent, or of visible ASCII and long enough not to be guessed. */
  @JsonIgnore
  @ValidationMethod(message = "token must have at least 16 characters of visible ASCII")
  public boolean isTokenStrong() {
    return token.isEmpty() || token.matches("[!-~]{" + MIN_TOKEN_LENGTH + ",}");
  }

  /**
   * Inserts the guard in front of all handlers of the admin port; no other may be inserted later.
   *
   * @param refused is called for each refused request
   */
  public void build(Environment environment, ProblemWriter problems, Consumer<Refused> refused) {
    var hosts = new HashSet<String>();
    Splitter.on(',')
        .trimResults()
        .omitEmptyStrings()
        .split(allowedHosts.toLowerCase(Locale.ROOT))
        .forEach(hosts::add);
    var guard = new AdminGuard(token, profiling, problems, refused);
    environment.getAdminContext().insertHandler(guard);
    environment
        .lifecycle()
        .addEventListener(
            new LifeCycle.Listener() {
              @Override
              public void lifeCycleStarting(LifeCycle server) {
                hosts.addAll(boundHosts((Server) server));
                guard.expect(hosts);
              }
            });
  }

  /** A refused request, and the reason of the refusal. */
  public record Refused(Request request, String reason) {}

  private Set<String> boundHosts(Server server) {
    var hosts = new HashSet<String>();
    for (var connector : server.getConnectors()) {
      if (connector instanceof NetworkConnector tcp && "admin".equals(tcp.getName())) {
        var host = tcp.getHost();
        if (host != null) {
          hosts.add(host.toLowerCase(Locale.ROOT));
        }
        if (token.isEmpty() && (host == null || !LOOPBACK.contains(host))) {
          LOG.warn(
              "the admin port accepts requests from the network without a token: set ADMIN_TOKEN,"
                  + " or ADMIN_HOST to a loopback address, unless the network is closed");
        }
      }
    }
    return hosts;
  }
}
