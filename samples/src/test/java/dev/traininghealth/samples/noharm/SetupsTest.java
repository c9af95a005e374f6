package dev.traininghealth.samples.noharm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class SetupsTest {
  private static final int ITERATIONS = 12;

  @TempDir Path directory;

  /** Ends a training after a few iterations. */
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static final class Stopper extends BaseTrainingListener {
    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      if (iteration >= 2) {
        throw new Enough();
      }
    }
  }

  static List<String> names() {
    return Setups.all().stream().map(Setup::name).toList();
  }

  private static Setup named(String name) {
    return Setups.all().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void shouldHaveNamesOfTheirOwn() {
    assertThat(names()).doesNotHaveDuplicates().allMatch(name -> name.matches("[a-z0-9.-]+"));
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldTrainAndBeMeasured(String name) {
    Training training = named(name).start().apply(1);
    for (MultiLayerNetwork network : training.networks()) {
      network.setListeners(new Stopper());
    }
    try {
      training.train();
    } catch (Enough e) {
      assertThat(training.networks().get(0).getIterationCount()).isEqualTo(2);
    }
    double value = training.measure();

    assertThat(value).isFinite();
  }

  @Test
  void shouldHaveNoScoreWithReluOutputsAndCrossEntropy() {
    Training training = named("relu-cross-entropy").start().apply(1);
    MultiLayerNetwork network = training.networks().get(0);
    network.setListeners(new Stopper());
    try {
      training.train();
    } catch (Enough e) {
      assertThat(network.score()).isNaN();
    }
    assertThat(network.getIterationCount()).isEqualTo(2);
  }

  private static Setup tiny(double rate) {
    return new Setup(
        "tiny",
        "a line",
        Measure.score(),
        seed -> {
          Random random = new Random(seed);
          DataSet data = new DataSet(Draws.gaussian(random, 8, 2), Draws.gaussian(random, 8, 1));
          return new SupervisedTraining(
              Networks.regression(
                  Networks.settings(seed, Activation.IDENTITY, new Sgd(rate)), 2, 1),
              ITERATIONS,
              i -> data,
              network -> Results.score(network, data));
        });
  }

  private List<JsonNode> runs(Setup setup, List<String> progress) throws Exception {
    Path file = directory.resolve("results.json");
    HarmBenchmark.Plan plan =
        new HarmBenchmark.Plan(Set.of(), 2, List.of(Mode.ALONE, Mode.PROTECTING), false);
    HarmBenchmark.Summary summary = HarmBenchmark.run(List.of(setup), plan, file, progress::add);
    assertThat(summary.errors()).isEmpty();
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertThat(json.get("setups")).hasSize(1);
    List<JsonNode> runs = new ArrayList<>();
    json.get("runs").forEach(runs::add);
    return runs;
  }

  @Test
  void shouldRunEachSeedInEachMode() throws Exception {
    List<String> progress = new ArrayList<>();

    List<JsonNode> runs = runs(tiny(0.01), progress);

    assertThat(progress).hasSize(4);
    assertThat(runs)
        .extracting(run -> run.get("mode").asText() + run.get("seed"))
        .containsExactly("alone1", "protecting1", "alone2", "protecting2");
    assertThat(runs)
        .allSatisfy(run -> assertThat(run.get("iterations").asInt()).isEqualTo(ITERATIONS));
    assertThat(runs.get(1).get("parametersHash"))
        .as("healthy and protected: bit-identical")
        .isEqualTo(runs.get(0).get("parametersHash"));
    assertThat(runs.get(2).get("parametersHash")).isNotEqualTo(runs.get(0).get("parametersHash"));
  }

  @Test
  void shouldWriteTheInterventions() throws Exception {
    List<JsonNode> runs = runs(tiny(1e30), new ArrayList<>());

    assertThat(runs.get(0).get("interventions")).isEmpty();
    JsonNode interventions = runs.get(1).get("interventions");
    assertThat(interventions).isNotEmpty();
    assertThat(interventions.get(0).get("kind").asText()).isNotEmpty();
    assertThat(interventions.get(0).get("iteration").asInt()).isBetween(0, ITERATIONS);
    assertThat(interventions.get(0).get("reason").asText()).isNotEmpty();
  }

  @Test
  void shouldReportARunThatAnErrorEnded() throws Exception {
    Setup broken =
        new Setup(
            "broken",
            "features of another width",
            Measure.score(),
            seed -> {
              Random random = new Random(seed);
              DataSet data =
                  new DataSet(Draws.gaussian(random, 8, 3), Draws.gaussian(random, 8, 1));
              return new SupervisedTraining(
                  Networks.regression(
                      Networks.settings(seed, Activation.IDENTITY, new Sgd(0.1)), 2, 1),
                  1,
                  i -> data,
                  network -> Results.score(network, data));
            });
    HarmBenchmark.Plan plan = new HarmBenchmark.Plan(Set.of(), 1, List.of(Mode.ALONE), false);

    HarmBenchmark.Summary summary =
        HarmBenchmark.run(List.of(broken), plan, directory.resolve("out"), line -> {});

    assertThat(summary.errors()).hasSize(1);
    assertThat(summary.errors().get(0)).startsWith("broken seed 1, alone: ");
  }
}
