package dev.traininghealth.samples.corpus;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Runs the cases of a file with several seeds each, and writes a line of JSON as each run ends. */
public final class CorpusRun {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Plan plan;
  private final StoredRuns stored;
  private final Consumer<String> progress;
  private final List<RunResult> results = new ArrayList<>();
  private final List<String> errors;

  private CorpusRun(Plan plan, List<String> errors, StoredRuns stored, Consumer<String> progress) {
    this.plan = plan;
    this.stored = stored;
    this.errors = new ArrayList<>(errors);
    this.progress = progress;
  }

  /**
   * The selection of runs.
   *
   * @param cases the file of cases
   * @param data directories that are searched for data folders, in this order
   * @param seeds runs of each case, with the seeds from 1 on
   * @param modes modes of the listener, one run each
   * @param only ids of the cases to run; empty for all
   * @param problem problem of the cases to run; null for all
   * @param limits of each run
   * @param shard the part of the cases to run
   * @param resumed output file of an earlier call, whose runs are not repeated; null for none
   * @param validated whether the listener scores the test examples after each epoch
   */
  public record Plan(
      Path cases,
      List<Path> data,
      int seeds,
      List<WatchMode> modes,
      Set<String> only,
      @Nullable String problem,
      Limits limits,
      Shard shard,
      @Nullable Path resumed,
      boolean validated) {}

  /**
   * The results.
   *
   * @param tables Markdown: the scores, and the runs behind them
   * @param errors cases that could not be run, and runs that DL4J ended; one each
   */
  public record Summary(String tables, List<String> errors) {}

  /**
   * Runs the cases.
   *
   * @param out the output file; its previous content is lost
   * @param progress receives a line for each run as it ends
   * @throws CorpusException if there is nothing to run
   */
  public static Summary run(Plan plan, Path out, Consumer<String> progress)
      throws CorpusException, IOException {
    CaseFile chosen = CaseFile.chosen(plan);
    StoredRuns stored = StoredRuns.read(plan.resumed(), chosen.cases());
    CorpusRun run = new CorpusRun(plan, chosen.errors(), stored, progress);
    try (BufferedWriter lines = Files.newBufferedWriter(out);
        QuietDiagnoses quiet = new QuietDiagnoses()) {
      quiet.start();
      for (String line : stored.lines()) {
        write(line, lines);
      }
      for (FaultCase faultCase : chosen.cases()) {
        run.run(faultCase, lines);
      }
    }
    String tables =
        Scoreboard.of(run.results)
            + Repairs.of(run.results)
            + ChangeAudit.of(run.results)
            + TrialAudit.of(run.results)
            + CaseSummary.of(run.results, chosen.unportable());
    return new Summary(tables, List.copyOf(run.errors));
  }

  private void run(FaultCase faultCase, BufferedWriter lines) throws IOException {
    try {
      CaseRunner runner =
          new CaseRunner(faultCase, CaseData.load(faultCase, plan.data()), plan.validated());
      for (int seed = 1; seed <= plan.seeds(); seed++) {
        Limits limits = plan.limits();
        for (WatchMode mode : plan.modes()) {
          RunResult result = stored.find(faultCase, seed, mode);
          if (result == null) {
            result = runner.run(mode, seed, limits);
            write(JSON.writeValueAsString(result.json()), lines);
          }
          if (faultCase.isHealthy()) {
            limits = limits.atEqualIterations(result.training().iterations());
          }
          take(result);
        }
      }
    } catch (CorpusException e) {
      errors.add(e.getMessage());
      progress.accept(e.getMessage());
    }
  }

  private static void write(String line, BufferedWriter lines) throws IOException {
    lines.write(line);
    lines.write('\n');
    lines.flush();
  }

  private void take(RunResult result) {
    results.add(result);
    RuntimeException error = result.training().error();
    if (error != null) {
      errors.add(result.name() + ": DL4J ended it: " + error);
    }
    progress.accept(
        String.format(
            Locale.ROOT,
            "%s: %d iterations in %.1f s%s (%s), onset %s, %s",
            result.name(),
            result.training().iterations(),
            result.training().seconds(),
            result.trials().isEmpty()
                ? ""
                : String.format(Locale.ROOT, " and %.1f s of trials", result.trialSeconds()),
            result.training().end().key(),
            result.onset().isPresent() ? result.onset().getAsLong() : "-",
            result.diagnosisText()));
  }
}
