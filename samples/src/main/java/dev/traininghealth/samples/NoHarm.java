package dev.traininghealth.samples;

import dev.traininghealth.samples.noharm.HarmBenchmark;
import dev.traininghealth.samples.noharm.HarmBenchmark.Plan;
import dev.traininghealth.samples.noharm.HarmBenchmark.Summary;
import dev.traininghealth.samples.noharm.Mode;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Measures whether protection does harm. It trains runs whose score rises, oscillates or stagnates
 * for good reasons, and some that no learning rate repairs, alone and protected.
 *
 * <p>Each protected run must end as the run alone, within the spread of the seeds, or better. The
 * final quality of the network is compared: no protected run may be worse than the worst run alone,
 * and none may be lost that is finite alone. All data are generated.
 */
public final class NoHarm {
  private static final int SEEDS = 3;
  private static final String MODES = "alone,protecting";

  static final Sample SAMPLE =
      new Sample(
          """
          Usage: NoHarm --out FILE [options]
            --out FILE      the output file for the results, as JSON
            --seeds N       runs of each set-up and mode, with the seeds 1 to N (default 3)
            --only NAMES    only these set-ups, separated by commas
            --mode MODES    alone, observing, protecting, or several of them, separated by commas
                            (default: alone,protecting). The listeners of observing and protecting
                            also show how long before a gradual divergence they reported it
            --markdown      prints the table in Markdown
          Set OMP_NUM_THREADS=1 in the environment for results that can be repeated.""",
          Set.of("--out FILE", "--seeds N", "--only NAMES", "--mode MODES", "--markdown"),
          NoHarm::run);

  private NoHarm() {}

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
    int seeds = arguments.count("--seeds").orElse(SEEDS);
    Plan plan;
    try {
      plan =
          new Plan(
              names(arguments.value("--only")),
              seeds,
              modes(arguments.value("--mode")),
              arguments.has("--markdown"));
    } catch (IllegalArgumentException e) {
      throw Failure.ofCall(String.valueOf(e.getMessage()));
    }
    Summary summary = HarmBenchmark.run(plan, file, console::println);
    console.println();
    console.println(summary.table());
    console.println("Written to " + file);
    if (!summary.errors().isEmpty()) {
      throw Failure.of("Ended by an error:\n" + String.join("\n", summary.errors()));
    }
  }

  private static List<Mode> modes(@Nullable String modes) {
    return Mode.parse(modes == null ? MODES : modes);
  }

  private static Set<String> names(@Nullable String list) {
    return list == null
        ? Set.of()
        : Arrays.stream(list.split(",", -1)).collect(Collectors.toUnmodifiableSet());
  }
}
