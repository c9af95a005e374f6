package dev.traininghealth.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.numbers.NonFiniteOrigin;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.config.DL4JSystemProperties;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.VertxUIServer;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class SamplesTest {
  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @TempDir Path directory;

  @BeforeEach
  void anyFreePortAndNoConsole() {
    System.setProperty(DL4JSystemProperties.UI_SERVER_PORT_PROPERTY, "0");
    PrintStream capture = new PrintStream(printed, true, StandardCharsets.UTF_8);
    System.setOut(capture);
    System.setErr(capture);
  }

  @AfterEach
  void asItWas() {
    System.setOut(out);
    System.setErr(err);
    System.clearProperty(DL4JSystemProperties.UI_SERVER_PORT_PROPERTY);
  }

  private String printed() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldTrainAndEndByItself() throws Exception {
    assertThat(Quickstart.SAMPLE.run("--exit", "--epochs", "2")).isZero();

    assertThat(printed())
        .containsPattern("Open http://localhost:[1-9][0-9]*/train/health")
        .containsPattern("\\n +2 +NaN +[0-9.]+\\n")
        .contains("accuracy on 30 held-out flowers")
        .doesNotContain("Ctrl-C");
    assertThat(VertxUIServer.getInstance()).as("the server is stopped").isNull();
  }

  @Test
  void shouldShowAtOnceWhatTheListenerIsFor() throws Exception {
    assertThat(Quickstart.SAMPLE.run("--exit")).isZero();

    assertThat(printed())
        .contains("unprotected: no accuracy on 30 held-out flowers, because each output is NaN")
        .containsPattern("\nprotected: accuracy on 30 held-out flowers (9[5-9]|100)%")
        .containsPattern("\n +60 +NaN +0\\.[0-9]+\n")
        .contains("Affected rows of the minibatch: 9")
        .contains("That is row 57 of the training data", "petal length NaN cm")
        .contains("Done: steps skipped: 40", "/train/health?baseline=unprotected");
  }

  @Test
  void shouldLearnFromAnyTextFile() throws Exception {
    Path file = Files.writeString(directory.resolve("text"), "Füchse, Gänse. ".repeat(30));

    assertThat(CharacterRnn.SAMPLE.run(file.toString(), "--epochs", "1", "--exit")).isZero();

    assertThat(printed()).contains("450 characters out of 12 letters", "epoch   1 of 1");
  }

  @Test
  void shouldTellTheoryBesideTheRecords() throws Exception {
    assertThat(LinearChain.SAMPLE.run("1.5", "--exit")).isZero();

    assertThat(printed()).contains("w = 1.5", "recorded    closed form", "/train/health");
  }

  @Test
  void shouldTellWhatBecomesOfARecurrentNetworkWithAndWithoutProtection() throws Exception {
    assertThat(ExplodingRnn.SAMPLE.run("--exit", "--iterations", "20")).isZero();

    assertThat(printed())
        .containsPattern("unprotected: .*non_finite")
        .containsPattern("protected: .*Rolled back: score .*before the first iteration")
        .containsPattern("\\nunprotected: score on unseen series NaN\n")
        .containsPattern("\\nprotected: score on unseen series [0-9.]+\n")
        .doesNotContain("Ctrl-C");
  }

  @Test
  void shouldTellWhyGradientsVanishAndWhatHelps() throws Exception {
    assertThat(VanishingMlp.SAMPLE.run("--exit", "--iterations", "50")).isZero();

    assertThat(printed())
        .contains("The gradient fades by a factor of", "Remedy 1: Use ReLU", "as its remedies say")
        .doesNotContain("Ctrl-C");
  }

  @Test
  void shouldSayWhichPortIsTaken() throws Exception {
    try (var taken = new ServerSocket(0)) {
      String port = String.valueOf(taken.getLocalPort());
      System.setProperty(DL4JSystemProperties.UI_SERVER_PORT_PROPERTY, port);

      assertThat(Quickstart.SAMPLE.run("--exit", "--epochs", "1")).isEqualTo(1);

      assertThat(printed()).contains(port + ", is in use", "-Dorg.deeplearning4j.ui.port=");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--bogus, Unknown argument: --bogus",
    "extra, Unknown argument: extra",
    "--epochs, --epochs needs a value",
    "--epochs 0, 'above 0, was 0'",
    "--epochs many, 'above 0, was many'",
    "--epochs 9999999999, 'above 0, was 9999999999'"
  })
  void shouldExplainAWrongCall(String call, String explanation) throws Exception {
    assertThat(Quickstart.SAMPLE.run(call.split(" ", -1))).isEqualTo(2);

    assertThat(printed()).contains(explanation, "Usage: Quickstart");
  }

  @Test
  void shouldAskForWhatIsMissing() throws Exception {
    assertThat(OverheadBenchmark.SAMPLE.run("--quick")).isEqualTo(2);
    assertThat(PoisonedBatches.SAMPLE.run("--quick")).isEqualTo(2);
    assertThat(RepeatedNetworks.SAMPLE.run("--mode", "none")).isEqualTo(2);
    assertThat(Soak.SAMPLE.run("--resume")).isEqualTo(2);
    assertThat(PageBenchmark.SAMPLE.run("--workers", "2")).isEqualTo(2);
    assertThat(PagePictures.SAMPLE.run()).isEqualTo(2);
    assertThat(PagePictures.SAMPLE.run("--out", "no such folder")).isEqualTo(1);
    assertThat(Soak.SAMPLE.run("--out", "soak.json", "--iterations", "9")).isEqualTo(2);
    assertThat(RepeatedNetworks.SAMPLE.run("--mode", "all", "--out", "memory.json")).isEqualTo(2);

    assertThat(printed())
        .contains("--out FILE is missing", "Usage: OverheadBenchmark", "Usage: PoisonedBatches")
        .contains(
            "Usage: RepeatedNetworks", "--mode must be none, observing or protecting, was all")
        .contains("Usage: Soak", "--iterations must be at least 10, was 9");
  }

  @ParameterizedTest
  @CsvSource({
    "--network xor --network alexnet, 'the name alexnet. Networks: xor, iris, p467'",
    "--iterations 100, --iterations needs --network NAMES",
    "--network xor --iterations 0, 'above 0, was 0'",
    "--network xor --iterations 9 --quick, --iterations excludes --quick",
    "--startup --network xor, --startup excludes --network"
  })
  void shouldExplainAWrongCallOfTheBenchmark(String call, String explanation) throws Exception {
    assertThat(OverheadBenchmark.SAMPLE.run(call.split(" ", -1))).isEqualTo(2);

    assertThat(printed()).contains(explanation, "Usage: OverheadBenchmark");
  }

  @Test
  void shouldCompareTheSmallestNetworkInAllModes() throws Exception {
    Path out = directory.resolve("cost.json");
    String[] call = {
      "--network", "xor", "--live-baseline", "--quick", "--markdown", "--out", out.toString()
    };

    assertThat(OverheadBenchmark.SAMPLE.run(call)).isZero();

    assertThat(printed())
        .contains("OMP_NUM_THREADS=", "noneAgain", "comparing", "protecting", "statsListener10")
        .contains("| XOR 2-2-1 | 9 |")
        .doesNotContain("Iris");
    assertThat(out).content().contains("\"limitMicros\" : ", "\"firstRecordMillis\" : ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "observing", "protecting"})
  void shouldTellTheMemoryThatStays(String mode) throws Exception {
    Path out = directory.resolve("memory.json");
    int code =
        RepeatedNetworks.SAMPLE.run(
            "--mode", mode, "--networks", "2", "--iterations", "2", "--out", out.toString());

    assertThat(code).isZero();
    assertThat(printed()).contains("1 networks: resident", "2 networks: resident");
    assertThat(out).content().contains("\"mode\" : \"" + mode, "\"resident\" : ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"heavy", "NaN", "10.5", "-Infinity"})
  void shouldRefuseAWeightOutOfRange(String weight) throws Exception {
    assertThat(LinearChain.SAMPLE.run(weight, "--exit")).isEqualTo(2);

    assertThat(printed()).contains("from -10 to 10, was " + weight);
  }

  @Test
  void shouldRunAFailureAgain() throws Exception {
    TrainingHealthListener listener =
        TrainingHealthListener.builder(new InMemoryStatsStorage())
            .failureBundles(directory)
            .detector(OriginReporter::new)
            .build();
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(2)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    network.init();
    network.setListeners(listener);
    network.fit(Nd4j.createFromArray(new float[][] {{1, Float.NaN}}), Nd4j.ones(1, 1));
    listener.close();
    Path bundle = directory.resolve("iteration-000000.zip");

    assertThat(ReplayFailure.SAMPLE.run(bundle.toString())).isZero();

    assertThat(printed()).contains("Iteration 0 of epoch 0", "Found then:  ", "in FEATURES");
  }

  /** A user detector, whose sentence names the origin. */
  private static final class OriginReporter implements Detector {
    @Override
    public String name() {
      return "reporting-the-origin";
    }

    @Override
    public void onGradient(History history, FindingReporter findings) {
      NonFiniteOrigin origin = history.origin();
      if (origin != null) {
        findings.report(
            Finding.of(
                    Problem.NON_FINITE,
                    Severity.CRITICAL,
                    history.current().score(),
                    Comparison.ABOVE,
                    0,
                    () -> "in " + origin.place())
                .withOrigin(origin));
      }
    }
  }

  @Test
  void shouldSayWhatIsNoFailure() throws Exception {
    Path file = Files.writeString(directory.resolve("text"), "no bundle");

    assertThat(ReplayFailure.SAMPLE.run(file.toString())).isEqualTo(1);
    assertThat(ReplayFailure.SAMPLE.run()).isEqualTo(2);

    assertThat(printed()).contains(file + " is no zip file", "FILE is missing");
  }

  @Test
  void shouldSayInTheLastLineWhatGrows() throws Exception {
    Path out = directory.resolve("soak.json");
    int code = Soak.SAMPLE.run("--out", out.toString(), "--iterations", "30", "--markdown");

    assertThat(printed()).contains("| iterations | heap, MB |", "Written to " + out);
    String lastLine = printed().strip().replaceAll("(?s).*\n", "");
    assertThat(lastLine).startsWith("heap ").contains(", storage flat");
    assertThat(code).isEqualTo(lastLine.matches(".*(GROWS|FAILED).*") ? 1 : 0);
  }

  @Test
  void shouldGiveHelp() throws Exception {
    assertThat(LinearChain.SAMPLE.run("--help")).isZero();

    assertThat(printed()).startsWith("Usage: LinearChain [W] [--exit]");
  }
}
