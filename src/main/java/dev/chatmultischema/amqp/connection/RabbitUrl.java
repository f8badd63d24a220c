package dev.chatmultischema.amqp.connection;

import com.google.common.base.MoreObjects;
import dev.chatmultischema.url.HostPort;
import dev.chatmultischema.url.ServerUrl;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An AMQP URI (RabbitMQ URI Specification), which may name several nodes of a cluster.
 *
 * @param addresses of the nodes, at least one
 * @param vhost {@code /} if the URI has none
 */
public record RabbitUrl(
    List<HostPort> addresses, boolean tls, String user, String password, String vhost) {

  private static final String VARIABLE = "RABBITMQ_URL";
  private static final Map<String, Integer> SCHEMES = Map.of("amqp", 5672, "amqps", 5671);

  /**
   * Parses a URL; an absent user or password is {@code guest}.
   *
   * @throws dev.chatmultischema.url.InvalidUrl if the text is no AMQP URI; the message does not
   *     contain the password
   */
  public static RabbitUrl parse(String text) {
    var url = ServerUrl.parse(VARIABLE, text, SCHEMES).withoutParameters(VARIABLE, "rabbitmq");
    return new RabbitUrl(
        url.addresses(),
        url.scheme().equals("amqps"),
        MoreObjects.firstNonNull(url.user(), "guest"),
        MoreObjects.firstNonNull(url.password(), "guest"),
        url.path().isEmpty() ? "/" : url.path());
  }

  /** Returns the URL without the password. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s://%s@%s%s%s",
        tls ? "amqps" : "amqp",
        user,
        ServerUrl.join(addresses),
        vhost.startsWith("/") ? "" : "/",
        vhost);
  }
}
