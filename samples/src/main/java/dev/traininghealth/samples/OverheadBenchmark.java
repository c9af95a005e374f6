package dev.traininghealth.samples;

import dev.traininghealth.samples.benchmark.Effort;
import dev.traininghealth.samples.benchmark.Report;
import dev.traininghealth.samples.benchmark.ScheduleReport;
import dev.traininghealth.samples.benchmark.StartUpReport;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Measures the cost of the listener. Thirteen networks, from XOR to 20 million parameters, are
 * trained without a listener, with {@code TrainingHealthListener.observing(storage)}, with {@code
 * TrainingHealthListener.protecting(storage)}, and with DL4J's own StatsListener at every iteration
 * and at every tenth. They take turns in one JVM. Protection does not intervene in these runs, so
 * its cost is mainly that of its snapshots.
 *
 * <p>The figure that counts is <i>share</i>: the listener's own time (in its callbacks and CPU time
 * of its threads) divided by the training time. <i>us</i> is the same per iteration. <i>/limit</i>
 * compares the median iteration with one read of the gradient by the fastest loop at hand.
 * <i>ratio</i> compares whole steps. It includes all effects, such as caches, but also the
 * machine's other load: a second network without a listener shows how much that is. <i>bytes</i>
 * and <i>ops</i> are those of the median iteration, and the mean over all.
 *
 * <p>With {@code --live-baseline} a further network is compared, while it trains, with the recorded
 * run of an equal one.
 *
 * <p>{@code --iterations} reports instead how often each scheduled measure is taken, and how soon
 * planted faults are diagnosed. {@code --startup} reports the cost of a run's first seconds.
 */
public final class OverheadBenchmark {
  static final Sample SAMPLE =
      new Sample(
          """
          Usage: OverheadBenchmark --out FILE [--network NAMES] [--live-baseline] [--quick]
                                   [--markdown]
                 OverheadBenchmark --network NAMES --iterations N
                 OverheadBenchmark --startup
            --out FILE       the output file for the figures, as JSON
            --network NAMES  only these networks, separated by commas or by several --network: xor,
                             iris, p467, mlp3x256, mlp20x128, mlp4x1024, lenet, lstm, attention,
                             cnn32, cnn224, resnet18, embedding
            --live-baseline  also a run that is compared with a recorded one while it trains
            --quick          less than two minutes, as a check, instead of at most 30
            --markdown       also prints the table for the README
            --iterations N   how often each scheduled measure is taken in N iterations, and how
                             soon faults are diagnosed that are planted after half of them
            --startup        the cost of the first five seconds of a run in this new JVM, and how much
                             of it is that of the start
          All networks need a heap of 4 GB (-Xmx4g), which also limits the memory outside of it.
          Set OMP_NUM_THREADS=1 in the environment for figures that can be compared.""",
          Set.of(
              "--out FILE",
              "--network NAMES",
              "--live-baseline",
              "--quick",
              "--markdown",
              "--iterations N",
              "--startup"),
          OverheadBenchmark::run);

  private OverheadBenchmark() {}

  /** Runs the benchmark; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    SAMPLE.start(args);
  }

  private static void run(Arguments arguments, PrintStream console) throws Exception {
    boolean schedule = arguments.has("--iterations");
    boolean startUp = arguments.has("--startup");
    List<String> names = arguments.values("--network");
    refuse(startUp, arguments, "--startup", "--network", "--iterations", "--quick", "--markdown");
    refuse(startUp, arguments, "--startup", "--out", "--live-baseline");
    refuse(schedule, arguments, "--iterations", "--out", "--quick", "--markdown");
    refuse(schedule, arguments, "--iterations", "--live-baseline");
    if (schedule && names.isEmpty()) {
      throw Failure.ofCall("Which networks? --iterations needs --network NAMES");
    }
    String threads = System.getenv("OMP_NUM_THREADS");
    threads = threads == null ? "(not set)" : threads;
    if (startUp) {
      console.println("OMP_NUM_THREADS=" + threads);
      console.println(StartUpReport.ofThisJvm().text());
      return;
    }
    try {
      Report.requireKnown(names);
    } catch (IllegalArgumentException e) {
      throw Failure.ofCall(String.valueOf(e.getMessage()));
    }
    if (schedule) {
      int iterations = arguments.count("--iterations").orElseThrow();
      console.println("OMP_NUM_THREADS=" + threads);
      console.println(ScheduleReport.of(names, iterations, console::println).table());
    } else {
      compare(arguments, names, threads, console);
    }
  }

  private static void compare(
      Arguments arguments, List<String> names, String threads, PrintStream console)
      throws Exception {
    String out = arguments.value("--out");
    if (out == null) {
      throw Failure.ofCall("Which output file? --out FILE is missing");
    }
    Path file = Sample.outputFile(out);
    console.println("OMP_NUM_THREADS=" + threads);
    Effort effort = arguments.has("--quick") ? Effort.quick() : Effort.full();
    boolean liveBaseline = arguments.has("--live-baseline");
    Report report = Report.of(names, effort, liveBaseline, threads, console::println);
    console.println();
    console.println(report.table());
    if (arguments.has("--markdown")) {
      console.println(report.markdown());
    }
    report.write(file);
    console.println("Written to " + file);
  }

  private static void refuse(boolean given, Arguments arguments, String option, String... without)
      throws Failure {
    for (String other : without) {
      if (given && arguments.has(other)) {
        throw Failure.ofCall(option + " excludes " + other);
      }
    }
  }
}
