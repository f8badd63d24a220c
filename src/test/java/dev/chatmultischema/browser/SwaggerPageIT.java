package dev.chatmultischema.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Swagger UI in a browser, under a policy without inline scripts and styles. */
@NeedsChromium
@ChatTest
class SwaggerPageIT {

  @Started private static ChatService chat;

  @Test
  void showsTheDocumentWithoutAViolationOfThePolicy() throws IOException {
    var page = chat.anonymous().get("/swagger/").expect(200);
    assertThat(page.header("Content-Security-Policy"))
        .startsWith("default-src 'none'; script-src 'self';")
        .contains("frame-ancestors 'none'")
        .doesNotContain("unsafe")
        .doesNotContain("*");
    assertThat(page.header("Permissions-Policy")).contains("camera=()");

    try (var browser = Browser.start()) {
      var window = browser.open(chat.uri() + "/swagger/");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> window.all(".opblock-summary-path"), paths -> paths.size() > 10);
      window.run("document.querySelector('.opblock-summary-control').click()");
      await().atMost(Duration.ofSeconds(30)).until(() -> !window.all(".opblock-body").isEmpty());

      assertThat(browser.complaints()).isEmpty();
    }
  }
}
