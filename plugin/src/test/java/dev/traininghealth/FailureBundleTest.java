package dev.traininghealth;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.numbers.NonFiniteOrigin.Place;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

@Timeout(120)
class FailureBundleTest {
  @TempDir Path parent;

  private Path folder() {
    return parent.resolve("failures");
  }

  private TrainingHealthListenerBuilder builder() {
    return TrainingHealthListener.builder(new InMemoryStatsStorage()).failureBundles(folder());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files.sorted(Comparator.naturalOrder()).toList();
    }
  }

  private FailureBundle only() throws IOException {
    assertThat(files()).hasSize(1);
    return FailureBundle.open(files().get(0));
  }

  /** Reports a problem at an iteration whose numbers are finite and can be compared. */
  private record Pretending(long iteration) implements Detector {
    @Override
    public String name() {
      return "pretending";
    }

    @Override
    public void onGradient(History history, FindingReporter findings) {
      if (history.current().iteration() == iteration) {
        findings.report(
            Finding.of(
                Problem.NON_FINITE,
                Severity.CRITICAL,
                history.current().score(),
                Comparison.ABOVE,
                history.current().gradientNorm(0),
                () -> "pretended"));
      }
    }
  }

  /** Score and gradient depend on dropout, batch norm, recurrent state, masks and weights. */
  @ParameterizedTest
  @EnumSource(Networks.class)
  void shouldRunAnIterationAgainBitIdentically(Networks network) throws IOException {
    MultiLayerNetwork net = network.create(new Adam(0.01), DataType.FLOAT);
    List<DataSet> data = network.data(DataType.FLOAT);
    long bad = network == Networks.LSTM_TRUNCATED ? 7 : 2; // in the middle of a series
    TrainingHealthListener listener = builder().detector(() -> new Pretending(bad)).build();
    net.setListeners(listener);
    net.fit(new ExistingDataSetIterator(data));
    listener.close();
    Diagnosis live = listener.diagnoses().get(0);

    FailureBundle bundle = only();
    assertThat(bundle.iteration()).isEqualTo(bad);
    assertThat(bundle.diagnosis()).isEqualTo("pretended");
    assertThat(bundle.isAfterUpdate()).isFalse();
    assertThat(bundle.origin()).isNull();
    long before = Nd4j.getRandom().nodeState();
    for (int i = 0; i < 2; i++) {
      Diagnosis again = bundle.replay(() -> new Pretending(bad)).get(0);
      assertThat(again.observed()).isEqualTo(live.observed());
      assertThat(again.threshold()).isEqualTo(live.threshold());
      assertThat(again.iteration()).isEqualTo(bad);
      assertThat(again.epoch()).isEqualTo(live.epoch());
    }
    assertThat(Nd4j.getRandom().nodeState()).as("the restored generator").isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(Networks.class)
  void shouldFindTheOriginAgain(Networks network) throws IOException {
    MultiLayerNetwork net = network.create(new Adam(0.01), DataType.FLOAT);
    TrainingHealthListener listener = builder().detector(OriginReporter::new).build();
    net.setListeners(listener);
    List<DataSet> data = network.data(DataType.FLOAT);
    net.fit(data.get(0));
    INDArray features = data.get(1).getFeatures();
    features.putScalar(features.length() - 1, Float.NaN);
    net.fit(data.get(1));
    net.fit(data.get(2));
    listener.close();

    FailureBundle bundle = only();
    NonFiniteOrigin origin = requireNonNull(listener.diagnoses().get(0).origin());
    assertThat(origin.place()).isEqualTo(Place.FEATURES);
    assertThat(bundle.origin()).isEqualTo(origin);
    assertThat(bundle.replay(OriginReporter::new).get(0).origin()).isEqualTo(origin);
    assertThat(bundle.dataSet().getFeatures().isNaN().any()).isTrue();
    assertThat(((MultiLayerNetwork) bundle.network()).params().isNaN().any())
        .as("the network before the step")
        .isFalse();
  }

  @Test
  void shouldFindAnOverflowAgainBehindDropout() throws IOException {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Sgd(1e-3))
                .activation(Activation.RELU)
                .list()
                .layer(new DenseLayer.Builder().nOut(9).build())
                .layer(new DenseLayer.Builder().nOut(7).dropOut(0.5).build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT).nOut(3).build())
                .setInputType(InputType.feedForward(6))
                .build());
    net.init();
    TrainingHealthListener listener = builder().detector(OriginReporter::new).build();
    net.setListeners(listener);
    List<DataSet> data = Networks.MLP.data(DataType.FLOAT);
    net.fit(data.get(0));
    net.getParam("1_W").muli(1e20);
    data.get(1).getFeatures().muli(1e20);
    net.fit(data.get(1));
    listener.close();
    NonFiniteOrigin origin = requireNonNull(only().origin());
    assertThat(origin.place()).isEqualTo(Place.ACTIVATION);
    assertThat(origin.exampleCount()).isPositive();
    assertThat(only().replay(OriginReporter::new).get(0).origin()).isEqualTo(origin);
  }

  @Test
  void shouldBundleAGraphOfSeveralInputs() throws IOException {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .updater(new Adam(0.01))
                .graphBuilder()
                .addInputs("left", "right")
                .setInputTypes(InputType.feedForward(2), InputType.feedForward(3))
                .addLayer("a", new DenseLayer.Builder().nOut(4).build(), "left", "right")
                .addLayer("one", output(), "a")
                .addLayer("two", output(), "a")
                .setOutputs("one", "two")
                .build());
    graph.init();
    TrainingHealthListener listener = builder().detector(OriginReporter::new).build();
    graph.setListeners(listener);
    INDArray[] features = {Nd4j.ones(4, 2), Nd4j.ones(4, 3)};
    INDArray[] labels = {Nd4j.ones(4, 2), Nd4j.ones(4, 2)};
    graph.fit(new MultiDataSet(features, labels));
    labels[1].putScalar(3, 0, Float.NaN);
    graph.fit(new MultiDataSet(features, labels));
    listener.close();

    FailureBundle bundle = only();
    assertThat(requireNonNull(bundle.origin()).place()).isEqualTo(Place.LABELS);
    assertThat(bundle.replay(OriginReporter::new).get(0).origin()).isEqualTo(bundle.origin());
    assertThat(bundle.multiDataSet().getLabels(1).data().asFloat())
        .containsExactly(labels[1].data().asFloat());
    assertThatThrownBy(bundle::dataSet).hasMessageContaining("call multiDataSet()");
    assertThat(graph.getListeners()).containsExactly(listener);
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nOut(2)
        .activation(Activation.IDENTITY)
        .build();
  }

  @Test
  void shouldBundleWhatOnlyTheUpdateShows() throws IOException {
    MultiLayerNetwork net = Networks.MLP.create(new Adam(0.01), DataType.FLOAT);
    TrainingHealthListener listener = builder().detector(OriginReporter::new).build();
    net.setListeners(listener);
    List<DataSet> data = Networks.MLP.data(DataType.FLOAT);
    net.fit(data.get(0));
    net.getUpdater().getStateViewArray().putScalar(1, Float.NaN);
    net.fit(data.get(1));
    listener.close();
    assertThat(only().isAfterUpdate()).isTrue();
    assertThat(requireNonNull(only().origin()).place()).isEqualTo(Place.UPDATE);
    NonFiniteOrigin again = requireNonNull(only().replay(OriginReporter::new).get(0).origin());
    assertThat(again.place()).as("already in the weights").isEqualTo(Place.WEIGHT);
  }

  @Test
  void shouldWriteNoMoreThanItMay() throws IOException {
    MultiLayerNetwork net = Networks.MLP.create(new Adam(0.01), DataType.FLOAT);
    TrainingHealthListenerBuilder builder = builder().failureBundles(folder(), 2);
    for (int i = 0; i < 4; i++) {
      long bad = i;
      builder.detector(
          () ->
              new Detector() {
                @Override
                public String name() {
                  return "bad-at-" + bad;
                }

                @Override
                public void onGradient(History history, FindingReporter findings) {
                  new Pretending(bad).onGradient(history, findings);
                }
              });
    }
    TrainingHealthListener listener = builder.build();
    net.setListeners(listener);
    Networks.MLP.data(DataType.FLOAT).forEach(net::fit);
    listener.close();
    assertThat(listener.diagnoses()).hasSize(4);
    assertThat(files())
        .extracting(file -> String.valueOf(file.getFileName()))
        .containsExactly("iteration-000000.zip", "iteration-000001.zip");
  }

  @Test
  void shouldWriteNothingUnlessAskedTo() throws IOException {
    MultiLayerNetwork net = Networks.MLP.create(new Adam(0.01), DataType.FLOAT);
    TrainingHealthListener listener =
        TrainingHealthListener.builder(new InMemoryStatsStorage())
            .detector(() -> new Pretending(0))
            .build();
    net.setListeners(listener);
    net.fit(Networks.MLP.data(DataType.FLOAT).get(0));
    listener.close();
    assertThat(folder()).doesNotExist();
  }

  @Test
  void shouldTrainOnWhereNothingCanBeWritten() throws IOException {
    Files.writeString(folder(), "a file where the folder should be");
    MultiLayerNetwork net = Networks.MLP.create(new Adam(0.01), DataType.FLOAT);
    MultiLayerNetwork alone = Networks.MLP.create(new Adam(0.01), DataType.FLOAT);
    TrainingHealthListener listener = builder().detector(() -> new Pretending(1)).build();
    net.setListeners(listener);
    Networks.MLP.data(DataType.FLOAT).forEach(net::fit);
    Networks.MLP.data(DataType.FLOAT).forEach(alone::fit);
    listener.close();
    assertThat(listener.diagnoses()).hasSize(1);
    assertThat(net.params()).isEqualTo(alone.params());
  }

  @Test
  void shouldRunAgainInAnotherProgram() throws Exception {
    MultiLayerNetwork net = Networks.LSTM_TRUNCATED.create(new Adam(0.01), DataType.FLOAT);
    TrainingHealthListener listener = builder().detector(OriginReporter::new).build();
    net.setListeners(listener);
    List<DataSet> data = Networks.LSTM_TRUNCATED.data(DataType.FLOAT);
    data.get(1).getLabels().putScalar(new int[] {2, 1, 6}, Float.NaN);
    data.forEach(net::fit);
    listener.close();
    Path output = parent.resolve("output.txt");
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ReplayingProgram.class.getName(),
                files().get(0).toString(),
                output.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(program.waitFor(100, TimeUnit.SECONDS)).as("ends by itself").isTrue();
    assertThat(program.exitValue()).isZero();
    Diagnosis live = listener.diagnoses().get(0);
    assertThat(live.iteration()).isEqualTo(4);
    assertThat(Files.readString(output)).isEqualTo("4 " + live.sentence());
  }

  @Test
  void shouldNameFileAndRemedyOfBadInput() throws IOException {
    Path missing = parent.resolve("iteration-000001.zip");
    assertThatThrownBy(() -> FailureBundle.open(missing))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(missing.toString())
        .hasMessageContaining("failureBundles(folder)");
    Path text = Files.writeString(parent.resolve("text.zip"), "no zip at all");
    assertThatThrownBy(() -> FailureBundle.open(text))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(text.toString())
        .hasMessageContaining("copy it again");
    Path other = zip("other.zip", "readme.txt", "hello");
    assertThatThrownBy(() -> FailureBundle.open(other))
        .hasMessageContaining(other.toString())
        .hasMessageContaining("is not a failure bundle");
    Path newer = zip("newer.zip", "bundle.properties", "version=2\n");
    assertThatThrownBy(() -> FailureBundle.open(newer))
        .hasMessageContaining(newer.toString())
        .hasMessageContaining("version 2")
        .hasMessageContaining("update dl4j-training-health");
    Path damaged = zip("damaged.zip", "bundle.properties", "version=1\niteration=x\n");
    FailureBundle bundle = FailureBundle.open(damaged);
    assertThatThrownBy(bundle::iteration)
        .hasMessageContaining(damaged.toString())
        .hasMessageContaining("iteration is not a number");
    assertThatThrownBy(bundle::network).hasMessageContaining("it has no model.zip");
  }

  private Path zip(String name, String entry, String content) throws IOException {
    Path file = parent.resolve(name);
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(content.getBytes(StandardCharsets.UTF_8));
      zip.closeEntry();
    }
    return file;
  }
}
