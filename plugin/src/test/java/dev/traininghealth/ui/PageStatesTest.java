package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.browser.Browser;
import dev.traininghealth.browser.BrowserExtension;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openqa.selenium.OutputType;

/**
 * Each state of the page on three screens, light and dark. The pictures are in {@code
 * target/page-states}, and all of them in {@code target/page-states.png}, a row for each state, to
 * be looked at.
 */
@Tag("browser")
@TestInstance(Lifecycle.PER_CLASS)
final class PageStatesTest {
  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  private static final int[][] SCREENS = {{1280, 800}, {1920, 1080}, {420, 800}};
  private static final List<String> SCHEMES = List.of("light", "dark");
  private static final Path PICTURES = Path.of("target", "page-states");

  /** CSS pixels of a row of the contact sheet, and between its pictures. */
  private static final int ROW = 240;

  private static final int GAP = 8;

  private final Map<PageState, List<BufferedImage>> small = new EnumMap<>(PageState.class);
  private Browser browser;
  private ServedPage page;

  @BeforeAll
  void serve() throws IOException {
    browser = BROWSER.browser();
    page = ServedPage.singleSession();
    Files.createDirectories(PICTURES);
  }

  @AfterAll
  void stop() throws Exception {
    browser.driver().executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
    media("light");
    browser.open("about:blank");
    page.stop();
    contactSheet();
  }

  private void media(String scheme) {
    browser
        .driver()
        .executeCdpCommand(
            "Emulation.setEmulatedMedia",
            Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  private void screen(int width, int height) {
    browser
        .driver()
        .executeCdpCommand(
            "Emulation.setDeviceMetricsOverride",
            Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  @ParameterizedTest
  @EnumSource
  void shouldFitEachScreen(PageState state) throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    state.recordIn(storage);
    page.attach(storage);
    try {
      for (String scheme : SCHEMES) {
        media(scheme);
        browser.open(page.address("/train/health"));
        browser.until(
            state == PageState.NONE
                ? "document.body.dataset.state === 'empty'"
                : "window.trainingHealth");
        for (int[] size : SCREENS) {
          screen(size[0], size[1]);
          browser.until("window.innerWidth === " + size[0]);
          assertThat((Long) read("document.documentElement.scrollWidth"))
              .as("%s, %d wide", state, size[0])
              .isLessThanOrEqualTo(size[0]);
          picture(state, scheme, size);
        }
        assertThat(read("document.body.innerText")).asString().contains(state.verdict);
      }
      assertThat(browser.consoleErrors()).as("errors on the console").isEmpty();
      assertThat(browser.requestedHosts()).as("hosts asked").containsOnly("localhost");
    } finally {
      browser.open("about:blank");
      page.detachAll();
    }
  }

  private Object read(String expression) {
    return Objects.requireNonNull(browser.evaluate(expression), expression);
  }

  private void picture(PageState state, String scheme, int[] size) throws IOException {
    byte[] png = browser.driver().getScreenshotAs(OutputType.BYTES);
    String name = state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    Files.write(PICTURES.resolve(name + "-" + scheme + "-" + size[0] + ".png"), png);
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    small
        .computeIfAbsent(state, any -> new ArrayList<>())
        .add(scaled(image, ROW * image.getWidth() / image.getHeight()));
  }

  private static BufferedImage scaled(BufferedImage image, int width) {
    BufferedImage made = new BufferedImage(width, ROW, BufferedImage.TYPE_INT_RGB);
    Graphics2D drawing = made.createGraphics();
    drawing.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    drawing.drawImage(image, 0, 0, width, ROW, null);
    drawing.dispose();
    return made;
  }

  private void contactSheet() throws IOException {
    int width =
        small.values().stream()
            .mapToInt(row -> row.stream().mapToInt(each -> each.getWidth() + GAP).sum())
            .max()
            .orElse(1);
    BufferedImage sheet =
        new BufferedImage(
            width, Math.max(1, small.size() * (ROW + GAP)), BufferedImage.TYPE_INT_RGB);
    Graphics2D drawing = sheet.createGraphics();
    int y = 0;
    for (List<BufferedImage> row : small.values()) {
      int x = 0;
      for (BufferedImage each : row) {
        drawing.drawImage(each, x, y, null);
        x += each.getWidth() + GAP;
      }
      y += ROW + GAP;
    }
    drawing.dispose();
    ImageIO.write(sheet, "png", PICTURES.resolveSibling("page-states.png").toFile());
  }
}
