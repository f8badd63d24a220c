package dev.chatmultischema.amqp;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** An AMQP URI (the RabbitMQ URI specification), where an empty virtual host means {@code /}. */
record RabbitUrl(String host, int port, boolean tls, String user, String password, String vhost) {

  static RabbitUrl parse(String url) {
    URI uri;
    try {
      uri = URI.create(url.trim());
    } catch (IllegalArgumentException e) {
      // The message of the cause would show the password.
      throw new IllegalArgumentException("RABBITMQ_URL is not a URL");
    }
    var tls = "amqps".equals(uri.getScheme());
    if (!tls && !"amqp".equals(uri.getScheme())) {
      throw new IllegalArgumentException("RABBITMQ_URL must start with amqp:// or amqps://");
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("RABBITMQ_URL must name a host");
    }
    var path = uri.getRawPath() == null ? "" : uri.getRawPath();
    if (path.lastIndexOf('/') > 0) {
      throw new IllegalArgumentException(
          "RABBITMQ_URL may have one path segment, the virtual host");
    }
    var userInfo =
        uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
    return new RabbitUrl(
        uri.getHost(),
        uri.getPort() >= 0 ? uri.getPort() : tls ? 5671 : 5672,
        tls,
        userInfo.length > 0 ? decode(userInfo[0]) : "guest",
        userInfo.length > 1 ? decode(userInfo[1]) : "guest",
        path.length() < 2 ? "/" : decode(path.substring(1)));
  }

  private static String decode(String text) {
    // A plus sign is itself in a URI, though URLDecoder takes it for a space.
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "%s://%s@%s:%d%s%s"
        .formatted(
            tls ? "amqps" : "amqp", user, host, port, vhost.startsWith("/") ? "" : "/", vhost);
  }
}
