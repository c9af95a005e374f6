package dev.traininghealth.samples.page;

import dev.traininghealth.samples.page.DevTools.Answered;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * The requests of an open page for new data, while iterations are recorded.
 *
 * @param bytes mean bytes on the wire of a request
 * @param millis median time of a request
 * @param mainThreadMillis work of the page's main thread per request
 * @param count number of requests
 */
record Polls(double bytes, double millis, double mainThreadMillis, int count) {
  private static final int WATCHED_SECONDS = 20;
  private static final int ITERATIONS_PER_SECOND = 20;

  /**
   * Watches the page that is open.
   *
   * @param data the end of the path of its requests for new data
   * @param recording goes on meanwhile
   */
  static Polls of(DevTools tools, String data, LargeRecording recording)
      throws IOException, InterruptedException {
    tools.takeAnswered();
    double before = tools.mainThreadMillis();
    for (int i = 0; i < WATCHED_SECONDS * ITERATIONS_PER_SECOND; i++) {
      recording.iterate();
      TimeUnit.MILLISECONDS.sleep(1_000 / ITERATIONS_PER_SECOND);
    }
    double work = tools.mainThreadMillis() - before;
    List<Answered> polls =
        tools.takeAnswered().stream().filter(each -> path(each.url()).endsWith(data)).toList();
    return new Polls(
        polls.stream().mapToLong(Answered::bytes).average().orElse(Double.NaN),
        PageFigures.median(polls.stream().mapToDouble(Answered::millis).toArray()),
        work / Math.max(1, polls.size()),
        polls.size());
  }

  private static String path(String url) {
    int query = url.indexOf('?');
    return query < 0 ? url : url.substring(0, query);
  }

  void write(ObjectNode to) {
    to.put("pollBytes", bytes);
    to.put("pollMillis", millis);
    to.put("mainThreadMillisPerPoll", mainThreadMillis);
    to.put("polls", count);
  }

  /** {@return a part of a line} */
  String text() {
    return String.format(
        Locale.ROOT,
        "a poll %.1f KB in %.0f ms, main thread %.0f ms (%d polls)",
        bytes / 1_000,
        millis,
        mainThreadMillis,
        count);
  }
}
