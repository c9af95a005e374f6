package dev.traininghealth.samples;

import dev.traininghealth.samples.benchmark.Effort;
import dev.traininghealth.samples.benchmark.Report;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Set;

/**
 * Measures the cost of the listener. Seven networks are trained without a listener, with {@code
 * TrainingHealthListener.observing(storage)}, with {@code
 * TrainingHealthListener.protecting(storage)}, and with DL4J's own StatsListener at every iteration
 * and at every tenth. They take turns in one JVM. Protection does not intervene in these runs, so
 * its cost is mainly that of its snapshots.
 *
 * <p>On a machine with other load, look at <i>share</i>: the listener's own time (in its callbacks
 * and CPU time of its threads) divided by the training time. <i>ratio</i> compares whole steps. It
 * includes all effects, such as caches, but also the machine's other load. <i>bytes</i> and
 * <i>ops</i> are those of the median iteration, and the mean over all.
 */
public final class OverheadBenchmark {
  static final Sample SAMPLE =
      new Sample(
          """
          Usage: OverheadBenchmark --out FILE [--quick]
            --out FILE  the output file for the figures, as JSON
            --quick     less than a minute, as a check, instead of twenty
          Set OMP_NUM_THREADS=1 in the environment for figures that can be compared.""",
          Set.of("--out FILE", "--quick"),
          OverheadBenchmark::run);

  private OverheadBenchmark() {}

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
    String threads = System.getenv("OMP_NUM_THREADS");
    console.println("OMP_NUM_THREADS=" + (threads == null ? "(not set)" : threads));
    Effort effort = arguments.has("--quick") ? Effort.quick() : Effort.full();
    Report report = Report.of(effort, console::println);
    console.println();
    console.println(report.table());
    report.write(file);
    console.println("Written to " + file);
  }
}
