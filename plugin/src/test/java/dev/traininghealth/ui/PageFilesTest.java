package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.browser.Browser;
import dev.traininghealth.browser.BrowserExtension;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The styles and scripts of the page, and what its first load takes. */
@Tag("browser")
@TestInstance(Lifecycle.PER_CLASS)
final class PageFilesTest {
  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  /** What a first load may take over a network. */
  private static final long MAX_BYTES = 500_000;

  private static final Pattern ECHARTS =
      Pattern.compile("src=\"(/traininghealth/[0-9a-f]+/)echarts.min.js\"");

  private ServedPage page;

  @BeforeAll
  void serve() {
    page = ServedPage.singleSession();
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    new SimulatedTraining(storage, "s", 1_700_000_000_000L, "first", "second").iterate(100);
    page.attach(storage);
  }

  @AfterAll
  void stop() throws Exception {
    BROWSER.browser().open("about:blank");
    page.stop();
  }

  /** The folder of the files, which has their version. */
  private String folder() throws Exception {
    Matcher found = ECHARTS.matcher(page.get("/train/health").body());
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"echarts.min.js", "main.js", "health.css", "coreui.min.css"})
  void shouldSendEachFileOnceAndCompressed(String name) throws Exception {
    String path = folder() + name;
    HttpResponse<byte[]> first = page.bytes(path, "accept-encoding", "gzip");

    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.headers().firstValue("content-encoding")).hasValue("gzip");
    assertThat(first.headers().firstValue("cache-control"))
        .hasValue("public, max-age=31536000, immutable");
    String type = name.endsWith("js") ? "text/javascript" : "text/css";
    assertThat(first.headers().firstValue("content-type")).hasValue(type + "; charset=utf-8");
    byte[] plain = new GZIPInputStream(new ByteArrayInputStream(first.body())).readAllBytes();
    assertThat(page.get(path).body()).isEqualTo(new String(plain, StandardCharsets.UTF_8));

    String tag = first.headers().firstValue("etag").orElseThrow();
    HttpResponse<String> again = page.get(path, "if-none-match", tag);
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  @Test
  void shouldLetNobodyKeepAFileUnderTheVersionOfAnother() throws Exception {
    HttpResponse<String> response = page.get("/traininghealth/0123456789abcdef/main.js");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("cache-control")).hasValue("no-cache");
    assertThat(page.get(folder() + "other.js").statusCode()).isEqualTo(404);
    assertThat(page.raw("GET " + folder() + "main.js HTTP/1.1", "Host: evil.example"))
        .startsWith("HTTP/1.1 403");
  }

  @Test
  void shouldLoadInFewBytes() {
    Browser browser = BROWSER.browser();
    browser.open(page.address("/train/health"));
    browser.until("window.trainingHealth");
    assertThat(bytes(browser)).as("bytes of the first load").isBetween(300_000L, MAX_BYTES);

    browser.open("about:blank");
    browser.open(page.address("/train/health"));
    browser.until("window.trainingHealth");
    assertThat(bytes(browser)).as("bytes of the next load").isLessThan(MAX_BYTES / 5);
    assertThat(browser.consoleErrors()).isEmpty();
  }

  /** Bytes over the network so far, with headers. */
  private static long bytes(Browser browser) {
    Object sum =
        browser.evaluate(
            """
            ['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type))
              .reduce((sum, entry) => sum + entry.transferSize, 0)""");
    return ((Number) Objects.requireNonNull(sum)).longValue();
  }
}
