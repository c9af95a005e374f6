package dev.traininghealth.samples;

import dev.traininghealth.samples.corpus.CorpusException;
import dev.traininghealth.samples.corpus.CorpusRun;
import dev.traininghealth.samples.corpus.CorpusRun.Plan;
import dev.traininghealth.samples.corpus.CorpusRun.Summary;
import dev.traininghealth.samples.corpus.DivergingRuns;
import dev.traininghealth.samples.corpus.Limits;
import dev.traininghealth.samples.corpus.PlainRuns;
import dev.traininghealth.samples.corpus.RateSweep;
import dev.traininghealth.samples.corpus.RemedyRuns;
import dev.traininghealth.samples.corpus.SetupChecks;
import dev.traininghealth.samples.corpus.Shard;
import dev.traininghealth.samples.corpus.WatchMode;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Measures the quality of the diagnoses: trains runs with known faults, and healthy ones, with the
 * listener attached, and compares its diagnoses with the known problems.
 *
 * <p>A case file has one JSON object per line: the data, network, loss and optimizer of a run, and
 * its {@code problem}. A run is a case with a seed. The result of a run says whether there was an
 * alarm and whether it named the problem. It also has the delay of the alarm in iterations, if an
 * oracle finds the iteration at which the run went wrong. The oracle shares no code with the
 * plugin. The table is the summary; the lines of JSON hold each run, as it ends.
 *
 * <p>Of runs that diverge gradually, a second table shows the <em>lead</em>: how many iterations
 * before the divergence it was first reported. A run has diverged when its score exceeds three
 * times the lowest median of a hundred successive scores, among those that end in the 400
 * iterations before it, for good: the median of no later twenty scores returns below that limit, or
 * the run ends in NaN. It is not gradual in the first twenty iterations.
 */
public final class FaultCorpus {
  private static final int SEEDS = 3;
  private static final int SECONDS = 20;
  private static final int ITERATIONS = 4000;

  static final Sample SAMPLE =
      new Sample(
          """
          Usage: FaultCorpus --cases FILE --data DIR[,DIR...] --out FILE [options]
            --cases FILE            the cases, one JSON object per line
            --data DIRS             directories that are searched for data folders, in this order
            --out FILE              the output file, with a line of JSON per run
            --seeds N               runs of each case, with the seeds 1 to N (default 3)
            --seconds-per-run N     (default 20)
            --iterations N          maximum of a run (default 4000)
            --mode MODE             observing (default), protecting or both; forced tries changes at
                                    random iterations, random makes changes at random instead of trials;
                                    sweep trains cases with a target without the listener, at their
                                    learning rate and at shares of it from the start;
                                    none trains without the listener, and shows what the run does;
                                    remedies carries out the first remedy and trains again;
                                    check trains nothing, and checks each case before its first epoch;
                                    diverging makes the healthy cases diverge gradually, and shows how
                                    long before that the listener reported it
            --only IDS              only these cases, separated by commas
            --problem NAME          only the cases of this problem
            --shard I/N             only part I of N of these cases
            --resume FILE           an output file whose runs are taken over instead of repeated
            --validation BOOLEAN    whether the listener scores the test data (default true)""",
          Set.of(
              "--cases FILE",
              "--data DIRS",
              "--out FILE",
              "--seeds N",
              "--seconds-per-run N",
              "--iterations N",
              "--mode MODE",
              "--only IDS",
              "--problem NAME",
              "--shard I/N",
              "--resume FILE",
              "--validation BOOLEAN"),
          FaultCorpus::run);

  private FaultCorpus() {}

  /** Runs the corpus; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    SAMPLE.start(args);
  }

  private static void run(Arguments arguments, PrintStream console) throws Exception {
    Path cases = Path.of(needed(arguments, "--cases FILE", "Which cases?"));
    List<Path> data = directories(needed(arguments, "--data DIRS", "Where are the data?"));
    Path out = Sample.outputFile(needed(arguments, "--out FILE", "Which output file?"));
    Limits limits =
        new Limits(
            arguments.count("--iterations").orElse(ITERATIONS),
            arguments.count("--seconds-per-run").orElse(SECONDS));
    String mode = arguments.value("--mode");
    boolean sweep = RateSweep.MODE.equals(mode);
    boolean plain = PlainRuns.MODE.equals(mode);
    boolean remedies = RemedyRuns.MODE.equals(mode);
    boolean diverging = DivergingRuns.MODE.equals(mode);
    boolean check = SetupChecks.MODE.equals(mode);
    String shard = arguments.value("--shard");
    String resumed = arguments.value("--resume");
    Summary summary;
    try {
      Plan plan =
          new Plan(
              cases,
              data,
              arguments.count("--seeds").orElse(SEEDS),
              sweep || plain || remedies || check || diverging ? List.of() : modes(mode),
              ids(arguments.value("--only")),
              arguments.value("--problem"),
              limits,
              shard == null ? Shard.ALL : Shard.parse(shard),
              resumed == null ? null : Path.of(resumed),
              isValidated(arguments.value("--validation")));
      if (sweep) {
        summary = RateSweep.run(plan, out, console::println);
      } else if (plain) {
        summary = PlainRuns.run(plan, out, console::println);
      } else if (remedies) {
        summary = RemedyRuns.run(plan, out, console::println);
      } else if (diverging) {
        summary = DivergingRuns.run(plan, out, console::println);
      } else if (check) {
        summary = SetupChecks.run(plan, out, console::println);
      } else {
        summary = CorpusRun.run(plan, out, console::println);
      }
    } catch (CorpusException e) {
      throw Failure.of(e.getMessage());
    }
    console.println();
    console.println(summary.tables());
    console.println("Written to " + out);
    if (!summary.errors().isEmpty()) {
      throw Failure.of("Not all could be run:\n" + String.join("\n", summary.errors()));
    }
  }

  private static String needed(Arguments arguments, String option, String question) throws Failure {
    String value = arguments.value(option.split(" ", -1)[0]);
    if (value == null) {
      throw Failure.ofCall(question + " " + option + " is missing");
    }
    return value;
  }

  private static List<Path> directories(String list) throws Failure {
    List<Path> directories = new ArrayList<>();
    for (String directory : list.split(",", -1)) {
      Path path = Path.of(directory);
      if (!Files.isDirectory(path)) {
        throw Failure.of("No such directory: " + path.toAbsolutePath());
      }
      directories.add(path);
    }
    return directories;
  }

  private static List<WatchMode> modes(@Nullable String mode) throws CorpusException {
    return WatchMode.parse(mode == null ? "observing" : mode);
  }

  private static boolean isValidated(@Nullable String value) throws Failure {
    if (value != null && !value.equals("true") && !value.equals("false")) {
      throw Failure.ofCall("--validation must be true or false, was " + value);
    }
    return !"false".equals(value);
  }

  private static Set<String> ids(@Nullable String list) {
    return list == null
        ? Set.of()
        : Arrays.stream(list.split(",", -1)).collect(Collectors.toUnmodifiableSet());
  }
}
