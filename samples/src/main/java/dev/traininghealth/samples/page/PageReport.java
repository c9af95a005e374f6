package dev.traininghealth.samples.page;

import dev.traininghealth.samples.page.LargeRecording.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.VertxUIServer;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** Measures the Health page and DL4J's Overview on the same records. */
public final class PageReport {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ZOOMS = 9;

  private final ObjectNode json = JSON.createObjectNode();
  private final List<String> lines = new ArrayList<>();

  private PageReport() {}

  /**
   * Writes the records and measures the pages.
   *
   * @param browser Chromium or Chrome
   * @param iterations of each worker
   * @param parameters parameter arrays
   * @param workers number of workers
   * @param progress receives lines meanwhile
   * @return the report
   */
  public static PageReport of(
      Path browser, int iterations, int parameters, int workers, Consumer<String> progress)
      throws Exception {
    PageReport report = new PageReport();
    Size size = new Size(iterations, parameters, workers);
    StatsStorage storage = new InMemoryStatsStorage();
    try (LargeRecording recording = LargeRecording.write(storage, size, progress)) {
      report.size(size, recording.bytes());
      VertxUIServer server = VertxUIServer.getInstance(0, false, null);
      try (DevTools tools = DevTools.start(browser)) {
        server.attach(storage);
        tools.addScript(PageFigures.NOTE_FIRST_CHART);
        String base = server.getAddress() + "/train/";
        tools.open(base + "overview"); // classes and code of the server are warm for both
        TimeUnit.SECONDS.sleep(2);
        tools.open(base + "health");
        TimeUnit.SECONDS.sleep(2);
        report.page("health", PageFigures.of(tools, base + "health", "/health/data", recording));
        for (String chart : List.of("heatmap", "ratios")) {
          report.scrolled(tools, chart, recording);
        }
        report.zooms(tools, iterations);
        report.page(
            "overview", PageFigures.of(tools, base + "overview", "/overview/data", recording));
      } finally {
        VertxUIServer.stopInstance();
      }
    } finally {
      storage.close();
    }
    return report;
  }

  private void size(Size size, long bytes) {
    ObjectNode recorded = json.putObject("recorded");
    recorded.put("iterations", size.iterations());
    recorded.put("parameters", size.parameters());
    recorded.put("workers", size.workers());
    recorded.put("bytes", bytes);
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d iterations of %d parameters and %d workers: records of %,d MB",
            size.iterations(),
            size.parameters(),
            size.workers(),
            bytes / 1_000_000));
  }

  private void page(String name, PageFigures figures) {
    figures.write(json.putObject(name));
    lines.add(name + ": " + figures.text());
  }

  /** Measures the polls of the Health page while a chart of all layers is on screen. */
  private void scrolled(DevTools tools, String chart, LargeRecording recording)
      throws IOException, InterruptedException {
    tools.evaluate("document.getElementById('" + chart + "').scrollIntoView()");
    TimeUnit.SECONDS.sleep(1); // the request that its coming on screen causes
    Polls polls = Polls.of(tools, "/health/data", recording);
    polls.write(((ObjectNode) json.get("health")).putObject(chart));
    lines.add("health at its " + chart + ": " + polls.text());
  }

  private void zooms(DevTools tools, int iterations) throws IOException, InterruptedException {
    double[] drawn = new double[ZOOMS];
    double[] fetched = new double[ZOOMS];
    for (int i = 0; i < ZOOMS; i++) {
      int width = Math.max(2, iterations >> (2 * i + 1));
      int from = (iterations - width) / (i + 2);
      fetched[i] = tools.evaluate(fetch(from, from + width)).asDouble();
      drawn[i] = tools.evaluate(zoom(from, from + width)).asDouble();
    }
    double answer = PageFigures.median(fetched);
    double all = PageFigures.median(drawn);
    ObjectNode health = (ObjectNode) json.get("health");
    health.put("zoomAnswerMillis", answer);
    health.put("zoomMillis", all);
    lines.add(
        String.format(
            Locale.ROOT, "health: a zoom %.0f ms, of it the server's answer %.0f ms", all, answer));
  }

  /** {@return the figures as lines} */
  public String text() {
    return String.join(System.lineSeparator(), lines);
  }

  /**
   * Writes the figures as JSON.
   *
   * @param file receives them
   */
  public void write(Path file) throws IOException {
    Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json));
  }

  /**
   * Zooms in by the page's own state, whose module is beside the page's first one, and returns the
   * time until the new data are drawn.
   */
  private static String zoom(long from, long to) {
    return String.format(
        Locale.ROOT,
        """
      import(
        new URL('./view.js', document.querySelector('script[type=module]').src)
      ).then(({ set }) => new Promise((drawn, failed) => {
        const start = performance.now();
        set('range', { from: %1$d, to: %2$d });
        const waiting = setInterval(() => {
          if (window.trainingHealth?.data.range.from === %1$d) {
            clearInterval(waiting);
            requestAnimationFrame(() => drawn(performance.now() - start));
          } else if (performance.now() - start > 20000) {
            clearInterval(waiting);
            failed(new Error('not drawn'));
          }
        }, 2);
      }))""",
        from,
        to);
  }

  /** The time of the server's answer for a range, with reading its JSON. */
  private static String fetch(long from, long to) {
    return String.format(
        Locale.ROOT,
        """
      (async () => {
        const start = performance.now();
        await (await fetch('/train/health/data?from=%1$d&to=%2$d')).json();
        return performance.now() - start;
      })()""",
        from,
        to);
  }
}
