package dev.chatmultischema.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Strings;
import java.net.URLDecoder;
import java.util.regex.Pattern;

/**
 * The undecoded parts of a URL of one server or of several, which {@link java.net.URI} does not
 * split.
 *
 * @param login user and password; empty if there are none
 * @param hosts with their ports, separated by commas
 * @param path with the slash before it; empty if there is none
 * @param query with the question mark before it; empty if there is none
 */
record ServersUrl(String scheme, String login, String hosts, String path, String query) {

  private static final Pattern FORM =
      Pattern.compile("([a-z+]+)://(?:(.*)@)?([^/?@]*)(/[^?]*)?(\\?.*)?");

  static ServersUrl parse(String url) {
    var parts = FORM.matcher(url);
    if (!parts.matches()) {
      throw new IllegalArgumentException("not a URL of servers: " + url);
    }
    return new ServersUrl(
        parts.group(1),
        Strings.nullToEmpty(parts.group(2)),
        parts.group(3),
        Strings.nullToEmpty(parts.group(4)),
        Strings.nullToEmpty(parts.group(5)));
  }

  ServersUrl withLogin(String other) {
    return new ServersUrl(scheme, other, hosts, path, query);
  }

  ServersUrl withPath(String other) {
    return new ServersUrl(scheme, login, hosts, other, query);
  }

  /** Returns the URL for the JDBC driver, which connects to the primary of several hosts. */
  String jdbc() {
    var primary =
        hosts.contains(",") ? (query.isEmpty() ? "?" : "&") + "targetServerType=primary" : "";
    return "jdbc:postgresql://" + hosts + path + query + primary;
  }

  /** Returns the decoded user, or null. */
  String user() {
    return login.isEmpty() ? null : decode(login.split(":", 2)[0]);
  }

  /** Returns the decoded password, or null. */
  String password() {
    return login.contains(":") ? decode(login.split(":", 2)[1]) : null;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
  }

  @Override
  public String toString() {
    return scheme + "://" + (login.isEmpty() ? "" : login + "@") + hosts + path + query;
  }
}
