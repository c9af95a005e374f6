package dev.traininghealth.samples.corpus;

import dev.traininghealth.samples.corpus.CorpusRun.Plan;
import dev.traininghealth.samples.corpus.CorpusRun.Summary;
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
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * Trains the cases without the plugin, to see what a run does by itself: the course of the score,
 * what the network has learned, whether it predicts a constant, and its dead units.
 */
public final class PlainRuns {
  /** The name on the command line. */
  public static final String MODE = "none";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Plan plan;
  private final Consumer<String> progress;
  private final List<String> errors;

  private PlainRuns(Plan plan, List<String> errors, Consumer<String> progress) {
    this.plan = plan;
    this.errors = new ArrayList<>(errors);
    this.progress = progress;
  }

  /**
   * Runs the cases.
   *
   * @param plan the selection of runs; its modes, and a file to resume from, are ignored
   * @param out the output file, with a line of JSON per run; its previous content is lost
   * @param progress receives a line for each run as it ends
   * @throws CorpusException if there is nothing to run
   */
  public static Summary run(Plan plan, Path out, Consumer<String> progress)
      throws CorpusException, IOException {
    CaseFile chosen = CaseFile.chosen(plan);
    PlainRuns runs = new PlainRuns(plan, chosen.errors(), progress);
    try (BufferedWriter lines = Files.newBufferedWriter(out)) {
      for (FaultCase faultCase : chosen.cases()) {
        runs.run(faultCase, lines);
      }
    }
    return new Summary("", List.copyOf(runs.errors));
  }

  private void run(FaultCase faultCase, BufferedWriter lines) throws IOException {
    try {
      CaseData data = CaseData.load(faultCase, plan.data());
      for (int seed = 1; seed <= plan.seeds(); seed++) {
        Map<String, Object> json = run(faultCase, data, seed);
        lines.write(JSON.writeValueAsString(json));
        lines.write('\n');
        lines.flush();
      }
    } catch (CorpusException e) {
      errors.add(e.getMessage());
      progress.accept(e.getMessage());
    }
  }

  private Map<String, Object> run(FaultCase faultCase, CaseData data, int seed)
      throws CorpusException {
    CaseTraining run = new CaseTraining(faultCase, data, seed);
    ScoreCourse course = new ScoreCourse();
    run.network().setListeners(course);
    Training training = run.train(plan.limits(), System::nanoTime, thrown -> false);
    run.network().setListeners();
    Outcome outcome = run.outcome(training);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", faultCase.id());
    json.put("seed", seed);
    json.put("problem", faultCase.problem());
    json.put("mode", MODE);
    json.put("iterations", training.iterations());
    json.put("seconds", training.roundedSeconds());
    json.put("endedBy", training.end().key());
    json.put("scores", course.means());
    json.put("finalTrainScore", outcome.trainScore());
    RunResult.putNullable(json, "testAccuracy", outcome.testAccuracy());
    String text = "ended by " + training.error();
    if (training.error() == null) {
      OutputCheck check = OutputCheck.of(run.network(), data.training().withoutNaN());
      json.put("constantScore", check.constantScore());
      json.put("outputDeviation", check.outputDeviation());
      json.put("sameClass", check.sameClass());
      json.put("deadUnits", check.deadUnits());
      text = check.text();
    } else {
      errors.add(faultCase.id() + " seed " + seed + ": DL4J ended it: " + training.error());
    }
    progress.accept(
        String.format(
            Locale.ROOT,
            "%s seed %d (%s): %d iterations in %.1f s (%s), scores %s, score %.4g, accuracy %s, %s",
            faultCase.id(),
            seed,
            faultCase.problem(),
            training.iterations(),
            training.seconds(),
            training.end().key(),
            course.text(),
            outcome.trainScore(),
            outcome.testAccuracy(),
            text));
    return json;
  }
}
