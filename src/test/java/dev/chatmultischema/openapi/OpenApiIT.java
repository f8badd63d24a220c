package dev.chatmultischema.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.support.ChatClient;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.support.Routes;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The document and the page that shows it, as the service serves them. */
@ChatTest
class OpenApiIT {

  @Started private static ChatService chat;
  private static ChatClient anybody;

  @BeforeAll
  static void start() {
    anybody = chat.anonymous();
  }

  @Test
  void documentsEveryRouteThatIsRegistered() {
    var answer = anybody.get("/openapi.json").expect(200);
    assertThat(answer.header("Content-Type")).startsWith("application/json");
    var paths = answer.json().get("paths");
    for (var route : Routes.all()) {
      var space = route.indexOf(' ');
      var method = route.substring(0, space).toLowerCase(Locale.ROOT);
      assertThat(paths.path(route.substring(space + 1)).has(method)).as(route).isTrue();
    }
    var yaml = anybody.get("/openapi.yaml").expect(200);
    assertThat(yaml.header("Content-Type")).startsWith("application/yaml");
    assertThat(yaml.body()).startsWith("openapi: \"3.1.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/openapi.json", "/openapi.yaml"})
  void respondsNotModifiedToAKnownETag(String path) {
    var first = anybody.get(path).expect(200);
    var tag = first.header("ETag");
    assertThat(tag).isNotNull();
    assertThat(anybody.get(path).header("ETag")).isEqualTo(tag);
    assertThat(anybody.with("If-None-Match", tag).get(path).expect(304).body()).isEmpty();
    anybody.with("If-None-Match", "\"other\"").get(path).expect(200);
  }

  @Test
  void servesThePageFromTheJarOnly() {
    var page = anybody.get("/swagger/").expect(200);
    assertThat(page.header("Content-Type")).startsWith("text/html");
    assertThat(page.header("Content-Security-Policy"))
        .startsWith("default-src 'none'; script-src 'self'");
    assertThat(page.body()).doesNotContain("http://").doesNotContain("https://");
    var files = page.body().split("(src|href)=\"");
    assertThat(files.length).isGreaterThan(5);
    for (var file : List.of(files).subList(1, files.length)) {
      var name = file.substring(0, file.indexOf('"'));
      anybody.get("/swagger/" + name).expect(200);
    }
    var start = anybody.get("/swagger/swagger-initializer.js").expect(200);
    assertThat(start.header("Content-Type")).contains("javascript");
    assertThat(start.body()).contains("\"/openapi.json\"").doesNotContain("petstore");
    var bundle = anybody.get("/swagger/swagger-ui-bundle.js").expect(200);
    assertThat(bundle.header("Content-Type")).contains("javascript");
    assertThat(bundle.body().length()).isGreaterThan(1_000_000);
    assertThat(anybody.get("/swagger/swagger-ui.css").header("Content-Type")).contains("text/css");
  }

  @Test
  void redirectsToTheFolderOfThePage() {
    var redirected = anybody.get("/swagger");
    assertThat(redirected.status()).isBetween(301, 308);
    assertThat(redirected.header("Location")).endsWith("/swagger/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/swagger/nothing.js", "/swagger/../config.yml", "/swagger/x/y"})
  void servesNothingElse(String path) {
    assertThat(anybody.get(path).status()).isIn(400, 404);
  }
}
