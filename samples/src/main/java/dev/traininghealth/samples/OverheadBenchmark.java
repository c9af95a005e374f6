package dev.traininghealth.samples;

import dev.traininghealth.samples.benchmark.Effort;
import dev.traininghealth.samples.benchmark.Report;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Set;

/**
 * What watching a training costs: seven networks, each trained without a listener, with {@code
 * TrainingHealthListener.observing(storage)}, with {@code
 * TrainingHealthListener.protecting(storage)}, and with DL4J's own StatsListener at every iteration
 * and at every tenth, in turns in one virtual machine. Protection has nothing to do in these
 * trainings: what it costs is that it stands by, with its snapshots.
 *
 * <p>On a machine that does other things as well, look at <i>share</i>: what the listener does
 * itself (time in its callbacks and CPU time of its threads) to the time of training. <i>ratio</i>
 * compares whole steps and so holds all, caches included, but also whatever else the machine did.
 * <i>bytes</i> and <i>ops</i> are those of the median iteration, and in the mean over all.
 */
public final class OverheadBenchmark {
  static final Sample SAMPLE =
      new Sample(
          """
          Usage: OverheadBenchmark --out FILE [--quick]
            --out FILE  where the figures go, as JSON
            --quick     less than a minute, to see that it works, instead of twenty
          Set OMP_NUM_THREADS=1 in the environment for figures that can be compared.""",
          Set.of("--out FILE", "--quick"),
          OverheadBenchmark::tell);

  private OverheadBenchmark() {}

  /** Runs the benchmark; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    SAMPLE.start(args);
  }

  private static void tell(Arguments arguments, PrintStream console) throws Exception {
    String out = arguments.value("--out");
    if (out == null) {
      throw Failure.ofCall("Where shall the figures go? --out FILE is missing");
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
