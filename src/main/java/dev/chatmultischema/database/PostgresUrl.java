package dev.chatmultischema.database;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * A PostgreSQL connection URI (manual, section 34.1.1.2) in the form that the JDBC driver takes.
 */
record PostgresUrl(String jdbcUrl, String user, String password) {

  static PostgresUrl parse(String url) {
    if (url.startsWith("jdbc:postgresql:")) {
      return new PostgresUrl(url, null, null);
    }
    if (!url.startsWith("postgres://") && !url.startsWith("postgresql://")) {
      throw new IllegalArgumentException(
          "DATABASE_URL must start with postgres:// or jdbc:postgresql:");
    }
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      // The message of the cause would show the password.
      throw new IllegalArgumentException("DATABASE_URL is not a URL");
    }
    if (uri.getHost() == null || uri.getPath().length() < 2) {
      throw new IllegalArgumentException("DATABASE_URL must name a host and a database");
    }
    var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    var jdbcUrl =
        "jdbc:postgresql://%s:%d%s%s"
            .formatted(
                uri.getHost(), uri.getPort() < 0 ? 5432 : uri.getPort(), uri.getRawPath(), query);
    if (uri.getRawUserInfo() == null) {
      return new PostgresUrl(jdbcUrl, null, null);
    }
    var userInfo = uri.getRawUserInfo().split(":", 2);
    return new PostgresUrl(
        jdbcUrl, decode(userInfo[0]), userInfo.length > 1 ? decode(userInfo[1]) : null);
  }

  private static String decode(String text) {
    // A plus sign is itself in a URI's user info, though URLDecoder takes it for a space.
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
