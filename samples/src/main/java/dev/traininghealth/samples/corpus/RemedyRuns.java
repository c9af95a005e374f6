package dev.traininghealth.samples.corpus;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.samples.corpus.CorpusRun.Plan;
import dev.traininghealth.samples.corpus.CorpusRun.Summary;
import dev.traininghealth.samples.corpus.FaultCase.RepairTarget;
import dev.traininghealth.samples.corpus.RunResult.Outcome;
import dev.traininghealth.samples.corpus.RunResult.Training;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * Trains each faulty case, carries out the first remedy that its alarms name in code, trains it
 * again from the start, and compares the result with the case's target or with its repaired twin.
 */
public final class RemedyRuns {
  /** The name on the command line. */
  public static final String MODE = "remedies";

  /** Accuracy, or share of the labels' variance, by which a result may be worse than the twin's. */
  private static final double MARGIN = 0.01;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Plan plan;
  private final Map<String, FaultCase> cases;
  private final Consumer<String> progress;
  private final List<String> errors;
  private int runs;
  private int carriedOut;
  private int reached;

  private RemedyRuns(Plan plan, CaseFile all, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
    cases = all.cases().stream().collect(Collectors.toMap(FaultCase::id, Function.identity()));
    errors = new ArrayList<>(all.errors());
  }

  /**
   * A remedy that is carried out.
   *
   * @param remedy what the diagnosis says
   * @param edit the changed case
   */
  private record Choice(Remedy remedy, RemedyEdit edit) {}

  /**
   * Runs the cases that are faulty and have a target or a twin; the others are skipped.
   *
   * @param plan the selection of runs; its modes, and a file to resume from, are ignored
   * @param out the output file, with a line of JSON per run; its previous content is lost
   * @param progress receives a line for each run as it ends
   * @throws CorpusException if there is nothing to run
   */
  public static Summary run(Plan plan, Path out, Consumer<String> progress)
      throws CorpusException, IOException {
    CaseFile chosen = CaseFile.chosen(plan);
    RemedyRuns remedies = new RemedyRuns(plan, CaseFile.read(plan.cases()), progress);
    try (BufferedWriter lines = Files.newBufferedWriter(out);
        QuietDiagnoses quiet = new QuietDiagnoses()) {
      quiet.start();
      for (FaultCase faultCase : chosen.cases()) {
        if (!faultCase.isHealthy()
            && (faultCase.repairTarget() != null || faultCase.label().twin() != null)) {
          remedies.run(faultCase, lines);
        }
      }
    }
    String text =
        String.format(
            Locale.ROOT,
            "A remedy was carried out in %d of %d runs; %d of these (%.0f %%) reach the target or"
                + " the twin.",
            remedies.carriedOut,
            remedies.runs,
            remedies.reached,
            100.0 * remedies.reached / Math.max(1, remedies.carriedOut));
    return new Summary(text, List.copyOf(remedies.errors));
  }

  private void run(FaultCase faultCase, BufferedWriter lines) throws IOException {
    for (int seed = 1; seed <= plan.seeds(); seed++) {
      try {
        lines.write(JSON.writeValueAsString(run(faultCase, seed)));
        lines.write('\n');
        lines.flush();
      } catch (CorpusException e) {
        errors.add(faultCase.id() + " seed " + seed + ": " + e.getMessage());
        progress.accept(e.getMessage());
      }
    }
  }

  private Map<String, Object> run(FaultCase faultCase, int seed) throws CorpusException {
    CaseData data = CaseData.load(faultCase, plan.data());
    RunResult observed =
        new CaseRunner(faultCase, data, plan.validated())
            .run(WatchMode.OBSERVING, seed, plan.limits());
    Choice choice = choice(observed, data);
    runs++;
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", faultCase.id());
    json.put("seed", seed);
    json.put("problem", faultCase.problem());
    json.put("diagnoses", observed.diagnoses().stream().map(RunResult::json).toList());
    RunResult.putNullable(json, "remedy", choice == null ? null : choice.remedy().code());
    String text = "no remedy to carry out";
    if (choice != null) {
      carriedOut++;
      Verdict verdict = verdict(faultCase, choice.edit(), seed);
      reached += verdict.reached() ? 1 : 0;
      json.put("result", verdict.result());
      json.put("wanted", verdict.wanted());
      json.put("reached", verdict.reached());
      text = choice.remedy().code() + ": " + verdict.text();
    }
    progress.accept(observed.name() + " (" + faultCase.problem() + "): " + text);
    return json;
  }

  /** The first remedy, in the order of the alarms, that can be carried out; null if none can. */
  private static @Nullable Choice choice(RunResult observed, CaseData data) throws CorpusException {
    for (Diagnosis diagnosis : observed.diagnoses()) {
      for (Remedy remedy : diagnosis.isAlarm() ? diagnosis.remedies() : List.<Remedy>of()) {
        RemedyEdit edit = RemedyEdit.of(observed.faultCase(), data, remedy);
        if (edit != null) {
          return new Choice(remedy, edit);
        }
      }
    }
    return null;
  }

  /**
   * The result after a remedy.
   *
   * @param result its accuracy, relative squared error, or training score
   * @param wanted what it should be: at least an accuracy, at most an error or score
   * @param reached whether it is
   */
  private record Verdict(double result, double wanted, boolean reached) {
    String text() {
      return String.format(
          Locale.ROOT, "%.4g, wanted %.4g: %s", result, wanted, reached ? "reached" : "missed");
    }
  }

  private Verdict verdict(FaultCase faultCase, RemedyEdit edit, int seed) throws CorpusException {
    CaseData data = edit.data(CaseData.load(edit.faultCase(), plan.data()));
    RepairTarget target = faultCase.repairTarget();
    if (target != null) {
      Trained repaired = trained(edit.faultCase(), data, seed);
      Outcome outcome = edit.labels() ? inOriginalUnits(edit, repaired) : repaired.outcome();
      Double accuracy = target.testAccuracy();
      Double score = target.trainScore();
      return new Verdict(
          accuracy == null ? outcome.trainScore() : nanIfNull(outcome.testAccuracy()),
          nanIfNull(accuracy == null ? score : accuracy),
          target.isReachedBy(outcome));
    }
    FaultCase twin = cases.get(String.valueOf(faultCase.label().twin()));
    if (twin == null) {
      throw faultCase.network().error("no case " + faultCase.label().twin() + ", its twin");
    }
    Trained repaired = trained(edit.faultCase(), data, seed);
    Trained other = trained(twin, CaseData.load(twin, plan.data()), seed);
    Double accuracy = repaired.outcome().testAccuracy();
    Double others = other.outcome().testAccuracy();
    if (accuracy != null && others != null) {
      return new Verdict(accuracy, others, accuracy >= others - MARGIN);
    }
    return new Verdict(repaired.error(), other.error(), repaired.error() <= other.error() + MARGIN);
  }

  /** The outcome with the score for the labels as they were, which a target is meant for. */
  private Outcome inOriginalUnits(RemedyEdit edit, Trained repaired) throws CorpusException {
    Outcome outcome = repaired.outcome();
    boolean isSquared = edit.faultCase().network().text("loss").equals("mse");
    INDArray labels =
        Evaluation.rows(
            CaseData.load(edit.faultCase(), plan.data()).training().withoutNaN().all().getLabels());
    double variance = labels.var(false, 0).meanNumber().doubleValue();
    return new Outcome(
        isSquared ? repaired.error() * variance : Double.NaN,
        outcome.testAccuracy(),
        outcome.finite(),
        outcome.fingerprint());
  }

  private static double nanIfNull(@Nullable Double value) {
    return value == null ? Double.NaN : value;
  }

  /**
   * A network trained without a listener.
   *
   * @param outcome its score and accuracy
   * @param error its squared error on the training data, relative to the labels' variance
   */
  private record Trained(Outcome outcome, double error) {}

  private Trained trained(FaultCase faultCase, CaseData data, int seed) throws CorpusException {
    CaseTraining run = new CaseTraining(faultCase, data, seed);
    Training training = run.train(plan.limits(), System::nanoTime, thrown -> false);
    Outcome outcome = run.outcome(training);
    double error =
        training.error() == null
            ? new Evaluation(run.network()).relativeError(data.training().withoutNaN())
            : Double.NaN;
    return new Trained(outcome, error);
  }
}
