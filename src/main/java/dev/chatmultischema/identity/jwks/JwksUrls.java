package dev.chatmultischema.identity.jwks;

import com.google.common.base.CharMatcher;
import com.google.common.net.InetAddresses;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Decides which JWKS URLs may be registered. Which addresses a host has is decided by each fetch.
 *
 * @param isHttpAllowed whether the scheme may be {@code http}
 * @param isPrivateAllowed whether the host may be an address that is not public
 */
public record JwksUrls(boolean isHttpAllowed, boolean isPrivateAllowed) {

  /**
   * Parses a URL.
   *
   * @throws IllegalArgumentException if the URL may not be registered; the message completes a
   *     sentence about it
   */
  public URI parse(String text) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("must be a URL", e);
    }
    if (!CharMatcher.ascii().matchesAllOf(text)) {
      throw new IllegalArgumentException("must be a URL");
    }
    boolean isHttps = "https".equalsIgnoreCase(url.getScheme());
    boolean isHttp = "http".equalsIgnoreCase(url.getScheme()) && isHttpAllowed;
    if (!isHttps && !isHttp) {
      throw new IllegalArgumentException("must have the scheme https");
    }
    if (url.getHost() == null || url.getRawUserInfo() != null || url.getRawFragment() != null) {
      throw new IllegalArgumentException("must have a host, no user and no fragment");
    }
    if (!isPrivateAllowed && isPrivate(url.getHost())) {
      throw new IllegalArgumentException("must have a host with a public address");
    }
    return url;
  }

  private static boolean isPrivate(String host) {
    return InetAddresses.isUriInetAddress(host)
        && !PublicAddresses.contains(InetAddresses.forUriString(host));
  }
}
