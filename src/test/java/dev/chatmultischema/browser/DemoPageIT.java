package dev.chatmultischema.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.browser.DemoPage.Line;
import dev.chatmultischema.embedded.TcpProxy;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.tenant.TenantId;
import dev.chatmultischema.user.Role;
import dev.chatmultischema.user.User;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The chat page in a browser, used as people do. */
@NeedsChromium
@ChatTest(environment = "DEMO=true")
class DemoPageIT {

  @Started private static ChatService chat;
  private static TcpProxy network;

  private Browser browser;

  @BeforeAll
  static void start() {
    network = TcpProxy.to(chat.uri().toString());
  }

  @AfterAll
  static void stop() {
    network.close();
  }

  @BeforeEach
  void openBrowser() throws IOException {
    browser = Browser.start();
  }

  @AfterEach
  void closeBrowser() {
    network.restore();
    browser.close();
  }

  private static String address() {
    return chat.uri() + "/demo/";
  }

  private static TenantId tenant(User owner, String name) {
    var created =
        chat.as(chat.login(owner)).post("/tenants", Map.of("tenant_name", name)).expect(201);
    return TenantId.fromString(created.text("/tenant_id"));
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  @Test
  void letsTwoPeopleChatInTwoWindows() {
    var ann = chat.addUser(Role.USER, null);
    var one = DemoPage.open(browser, address(), ann);
    one.create("Tea");
    one.write("Hello <b>there</b>");
    one.awaitMessages(1);

    var tenant = one.window().url().replaceFirst(".*#", "");
    var ben = chat.addUser(Role.USER, TenantId.fromString(tenant));
    var two = DemoPage.open(browser, address(), ben);
    two.choose("Tea");
    two.awaitMessages(1);
    two.write("Hello yourself");
    one.awaitMessages(2);
    one.write("Good");
    two.awaitMessages(3);

    // Names arrive after the messages that they belong to.
    await()
        .untilAsserted(
            () ->
                assertThat(one.lines())
                    .containsExactly(
                        new Line("You", "Hello <b>there</b>"),
                        Line.of(ben, "Hello yourself"),
                        new Line("You", "Good")));
    await().until(() -> two.lines().get(0), Line.of(ann, "Hello <b>there</b>")::equals);
    assertThat(two.lines().get(1)).isEqualTo(new Line("You", "Hello yourself"));
    assertThat(one.window().all("#outbox li")).isEmpty();
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void resumesAfterALostConnection() {
    var ann = chat.addUser(Role.USER, null);
    var tenant = tenant(ann, "Coffee");
    var one = DemoPage.open(browser, network.url(address()), ann);
    one.choose("Coffee");
    var two = DemoPage.open(browser, address(), chat.addUser(Role.USER, tenant));
    two.choose("Coffee");
    two.write("One");
    one.awaitMessages(1);

    network.cut();
    // It is lost until the next attempt to connect fails.
    one.awaitState("lost", "waiting");
    one.write("Is anybody there?");
    one.awaitText("#outbox", "Not sent. The service is unreachable.");
    two.write("Two");
    two.write("Three");
    two.awaitMessages(3);
    assertThat(one.seqs()).isEqualTo(upTo(1));

    network.restore();
    one.awaitMessages(3);
    one.awaitLive();
    one.press("#outbox button");
    one.awaitMessages(4);
    two.awaitMessages(4);
    assertThat(one.seqs()).isEqualTo(upTo(4));
    assertThat(one.lines().get(3)).isEqualTo(new Line("You", "Is anybody there?"));
    assertThat(two.seqs()).isEqualTo(upTo(4));
    assertThat(one.window().all("#outbox li")).isEmpty();
  }

  @Test
  void pagesBackToTheBeginning() {
    var ann = chat.addUser(Role.USER, null);
    var tenant = tenant(ann, "Library");
    var messages = Collections.nCopies(120, Map.of("content", Map.of("number", 1)));
    var client = chat.as(chat.login(ann)).tenant(tenant);
    client.post("/messages/batch", Map.of("messages", messages)).expect(202);
    await("the stored messages")
        .atMost(DemoPage.PATIENCE)
        .until(() -> client.get("/messages?limit=500").json().at("/data").size() == 120);

    var page = DemoPage.open(browser, address(), ann);
    page.choose("Library");
    page.awaitMessages(50);
    assertThat(page.seqs()).isEqualTo(upTo(120).subList(70, 120));
    assertThat(page.shows("#beginning")).isFalse();
    page.press("#older");
    page.awaitMessages(100);
    page.press("#older");
    page.awaitMessages(120);
    assertThat(page.seqs()).isEqualTo(upTo(120));
    assertThat(page.shows("#beginning")).isTrue();
    assertThat(page.shows("#older")).isFalse();
    // Content without a text is shown as JSON.
    assertThat(page.lines().get(0).text()).contains("\"number\": 1");

    // New messages do not scroll a page that shows old ones.
    page.window().run("document.getElementById('scroller').scrollTop = 0");
    client.post("/messages", Map.of("content", Map.of("text", "New"))).expect(202);
    page.awaitMessages(121);
    assertThat(page.shows("#newest")).isTrue();
    assertThat(page.window().run("return document.getElementById('scroller').scrollTop"))
        .isEqualTo(0L);
    page.press("#newest");
    assertThat(page.shows("#newest")).isFalse();
  }

  @Test
  void explainsErrors() {
    var ann = chat.addUser(Role.USER, null);
    var tenant = tenant(ann, "Short");
    var page = DemoPage.open(browser, address());
    page.logIn(ann.email(), "not this");
    page.awaitText("#login-error", "The e-mail address or the password is wrong.");
    page.logIn(ann.email(), ChatService.PASSWORD);
    page.choose("Short");

    page.window().find("#tenant-name").sendKeys(" ", Keys.ENTER);
    page.awaitText("#create-error", "tenant_name");

    chat.asAdmin().delete("/tenants/" + tenant).expect(204);
    page.awaitText("#notice", "You may not use this tenant, or it was deleted.");
    assertThat(page.shows("#room")).isFalse();

    chat.asAdmin().delete("/users/" + ann.userId()).expect(204);
    page.reload();
    await("the refusal of the token").atMost(DemoPage.PATIENCE).until(() -> page.shows("#login"));
    page.awaitText("#notice", "Your session has ended. Please log in again.");
  }

  @Test
  void isUsableByKeyboard() {
    var ann = chat.addUser(Role.USER, null);
    tenant(ann, "Keys");
    var page = DemoPage.open(browser, address());
    // The form has the focus from the start, and each step moves it to the next one.
    await("the focus")
        .atMost(DemoPage.PATIENCE)
        .until(() -> page.window().run("return document.activeElement.id"), "email"::equals);
    page.window().type(ann.email(), Keys.TAB, ChatService.PASSWORD, Keys.ENTER);
    await("the tenants").atMost(DemoPage.PATIENCE).until(() -> page.tenants().contains("Keys"));
    page.window().type(Keys.TAB, Keys.ENTER);
    page.awaitLive();
    page.window().type("One");
    page.window().typeWith(Keys.SHIFT, Keys.ENTER);
    page.window().type("Two", Keys.ENTER);
    page.awaitMessages(1);
    page.window().type("Three", Keys.TAB, Keys.ENTER);
    page.awaitMessages(2);
    assertThat(page.lines().stream().map(Line::text)).containsExactly("One\nTwo", "Three");
  }

  @Test
  void keepsTheTokenInItsWindow() {
    var ann = chat.addUser(Role.USER, null);
    tenant(ann, "Vault");
    var page = DemoPage.open(browser, address(), ann);
    page.choose("Vault");
    // A reload keeps the window and the tenant.
    page.reload().awaitLive();
    assertThat(page.window().run("return localStorage.length + document.cookie.length"))
        .isEqualTo(0L);
    var other = DemoPage.open(browser, address());
    assertThat(other.shows("#login")).isTrue();

    page.press("#logout");
    assertThat(page.shows("#login")).isTrue();
    assertThat(page.window().run("return sessionStorage.length")).isEqualTo(0L);
  }

  @Test
  void fitsAPhone() {
    var ann = chat.addUser(Role.USER, null);
    tenant(ann, "A name that is longer than a phone is wide, as names are at times");
    var page = DemoPage.open(browser, address());
    page.window().resize(360, 640);
    assertThat(page.tooWide(360)).isEmpty();
    page.logIn(ann.email(), ChatService.PASSWORD);
    await("the tenants").atMost(DemoPage.PATIENCE).until(() -> !page.tenants().isEmpty());
    assertThat(page.tooWide(360)).isEmpty();
    assertThat(page.shows(".chat")).isFalse();
    page.press("#tenants button");
    page.awaitLive();
    page.write("x".repeat(200) + UUID.randomUUID());
    page.awaitMessages(1);
    assertThat(page.tooWide(360)).isEmpty();
    assertThat(page.shows(".tenants")).isFalse();
    page.press("#back");
    assertThat(page.shows(".tenants")).isTrue();
  }
}
