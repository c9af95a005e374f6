package dev.traininghealth.samples.corpus;

import dev.traininghealth.TrainingHealth;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.samples.corpus.CorpusRun.Plan;
import dev.traininghealth.samples.corpus.CorpusRun.Summary;
import dev.traininghealth.setup.SetupReport;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Checks each case before it is trained. A case whose problem is its data should have a finding
 * that says so, and a healthy one no warning.
 */
public final class SetupChecks {
  /** The name on the command line. */
  public static final String MODE = "check";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The problem of cases whose data, labels, loss and output activation do not fit each other. */
  private static final String DATA = ProblemFamily.DATA.label();

  /** One checked case. */
  private record Checked(FaultCase faultCase, SetupReport report, double seconds) {
    boolean warns() {
      return report.hasAlarms();
    }

    boolean namesData() {
      return report.findings().stream().anyMatch(SetupChecks::isOfData);
    }
  }

  private SetupChecks() {}

  /**
   * Checks the cases with seed 1.
   *
   * @param plan the selection of cases; its modes, seeds and limits are ignored
   * @param out the output file, with a line of JSON per case; its previous content is lost
   * @param progress receives a line for each case
   * @throws CorpusException if there is nothing to check
   */
  public static Summary run(Plan plan, Path out, Consumer<String> progress)
      throws CorpusException, IOException {
    CaseFile chosen = CaseFile.chosen(plan);
    List<Checked> checked = new ArrayList<>();
    List<String> errors = new ArrayList<>(chosen.errors());
    try (BufferedWriter lines = Files.newBufferedWriter(out)) {
      for (FaultCase faultCase : chosen.cases()) {
        try {
          Checked result = check(faultCase, plan);
          checked.add(result);
          lines.write(JSON.writeValueAsString(json(result)));
          lines.write('\n');
          lines.flush();
          progress.accept(line(result));
        } catch (CorpusException e) {
          errors.add(e.getMessage());
          progress.accept(e.getMessage());
        }
      }
    }
    return new Summary(table(checked), List.copyOf(errors));
  }

  private static Checked check(FaultCase faultCase, Plan plan) throws CorpusException {
    CaseTraining training = new CaseTraining(faultCase, CaseData.load(faultCase, plan.data()), 1);
    List<DataSet> minibatches = training.firstEpoch();
    long start = System.nanoTime();
    SetupReport report = TrainingHealth.check(training.network(), minibatches);
    return new Checked(faultCase, report, (System.nanoTime() - start) / 1e9);
  }

  private static boolean isOfData(Diagnosis finding) {
    return finding.problem().is(ProblemFamily.DATA)
        || finding.problem().equals(Problem.UNSUITABLE_NETWORK);
  }

  private static ObjectNode json(Checked checked) {
    ObjectNode json = JSON.createObjectNode();
    json.put("id", checked.faultCase().id());
    json.put("problem", checked.faultCase().problem());
    json.put("seconds", checked.seconds());
    for (Diagnosis finding : checked.report().findings()) {
      json.withArray("findings")
          .addObject()
          .put("rule", finding.detector())
          .put("problem", finding.problem().name())
          .put("severity", finding.severity().name())
          .put("sentence", finding.sentence());
    }
    return json;
  }

  private static String line(Checked checked) {
    String findings =
        checked.report().findings().stream()
            .map(f -> f.severity() + " " + f.problem() + " (" + f.detector() + ")")
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%s (%s), %.1f s: %s",
        checked.faultCase().id(),
        checked.faultCase().problem(),
        checked.seconds(),
        findings.isEmpty() ? "nothing" : findings);
  }

  /** Cases that learn in spite of their fault, or whose fault no training shows, are left out. */
  private static String table(List<Checked> checked) {
    List<Checked> data =
        checked.stream().filter(c -> c.faultCase().problem().equals(DATA)).toList();
    List<Checked> others =
        checked.stream().filter(c -> c.faultCase().isFaulty() && !data.contains(c)).toList();
    List<Checked> healthy = checked.stream().filter(c -> c.faultCase().isHealthy()).toList();
    return String.join(
        "\n",
        "| cases | checked | with a finding on data or network | with a warning |",
        "| --- | --- | --- | --- |",
        row("unsuitable data", data),
        row("another problem", others),
        row("healthy", healthy),
        "",
        String.format(
            Locale.ROOT,
            "The longest check took %.1f s.",
            checked.stream().mapToDouble(Checked::seconds).max().orElse(Double.NaN)),
        "");
  }

  private static String row(String name, List<Checked> cases) {
    return String.format(
        Locale.ROOT,
        "| %s | %d | %d | %d |",
        name,
        cases.size(),
        cases.stream().filter(Checked::namesData).count(),
        cases.stream().filter(Checked::warns).count());
  }
}
