package dev.traininghealth.samples;

import dev.traininghealth.samples.corpus.CorpusException;
import dev.traininghealth.samples.corpus.CorpusRun;
import dev.traininghealth.samples.corpus.CorpusRun.Plan;
import dev.traininghealth.samples.corpus.CorpusRun.Summary;
import dev.traininghealth.samples.corpus.Limits;
import dev.traininghealth.samples.corpus.RateSweep;
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
 * What the diagnoses are worth: trainings whose fault is known, and healthy ones beside them, are
 * run with the listener attached; what it says is compared with what is so.
 *
 * <p>A case file has an object of JSON a line: the data, network, loss and optimizer of a training,
 * and its {@code problem}. A run is a case with a seed. For each it is told whether there was an
 * alarm, whether it named the problem, and, where an oracle that shares no code with the plugin
 * finds the iteration at which the run went wrong, how many iterations later the alarm came. The
 * table sums it up; the lines of JSON have each run, as it ends.
 */
public final class FaultCorpus {
  private static final int SEEDS = 3;
  private static final int SECONDS = 20;
  private static final int ITERATIONS = 4000;

  static final Sample SAMPLE =
      new Sample(
          """
          Usage: FaultCorpus --cases FILE --data DIR[,DIR...] --out FILE [options]
            --cases FILE            the cases, one object of JSON a line
            --data DIRS             where their data folders are looked for, in this order
            --out FILE              where a line of JSON goes for each run
            --seeds N               runs of each case, with the seeds 1 to N; 3 unless told
            --seconds-per-run N     20 unless told
            --iterations N          of a run at most, 4000 unless told
            --mode MODE             observing (unless told), protecting or both; forced tries changes at
                                    random iterations, random makes changes at random instead of trials;
                                    sweep trains those with a target without the listener, at their
                                    learning rate and at shares of it from the start
            --only IDS              these cases alone, separated by commas
            --problem NAME          the cases of this problem alone""",
          Set.of(
              "--cases FILE",
              "--data DIRS",
              "--out FILE",
              "--seeds N",
              "--seconds-per-run N",
              "--iterations N",
              "--mode MODE",
              "--only IDS",
              "--problem NAME"),
          FaultCorpus::tell);

  private FaultCorpus() {}

  /** Runs the corpus; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    SAMPLE.start(args);
  }

  private static void tell(Arguments arguments, PrintStream console) throws Exception {
    Path cases = Path.of(needed(arguments, "--cases FILE", "Which cases?"));
    List<Path> data = directories(needed(arguments, "--data DIRS", "Where are the data?"));
    Path out = Sample.outputFile(needed(arguments, "--out FILE", "Where shall the lines go?"));
    Limits limits =
        new Limits(
            arguments.count("--iterations").orElse(ITERATIONS),
            arguments.count("--seconds-per-run").orElse(SECONDS));
    boolean sweep = RateSweep.MODE.equals(arguments.value("--mode"));
    Summary summary;
    try {
      Plan plan =
          new Plan(
              cases,
              data,
              arguments.count("--seeds").orElse(SEEDS),
              sweep ? List.of() : modes(arguments.value("--mode")),
              ids(arguments.value("--only")),
              arguments.value("--problem"),
              limits);
      summary =
          sweep
              ? RateSweep.run(plan, out, console::println)
              : CorpusRun.run(plan, out, console::println);
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

  private static Set<String> ids(@Nullable String list) {
    return list == null
        ? Set.of()
        : Arrays.stream(list.split(",", -1)).collect(Collectors.toUnmodifiableSet());
  }
}
