package dev.traininghealth.samples.noharm;

import dev.traininghealth.samples.corpus.Lead;
import dev.traininghealth.samples.corpus.LeadTable;
import dev.traininghealth.samples.corpus.QuietDiagnoses;
import dev.traininghealth.samples.noharm.RunResult.End;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.SerializationFeature;

/** Runs set-ups alone and protected, and compares the results of the networks. */
public final class HarmBenchmark {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path out;
  private final List<RunResult> runs = new ArrayList<>();
  private final List<SetupResult> results = new ArrayList<>();

  private HarmBenchmark(Path out) {
    this.out = out;
  }

  /**
   * The selection of runs.
   *
   * @param only names of the set-ups to run; empty for all
   * @param seeds runs of each set-up and mode, with the seeds from 1 on
   * @param modes the modes of each set-up
   * @param markdown whether the table is in Markdown instead of columns
   */
  public record Plan(Set<String> only, int seeds, List<Mode> modes, boolean markdown) {
    /**
     * Checks the names.
     *
     * @throws IllegalArgumentException if there is no set-up of such a name
     */
    public Plan {
      List<String> names = Setups.all().stream().map(Setup::name).toList();
      Set<String> unknown = new LinkedHashSet<>(only);
      unknown.removeAll(names);
      if (!unknown.isEmpty()) {
        throw new IllegalArgumentException("No such set-up: " + unknown + ". There are " + names);
      }
    }

    private List<Setup> setups() {
      return Setups.all().stream()
          .filter(setup -> only.isEmpty() || only.contains(setup.name()))
          .toList();
    }
  }

  /**
   * The results.
   *
   * @param table a row for each set-up
   * @param errors runs that an exception ended, other than a stop; one each
   */
  public record Summary(String table, List<String> errors) {}

  /**
   * Runs the set-ups one after another.
   *
   * @param out the output file for the results, as JSON, written after each set-up; its previous
   *     content is lost
   * @param progress receives a line for each run as it ends
   */
  public static Summary run(Plan plan, Path out, Consumer<String> progress) throws IOException {
    return run(plan.setups(), plan, out, progress);
  }

  static Summary run(List<Setup> setups, Plan plan, Path out, Consumer<String> progress)
      throws IOException {
    HarmBenchmark benchmark = new HarmBenchmark(out);
    try (QuietDiagnoses quiet = new QuietDiagnoses()) {
      quiet.start();
      for (Setup setup : setups) {
        benchmark.run(setup, plan, progress);
      }
    }
    HarmTable table = new HarmTable(benchmark.results);
    String text = plan.markdown() ? table.markdown() : table.text();
    return new Summary(text + LeadTable.of(benchmark.leads()), benchmark.errors());
  }

  private void run(Setup setup, Plan plan, Consumer<String> progress) throws IOException {
    List<RunResult> ofSetup = new ArrayList<>();
    for (int seed = 1; seed <= plan.seeds(); seed++) {
      for (Mode mode : plan.modes()) {
        RunResult result = Runner.run(setup, mode, seed);
        ofSetup.add(result);
        progress.accept(result.line());
      }
    }
    runs.addAll(ofSetup);
    results.add(SetupResult.of(setup, ofSetup));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("setups", results.stream().map(SetupResult::json).toList());
    json.put("runs", runs.stream().map(RunResult::json).toList());
    Files.write(out, JSON.writeValueAsBytes(json));
  }

  /** The networks that have diverged gradually. */
  private List<LeadTable.Run> leads() {
    List<LeadTable.Run> leads = new ArrayList<>();
    for (RunResult run : runs) {
      for (Lead lead : run.leads()) {
        String name = run.setup().name() + " seed " + run.seed() + ", " + run.mode().key();
        leads.add(new LeadTable.Run(name, run.setup().name(), lead));
      }
    }
    return leads;
  }

  private List<String> errors() {
    return runs.stream()
        .filter(run -> run.end() == End.ERROR)
        .map(
            run ->
                run.setup().name()
                    + " seed "
                    + run.seed()
                    + ", "
                    + run.mode().key()
                    + ": "
                    + run.message())
        .toList();
  }
}
