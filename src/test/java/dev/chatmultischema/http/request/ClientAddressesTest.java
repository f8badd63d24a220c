package dev.chatmultischema.http.request;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.chatmultischema.http.request.ClientAddresses.Header;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClientAddressesTest {

  private static final String PROXY = "10.0.0.1";

  private static String client(Header header, String peer, String name, String... values) {
    var addresses =
        new ClientAddresses(address -> address.getHostAddress().startsWith("10."), header);
    return addresses.resolve(peer, asked -> asked.equals(name) ? List.of(values) : List.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "for=192.0.2.60;proto=https;by=10.0.0.1        | 192.0.2.60",
        "proto=http; For=\"192.0.2.60:4711\"           | 192.0.2.60",
        "for=\"[2001:db8::1]:4711\"                    | 2001:db8::1",
        "for=198.51.100.7, for=192.0.2.60              | 192.0.2.60",
        "for=192.0.2.60, for=10.0.0.2                  | 192.0.2.60",
        "for=\"198.51.100.7, for=x\", for=192.0.2.60   | 192.0.2.60",
        "for=192.0.2.60, for=unknown                   | 10.0.0.1",
        "for=192.0.2.60, for=_hidden, for=10.0.0.2     | 10.0.0.2",
        "proto=https                                   | 10.0.0.1",
        "for=                                          | 10.0.0.1",
        "for=\"192.0.2.60;x\"                          | 10.0.0.1",
        "\"                                            | 10.0.0.1",
        "\", for=192.0.2.60                            | 10.0.0.1"
      })
  void readsForwardedFromItsEnd(String value, String client) {
    assertEquals(client, client(Header.FORWARDED, PROXY, "Forwarded", value));
  }

  @Test
  void readsTheConfiguredHeaderOnlyAndOnlyOfTrustedPeers() {
    assertEquals(
        PROXY, client(Header.FORWARDED, PROXY, "X-Forwarded-For", "for=192.0.2.60", "192.0.2.60"));
    assertEquals(
        "198.51.100.7", client(Header.FORWARDED, "198.51.100.7", "Forwarded", "for=192.0.2.60"));
    assertEquals(PROXY, client(Header.X_FORWARDED_FOR, PROXY, "Forwarded", "for=192.0.2.60"));
    assertEquals(
        "192.0.2.60",
        client(Header.X_FORWARDED_FOR, PROXY, "X-Forwarded-For", "198.51.100.7", "192.0.2.60"));
    assertEquals(
        "192.0.2.60",
        client(Header.X_FORWARDED_FOR, PROXY, "X-Forwarded-For", "\", 10.0.0.3", "192.0.2.60"));
  }
}
