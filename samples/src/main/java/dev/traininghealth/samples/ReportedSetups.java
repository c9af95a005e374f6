package dev.traininghealth.samples;

import dev.traininghealth.samples.reported.ReportedRuns;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Runs set-ups as users reported them: observed, and again with the first remedy carried out; or
 * alone and protected.
 *
 * <p>A set-up holds if its problem is found in time with every seed, if the first remedy is the
 * right one, and if the run then ends better. Healthy set-ups hold if there is no alarm, protected
 * ones if they do not end worse than alone. All data are generated.
 */
public final class ReportedSetups {
  private static final int SEEDS = 3;

  static final Sample SAMPLE =
      new Sample(
          """
          Usage: ReportedSetups --out FILE [options]
            --out FILE    the output file for the results, as JSON, with all that was said
            --seeds N     runs of each set-up, with the seeds 1 to N (default 3)
            --only NAMES  only these set-ups, separated by commas
            --markdown    prints the table in Markdown
          Set OMP_NUM_THREADS=1 in the environment for results that can be repeated.""",
          Set.of("--out FILE", "--seeds N", "--only NAMES", "--markdown"),
          ReportedSetups::run);

  private ReportedSetups() {}

  /** Runs the set-ups; see {@code --help}. */
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
    String only = arguments.value("--only");
    Set<String> names =
        only == null
            ? Set.of()
            : Arrays.stream(only.split(",", -1)).collect(Collectors.toUnmodifiableSet());
    String table;
    try {
      table = ReportedRuns.run(names, seeds, arguments.has("--markdown"), file, console::println);
    } catch (IllegalArgumentException e) {
      throw Failure.ofCall(String.valueOf(e.getMessage()));
    }
    console.println();
    console.println(table);
    console.println("Written to " + file);
  }
}
