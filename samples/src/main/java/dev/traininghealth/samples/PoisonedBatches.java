package dev.traininghealth.samples;

import dev.traininghealth.samples.corpus.PoisonedTraining;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Set;

/**
 * Shows the effect of broken data, and of protection against them. A LeNet learns drawn digits from
 * minibatches, of which one in a hundred contains an image of NaN pixels.
 *
 * <p>Each seed is trained three times, on the same images in the same order: on clean data, with
 * the broken minibatches, and with these under {@code TrainingHealthListener.protecting(storage)}.
 * Protection skips exactly their steps, so that the network learns from all others.
 */
public final class PoisonedBatches {
  private static final int SEEDS = 3;
  private static final int ITERATIONS = 5000;
  private static final int QUICK_ITERATIONS = 600;

  static final Sample SAMPLE =
      new Sample(
          """
          Usage: PoisonedBatches --out FILE [--quick]
            --out FILE  the output file for the figures, as JSON
            --quick     one seed and 600 iterations, as a check, instead of three and 5000
          Set OMP_NUM_THREADS=1 in the environment for figures that can be repeated.""",
          Set.of("--out FILE", "--quick"),
          PoisonedBatches::run);

  private PoisonedBatches() {}

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
    boolean quick = arguments.has("--quick");
    String table =
        PoisonedTraining.run(
            quick ? 1 : SEEDS, quick ? QUICK_ITERATIONS : ITERATIONS, file, console::println);
    console.println();
    console.println(table);
    console.println("Written to " + file);
  }
}
