package dev.chatmultischema.identity.jwks;

import com.google.common.net.InetAddresses;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;

/**
 * Decides which addresses belong to the public Internet, by IANA's registries of special-purpose
 * addresses (RFC 6890 and its updates).
 */
final class PublicAddresses {

  /** A block of addresses: the first one, and the number of leading bits that all share. */
  private record Block(byte[] first, int bits) {

    static Block of(String text) {
      var parts = text.split("/", 2);
      return new Block(
          InetAddresses.forString(parts[0]).getAddress(), Integer.parseInt(parts[1], 10));
    }

    boolean contains(byte[] address) {
      if (address.length != first.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % Byte.SIZE);
        if (((address[bit / Byte.SIZE] ^ first[bit / Byte.SIZE]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  /** The last two are addresses of metadata services of clouds outside the blocks before. */
  private static final List<Block> SPECIAL_IPV4 =
      blocks(
          "0.0.0.0/8",
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.0.2.0/24",
          "192.31.196.0/24",
          "192.52.193.0/24",
          "192.88.99.0/24",
          "192.168.0.0/16",
          "192.175.48.0/24",
          "198.18.0.0/15",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "224.0.0.0/4",
          "240.0.0.0/4",
          "168.63.129.16/32",
          "100.100.100.200/32");

  private static final Block GLOBAL_IPV6 = Block.of("2000::/3");

  /** The translations of IPv4 addresses by NAT64 (RFC 6052), which networks without IPv4 have. */
  private static final Block NAT64 = Block.of("64:ff9b::/96");

  /** Protocol assignments with Teredo, documentation, and 6to4, whose relays reach any address. */
  private static final List<Block> SPECIAL_IPV6 =
      blocks("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20");

  private PublicAddresses() {}

  /** Returns whether an address is unicast and globally reachable. */
  static boolean contains(InetAddress address) {
    if (address instanceof Inet4Address) {
      return isPublicIpv4(address.getAddress());
    }
    return address instanceof Inet6Address && isPublicIpv6(address.getAddress());
  }

  private static boolean isPublicIpv4(byte[] address) {
    return SPECIAL_IPV4.stream().noneMatch(block -> block.contains(address));
  }

  private static boolean isPublicIpv6(byte[] address) {
    if (NAT64.contains(address)) {
      return isPublicIpv4(new byte[] {address[12], address[13], address[14], address[15]});
    }
    return GLOBAL_IPV6.contains(address)
        && SPECIAL_IPV6.stream().noneMatch(block -> block.contains(address));
  }

  private static List<Block> blocks(String... texts) {
    return List.of(texts).stream().map(Block::of).toList();
  }
}
