package dev.chatmultischema.identity.jwks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.InetAddresses;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.util.Promise;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8.8.8.8",
        "1.1.1.1",
        "172.15.255.255",
        "172.32.0.1",
        "100.63.255.255",
        "100.128.0.1",
        "169.253.255.255",
        "223.255.255.255",
        "2606:4700:4700::1111",
        "2a00:1450:4001::200e",
        "64:ff9b::808:808"
      })
  void containsPublicOnes(String address) {
    assertThat(PublicAddresses.contains(InetAddresses.forString(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:a00:1::1",
        "3fff::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1"
      })
  void containsNoOthers(String address) {
    assertThat(PublicAddresses.contains(InetAddresses.forString(address))).isFalse();
  }

  @Test
  void resolvesToPublicOnesOnly() {
    assertThat(resolved("8.8.8.8", "10.0.0.1", "::1"))
        .containsExactly(new InetSocketAddress(InetAddresses.forString("8.8.8.8"), 443));
    assertThatThrownBy(() -> resolved("10.0.0.1"))
        .hasRootCauseInstanceOf(PublicAddressResolver.PrivateAddress.class);
  }

  private static List<InetSocketAddress> resolved(String... addresses) {
    var all =
        List.of(addresses).stream()
            .map(address -> new InetSocketAddress(InetAddresses.forString(address), 443))
            .toList();
    var result = new CompletableFuture<List<InetSocketAddress>>();
    new PublicAddressResolver((host, port, context, promise) -> promise.succeeded(all))
        .resolve(
            "login.example.com",
            443,
            Map.of(),
            new Promise<>() {
              @Override
              public void succeeded(List<InetSocketAddress> found) {
                result.complete(found);
              }

              @Override
              public void failed(Throwable cause) {
                result.completeExceptionally(cause);
              }
            });
    return result.join();
  }
}
