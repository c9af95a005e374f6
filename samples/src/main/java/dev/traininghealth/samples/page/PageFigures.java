package dev.traininghealth.samples.page;

import dev.traininghealth.samples.page.DevTools.Answered;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * The figures of one page.
 *
 * @param firstPaintMillis until the browser painted the first content
 * @param firstChartMillis until the first chart was in the page
 * @param loadBytes bytes on the wire until then
 * @param loadRequests requests until then
 * @param polls its requests for new data, as it was opened
 */
record PageFigures(
    double firstPaintMillis,
    double firstChartMillis,
    long loadBytes,
    int loadRequests,
    Polls polls) {

  /** Notes when the first chart is in the page. */
  static final String NOTE_FIRST_CHART =
      """
      window.firstChartAt = null;
      const noting = setInterval(() => {
        if (document.querySelector('canvas')) {
          window.firstChartAt = performance.now();
          clearInterval(noting);
        }
      }, 5);
      """;

  /**
   * Measures a page.
   *
   * @param url its address
   * @param data the end of the path of its requests for new data
   * @param recording goes on meanwhile
   */
  static PageFigures of(DevTools tools, String url, String data, LargeRecording recording)
      throws IOException, InterruptedException {
    tools.open("about:blank#");
    tools.takeAnswered();
    tools.open(url);
    tools.until("window.firstChartAt !== null");
    double paint =
        tools
            .evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1")
            .asDouble();
    double chart = tools.evaluate("window.firstChartAt").asDouble();
    List<Answered> load = tools.takeAnswered();
    TimeUnit.SECONDS.sleep(3); // what the page does once after it is loaded
    tools.takeAnswered();
    return new PageFigures(
        paint,
        chart,
        load.stream().mapToLong(Answered::bytes).sum(),
        load.size(),
        Polls.of(tools, data, recording));
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
  }

  void write(ObjectNode to) {
    to.put("firstPaintMillis", firstPaintMillis);
    to.put("firstChartMillis", firstChartMillis);
    to.put("loadBytes", loadBytes);
    to.put("loadRequests", loadRequests);
    polls.write(to);
  }

  /** {@return one line} */
  String text() {
    return String.format(
        Locale.ROOT,
        "first paint %.0f ms, first chart %.0f ms, first load %,d KB in %d requests; %s",
        firstPaintMillis,
        firstChartMillis,
        loadBytes / 1_000,
        loadRequests,
        polls.text());
  }
}
