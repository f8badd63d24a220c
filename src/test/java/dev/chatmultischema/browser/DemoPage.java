package dev.chatmultischema.browser;

import static org.awaitility.Awaitility.await;

import dev.chatmultischema.support.ChatService;
import dev.chatmultischema.user.User;
import java.time.Duration;
import java.util.List;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The chat page in one window, as a person uses it. */
final class DemoPage {

  /** The timeout of every wait, on a busy machine. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Browser.Window window;

  private DemoPage(Browser.Window window) {
    this.window = window;
  }

  /** A message as the page shows it. */
  record Line(String sender, String text) {

    /** As the page shows it to users other than its sender. */
    static Line of(User sender, String text) {
      return new Line(sender.name(), text);
    }
  }

  static DemoPage open(Browser browser, String url) {
    return new DemoPage(browser.open(url));
  }

  /** Opens the page and logs in. */
  static DemoPage open(Browser browser, String url, User user) {
    var page = open(browser, url);
    page.logIn(user.email(), ChatService.PASSWORD);
    await("the tenants").atMost(PATIENCE).until(() -> page.shows("#app"));
    return page;
  }

  Browser.Window window() {
    return window;
  }

  /** Fills in the form; the login may fail. */
  void logIn(String email, String password) {
    window.find("#email").clear();
    window.find("#email").sendKeys(email);
    window.find("#password").clear();
    window.find("#password").sendKeys(password, Keys.ENTER);
  }

  DemoPage reload() {
    window.reload();
    return this;
  }

  void create(String tenant) {
    window.find("#tenant-name").sendKeys(tenant, Keys.ENTER);
    awaitLive();
  }

  void choose(String tenant) {
    await(tenant).atMost(PATIENCE).until(() -> tenants().contains(tenant));
    window.find("#tenants").findElement(By.xpath(".//button[.='" + tenant + "']")).click();
    awaitLive();
  }

  List<String> tenants() {
    return window.all("#tenants button").stream().map(WebElement::getText).toList();
  }

  void write(String text) {
    window.find("#text").sendKeys(text, Keys.ENTER);
  }

  void press(String button) {
    window.find(button).click();
  }

  boolean shows(String element) {
    return window.find(element).isDisplayed();
  }

  String text(String element) {
    return window.find(element).getText();
  }

  void awaitText(String element, String part) {
    await(part).atMost(PATIENCE).until(() -> text(element), text -> text.contains(part));
  }

  void awaitLive() {
    awaitState("live");
  }

  /** Waits for any of several states of the connection. */
  void awaitState(String... states) {
    await(String.join(" or ", states))
        .atMost(PATIENCE)
        .until(
            () -> window.find("#connection").getDomAttribute("data-state"),
            List.of(states)::contains);
  }

  void awaitMessages(int count) {
    await(count + " messages")
        .atMost(PATIENCE)
        .until(
            () -> window.run("return document.querySelectorAll('#messages li').length"),
            Long.valueOf(count)::equals);
  }

  /** Returns the {@code seq} of each message on the page, from top to bottom. */
  List<Long> seqs() {
    return ((List<?>)
            window.run(
                "return [...document.querySelectorAll('#messages li')].map((i) => i.dataset.seq)"))
        .stream().map(seq -> Long.valueOf((String) seq)).toList();
  }

  List<Line> lines() {
    return ((List<?>)
            window.run(
                """
                return [...document.querySelectorAll('#messages li')].map((item) =>
                  [item.querySelector('.sender').textContent, item.querySelector('.bubble').textContent])
                """))
        .stream()
            .map(List.class::cast)
            .map(pair -> new Line((String) pair.get(0), (String) pair.get(1)))
            .toList();
  }

  /**
   * Returns the elements that are wider than the screen, for which a person would have to scroll.
   */
  List<?> tooWide(int width) {
    return (List<?>)
        window.run(
            """
            return [...document.querySelectorAll('*')]
              .filter((element) => element.getBoundingClientRect().right > arguments[0])
              .map((element) => element.outerHTML.slice(0, 80))
            """,
            width);
  }
}
