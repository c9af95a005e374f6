package dev.traininghealth.samples;

import dev.traininghealth.samples.page.BrowserPath;
import dev.traininghealth.samples.page.PageReport;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Set;

/**
 * Measures the Health page in a headless Chromium, on the records of a million iterations of a
 * network with 500 parameter arrays and eight workers, beside DL4J's Overview of the same records.
 *
 * <p>The plugin's recorder writes the records, from made-up numbers instead of a training. Figures:
 * time until the first content and the first chart, bytes of the first load, size, time and work of
 * a poll while iterations are recorded, and the time of a zoom until it is drawn.
 */
public final class PageBenchmark {
  private static final int ITERATIONS = 1_000_000;
  private static final int PARAMETERS = 500;
  private static final int WORKERS = 8;

  static final Sample SAMPLE =
      new Sample(
          """
          Usage: PageBenchmark --out FILE [--iterations N] [--parameters N] [--workers N]
            --out FILE      the output file for the figures, as JSON
            --iterations N  recorded iterations of each worker (default 1000000)
            --parameters N  parameter arrays of the network, two per layer (default 500)
            --workers N     workers (default 8)
          It needs a heap of 3 GB (-Xmx3g), and Chromium or Chrome on the PATH. With the defaults
          the records take about a quarter of an hour.""",
          Set.of("--out FILE", "--iterations N", "--parameters N", "--workers N"),
          PageBenchmark::run);

  private PageBenchmark() {}

  /** Runs the benchmark; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    SAMPLE.start(args);
  }

  private static void run(Arguments arguments, PrintStream console) throws Exception {
    String out = arguments.value("--out");
    if (out == null) {
      throw Failure.ofCall("Which output file? --out FILE is missing");
    }
    Path file = Sample.outputFile(out);
    PageReport report =
        PageReport.of(
            BrowserPath.find()
                .orElseThrow(() -> Failure.of("There is no Chromium or Chrome on the PATH")),
            arguments.count("--iterations").orElse(ITERATIONS),
            Math.max(2, arguments.count("--parameters").orElse(PARAMETERS)),
            arguments.count("--workers").orElse(WORKERS),
            console::println);
    console.println();
    console.println(report.text());
    report.write(file);
    console.println("Written to " + file);
  }
}
