package dev.traininghealth.samples;

import dev.traininghealth.samples.corpus.CorpusException;
import dev.traininghealth.samples.corpus.HealthyTraining;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Set;

/**
 * Counts false alarms. A perceptron, a LeNet and an LSTM, which all learn well, are observed for
 * 20,000 iterations each; every alarm is a false one.
 *
 * <p>Their examples never repeat, minibatches change their size by a factor of up to eight, and
 * layers have dropout. Learning rates follow a {@code StepSchedule}, an {@code ExponentialSchedule}
 * and a {@code CycleSchedule}. All this makes numbers jump in a healthy run.
 */
public final class HealthyRuns {
  private static final int SEEDS = 2;
  private static final int ITERATIONS = 20_000;

  static final Sample SAMPLE =
      new Sample(
          """
          Usage: HealthyRuns --out FILE [--seeds N] [--iterations N] [--only NAME]
            --out FILE      the output file, with a line of JSON per run
            --seeds N       runs of each network, with the seeds 1 to N (default 2)
            --iterations N  of each run (default 20000)
            --only NAME     only mlp, lenet or lstm""",
          Set.of("--out FILE", "--seeds N", "--iterations N", "--only NAME"),
          HealthyRuns::run);

  private HealthyRuns() {}

  /** Runs the networks; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    SAMPLE.start(args);
  }

  private static void run(Arguments arguments, PrintStream console) throws Exception {
    String out = arguments.value("--out");
    if (out == null) {
      throw Failure.ofCall("Which output file? --out FILE is missing");
    }
    Path file = Sample.outputFile(out);
    int seeds = arguments.count("--seeds").orElse(SEEDS);
    int iterations = arguments.count("--iterations").orElse(ITERATIONS);
    try {
      String table =
          HealthyTraining.run(arguments.value("--only"), seeds, iterations, file, console::println);
      console.println();
      console.println(table);
    } catch (CorpusException e) {
      throw Failure.ofCall(e.getMessage());
    }
    console.println("Written to " + file);
  }
}
