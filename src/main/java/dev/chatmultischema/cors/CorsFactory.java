package dev.chatmultischema.cors;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.common.base.Splitter;
import com.google.common.base.Strings;
import io.dropwizard.core.setup.Environment;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.handler.CrossOriginHandler;

/** The {@code cors} section: the origins whose pages may use the application port. */
public final class CorsFactory {

  private static final String ANY = "*";
  private static final Pattern ORIGIN = Pattern.compile("https?://[^/?#@\\s]+");
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
  private static final Set<String> REQUEST_HEADERS =
      Set.of(
          "Authorization",
          "Cache-Control",
          "Content-Type",
          "If-None-Match",
          "Last-Event-ID",
          "X-Request-ID",
          "X-Requested-With",
          "X-Tenant-ID",
          "traceparent");
  private static final Set<String> RESPONSE_HEADERS =
      Set.of(
          "ETag",
          "Location",
          "RateLimit",
          "RateLimit-Policy",
          "Retry-After",
          "WWW-Authenticate",
          "X-Request-ID");
  private static final Duration PREFLIGHT_MAX_AGE = Duration.ofMinutes(10);

  private Set<String> allowedOrigins = Set.of();

  /**
   * Sets the origins as browsers send them (RFC 6454, section 6.2), separated by commas, or {@code
   * *} for all; empty for none.
   *
   * @throws IllegalArgumentException if one of them is not an origin
   */
  @JsonProperty
  public void setAllowedOrigins(String origins) {
    allowedOrigins =
        Splitter.on(',')
            .trimResults()
            .omitEmptyStrings()
            .splitToStream(Strings.nullToEmpty(origins))
            .map(CorsFactory::origin)
            .collect(Collectors.toUnmodifiableSet());
  }

  private static String origin(String text) {
    if (!text.equals(ANY) && !ORIGIN.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "CORS_ORIGINS: an origin is http:// or https://, a host and maybe a port, without a path"
              + String.format(Locale.ROOT, " or a slash behind it, and not '%s'", text));
    }
    return text;
  }

  /**
   * Responds to preflight requests before authentication, and lets pages of the allowed origins
   * read every response including errors (Fetch Standard, section 3.2), except to malformed HTTP.
   * Cookies are not allowed, as the service has none.
   */
  public void build(Environment environment) {
    if (allowedOrigins.isEmpty()) {
      return;
    }
    var handler = new CrossOriginHandler();
    handler.setAllowedOriginPatterns(
        allowedOrigins.stream()
            .map(origin -> origin.equals(ANY) ? ANY : Pattern.quote(origin))
            .collect(Collectors.toSet()));
    handler.setAllowedMethods(METHODS);
    handler.setAllowedHeaders(REQUEST_HEADERS);
    handler.setExposedHeaders(RESPONSE_HEADERS);
    handler.setPreflightMaxAge(PREFLIGHT_MAX_AGE);
    environment.getApplicationContext().insertHandler(handler);
  }
}
