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
 * @param pollBytes mean bytes on the wire of a request for new data, while iterations are recorded
 * @param pollMillis median time of such a request
 * @param mainThreadMillis work of the page's main thread per such request
 * @param polls number of such requests
 */
record PageFigures(
    double firstPaintMillis,
    double firstChartMillis,
    long loadBytes,
    int loadRequests,
    double pollBytes,
    double pollMillis,
    double mainThreadMillis,
    int polls) {

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

  private static final int WATCHED_SECONDS = 20;
  private static final int ITERATIONS_PER_SECOND = 20;

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
    double before = tools.mainThreadMillis();
    for (int i = 0; i < WATCHED_SECONDS * ITERATIONS_PER_SECOND; i++) {
      recording.iterate();
      TimeUnit.MILLISECONDS.sleep(1_000 / ITERATIONS_PER_SECOND);
    }
    double work = tools.mainThreadMillis() - before;
    List<Answered> polls =
        tools.takeAnswered().stream().filter(each -> path(each.url()).endsWith(data)).toList();
    int count = Math.max(1, polls.size());
    return new PageFigures(
        paint,
        chart,
        load.stream().mapToLong(Answered::bytes).sum(),
        load.size(),
        polls.stream().mapToLong(Answered::bytes).average().orElse(Double.NaN),
        median(polls.stream().mapToDouble(Answered::millis).toArray()),
        work / count,
        polls.size());
  }

  private static String path(String url) {
    int query = url.indexOf('?');
    return query < 0 ? url : url.substring(0, query);
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
    to.put("pollBytes", pollBytes);
    to.put("pollMillis", pollMillis);
    to.put("mainThreadMillisPerPoll", mainThreadMillis);
    to.put("polls", polls);
  }

  /** {@return one line} */
  String text() {
    return String.format(
        Locale.ROOT,
        "first paint %.0f ms, first chart %.0f ms, first load %,d KB in %d requests;"
            + " a poll %.1f KB in %.0f ms, main thread %.0f ms (%d polls)",
        firstPaintMillis,
        firstChartMillis,
        loadBytes / 1_000,
        loadRequests,
        pollBytes / 1_000,
        pollMillis,
        mainThreadMillis,
        polls);
  }
}
