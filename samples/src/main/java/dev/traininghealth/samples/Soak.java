package dev.traininghealth.samples;

import dev.traininghealth.samples.soak.SoakReport;
import dev.traininghealth.samples.soak.SoakTraining;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Set;

/**
 * Shows that nothing grows in a long run. A network of 291 parameters is trained for a million
 * iterations under protection, with records in a file, DL4J's UI server and a client that polls the
 * Health page as a browser does.
 *
 * <p>Now and then a minibatch holds NaN, features are a million times too large, or a weight
 * becomes NaN, so that protection skips, clips, rolls back, and lowers and raises learning rates.
 * At every tenth of the run the sample measures the process: heap, memory outside of it, threads,
 * file handles, the storage's files, and the time of the listener. The last line says which of them
 * are flat over the last half.
 */
public final class Soak {
  private static final int ITERATIONS = 1_000_000;

  static final Sample SAMPLE =
      new Sample(
          """
          Usage: Soak --out FILE [--iterations N] [--resume] [--markdown]
            --out FILE      the output file for the figures, as JSON; the folder FILE.state beside
                            it holds the records and what --resume needs, and is overwritten
            --iterations N  iterations of the whole run, at least 10 (default 1000000)
            --resume        continues an interrupted run from its latest row
            --markdown      also prints the table for the README
          The exit code is 1 if anything grows. Use a JVM of its own.
          Set OMP_NUM_THREADS=1 in the environment for figures that can be compared. With
          -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 JavaCPP does not read the memory of the process
          at each allocation, which takes a third of the time.""",
          Set.of("--out FILE", "--iterations N", "--resume", "--markdown"),
          Soak::run);

  private Soak() {}

  /** Trains; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    SAMPLE.start(args);
  }

  private static void run(Arguments arguments, PrintStream console) throws Exception {
    String out = arguments.value("--out");
    if (out == null) {
      throw Failure.ofCall("Which output file? --out FILE is missing");
    }
    Path file = Sample.outputFile(out);
    int iterations = arguments.count("--iterations").orElse(ITERATIONS);
    if (iterations < SoakTraining.ROWS) {
      throw Failure.ofCall("--iterations must be at least 10, was " + iterations);
    }
    SoakReport report =
        SoakTraining.run(iterations, file, arguments.has("--resume"), console::println);
    console.println();
    console.println(report.table());
    if (arguments.has("--markdown")) {
      console.println(report.markdown());
    }
    console.println("Written to " + file);
    console.println(report.summary());
    if (!report.isFlat()) {
      throw Failure.of(report.verdict());
    }
    console.println(report.verdict());
  }
}
