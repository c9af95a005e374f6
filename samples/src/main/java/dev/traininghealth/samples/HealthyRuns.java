package dev.traininghealth.samples;

import dev.traininghealth.samples.corpus.CorpusException;
import dev.traininghealth.samples.corpus.HealthyTraining;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Set;

/**
 * How often the listener cries wolf: a perceptron, a LeNet and an LSTM, each of which learns well
 * what it is given, are watched for twenty thousand iterations. Any alarm is a false one.
 *
 * <p>Their examples never repeat, minibatches change their size by a factor of up to eight, layers
 * have dropout, and learning rates follow a {@code StepSchedule}, an {@code ExponentialSchedule}
 * and a {@code CycleSchedule}: all that makes numbers jump without anything being wrong.
 */
public final class HealthyRuns {
  private static final int SEEDS = 2;
  private static final int ITERATIONS = 20_000;

  static final Sample SAMPLE =
      new Sample(
          """
          Usage: HealthyRuns --out FILE [--seeds N] [--iterations N] [--only NAME]
            --out FILE      where a line of JSON goes for each run
            --seeds N       runs of each network, with the seeds 1 to N; 2 unless told
            --iterations N  of each run, 20000 unless told
            --only NAME     mlp, lenet or lstm alone""",
          Set.of("--out FILE", "--seeds N", "--iterations N", "--only NAME"),
          HealthyRuns::tell);

  private HealthyRuns() {}

  /** Runs the networks; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    SAMPLE.start(args);
  }

  private static void tell(Arguments arguments, PrintStream console) throws Exception {
    String out = arguments.value("--out");
    if (out == null) {
      throw Failure.ofCall("Where shall the lines go? --out FILE is missing");
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
