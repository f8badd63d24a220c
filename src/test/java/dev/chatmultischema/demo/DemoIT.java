package dev.chatmultischema.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.ChatService;
import org.junit.jupiter.api.Test;

/** The chat page as the service serves it; {@code DemoPageIT} tests it in a browser. */
class DemoIT {

  @Test
  void isServedIfConfigured() {
    try (var chat = ChatService.on(Backends.shared()).environment("DEMO", "true").start()) {
      var anybody = chat.anonymous();
      var redirected = anybody.get("/demo");
      assertThat(redirected.status()).isBetween(301, 308);
      assertThat(redirected.header("Location")).endsWith("/demo/");

      var page = anybody.get("/demo/").expect(200);
      assertThat(page.header("Content-Type")).startsWith("text/html");
      assertThat(anybody.get("/demo/demo.css").expect(200).header("Content-Type"))
          .startsWith("text/css");
      for (var script : new String[] {"/demo/demo.js", "/demo/stream.js"}) {
        assertThat(anybody.get(script).expect(200).header("Content-Type")).contains("javascript");
      }
      assertThat(anybody.get("/demo/index.html").expect(200).body()).isEqualTo(page.body());

      for (var path : new String[] {"/demo/nothing.js", "/demo/../config.yml", "/demo/x/y"}) {
        assertThat(anybody.get(path).status()).as(path).isIn(400, 404);
      }
    }
  }

  @Test
  void loadsOnlyItsOwnFiles() {
    try (var chat = ChatService.on(Backends.shared()).environment("DEMO", "true").start()) {
      var page = chat.anonymous().get("/demo/").expect(200);
      assertThat(page.header("Content-Security-Policy"))
          .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
          .doesNotContain("unsafe")
          .doesNotContain("*");
      assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(page.header("Referrer-Policy")).isEqualTo("no-referrer");
      assertThat(page.body())
          .doesNotContain("http://", "https://", "<style", " style=")
          .doesNotContainPattern("<script(?![^>]* src=)")
          .doesNotContainPattern(" on[a-z]+=");
    }
  }

  @Test
  void isNotServedByDefault() {
    try (var chat = ChatService.start()) {
      for (var path : new String[] {"/demo", "/demo/", "/demo/index.html", "/demo/demo.js"}) {
        chat.anonymous().get(path).expectProblem(404, "not_found");
      }
    }
  }
}
