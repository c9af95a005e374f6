package dev.traininghealth.samples.corpus;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.samples.corpus.CorpusRun.Plan;
import dev.traininghealth.samples.corpus.CorpusRun.Summary;
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
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * Makes the healthy cases diverge gradually, with an observing listener, and shows how long before
 * the divergence it reported it. Corpora of faults have hardly a run that diverges gradually: most
 * explode in their first iterations.
 */
public final class DivergingRuns {
  /** The name on the command line. */
  public static final String MODE = "diverging";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Plan plan;
  private final Consumer<String> progress;
  private final List<LeadTable.Run> diverged = new ArrayList<>();
  private final List<String> errors;

  private DivergingRuns(Plan plan, List<String> errors, Consumer<String> progress) {
    this.plan = plan;
    this.errors = new ArrayList<>(errors);
    this.progress = progress;
  }

  /**
   * Runs the healthy cases, once with each fault.
   *
   * @param plan the selection of runs; its modes, and a file to resume from, are ignored
   * @param out the output file, with a line of JSON per run; its previous content is lost
   * @param progress receives a line for each run as it ends
   * @throws CorpusException if there is nothing to run
   */
  public static Summary run(Plan plan, Path out, Consumer<String> progress)
      throws CorpusException, IOException {
    CaseFile chosen = CaseFile.chosen(plan);
    DivergingRuns runs = new DivergingRuns(plan, chosen.errors(), progress);
    try (BufferedWriter lines = Files.newBufferedWriter(out);
        QuietDiagnoses quiet = new QuietDiagnoses()) {
      quiet.start();
      for (FaultCase faultCase : chosen.cases()) {
        if (faultCase.isHealthy()) {
          runs.run(faultCase, lines);
        }
      }
    }
    return new Summary(LeadTable.of(runs.diverged), List.copyOf(runs.errors));
  }

  private void run(FaultCase faultCase, BufferedWriter lines) throws IOException {
    try {
      CaseData data = CaseData.load(faultCase, plan.data());
      for (int seed = 1; seed <= plan.seeds(); seed++) {
        for (GradualFault fault : GradualFault.values()) {
          CaseTraining run = new CaseTraining(faultCase, data, seed);
          String name = faultCase.id() + " seed " + seed;
          Map<String, Object> json = run(run, fault, name);
          if (!json.isEmpty()) {
            json.put("id", faultCase.id());
            json.put("seed", seed);
            lines.write(JSON.writeValueAsString(json));
            lines.write('\n');
            lines.flush();
          }
        }
      }
    } catch (CorpusException e) {
      errors.add(e.getMessage());
      progress.accept(e.getMessage());
    }
  }

  /** Trains it with the fault; the result is empty if the fault cannot be applied. */
  private Map<String, Object> run(CaseTraining run, GradualFault fault, String name) {
    Map<String, Object> json = new LinkedHashMap<>();
    MultiLayerNetwork network = run.network();
    DivergenceOracle oracle = new DivergenceOracle();
    try (TrainingHealthListener health =
        WatchMode.OBSERVING.listener(new InMemoryStatsStorage(), null)) {
      network.setListeners(health, oracle);
      if (!fault.apply(network)) {
        return json;
      }
      Training training = run.train(plan.limits(), System::nanoTime, thrown -> false);
      if (training.error() != null) {
        errors.add(name + ", " + fault.key() + ": DL4J ended it: " + training.error());
      }
      List<Diagnosis> diagnoses = health.diagnoses();
      OptionalLong divergence = oracle.divergence();
      Lead lead = Lead.of(divergence, diagnoses);
      if (lead != null) {
        diverged.add(new LeadTable.Run(name, fault.key(), lead));
      }
      json.put("fault", fault.key());
      json.put("iterations", training.iterations());
      json.put("endedBy", training.end().key());
      RunResult.putNullable(json, "divergence", lead == null ? null : lead.divergence());
      RunResult.putNullable(json, "lead", lead == null ? null : lead.iterations());
      json.put("diagnoses", diagnoses.stream().map(RunResult::json).toList());
      progress.accept(
          String.format(
              Locale.ROOT,
              "%s, %s: %d iterations in %.1f s, divergence %s, lead %s, %s",
              name,
              fault.key(),
              training.iterations(),
              training.seconds(),
              lead == null ? "-" : lead.divergence(),
              lead == null ? "-" : lead.iterations(),
              RunResult.diagnosisText(diagnoses)));
    }
    network.setListeners();
    return json;
  }
}
