package dev.chatmultischema.url;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The URL of a server in the form of RFC 3986, {@code scheme://user:password@host:port/path?query},
 * with user, password and path decoded. In place of one address, it may name those of several
 * servers of a cluster, {@code host:port,host:port}.
 *
 * <p>The rules are the same for every server. Host names may contain an underscore, as those of
 * containers do. White space around the URL is ignored, since secrets in files end with a newline.
 * An {@code @} or {@code :} in the password need not be encoded, since it is unambiguous.
 *
 * @param scheme in lower case
 * @param user null if there is none
 * @param password null if there is none; it may be empty
 * @param addresses at least one
 * @param path the part after the slash that follows the address; empty if there is none
 * @param query the undecoded query; null if there is none
 */
public record ServerUrl(
    String scheme,
    String user,
    String password,
    List<HostPort> addresses,
    String path,
    String query) {

  private static final Pattern WHITE_SPACE_OR_CONTROL = Pattern.compile("[\\s\\p{Z}\\p{Cc}]");
  private static final Pattern PARAMETER = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,60}");

  /**
   * Parses the URL of a server.
   *
   * @param variable the environment variable that holds the URL, for messages
   * @param defaultPorts the accepted schemes, each with the port of a URL without a port
   * @throws InvalidUrl if the text is no such URL
   */
  public static ServerUrl parse(String variable, String text, Map<String, Integer> defaultPorts) {
    return parse(variable, text, defaultPorts, scheme -> 1);
  }

  /**
   * Parses the URL of a server whose path may have several segments; a slash stays between them.
   *
   * @param maxSegments the number of segments that the path of a scheme may have
   * @throws InvalidUrl if the text is no such URL
   */
  public static ServerUrl parse(
      String variable,
      String text,
      Map<String, Integer> defaultPorts,
      ToIntFunction<String> maxSegments) {
    var url = CharMatcher.whitespace().trimFrom(text);
    if (url.isEmpty()) {
      throw new InvalidUrl(variable, "is blank: it must be a URL");
    }
    if (WHITE_SPACE_OR_CONTROL.matcher(url).find()) {
      throw new InvalidUrl(variable, "holds white space or a control character");
    }
    int end = url.indexOf("://");
    var scheme = end < 0 ? "" : url.substring(0, end).toLowerCase(Locale.ROOT);
    if (!defaultPorts.containsKey(scheme)) {
      throw new InvalidUrl(variable, "must start with " + schemes(defaultPorts));
    }
    return new Parser(variable, maxSegments.applyAsInt(scheme))
        .parse(scheme, url.substring(end + 3), defaultPorts.get(scheme));
  }

  private static String schemes(Map<String, Integer> defaultPorts) {
    return String.join(
        " or ", defaultPorts.keySet().stream().sorted().map(scheme -> scheme + "://").toList());
  }

  /**
   * Returns the name of the first query parameter; empty if there is none or it may be a secret.
   */
  public Optional<String> firstParameter() {
    return Optional.ofNullable(query)
        .filter(parameters -> !parameters.contains("@"))
        .map(parameters -> parameters.split("[=&]", 2)[0])
        .filter(name -> PARAMETER.matcher(name).matches());
  }

  /**
   * Refuses query parameters, for servers with all settings in the configuration file.
   *
   * @throws InvalidUrl if there are any
   */
  public ServerUrl withoutParameters(String variable, String section) {
    if (query != null && !query.isEmpty()) {
      throw new InvalidUrl(
          variable,
          String.format(
              Locale.ROOT,
              "has the query parameter%s; it may have none, since these are settings of section %s"
                  + " of the configuration file",
              firstParameter().map(name -> " " + name).orElse(""),
              section));
    }
    return this;
  }

  /**
   * Returns the only address.
   *
   * @throws InvalidUrl if there are several
   */
  public HostPort address(String variable) {
    if (addresses.size() > 1) {
      throw new InvalidUrl(variable, "names several hosts: it must name one");
    }
    return addresses.get(0);
  }

  /** Returns the addresses in the form of URLs, separated by commas. */
  public String authority() {
    return join(addresses);
  }

  /** Returns addresses in the form of URLs, separated by commas. */
  public static String join(List<HostPort> addresses) {
    return addresses.stream().map(HostPort::toString).collect(Collectors.joining(","));
  }

  /** Returns the URL without user, password, path and query. */
  @Override
  public String toString() {
    return scheme + "://" + authority();
  }

  /** Parses the parts of one URL; messages never repeat any part of it. */
  private record Parser(String variable, int maxSegments) {

    ServerUrl parse(String scheme, String rest, int defaultPort) {
      if (rest.contains("#")) {
        throw new InvalidUrl(variable, "holds a #: write %23 for one in the user or password");
      }
      int question = rest.indexOf('?');
      var query = question < 0 ? null : rest.substring(question + 1);
      var hierarchy = question < 0 ? rest : rest.substring(0, question);
      int slash = hierarchy.indexOf('/');
      var path = slash < 0 ? "" : hierarchy.substring(slash + 1);
      var authority = slash < 0 ? hierarchy : hierarchy.substring(0, slash);
      int at = authority.lastIndexOf('@');
      refuseCutPassword(at, path, query);
      var login = at < 0 ? null : Splitter.on(':').limit(2).splitToList(authority.substring(0, at));
      var user = login == null || login.get(0).isEmpty() ? null : decode("user", login.get(0));
      var password = login == null || login.size() < 2 ? null : decode("password", login.get(1));
      return new ServerUrl(
          scheme,
          user,
          password,
          addresses(authority.substring(at + 1), defaultPort),
          path(path),
          query);
    }

    /** Refuses a URL whose authority was cut at a slash or question mark in the password. */
    private void refuseCutPassword(int at, String path, String query) {
      if (path.contains("@") || (at < 0 && query != null && query.contains("@"))) {
        throw new InvalidUrl(
            variable,
            "has an @ after the first / or ?: in the user or password, write %2F for / and %3F for"
                + " ?");
      }
    }

    private List<HostPort> addresses(String text, int defaultPort) {
      return Splitter.on(',')
          .splitToStream(text)
          .map(address -> HostPort.parse(variable, address, defaultPort))
          .toList();
    }

    private String path(String text) {
      if (CharMatcher.is('/').countIn(text) >= maxSegments) {
        throw new InvalidUrl(
            variable,
            String.format(
                Locale.ROOT,
                "has more than %s / after the host: write %%2F for one in a name",
                maxSegments == 1 ? "one" : maxSegments));
      }
      return decode("name after the host", text);
    }

    private String decode(String part, String text) {
      return PercentEncoding.decode(text)
          .orElseThrow(
              () ->
                  new InvalidUrl(
                      variable,
                      String.format(
                          Locale.ROOT,
                          "is wrongly percent-encoded in the %s: a %% must be followed by two"
                              + " hexadecimal digits, which together are UTF-8 without NUL; write"
                              + " %%25 for a %% itself",
                          part)));
    }
  }
}
