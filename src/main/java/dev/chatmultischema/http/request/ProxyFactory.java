package dev.chatmultischema.http.request;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.common.base.Splitter;
import jakarta.validation.constraints.NotNull;
import java.net.InetAddress;
import java.util.function.Predicate;
import org.eclipse.jetty.util.InetAddressSet;

/** The {@code http.proxies} section: the proxies that may say for whom they forward a request. */
public final class ProxyFactory {

  private InetAddressSet trusted = new InetAddressSet();

  /** The header in which the proxies record the address of their client. */
  @NotNull @JsonProperty
  private ClientAddresses.Header header = ClientAddresses.Header.X_FORWARDED_FOR;

  /**
   * Sets the addresses of trusted proxies, separated by commas, as single addresses or as blocks
   * such as {@code 10.0.0.0/8} (RFC 4632); empty for none.
   *
   * @throws IllegalArgumentException if one of them is neither
   */
  @JsonProperty
  public void setTrusted(String addresses) {
    var set = new InetAddressSet();
    Splitter.on(',')
        .trimResults()
        .omitEmptyStrings()
        .split(addresses == null ? "" : addresses)
        .forEach(set::add);
    this.trusted = set;
  }

  /** Returns a test for addresses of trusted proxies. */
  public Predicate<InetAddress> isTrusted() {
    return trusted;
  }

  /** Builds what determines the addresses of clients. */
  public ClientAddresses build() {
    Predicate<InetAddress> isTrusted = trusted;
    return new ClientAddresses(isTrusted, header);
  }
}
