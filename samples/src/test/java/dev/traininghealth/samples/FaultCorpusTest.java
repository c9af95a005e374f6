package dev.traininghealth.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class FaultCorpusTest {
  private static final String CASES =
      """
      {"id": "fits", "problem": "none", "data": "points", "inputShape": [2], "layers": [
       {"type": "dense", "units": 1}], "loss": "mse", "optimizer": "sgd", "learningRate": 0.01,
       "batch": 4, "epochs": 3, "metric": "mse", "repairTarget": {"trainScore": 1e9}}
      {"id": "bursts", "problem": "exploding", "data": "points", "inputShape": [2], "layers": [
       {"type": "dense", "units": 1}], "loss": "mse", "optimizer": "sgd", "learningRate": 1e6,
       "batch": 4, "epochs": 9, "metric": "mse"}
      {"id": "tells", "problem": "vanishing", "data": "series", "inputShape": [3, 2], "layers": [
       {"type": "lstm", "units": 2}, {"type": "dense", "units": 1, "activation": "sigmoid"}],
       "loss": "binary_crossentropy", "optimizer": "adam", "learningRate": 0.001,
       "batch": 4, "epochs": 1, "metric": "accuracy"}
      {"id": "odd", "problem": "data", "data": "points", "inputShape": [2], "layers": [
       {"type": "dense", "units": 1, "activation": "cosine"}], "loss": "mse", "optimizer": "sgd",
       "learningRate": 0.01, "batch": 4, "epochs": 3, "metric": "mse"}
      {"id": "wide", "problem": "data", "data": "points", "inputShape": [2], "layers": [
       {"type": "dense", "units": 5}], "loss": "mse", "optimizer": "sgd",
       "learningRate": 0.01, "batch": 4, "epochs": 3, "metric": "mse"}
      {"id": "long", "problem": "data", "data": "series", "inputShape": [3, 2], "layers": [
       {"type": "dense", "units": 1}], "loss": "mse", "optimizer": "sgd",
       "learningRate": 0.01, "batch": 4, "epochs": 3, "metric": "mse"}
      {"id": "flat", "problem": "data", "data": "broken", "inputShape": [2], "layers": [
       {"type": "dense", "units": 1}], "loss": "mse", "optimizer": "sgd",
       "learningRate": 0.01, "batch": 4, "epochs": 3, "metric": "accuracy"}
      {"id": "lost", "problem": "data", "data": "nowhere", "inputShape": [2], "layers": [
       {"type": "dense", "units": 1}], "loss": "mse", "optimizer": "sgd",
       "learningRate": 0.01, "batch": 4, "epochs": 3, "metric": "mse"}
      """
          .replace(",\n ", ",")
          .replace("[\n ", "[");

  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @TempDir Path directory;

  @BeforeEach
  void corpusAndNoConsole() throws Exception {
    Files.writeString(directory.resolve("cases.jsonl"), CASES);
    Files.createDirectories(directory.resolve("empty"));
    write("points", "train", Nd4j.rand(10, 2), Nd4j.rand(10));
    write("points", "test", Nd4j.rand(4, 2), Nd4j.rand(4));
    write("series", "train", Nd4j.rand(10, 2, 3), Nd4j.ones(10, 1));
    write("series", "test", Nd4j.rand(4, 2, 3), Nd4j.ones(4, 1));
    write("broken", "train", Nd4j.rand(10, 2), Nd4j.rand(10));
    write("broken", "test", Nd4j.rand(4, 3), Nd4j.rand(4));
    PrintStream capture = new PrintStream(printed, true, StandardCharsets.UTF_8);
    System.setOut(capture);
    System.setErr(capture);
  }

  @AfterEach
  void asItWas() {
    System.setOut(out);
    System.setErr(err);
  }

  private void write(String folder, String part, INDArray features, INDArray labels)
      throws Exception {
    Path data = Files.createDirectories(directory.resolve("data").resolve(folder));
    Nd4j.writeAsNumpy(features, data.resolve(part + "_features.npy").toFile());
    Nd4j.writeAsNumpy(labels, data.resolve(part + "_labels.npy").toFile());
  }

  private int run(String... more) throws Exception {
    List<String> args =
        new ArrayList<>(
            List.of(
                "--cases", directory.resolve("cases.jsonl").toString(),
                "--data", directory.resolve("empty") + "," + directory.resolve("data"),
                "--out", directory.resolve("out.jsonl").toString()));
    args.addAll(List.of(more));
    return FaultCorpus.SAMPLE.run(args.toArray(String[]::new));
  }

  private List<JsonNode> lines() throws Exception {
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> nodes = new ArrayList<>();
    for (String line : Files.readAllLines(directory.resolve("out.jsonl"))) {
      nodes.add(json.readTree(line));
    }
    return nodes;
  }

  private String printed() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldRunWhatItCanAndTellOfTheRest() throws Exception {
    assertThat(run("--seeds", "2")).isEqualTo(1);

    assertThat(lines().stream().map(line -> line.get("id").asText() + line.get("seed")))
        .containsExactly("fits1", "fits2", "bursts1", "bursts2", "tells1", "tells2");
    JsonNode fits = lines().get(0);
    assertThat(fits.get("endedBy").asText()).isEqualTo("epochs");
    assertThat(fits.get("iterations").asInt()).isEqualTo(9);
    assertThat(fits.get("onset").isNull()).isTrue();
    assertThat(fits.get("testAccuracy").isNull()).isTrue();
    assertThat(fits.get("reachedTarget").asBoolean()).isTrue();
    JsonNode bursts = lines().get(2);
    assertThat(bursts.get("onset").asInt()).isBetween(1, 8);
    assertThat(bursts.get("finalTrainScore").asText()).isIn("NaN", "Infinity");
    JsonNode tells = lines().get(4);
    assertThat(tells.get("testAccuracy").asDouble()).isIn(0.0, 0.25, 0.5, 0.75, 1.0);
    assertThat(printed())
        .contains(
            "| all | 6 | 2 of 4 |",
            "- tells seed 1 (vanishing): missed; no diagnosis",
            "Not all could be run:",
            "Case odd, layer 1: activation \"cosine\" is unknown",
            "Case wide: its output layer has 5 units, its labels have 1 columns",
            "Case long: its output is a series, its labels have no steps",
            "Case flat: features of the shape [4, 3] do not fit the inputShape [2]",
            "Case lost: no data folder nowhere");
  }

  @Test
  void shouldRunTheChosenCasesAlone() throws Exception {
    assertThat(run("--seeds", "1", "--only", "tells,fits", "--iterations", "2")).isZero();

    assertThat(lines()).hasSize(2);
    assertThat(lines().get(0).get("endedBy").asText()).isEqualTo("iterations");
    assertThat(lines().get(0).get("iterations").asInt()).isEqualTo(2);

    assertThat(run("--seeds", "1", "--problem", "exploding")).isZero();
    assertThat(lines()).hasSize(1);
  }

  @Test
  void shouldSweepTheLearningRatesOfWhatHasATarget() throws Exception {
    String sure =
        """
        {"id": "sure", "problem": "exploding", "data": "points", "inputShape": [2], "layers": [
         {"type": "dense", "units": 1}], "loss": "mse", "optimizer": "sgd", "learningRate": 30,
         "batch": 4, "epochs": 60, "metric": "mse", "repairTarget": {"trainScore": 2}}
        {"id": "hopeless", "problem": "exploding", "data": "points", "inputShape": [2], "layers": [
         {"type": "dense", "units": 1}], "loss": "mse", "optimizer": "sgd", "learningRate": 30,
         "batch": 4, "epochs": 60, "metric": "mse", "repairTarget": {"trainScore": -1}}
        """
            .replace(",\n ", ",")
            .replace("[\n ", "[");
    Files.writeString(
        directory.resolve("cases.jsonl"), sure + CASES.lines().skip(2).findFirst().orElseThrow());

    assertThat(run("--mode", "sweep", "--seeds", "2")).isZero();

    assertThat(lines()).hasSize(20);
    JsonNode first = lines().get(0);
    assertThat(first.fieldNames())
        .toIterable()
        .containsExactly(
            "id",
            "seed",
            "rateFactor",
            "iterations",
            "seconds",
            "endedBy",
            "finalTrainScore",
            "testAccuracy",
            "reachedTarget");
    assertThat(first.get("rateFactor").asDouble()).isEqualTo(1);
    assertThat(first.get("reachedTarget").asBoolean()).isFalse();
    JsonNode slowest = lines().get(4);
    assertThat(slowest.get("rateFactor").asDouble()).isEqualTo(0.001);
    assertThat(slowest.get("iterations").asInt()).isEqualTo(180);
    assertThat(slowest.get("reachedTarget").asBoolean()).isTrue();
    assertThat(printed())
        .contains(
            "| run | rate × 1.0 | rate × 0.5 | rate × 0.1 | rate × 0.01 | rate × 0.001 |",
            "| sure seed 2 | NaN missed |",
            "2 of 4 runs can be repaired by a learning rate from the start; not: hopeless seed 1,"
                + " hopeless seed 2");
  }

  @Test
  void shouldCheckCasesBeforeTheirFirstEpoch() throws Exception {
    assertThat(run("--mode", "check", "--only", "fits,bursts")).isZero();

    assertThat(lines().stream().map(line -> line.get("id").asText()))
        .containsExactly("fits", "bursts");
    assertThat(lines().get(1).get("findings").findValuesAsText("problem"))
        .contains("large_updates");
    assertThat(printed()).contains("| another problem | 1 |", "| healthy | 1 |");
  }

  @Test
  void shouldMakeHealthyRunsDiverge() throws Exception {
    String lasting =
        CASES.lines().findFirst().orElseThrow().replace("\"epochs\": 3", "\"epochs\": 260");
    Files.writeString(directory.resolve("cases.jsonl"), lasting);

    assertThat(run("--mode", "diverging", "--seeds", "1")).isZero();

    assertThat(lines())
        .extracting(line -> line.get("fault").asText())
        .containsExactly("rising_rate", "growing_weights");
    JsonNode rising = lines().get(0);
    assertThat(rising.get("divergence").asInt()).isBetween(300, 780);
    assertThat(rising.get("lead").isNumber()).isTrue();
    assertThat(printed())
        .contains(
            "| rising_rate | 1 | ",
            "- fits seed 1 (rising_rate): diverged at " + rising.get("divergence"));
  }

  @Test
  void shouldSayThatThereIsNothingToSweep() throws Exception {
    assertThat(run("--mode", "sweep", "--only", "bursts")).isEqualTo(1);

    assertThat(printed()).contains("No case with a repairTarget to run");
  }

  @ParameterizedTest
  @CsvSource({
    "--only, gone, No such case",
    "--problem, gone, No case to run",
    "--mode, sleeping, '--mode must be observing, protecting, both, forced, random, sweep,"
        + " none, remedies, check or diverging, was sleeping'",
    "--shard, 3/2, '--shard must be I/N with I from 1 to N, was 3/2'",
    "--data, /nowhere/at/all, No such directory",
    "--cases, /nowhere/at/all, No such file"
  })
  void shouldExplainWhatCannotBe(String option, String value, String explanation) throws Exception {
    assertThat(run(option, value)).isEqualTo(1);

    assertThat(printed()).contains(explanation);
  }

  @Test
  void shouldDivideTheCasesAndTakeOverEarlierRuns() throws Exception {
    String only = "fits,bursts,tells";
    assertThat(run("--seeds", "1", "--only", only, "--shard", "1/2")).isZero();
    assertThat(lines().stream().map(line -> line.get("id").asText()))
        .containsExactly("fits", "tells");
    Path earlier = directory.resolve("earlier.jsonl");
    Files.copy(directory.resolve("out.jsonl"), earlier);
    List<String> before = Files.readAllLines(earlier);
    Files.writeString(earlier, "{\"id\": \"bursts\", \"se", StandardOpenOption.APPEND);

    assertThat(run("--seeds", "1", "--only", only, "--resume", earlier.toString())).isZero();

    assertThat(Files.readAllLines(directory.resolve("out.jsonl")))
        .startsWith(before.toArray(String[]::new));
    assertThat(lines().stream().map(line -> line.get("id").asText()))
        .containsExactly("fits", "tells", "bursts");
    assertThat(printed())
        .contains(
            "| faulty, detected | 1 of 2 | 1 of 2 |", "- fits (none): alarm in 0 of 1; first");
  }

  @Test
  void shouldTrainWithoutTheListener() throws Exception {
    assertThat(run("--seeds", "1", "--only", "fits,tells", "--mode", "none")).isZero();

    JsonNode fits = lines().get(0);
    assertThat(fits.get("scores")).hasSize(10);
    assertThat(fits.get("constantScore").asDouble()).isPositive();
    assertThat(fits.get("deadUnits")).isEmpty();
    assertThat(fits.has("diagnoses")).isFalse();
    assertThat(printed())
        .contains("fits seed 1 (none): 9 iterations", "constant score", "same class");
  }

  @Test
  void shouldTrainAgainWithTheFirstRemedy() throws Exception {
    String softmax =
        """
        {"id": "always", "problem": "data", "data": "classes", "inputShape": [2], "layers": [
         {"type": "dense", "units": 1, "activation": "softmax"}], "loss": "binary_crossentropy",
         "optimizer": "adam", "learningRate": 0.1, "batch": 4, "epochs": 40, "metric": "accuracy",
         "twin": "mended"}
        {"id": "mended", "problem": "none", "data": "classes", "inputShape": [2], "layers": [
         {"type": "dense", "units": 1, "activation": "sigmoid"}], "loss": "binary_crossentropy",
         "optimizer": "adam", "learningRate": 0.1, "batch": 4, "epochs": 40, "metric": "accuracy"}
        """
            .replace(",\n ", ",")
            .replace("[\n ", "[");
    Files.writeString(directory.resolve("cases.jsonl"), softmax);
    INDArray features = Nd4j.rand(20, 2);
    INDArray labels = features.getColumn(0).gt(0.5).castTo(features.dataType());
    write("classes", "train", features, labels);
    write("classes", "test", features, labels);

    assertThat(run("--seeds", "1", "--mode", "remedies")).isZero();

    assertThat(lines()).hasSize(1);
    assertThat(lines().get(0).get("remedy").asText()).contains("Activation.SIGMOID");
    assertThat(lines().get(0).get("reached").asBoolean()).isTrue();
    assertThat(printed())
        .contains("A remedy was carried out in 1 of 1 runs; 1 of these (100 %) reach");
  }

  @Test
  void shouldScoreTheTestDataOnlyIfAsked() throws Exception {
    assertThat(run("--only", "fits", "--validation", "perhaps")).isEqualTo(2);
    assertThat(printed()).contains("--validation must be true or false, was perhaps");

    assertThat(run("--seeds", "1", "--only", "fits", "--validation", "false")).isZero();
    String without = lines().get(0).get("fingerprint").asText();
    assertThat(run("--seeds", "1", "--only", "fits")).isZero();
    assertThat(lines().get(0).get("fingerprint").asText()).isEqualTo(without);
  }

  @Test
  void shouldAskForWhatIsMissing() throws Exception {
    assertThat(FaultCorpus.SAMPLE.run("--cases", "x", "--out", "y")).isEqualTo(2);

    assertThat(printed()).contains("--data DIRS is missing", "Usage: FaultCorpus");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "lenet", "lstm"})
  void shouldTrainHealthyNetworks(String network) throws Exception {
    Path file = directory.resolve("out.jsonl");

    assertThat(
            HealthyRuns.SAMPLE.run(
                "--out", file.toString(), "--seeds", "1", "--iterations", "4", "--only", network))
        .isZero();

    assertThat(lines()).hasSize(1);
    assertThat(lines().get(0).get("network").asText()).isEqualTo(network);
    assertThat(lines().get(0).get("iterations").asInt()).isEqualTo(4);
    assertThat(printed()).contains("| " + network + " | 1 | 4 | 0 | 0 | 0 |");
  }

  @Test
  void shouldNameTheHealthyNetworksThereAre() throws Exception {
    Path file = directory.resolve("out.jsonl");

    assertThat(HealthyRuns.SAMPLE.run("--out", file.toString(), "--only", "gan")).isEqualTo(2);

    assertThat(printed()).contains("--only must be one of [mlp, lenet, lstm], was gan");
  }
}
