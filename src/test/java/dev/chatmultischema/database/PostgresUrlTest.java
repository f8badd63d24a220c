package dev.chatmultischema.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chatmultischema.url.HostPort;
import dev.chatmultischema.url.InvalidUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresUrlTest {

  @ParameterizedTest
  @CsvSource({
    "postgres://chat_db/chat, jdbc:postgresql://chat_db:5432/chat",
    "postgresql://[::1]:5/chat, jdbc:postgresql://[::1]:5/chat",
    "postgres://u:p@db/my%20chat%2B%25, jdbc:postgresql://db:5432/my%20chat%2B%25",
    "postgres://db/chat?currentSchema=a&sslmode=require, jdbc:postgresql://db:5432/chat?currentSchema=a&sslmode=require",
    "' jdbc:postgresql://h1:1,h2/chat?user=u&password=a%40b\n', 'jdbc:postgresql://h1:1,h2/chat?user=u&password=a%40b'",
    "postgres://db/chat?options=a+b, jdbc:postgresql://db:5432/chat?options=a%2Bb",
    "jdbc:postgresql://db/chat?options=a+b, jdbc:postgresql://db/chat?options=a+b",
    "jdbc:postgresql:chat, jdbc:postgresql:chat",
    "'postgres://u:p@h_1,[::1]:5/chat?a=b', 'jdbc:postgresql://h_1:5432,[::1]:5/chat?a=b'"
  })
  void convertsToAUrlOfTheDriver(String url, String jdbcUrl) {
    assertThat(PostgresUrl.parse("DATABASE_URL", url).jdbcUrl()).isEqualTo(jdbcUrl);
  }

  @Test
  void separatesUserAndPassword() {
    var url = PostgresUrl.parse("DATABASE_URL", "postgres://a%40b:p%3A%2F+q@db/chat");

    assertThat(url.user()).isEqualTo("a@b");
    assertThat(url.password()).isEqualTo("p:/+q");
    assertThat(url.jdbcUrl()).doesNotContain("p:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mysql://localhost/chat?password=s3cret",
        "jdbc:postgresql://u:s3cret@db/chat",
        "jdbc:postgresql://db:x/chat?password=s3cret",
        "jdbc:postgresql://db/chat?password=s3cret%",
        "postgres://u:s3cret@db",
        "postgres://u:s3cret@db/",
        "postgres://u:s3cret@db?sslmode=require",
        "postgres://db/chat?password=s3cret%zz"
      })
  void refusesOtherUrlsWithoutShowingThePassword(String url) {
    assertThatThrownBy(() -> PostgresUrl.parse("DATABASE_URL", url))
        .isInstanceOf(InvalidUrl.class)
        .hasNoCause()
        .hasMessageStartingWith("DATABASE_URL ")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void neverShowsThePassword() {
    assertThat(
            PostgresUrl.parse("DATABASE_URL", "jdbc:postgresql://db/chat?user=u&password=secret"))
        .hasToString("jdbc:postgresql://db/chat");
    assertThat(PostgresUrl.parse("DATABASE_URL", "postgres://u:secret@db/chat"))
        .hasToString("jdbc:postgresql://db:5432/chat");
  }

  @Test
  void namesEachOfSeveralServers() {
    var hosts = PostgresHosts.of("jdbc:postgresql://h_1,[::1]:5,h_1:5432/chat?a=b").orElseThrow();
    assertThat(hosts.addresses())
        .containsExactly(new HostPort("h_1", 5432), new HostPort("::1", 5));
    assertThat(hosts.url(hosts.addresses().get(1))).isEqualTo("jdbc:postgresql://[::1]:5/chat?a=b");
    assertThat(PostgresHosts.of("jdbc:postgresql://h:5/chat")).isEmpty();
    assertThat(PostgresHosts.of("jdbc:postgresql:chat")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"secondary", "preferPrimary"})
  void refusesToUseAStandby(String type) {
    assertThatThrownBy(
            () ->
                PostgresUrl.parse("DATABASE_URL", "postgres://h1,h2/chat?targetServerType=" + type))
        .isInstanceOf(InvalidUrl.class)
        .hasMessageStartingWith("DATABASE_URL has a targetServerType");
  }
}
