package dev.chatmultischema.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.chatmultischema.embedded.Backends;
import dev.chatmultischema.support.Broker;
import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.support.ChatTest;
import dev.chatmultischema.support.ChatTest.Started;
import dev.chatmultischema.tenant.TenantId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** The console in a browser, used as operators do. */
@NeedsChromium
@ChatTest(
    environment = {"ADMIN_TOKEN=" + ConsolePageIT.TOKEN, "NODE_ID=panel"},
    settings = "amqp.retryDelays=[50ms]")
class ConsolePageIT {

  static final String TOKEN = "the-token-of-the-console-4711";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** A folder for pictures of all pages; none are taken without it. */
  private static final String PICTURES = System.getProperty("console.pictures");

  @Started private static ChatService chat;
  @Started private static Broker broker;

  private Browser browser;
  private Browser.Window window;

  @BeforeEach
  void openBrowser() throws IOException {
    browser = Browser.start();
    window = browser.open(chat.adminUri() + "/");
    await("the form").atMost(PATIENCE).until(() -> shows("#login"));
  }

  @AfterEach
  void closeBrowser() {
    browser.close();
  }

  private static String addTenant(String name) {
    return addTenant(chat, name);
  }

  private static String addTenant(ChatService node, String name) {
    var created = node.asAdmin().post("/tenants", Map.of("tenant_name", name)).expect(201);
    return created.text("/tenant_id");
  }

  private boolean shows(String selector) {
    var script =
        "return [...document.querySelectorAll(arguments[0])]"
            + ".some((element) => element.checkVisibility({visibilityProperty: true}))";
    return (boolean) window.run(script, selector);
  }

  private String text(String selector) {
    var script = "return document.querySelector(arguments[0])?.textContent ?? ''";
    return (String) window.run(script, selector);
  }

  private void awaitText(String selector, String part) {
    await(part).atMost(PATIENCE).until(() -> text(selector), text -> text.contains(part));
  }

  private void press(String button) {
    var path =
        By.xpath("//button[normalize-space()='" + button + "' and not(ancestor::*[@hidden])]");
    await(button)
        .atMost(PATIENCE)
        .until(() -> window.find("body").findElements(path).stream().anyMatch(b -> b.isEnabled()));
    window.find("body").findElement(path).click();
  }

  private void pressInDialog(String button) {
    var path = By.xpath(".//button[normalize-space()='" + button + "']");
    window.find("dialog").findElement(path).click();
  }

  private void enter() {
    window.find("#token").sendKeys(TOKEN, Keys.ENTER);
    awaitText("h1[tabindex]", "Overview");
  }

  private void visit(String fragment, String heading) {
    window.run("location.hash = arguments[0]", fragment);
    awaitText("#page h1", heading);
  }

  @Test
  void asksForTheTokenAndKeepsItInMemory() {
    assertThat(window.url()).endsWith("/console/");
    assertThat(shows("#nav")).isFalse();
    window.find("#token").sendKeys("wrong", Keys.ENTER);
    awaitText("#login-error", "This is not the token.");
    window.find("#token").clear();
    enter();
    assertThat(shows("#login")).isFalse();
    awaitText("#node", "panel");
    assertThat(
            window.run(
                "return localStorage.length + sessionStorage.length + document.cookie.length"))
        .isEqualTo(0L);
    window.reload();
    await().atMost(PATIENCE).until(() -> shows("#login"));
    assertThat(window.find("#token").getDomProperty("value")).isEmpty();
  }

  @Test
  void stopsAndStartsATenantWithReceiptsAndAudit() {
    var mark = UUID.randomUUID().toString();
    var tenant = addTenant("Tea " + mark);
    enter();
    window.find("a[href='#/tenants']").click();
    awaitText("#page h1", "Tenants");
    window.find("#search").sendKeys(mark);
    awaitText("#count", "1 to 1 of 1");
    window.find("a[href='#/tenants/" + tenant + "']").click();
    awaitText("#page h1", "Tea " + mark);
    awaitText(".facts", "Actual running");

    press("Stop");
    pressInDialog("Stop");
    assertThat(shows("dialog form")).as("a reason is required").isTrue();
    window.find("#reason").sendKeys("reason " + mark);
    pressInDialog("Stop");
    awaitText("dialog .state", "Done.");
    assertThat(text("dialog .receipts")).contains("done panel", "0 running here");
    assertThat(text("dialog .output")).contains("desired state of 1 tenants is stopped");
    pressInDialog("Close");
    awaitText(".facts", "Actual stopped");

    press("Start");
    window.find("#reason").sendKeys("again " + mark);
    pressInDialog("Start");
    awaitText("dialog .state", "Done.");
    window.type(Keys.ESCAPE);
    awaitText(".facts", "Actual running");

    press("Change workers");
    window.find("#field").clear();
    window.find("#field").sendKeys("5");
    window.find("#reason").sendKeys("more " + mark);
    pressInDialog("Change workers");
    awaitText("dialog .state", "Done.");
    pressInDialog("Close");
    awaitText(".facts", "5 workers");

    window.find("a[href='#/audit']").click();
    awaitText("#page tbody", "more " + mark);
    assertThat(text("#page tbody"))
        .contains("reason " + mark, "again " + mark, "kill-consumers", "done by panel");
    assertThat(complaints()).isEmpty();
  }

  @Test
  void showsTheReceiptsOfAllNodes() {
    var second =
        ChatService.on(Backends.shared())
            .environment("ADMIN_TOKEN", TOKEN)
            .environment("NODE_ID", "second");
    try (var other = second.start()) {
      var mark = UUID.randomUUID().toString();
      var tenant = addTenant(other, "Shared " + mark);
      enter();
      visit("/nodes", "Nodes");
      awaitText("#page tbody", "second");
      visit("/tenants/" + tenant, "Shared " + mark);
      awaitText(".facts", "Actual running");

      press("Stop");
      window.find("#reason").sendKeys("both " + mark);
      pressInDialog("Stop");
      awaitText("dialog .state", "Done.");
      assertThat(text("dialog .receipts")).contains("done panel", "done second");
      pressInDialog("Close");

      visit("/audit", "Audit");
      awaitText("#page tbody", "both " + mark);
      assertThat(text("#page tbody")).contains("done by panel", "second");
      assertThat(complaints()).isEmpty();
    }
  }

  @Test
  void showsReplaysAndDeletesDeadLetters() throws Exception {
    var tenant = addTenant("Broken");
    broker.put(Broker.queue(tenant), "no json <b>1</b>");
    await().atMost(PATIENCE).until(() -> broker.depth(Broker.deadLetters(tenant)) == 1);
    broker.put(Broker.queue(tenant), "no json 2");
    await().atMost(PATIENCE).until(() -> broker.depth(Broker.deadLetters(tenant)) == 2);
    enter();
    visit("#/tenants/" + tenant, "Broken");
    awaitText("section:last-child tbody", "InvalidContent");
    assertThat(text("section:last-child")).contains("2 in all", "hidden").doesNotContain("no json");

    press("Show bodies");
    awaitText("section:last-child tbody", "no json <b>1</b>");
    assertThat(text("section:last-child tbody")).contains("no json 2");

    press("Replay all");
    window.find("#reason").sendKeys("try again");
    pressInDialog("Replay");
    awaitText("dialog .output", "2 of 2");
    awaitText("dialog .state", "Done.");
    pressInDialog("Close");
    // They fail once more.
    await().atMost(PATIENCE).until(() -> broker.depth(Broker.deadLetters(tenant)) == 2);
    press("Read again");
    awaitText("section:last-child", "2 in all");

    press("Delete all");
    window.find("#reason").sendKeys("worthless");
    window.find("#confirm").sendKeys("yes");
    pressInDialog("Delete");
    awaitText("dialog .error", "to confirm");
    assertThat(broker.depth(Broker.deadLetters(tenant))).isEqualTo(2);
    window.find("#confirm").clear();
    window.find("#confirm").sendKeys(tenant);
    pressInDialog("Delete");
    awaitText("dialog .output", "2 dead letters deleted");
    pressInDialog("Close");
    awaitText("section:last-child", "There are no dead letters.");
    assertThat(complaints()).isEmpty();
  }

  @Test
  void showsNodesHealthAndLiveNumbers() {
    var tenant = addTenant("Live");
    var member = chat.asMember(TenantId.fromString(tenant));
    enter();
    await("a rate")
        .atMost(PATIENCE)
        .until(
            () -> {
              member.post("/messages", Map.of("content", Map.of("n", 1))).expect(202);
              return text(".grid figure:nth-of-type(1) .value");
            },
            value -> value.matches("[0-9.,]*[1-9][0-9.,]*"));
    await("a quantile")
        .atMost(PATIENCE)
        .until(() -> text(".grid figure:nth-of-type(4) .value"), value -> value.matches(".* m?s"));
    assertThat(window.find(".grid figure svg").getDomAttribute("aria-label"))
        .contains("Accepted per second");
    visit("#/nodes", "Nodes");
    awaitText("#page tbody", "consuming");
    assertThat(text("#page tbody")).contains("panel", "running", "ago");
    visit("#/health", "Health");
    awaitText("#page tbody", "postgresql");
    assertThat(text("#page tbody")).contains("rabbitmq", "redis", "healthy");
    press("Pause");
    assertThat(window.find("#pause").getDomAttribute("aria-pressed")).isEqualTo("true");
    assertThat(complaints()).isEmpty();
  }

  @Test
  void isUsableByKeyboard() {
    var mark = UUID.randomUUID().toString();
    addTenant("Keys " + mark);
    window.type(TOKEN, Keys.ENTER);
    awaitText("#page h1", "Overview");
    // The heading has the focus; the search field follows it on the next page.
    assertThat(window.run("return document.activeElement.tagName")).isEqualTo("H1");
    visit("#/tenants", "Tenants");
    assertThat(window.run("return document.activeElement.textContent")).isEqualTo("Tenants");
    window.type(Keys.TAB, Keys.TAB, Keys.TAB, mark);
    awaitText("#count", "1 to 1 of 1");
    window.typeWith(Keys.SHIFT, Keys.TAB);
    assertThat(window.run("return document.activeElement.textContent"))
        .isEqualTo("Stop all consumers");
    window.type(Keys.ENTER);
    await().atMost(PATIENCE).until(() -> shows("dialog[open]"));
    assertThat(window.run("return document.activeElement.id")).isEqualTo("reason");
    window.type(Keys.ESCAPE);
    await().atMost(PATIENCE).until(() -> !shows("dialog"));
    assertThat(window.run("return document.activeElement.textContent"))
        .isEqualTo("Stop all consumers");
  }

  @Test
  void namesEveryControlAndLandmark() throws Exception {
    var tenant = addTenant("Named");
    broker.put(Broker.queue(tenant), "no json");
    await().atMost(PATIENCE).until(() -> broker.depth(Broker.deadLetters(tenant)) == 1);
    enter();
    for (var page : pages(tenant)) {
      visit(page.get(0), page.get(1));
      assertThat((List<?>) window.run(UNNAMED)).as(page.get(0)).isEmpty();
      assertThat(window.all("h1:not(#login h1)")).as(page.get(0)).hasSize(1);
      assertThat(window.all("main, nav#nav, header")).as(page.get(0)).hasSize(3);
      assertThat(window.run("return document.title")).asString().endsWith("Console");
    }
  }

  /** Controls and pictures without a name, and ids that are used twice. */
  private static final String UNNAMED =
      """
      const named = (e) => e.getAttribute('aria-label') || e.labels?.length || e.textContent.trim();
      const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
      return [...document.querySelectorAll('button, a, input, select, textarea, svg, table')]
        .filter((e) => !named(e)).map((e) => e.outerHTML.slice(0, 80))
        .concat(ids.filter((id, i) => ids.indexOf(id) !== i));
      """;

  private static List<List<String>> pages(String tenant) {
    return List.of(
        List.of("#/overview", "Overview"),
        List.of("#/nodes", "Nodes"),
        List.of("#/tenants", "Tenants"),
        List.of("#/audit", "Audit"),
        List.of("#/health", "Health"),
        List.of("#/tenants/" + tenant, "Named"));
  }

  @Test
  void fitsPhonesTabletsAndDesktops() throws Exception {
    var tenant = addTenant("Named with a name that is longer than a phone is wide, as names are");
    broker.put(Broker.queue(tenant), "x".repeat(300));
    await().atMost(PATIENCE).until(() -> broker.depth(Broker.deadLetters(tenant)) == 1);
    window.resize(360, 740);
    assertThat(tooWide(360)).isEmpty();
    picture("login-360");
    enter();
    var member = chat.asMember(TenantId.fromString(tenant));
    await("a line in a chart")
        .atMost(PATIENCE)
        .until(
            () -> {
              member.post("/messages", Map.of("content", Map.of("n", 1))).expect(202);
              var line = window.find(".grid figure .line").getDomAttribute("d");
              return line != null && !line.isEmpty();
            });
    for (var scheme : List.of("light", "dark")) {
      window.colors(scheme);
      for (int width : new int[] {360, 800, 1400}) {
        window.resize(width, 1300);
        for (var page : pages(tenant)) {
          visit(page.get(0), page.get(1));
          await("rows or numbers of " + page.get(0))
              .atMost(PATIENCE)
              .until(() -> shows("#page tbody td") || shows("#page .chart .value"));
          assertThat(tooWide(width)).as(page.get(0) + " at " + width).isEmpty();
          picture(page.get(1) + "-" + width + "-" + scheme);
        }
        press("Change workers");
        assertThat(tooWide(width)).as("dialog at " + width).isEmpty();
        picture("Dialog-" + width + "-" + scheme);
        pressInDialog("Cancel");
      }
    }
  }

  private List<?> tooWide(int width) {
    return (List<?>)
        window.run(
            """
            return [...document.querySelectorAll('body *')]
              .filter((e) => !e.closest('.table') && !e.closest('thead'))
              .filter((e) => e.getBoundingClientRect().right > arguments[0])
              .map((e) => e.outerHTML.slice(0, 80))
              .concat(document.documentElement.scrollWidth > arguments[0] ? ['the page'] : [])
              .concat([...document.querySelectorAll('.table')]
                .filter((e) => e.scrollWidth > e.clientWidth)
                .map((e) => e.outerHTML.slice(0, 80)))
            """,
            width);
  }

  private void picture(String name) throws IOException {
    if (PICTURES != null) {
      window.picture(Path.of(PICTURES, name + ".png"));
    }
  }

  /** Returns the errors of the page, except that it was first refused without a token. */
  private List<String> complaints() {
    return browser.complaints().stream().filter(line -> !line.contains("401")).toList();
  }
}
