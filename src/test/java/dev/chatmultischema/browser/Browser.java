package dev.chatmultischema.browser;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;

/** A headless Chromium with any number of windows; for one thread. */
final class Browser implements AutoCloseable {

  private static final String CHROMIUM = "chromium";
  private static final String DRIVER = "chromedriver";
  private static final Duration SCRIPT_TIMEOUT = Duration.ofSeconds(20);

  /**
   * Warns that it does not support the DevTools protocol of this version, which is not used here.
   */
  private static final Logger VERSIONS =
      Logger.getLogger("org.openqa.selenium.devtools.CdpVersionFinder");

  static {
    VERSIONS.setLevel(Level.OFF);
  }

  private final ChromeDriver driver;
  private final Path files;
  private boolean firstIsTaken;

  private Browser(ChromeDriver driver, Path files) {
    this.driver = driver;
    this.files = files;
  }

  static Browser start() throws IOException {
    var files = Files.createTempDirectory("chat-chromium-");
    var service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(executable(DRIVER))
            // Chromium leaves files in it.
            .withEnvironment(Map.of("TMPDIR", files.toString()))
            .build();
    var options = new ChromeOptions();
    options.setBinary(executable(CHROMIUM));
    // The sandbox does not work for root, nor /dev/shm in a container; the pages are trusted.
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--window-size=1100,760");
    options.setCapability("goog:loggingPrefs", Map.of("browser", "ALL"));
    var driver = new ChromeDriver(service, options);
    driver.manage().timeouts().scriptTimeout(SCRIPT_TIMEOUT);
    return new Browser(driver, files);
  }

  /** Returns the required programs that are not on the path. */
  static List<String> missing() {
    return Stream.of(CHROMIUM, DRIVER).filter(name -> find(name).isEmpty()).toList();
  }

  private static File executable(String name) {
    return find(name).orElseThrow(() -> new IllegalStateException(name + " is not on the path"));
  }

  private static Optional<File> find(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .map(Path::toFile)
        .findFirst();
  }

  /** Opens a page in a window of its own, which shares no session with the others. */
  Window open(String url) {
    if (firstIsTaken) {
      driver.switchTo().newWindow(WindowType.WINDOW);
    }
    firstIsTaken = true;
    var window = new Window(driver.getWindowHandle());
    driver.get(url);
    return window;
  }

  /** Returns the errors of pages since the last call. */
  List<String> complaints() {
    return driver.manage().logs().get("browser").getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  @Override
  public void close() {
    driver.quit();
    FileUtils.deleteQuietly(files.toFile());
  }

  /** One window; every method brings it to the front. */
  final class Window {

    private final String handle;

    private Window(String handle) {
      this.handle = handle;
    }

    private ChromeDriver front() {
      driver.switchTo().window(handle);
      return driver;
    }

    /** Runs a script, which may use {@code arguments} and {@code return}. */
    Object run(String script, Object... arguments) {
      return front().executeScript(script, arguments);
    }

    String url() {
      return front().getCurrentUrl();
    }

    WebElement find(String selector) {
      return front().findElement(By.cssSelector(selector));
    }

    List<WebElement> all(String selector) {
      return front().findElements(By.cssSelector(selector));
    }

    /** Types into the focused element. */
    void type(CharSequence... keys) {
      new Actions(front()).sendKeys(keys).perform();
    }

    /** Presses a key while another is held. */
    void typeWith(Keys held, Keys key) {
      new Actions(front()).keyDown(held).sendKeys(key).keyUp(held).perform();
    }

    /** Makes the page as wide and as high as a phone's, in CSS pixels. */
    void resize(int width, int height) {
      front()
          .executeCdpCommand(
              "Emulation.setDeviceMetricsOverride",
              Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", true));
    }

    /** Lets the page see a dark or a light color scheme. */
    void colors(String scheme) {
      front()
          .executeCdpCommand(
              "Emulation.setEmulatedMedia",
              Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** Writes what the window shows to a file, in PNG. */
    void picture(Path file) throws IOException {
      Files.createDirectories(file.getParent());
      Files.write(file, front().getScreenshotAs(OutputType.BYTES));
    }

    void reload() {
      front().navigate().refresh();
    }
  }
}
