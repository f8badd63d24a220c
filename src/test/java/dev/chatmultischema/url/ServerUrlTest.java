package dev.chatmultischema.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerUrlTest {

  @Test
  void readsEveryPart() {
    assertThat(parse("x://a%40b:p%3A%2F%25%C3%A9+q@my_host-1.example:99/a%2Fb?c=d%40e"))
        .isEqualTo(
            new ServerUrl(
                "x",
                "a@b",
                "p:/%\u00e9+q",
                List.of(new HostPort("my_host-1.example", 99)),
                "a/b",
                "c=d%40e"));
  }

  @ParameterizedTest
  @CsvSource({
    "x://db, db, 7",
    "X://db:, db, 7",
    "x://chat_db:1/, chat_db, 1",
    "x://_db_, _db_, 7",
    "x://10.0.0.1:65535, 10.0.0.1, 65535",
    "x://u:p@[::1], ::1, 7",
    "x://[2001:db8::a]:8, 2001:db8::a, 8",
    "x://db.example.com., db.example.com., 7"
  })
  void readsAddresses(String url, String host, int port) {
    assertThat(parse(url).address("THE_URL")).isEqualTo(new HostPort(host, port));
  }

  @Test
  void readsSeveralAddresses() {
    var url = parse("x://u:p,q@h_1:1,[::1]:2,h3/n");
    assertThat(url.addresses())
        .containsExactly(new HostPort("h_1", 1), new HostPort("::1", 2), new HostPort("h3", 7));
    assertThat(url.password()).isEqualTo("p,q");
    assertThat(url).hasToString("x://h_1:1,[::1]:2,h3:7");
    assertThatThrownBy(() -> url.address("THE_URL"))
        .isInstanceOf(InvalidUrl.class)
        .hasMessage("THE_URL names several hosts: it must name one");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x://u:p@h/n\n",
        "\r\n x://u:p@h/n",
        "\tx://u:p@h/n \r\n",
        "\u00a0x://u:p@h/n\u2028"
      })
  void ignoresWhiteSpaceAround(String url) {
    assertThat(parse(url))
        .isEqualTo(new ServerUrl("x", "u", "p", List.of(new HostPort("h", 7)), "n", null));
  }

  @ParameterizedTest
  @CsvSource({"x://u:p@ss:w@h, p@ss:w", "x://u:p^{}|\\\"<>é@h, p^{}|\\\"<>é", "x://u:@h, ''"})
  void acceptsAnUnambiguousPasswordUnchanged(String url, String password) {
    assertThat(parse(url).password()).isEqualTo(password);
  }

  @ParameterizedTest
  @CsvSource({
    "'', is blank",
    "' \n', is blank",
    "s3cret, must start with x://",
    "y://u:s3cret@h, must start with x://",
    "//u:s3cret@h, must start with x://",
    "x://u:s3 cret@h, white space",
    "'x://u:s3\tcret@h', white space",
    "x://u:s3cret@, must name a host",
    "x://u:s3cret@/name, must name a host",
    "x://u:s3cret@:5, must name a host",
    "x://u:s3cret@h:0, from 1 to 65535",
    "x://u:s3cret@h:65536, from 1 to 65535",
    "x://u:s3cret@h:5432x, from 1 to 65535",
    "x://u:s3cret@h:-1, from 1 to 65535",
    "x://u:s3cret@h:1:2, from 1 to 65535",
    "x://u:s3cret@[::1, is no name",
    "x://u:s3cret@[::g], no IPv6 address",
    "x://u:s3cret@[1.2.3.4], no IPv6 address",
    "x://u:s3cret@::1, must name a host",
    "x://u:s3cret@h$t, is no name",
    "x://u:s3cret@-h, is no name",
    "x://u:s3cret@h%41, is no name",
    "'x://u:s3cret@h1,h2:x', from 1 to 65535",
    "'x://u:s3cret@h1:1,h2:0', from 1 to 65535",
    "'x://u:s3cret@h1,,h2', must name a host",
    "'x://u:s3cret@h1,', must name a host",
    "'x://u:s3cret@h1,h$', is no name",
    "x://u:s3cret@h/a/b, more than one /",
    "x://u:s3cret%@h, wrongly percent-encoded in the password",
    "x://u:%s3cret@h, wrongly percent-encoded in the password",
    "x://u:s3cret%4@h, wrongly percent-encoded in the password",
    "x://u:s3cret%ff@h, wrongly percent-encoded in the password",
    "x://u:s3cret%00@h, wrongly percent-encoded in the password",
    "x://u%2:s3cret@h, wrongly percent-encoded in the user",
    "x://u:s3cret@h/%zz, wrongly percent-encoded in the name",
    "x://u:1/s3cret@h/n, write %2F",
    "x://u:s3/cret@h/n, write %2F",
    "x://u:1?s3cret@h/n, write %2F",
    "x://u:s3cret#@h, write %23"
  })
  void explainsErrorsWithoutThePassword(String url, String problem) {
    assertThatThrownBy(() -> parse(url))
        .isInstanceOf(InvalidUrl.class)
        .hasNoCause()
        .hasMessageStartingWith("THE_URL ")
        .hasMessageContaining(problem)
        .hasMessageNotContaining("s3");
  }

  @Test
  void refusesParametersAndNamesTheFirst() {
    assertThatThrownBy(() -> parse("x://h?heartbeat=5&a=b").withoutParameters("THE_URL", "xs"))
        .hasMessageContaining("THE_URL has the query parameter heartbeat;")
        .hasMessageContaining("section xs");
    assertThatThrownBy(() -> parse("x://u:p@h?s3cret@x").withoutParameters("THE_URL", "xs"))
        .hasMessageNotContaining("s3cret");
    assertThat(parse("x://h?").withoutParameters("THE_URL", "xs").path()).isEmpty();
  }

  @Test
  void doesNotShowThePassword() {
    assertThat(parse("x://u:secret@[::1]/n?secret")).hasToString("x://[::1]:7");
  }

  private static ServerUrl parse(String url) {
    return ServerUrl.parse("THE_URL", url, Map.of("x", 7));
  }

  @Test
  void readsAsManySegmentsAsAllowed() {
    assertThat(ServerUrl.parse("THE_URL", "x://h/a/b%2Fc", Map.of("x", 7), scheme -> 2).path())
        .isEqualTo("a/b/c");
    assertThatThrownBy(() -> ServerUrl.parse("THE_URL", "x://h/a/b/c", Map.of("x", 7), scheme -> 2))
        .isInstanceOf(InvalidUrl.class)
        .hasMessage("THE_URL has more than 2 / after the host: write %2F for one in a name");
  }
}
