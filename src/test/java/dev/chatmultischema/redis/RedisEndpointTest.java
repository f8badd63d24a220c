package dev.chatmultischema.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chatmultischema.redis.RedisEndpoint.Address;
import java.util.List;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;

class RedisEndpointTest {

  @Test
  void readsUrls() {
    assertThat(Address.parse("redis://localhost"))
        .isEqualTo(new Address(new HostAndPort("localhost", 6379), null, null, 0, false));
    assertThat(Address.parse("rediss://some:p%40s+s@example.com:6380/3"))
        .isEqualTo(new Address(new HostAndPort("example.com", 6380), "some", "p@s+s", 3, true));
    assertThat(Address.parse("redis://:secret@10.0.0.1:1234/"))
        .isEqualTo(new Address(new HostAndPort("10.0.0.1", 1234), null, "secret", 0, false));
  }

  @Test
  void refusesOtherUrls() {
    for (var url :
        List.of(
            "",
            "localhost:6379",
            "http://localhost",
            "redis://",
            "redis:///1",
            "redis://secret@host:6379",
            "redis://some:secret@host:6379/x",
            "redis://secret@ho st")) {
      assertThatThrownBy(() -> Address.parse(url))
          .as(url)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("REDIS_URL")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void doesNotShowThePassword() {
    assertThat(Address.parse("redis://some:secret@host:1/0")).hasToString("host:1");
  }
}
