package dev.traininghealth.samples.corpus;

import dev.traininghealth.samples.corpus.CorpusRun.Plan;
import dev.traininghealth.samples.corpus.CorpusRun.Summary;
import dev.traininghealth.samples.corpus.FaultCase.RepairTarget;
import dev.traininghealth.samples.corpus.RunResult.Training;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * Finds runs that a lower learning rate from the start would repair. Each is trained without a
 * listener at the case's rate and at shares of it. A run that no rate repairs cannot be repaired by
 * a listener that changes rates.
 */
public final class RateSweep {
  /** The name on the command line. */
  public static final String MODE = "sweep";

  /** The case's own rate, and the rates that a listener may reach by lowering it. */
  static final List<Double> FACTORS = List.of(1.0, 0.5, 0.1, 0.01, 0.001);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Plan plan;
  private final Consumer<String> progress;
  private final List<SweptRun> runs = new ArrayList<>();
  private final List<String> errors;

  private RateSweep(Plan plan, List<String> errors, Consumer<String> progress) {
    this.plan = plan;
    this.errors = new ArrayList<>(errors);
    this.progress = progress;
  }

  /**
   * Runs the cases that have a target; the others are skipped.
   *
   * @param plan the selection of runs; its modes are ignored, because there is no listener
   * @param out the output file, with a line of JSON per run; its previous content is lost
   * @param progress receives a line for each run as it ends
   * @throws CorpusException if there is nothing to run
   */
  public static Summary run(Plan plan, Path out, Consumer<String> progress)
      throws CorpusException, IOException {
    CaseFile chosen = CaseFile.chosen(plan);
    List<FaultCase> cases = chosen.cases().stream().filter(c -> c.repairTarget() != null).toList();
    if (cases.isEmpty()) {
      throw new CorpusException(
          "No case with a repairTarget to run in " + plan.cases() + chosen.errorText());
    }
    RateSweep sweep = new RateSweep(plan, chosen.errors(), progress);
    try (BufferedWriter lines = Files.newBufferedWriter(out)) {
      for (FaultCase faultCase : cases) {
        sweep.run(faultCase, lines);
      }
    }
    return new Summary(SweepTable.of(sweep.runs), List.copyOf(sweep.errors));
  }

  private void run(FaultCase faultCase, BufferedWriter lines) throws IOException {
    RepairTarget target = faultCase.repairTarget();
    if (target == null) {
      return;
    }
    try {
      CaseData data = CaseData.load(faultCase, plan.data());
      for (int seed = 1; seed <= plan.seeds(); seed++) {
        for (double factor : FACTORS) {
          FaultCase slower = faultCase.withLearningRate(faultCase.learningRate() * factor);
          CaseTraining training = new CaseTraining(slower, data, seed);
          Training trained = training.train(plan.limits(), System::nanoTime, thrown -> false);
          SweptRun run =
              new SweptRun(faultCase, target, seed, factor, trained, training.outcome(trained));
          lines.write(JSON.writeValueAsString(run.json()));
          lines.write('\n');
          lines.flush();
          runs.add(run);
          progress.accept(progress(run));
        }
      }
    } catch (CorpusException e) {
      errors.add(e.getMessage());
      progress.accept(e.getMessage());
    }
  }

  private static String progress(SweptRun run) {
    return String.format(
        Locale.ROOT,
        "%s, rate × %s: %d iterations in %.1f s (%s), %s",
        run.name(),
        run.rateFactor(),
        run.training().iterations(),
        run.training().seconds(),
        run.training().end().key(),
        run.resultText());
  }
}
