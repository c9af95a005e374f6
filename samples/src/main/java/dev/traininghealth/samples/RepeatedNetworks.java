package dev.traininghealth.samples;

import dev.traininghealth.samples.benchmark.MemoryReport;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Set;

/**
 * What memory stays where one network after the other is trained in one virtual machine, as a grid
 * search or a cross-validation does it: each network of 0.7 million parameters has a listener of
 * its own, which is closed when it has been trained. The figures are taken after the garbage
 * collector has run, at the first network and at every tenth.
 *
 * <p>Run it once a mode, each in a virtual machine of its own: what one leaves would be counted as
 * the next one's.
 */
public final class RepeatedNetworks {
  private static final int NETWORKS = 60;
  private static final int ITERATIONS = 60;

  static final Sample SAMPLE =
      new Sample(
          """
          Usage: RepeatedNetworks --out FILE [--mode MODE] [--networks N] [--iterations N]
            --out FILE      where the figures go, as JSON
            --mode MODE     none, observing or protecting (default observing)
            --networks N    networks that are trained (default 60)
            --iterations N  iterations of each (default 60)""",
          Set.of("--out FILE", "--mode MODE", "--networks N", "--iterations N"),
          RepeatedNetworks::tell);

  private RepeatedNetworks() {}

  /** Trains the networks; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    SAMPLE.start(args);
  }

  private static void tell(Arguments arguments, PrintStream console) throws Exception {
    String out = arguments.value("--out");
    if (out == null) {
      throw Failure.ofCall("Where shall the figures go? --out FILE is missing");
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
