package dev.traininghealth.browser;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.json.Json;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * A headless Chromium with a profile of its own, which remembers what pages write to the console
 * and ask of the network. It reaches this machine alone: every other host name is unknown to it.
 */
public final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int MAX_DELETIONS = 20;
  private static final Pattern OF_THE_NETWORK = Pattern.compile("(https?|wss?):.*");

  /** Held, since a logger that nobody holds forgets its level. */
  private static final Logger DEVTOOLS_LOG = Logger.getLogger("org.openqa.selenium.devtools");

  private final ChromeDriver driver;
  private final Path profile;
  private final Json json = new Json();
  private final List<String> requestedUrls = new ArrayList<>();

  private Browser(ChromeDriver driver, Path profile) {
    this.driver = driver;
    this.profile = profile;
  }

  static Browser start(BrowserLookup found) throws IOException {
    // It would warn that it knows no bindings of this very Chromium; none are used.
    DEVTOOLS_LOG.setLevel(Level.SEVERE);
    Path profile = Files.createTempDirectory("training-health-chromium");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(found.browser().toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-extensions",
        "--disable-sync",
        "--no-default-browser-check",
        "--no-first-run",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
        "--window-size=1400,1000",
        "--user-data-dir=" + profile);
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(found.driver().toFile())
            .usingAnyFreePort()
            .build();
    return new Browser(new ChromeDriver(service, options), profile);
  }

  /** For what this class does not offer: elements, mouse, screenshots. */
  public ChromeDriver driver() {
    return driver;
  }

  /** Opens a page and waits until it is loaded. */
  public void open(String url) {
    driver.get(url);
  }

  /**
   * The value of a JavaScript expression in the page: Boolean, Long, Double, String, List, Map,
   * WebElement or null. NaN and infinities arrive as null, so send them as strings.
   */
  public @Nullable Object evaluate(String expression) {
    return driver.executeScript("return (" + expression + ");");
  }

  /** Waits until a JavaScript expression is true, and fails with it if it never is. */
  public void until(String expression) {
    new WebDriverWait(driver, PATIENCE, POLL)
        .withMessage(() -> expression)
        .until(any -> Boolean.TRUE.equals(evaluate("!!(" + expression + ")")));
  }

  /** The text of an element, by its id. */
  public String text(String id) {
    return String.valueOf(evaluate("document.getElementById('" + id + "').textContent"));
  }

  /** Chooses an entry of a list, by the list's id, as a user does. */
  public void choose(String id, String value) {
    new Select(driver.findElement(By.id(id))).selectByValue(value);
  }

  /** Errors on the console since the last call: logged, thrown, or of the network. */
  public List<String> consoleErrors() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  /** Every address that pages asked of a network since this browser was started. */
  public List<String> requestedUrls() {
    for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
      String url = requestedUrl(entry.getMessage());
      if (OF_THE_NETWORK.matcher(url).matches()) {
        requestedUrls.add(url);
      }
    }
    return List.copyOf(requestedUrls);
  }

  /** The hosts of {@link #requestedUrls()}. */
  public Set<String> requestedHosts() {
    Set<String> hosts = new TreeSet<>();
    for (String url : requestedUrls()) {
      hosts.add(URI.create(url).getHost());
    }
    return hosts;
  }

  @Override
  public void close() throws IOException {
    driver.quit();
    // Other processes of the browser still write for a moment.
    for (int i = 0; i < MAX_DELETIONS && Files.exists(profile); i++) {
      try (Stream<Path> files = Files.walk(profile)) {
        files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      } catch (UncheckedIOException e) {
        // A file was gone before it was looked at.
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  /** The address in a DevTools event that announces a request; empty for any other event. */
  private String requestedUrl(String event) {
    Map<?, ?> message = map(map(json.toType(event, Json.MAP_TYPE)).get("message"));
    Map<?, ?> params = map(message.get("params"));
    Object url =
        switch (String.valueOf(message.get("method"))) {
          case "Network.requestWillBeSent" -> map(params.get("request")).get("url");
          case "Network.webSocketCreated" -> params.get("url");
          default -> null;
        };
    return url instanceof String text ? text : "";
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }
}
