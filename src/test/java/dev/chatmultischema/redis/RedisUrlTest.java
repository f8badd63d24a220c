package dev.chatmultischema.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chatmultischema.url.HostPort;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisUrlTest {

  private static RedisUrl one(
      String host, int port, String user, String password, int database, boolean tls) {
    return new RedisUrl(List.of(new HostPort(host, port)), null, user, password, database, tls);
  }

  @Test
  void readsUrls() {
    assertThat(RedisUrl.parse("redis://localhost"))
        .isEqualTo(one("localhost", 6379, null, null, 0, false));
    assertThat(RedisUrl.parse("rediss://some:p%40s+s@example.com:6380/3"))
        .isEqualTo(one("example.com", 6380, "some", "p@s+s", 3, true));
    assertThat(RedisUrl.parse("redis://:secret@10.0.0.1:1234/"))
        .isEqualTo(one("10.0.0.1", 1234, null, "secret", 0, false));
  }

  @Test
  void readsUrlsOfSentinels() {
    var sentinels =
        List.of(new HostPort("h_1", 1), new HostPort("::1", 2), new HostPort("h3", 26379));
    assertThat(RedisUrl.parse("redis+sentinel://some:secret@h_1:1,[::1]:2,h3/my-master.1"))
        .isEqualTo(new RedisUrl(sentinels, "my-master.1", "some", "secret", 0, false));
    assertThat(RedisUrl.parse("rediss+sentinel://h_1:1,[::1]:2,h3/my_master/5"))
        .isEqualTo(new RedisUrl(sentinels, "my_master", null, null, 5, true));
    assertThat(RedisUrl.parse("redis+sentinel://h3/m/").servers())
        .containsExactly(new HostPort("h3", 26379));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost:6379",
        "http://localhost",
        "redis://",
        "redis:///1",
        "redis://secret@host:6379",
        "redis://some:secret@host:6379/x",
        "redis://some:secret@host:6379/1/2",
        "redis://secret@ho st",
        "redis+sentinel://some:secret@host/name/x",
        "redis+sentinel://some:secret@host/name/1/2",
        "redis+sentinel://some:secret@host:70000/name",
        "redis+sentinel://some:secret@host,/name",
        "redis+sentinel://secret@host/name",
        "redis+sentinel://some:secret@host/name?db=1"
      })
  void refusesOtherUrls(String url) {
    assertThatThrownBy(() -> RedisUrl.parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("REDIS_URL")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rediss://h1,h2 | rediss+sentinel://host,host,host/master-name",
        "redis+sentinel://h1,h2 | must name the master after the sentinels",
        "redis+sentinel://h1,h2/a%20b | must name the master after the sentinels",
        "sentinel://h1/m | redis+sentinel://"
      })
  void namesTheRightForm(String url, String hint) {
    assertThatThrownBy(() -> RedisUrl.parse(url)).hasMessageContaining(hint);
  }

  @Test
  void doesNotShowThePassword() {
    assertThat(RedisUrl.parse("redis://some:secret@host:1/0")).hasToString("host:1");
    assertThat(RedisUrl.parse("redis+sentinel://some:secret@h1:1,h2:2/m"))
        .hasToString("m of the sentinels h1:1,h2:2");
  }
}
