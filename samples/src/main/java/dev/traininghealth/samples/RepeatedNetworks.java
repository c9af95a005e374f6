package dev.traininghealth.samples;

import dev.traininghealth.samples.benchmark.MemoryReport;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Set;

/**
 * Measures the memory that remains when many networks are trained in turn in one JVM, as in a grid
 * search or a cross-validation. Each network of 0.7 million parameters has its own listener, which
 * is closed after training. The figures are taken after garbage collection, at the first network
 * and at every tenth.
 *
 * <p>Run it once per mode, each in its own JVM; otherwise memory left by one mode would count for
 * the next.
 */
public final class RepeatedNetworks {
  private static final int NETWORKS = 60;
  private static final int ITERATIONS = 60;

  static final Sample SAMPLE =
      new Sample(
          """
          Usage: RepeatedNetworks --out FILE [--mode MODE] [--networks N] [--iterations N]
            --out FILE      the output file for the figures, as JSON
            --mode MODE     none, observing or protecting (default observing)
            --networks N    networks to train (default 60)
            --iterations N  iterations of each (default 60)""",
          Set.of("--out FILE", "--mode MODE", "--networks N", "--iterations N"),
          RepeatedNetworks::run);

  private RepeatedNetworks() {}

  /** Trains the networks; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    SAMPLE.start(args);
  }

  private static void run(Arguments arguments, PrintStream console) throws Exception {
    String out = arguments.value("--out");
    if (out == null) {
      throw Failure.ofCall("Which output file? --out FILE is missing");
    }
    String mode = arguments.value("--mode");
    if (mode != null && !mode.matches("none|observing|protecting")) {
      throw Failure.ofCall("--mode must be none, observing or protecting, was " + mode);
    }
    Path file = Sample.outputFile(out);
    MemoryReport report =
        MemoryReport.of(
            mode == null ? "observing" : mode,
            arguments.count("--networks").orElse(NETWORKS),
            arguments.count("--iterations").orElse(ITERATIONS),
            console::println);
    report.write(file);
    console.println("Written to " + file);
  }
}
