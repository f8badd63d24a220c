package dev.chatmultischema.auth;

/** Reads the token of an {@code Authorization} header. */
public final class BearerToken {

  private static final String SCHEME = "Bearer ";

  private BearerToken() {}

  /**
   * Returns the token of a header value with the scheme {@code Bearer} (RFC 6750, section 2.1), or
   * the whole value if it has no such scheme; null for null.
   */
  public static String of(String header) {
    if (header == null) {
      return null;
    }
    return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? header.substring(SCHEME.length()).trim()
        : header.trim();
  }
}
