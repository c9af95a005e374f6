package dev.traininghealth.samples.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.detect.Remedy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RemedyEditTest {
  private static FaultCase faultCase() throws Exception {
    return Cases.with(
        Map.of(
            "layers",
            "[{'type': 'dense', 'units': 5, 'activation': 'relu', 'init': 'zeros'},"
                + "{'type': 'dense', 'units': 4}, {'type': 'activation', 'activation': 'tanh'},"
                + "{'type': 'dense', 'units': 2, 'activation': 'relu', 'init': 'zeros'}]",
            "loss",
            "'mae'",
            "optimizerArgs",
            "{'momentum': 0.9}"));
  }

  private static CaseData data() {
    Examples examples =
        new Examples(
            Nd4j.createFromArray(new float[][] {{1, 100}, {3, 300}, {2, 200}}),
            Nd4j.createFromArray(new float[][] {{0}, {2}, {1}}));
    return new CaseData(examples, examples);
  }

  private static RemedyEdit edit(FaultCase faultCase, String code) throws Exception {
    return Objects.requireNonNull(
        RemedyEdit.of(faultCase, data(), new Remedy("Do this.", code)), "an edit");
  }

  private static RemedyEdit edit(String code) throws Exception {
    return edit(faultCase(), code);
  }

  private static List<String> values(RemedyEdit edit, String key) throws Exception {
    List<String> values = new ArrayList<>();
    for (Fields layer : edit.faultCase().network().children("layers", "layer")) {
      values.add(layer.text("type") + " " + layer.text(key, "-"));
    }
    return values;
  }

  @Test
  void shouldSetTheUpdater() throws Exception {
    FaultCase slower = edit(".updater(new Nesterovs(1.0E-4, 0.9))").faultCase();
    assertThat(slower.learningRate()).isEqualTo(1e-4);
    assertThat(slower.network().text("optimizer")).isEqualTo("sgd");
    assertThat(slower.network().shown("optimizerArgs")).contains("momentum");

    FaultCase adam = edit(".updater(new Adam(0.001))").faultCase();
    assertThat(adam.learningRate()).isEqualTo(1e-3);
    assertThat(adam.network().text("optimizer")).isEqualTo("adam");
    assertThat(adam.network().shown("optimizerArgs")).isEqualTo("{}");
  }

  @Test
  void shouldSetTheOutput() throws Exception {
    assertThat(values(edit(".activation(Activation.SOFTMAX)"), "activation"))
        .containsExactly("dense relu", "dense -", "activation tanh", "dense softmax");
    RemedyEdit single =
        edit(
            "new OutputLayer.Builder(LossFunctions.LossFunction.XENT).nOut(1)"
                + ".activation(Activation.SIGMOID)");
    assertThat(single.faultCase().network().text("loss")).isEqualTo("binary_crossentropy");
    assertThat(values(single, "activation")).endsWith("dense sigmoid");
    assertThat(single.faultCase().network().children("layers", "layer").get(3).count("units"))
        .isEqualTo(1);
    RemedyEdit linear =
        edit(".lossFunction(LossFunctions.LossFunction.MSE).activation(Activation.IDENTITY)");
    assertThat(linear.faultCase().network().text("loss")).isEqualTo("mse");
    assertThat(values(linear, "activation")).startsWith("dense relu").endsWith("dense linear");
  }

  @Test
  void shouldSetHiddenLayers() throws Exception {
    assertThat(values(edit(".weightInit(WeightInit.XAVIER)"), "init"))
        .containsExactly("dense xavier", "dense xavier", "activation -", "dense zeros");
    RemedyEdit rectified = edit(".activation(Activation.RELU).weightInit(WeightInit.RELU)");
    assertThat(values(rectified, "activation"))
        .containsExactly("dense relu", "dense -", "activation relu", "dense relu");
    assertThat(values(edit(".layer(new BatchNormalization())"), "init"))
        .containsExactly("dense zeros", "bn -", "dense -", "bn -", "activation -", "dense zeros");
  }

  @Test
  void shouldSetHiddenLayersBesideTheOutput() throws Exception {
    RemedyEdit both =
        edit(
            ".activation(Activation.SIGMOID) // and in hidden layers"
                + " .activation(Activation.RELU).weightInit(WeightInit.RELU)");

    assertThat(values(both, "activation"))
        .containsExactly("dense relu", "dense -", "activation relu", "dense sigmoid");
    assertThat(values(both, "init"))
        .containsExactly("dense he_normal", "dense he_normal", "activation -", "dense zeros");
  }

  @Test
  void shouldKeepGradientClippingWithAnotherUpdater() throws Exception {
    FaultCase clipped = Cases.with("optimizerArgs", "{'momentum': 0.9, 'clipnorm': 1}");

    assertThat(
            edit(clipped, ".updater(new Adam(0.001))").faultCase().network().shown("optimizerArgs"))
        .isEqualTo("{\"clipnorm\":1}");
  }

  @Test
  void shouldGiveTheOutputAUnitForEachClass() throws Exception {
    RemedyEdit sparse =
        edit(
            ".lossFunction(LossFunctions.LossFunction.SPARSE_MCXENT)"
                + ".activation(Activation.SOFTMAX).nOut(numberOfClasses)");
    assertThat(sparse.faultCase().network().text("loss"))
        .isEqualTo("sparse_categorical_crossentropy");
    assertThat(values(sparse, "activation")).startsWith("dense relu").endsWith("dense softmax");
    assertThat(sparse.faultCase().network().children("layers", "layer").get(3).count("units"))
        .isEqualTo(3);
  }

  @Test
  void shouldSetTheActivationOfWhatIsMeant() throws Exception {
    FaultCase linear =
        Cases.with(
            "layers",
            "[{'type': 'dense', 'units': 5, 'activation': 'linear'},"
                + "{'type': 'dense', 'units': 1, 'activation': 'linear'}]");
    assertThat(values(edit(linear, ".activation(Activation.RELU)"), "activation"))
        .containsExactly("dense relu", "dense linear");
    FaultCase recurrent =
        Cases.with(
            "layers",
            "[{'type': 'lstm', 'units': 5, 'activation': 'relu'},"
                + "{'type': 'dense', 'units': 5, 'activation': 'relu'},"
                + "{'type': 'dense', 'units': 1, 'activation': 'linear'}]");
    assertThat(
            values(edit(recurrent, "new LSTM.Builder().activation(Activation.TANH)"), "activation"))
        .containsExactly("lstm tanh", "dense relu", "dense linear");
  }

  @Test
  void shouldNormalizeTheData() throws Exception {
    INDArray features = Nd4j.createFromArray(new float[][] {{1, 100}, {3, 300}});
    INDArray labels = Nd4j.createFromArray(new float[][] {{10}, {30}});
    CaseData data = new CaseData(new Examples(features, labels), new Examples(features, labels));
    RemedyEdit edit =
        edit("NormalizerStandardize n = new NormalizerStandardize(); n.fitLabel(true);");

    CaseData normalized = edit.data(data);

    assertThat(normalized.training().all().getFeatures().toFloatMatrix())
        .isDeepEqualTo(new float[][] {{-1, -1}, {1, 1}});
    assertThat(normalized.test().all().getLabels().getFloat(1, 0)).isEqualTo(1, within(1e-4f));
    assertThat(data.training().all().getLabels().getFloat(1, 0)).isEqualTo(30);
    assertThat(edit("new ImagePreProcessingScaler(0, 1)").faultCase().featureScale())
        .isEqualTo(1 / 255.0);
    assertThat(edit(".updater(new Sgd(1))").data(data)).isSameAs(data);
  }

  @Test
  void shouldReplaceAnOutputOfTwoLayers() throws Exception {
    FaultCase two =
        Cases.with(
            "layers",
            "[{'type': 'dense', 'units': 5, 'activation': 'relu'},"
                + "{'type': 'dense', 'units': 1, 'activation': 'softmax'},"
                + "{'type': 'activation', 'activation': 'sigmoid'}]");
    String code =
        "new OutputLayer.Builder(LossFunctions.LossFunction.XENT).nOut(1)"
            + ".activation(Activation.SIGMOID)";

    assertThat(values(edit(two, code), "activation"))
        .containsExactly("dense relu", "dense sigmoid");
  }

  @Test
  void shouldLeaveOneOfEqualLabelColumns() throws Exception {
    INDArray features = Nd4j.createFromArray(new float[][] {{1, 100}, {3, 300}});
    Examples equal = new Examples(features, Nd4j.createFromArray(new float[][] {{1, 1}, {0, 0}}));
    CaseData data = new CaseData(equal, equal);
    RemedyEdit edit =
        RemedyEdit.of(
            faultCase(),
            data,
            new Remedy(
                "Do this.",
                "new OutputLayer.Builder(LossFunctions.LossFunction.XENT).nOut(1)"
                    + ".activation(Activation.SIGMOID)"));

    assertThat(Objects.requireNonNull(edit, "an edit").data(data).training().all().getLabels())
        .isEqualTo(Nd4j.createFromArray(new float[][] {{1}, {0}}));
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "'System.out.println(iterator.next().getFeatures());'",
    "'.nOut(numberOfClasses)'",
    "'.updater(new AdaDelta())'"
  })
  void shouldLeaveWhatCodeDoesNotSay(String code) throws Exception {
    assertThat(RemedyEdit.of(faultCase(), data(), new Remedy("Look at this.", code))).isNull();
  }
}
