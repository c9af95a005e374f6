package dev.traininghealth.intervene.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.traininghealth.Networks;
import dev.traininghealth.intervene.clip.ClippableGradient;
import dev.traininghealth.intervene.clip.GradientClipping;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Each rule with a gradient that is too large and with a healthy one. */
class ClippingRulesTest {
  private static final double SUM = ClippedTrainingTest.SUM;

  /** Trains one step after the gradient of the first layer is multiplied. */
  private static ClippingListener step(ClippingListener listener, DataType type, double factor) {
    MultiLayerNetwork net = ClippedTrainingTest.dense(type, true);
    net.setListeners(listener);
    listener.distortion =
        gradients -> {
          if (factor != 1) {
            requireNonNull(gradients.get("0_W")).muli(factor);
            requireNonNull(gradients.get("0_b")).muli(factor);
          }
        };
    net.fit(Networks.MLP.data(type).get(1));
    return listener;
  }

  private static ClippingListener listener(GradientClipping rule) {
    return new ClippingListener(false, rule::clip);
  }

  /** {@return norms of the healthy gradient: of the first layer, the second, and all} */
  private static double[] healthyNorms() {
    EditedGradient gradient =
        step(new ClippingListener(false, g -> {}), DataType.FLOAT, 1).gradient();
    return new double[] {gradient.layerNorm(0), gradient.layerNorm(1), gradient.globalNorm()};
  }

  static Stream<Arguments> healthy() {
    double[] norms = healthyNorms();
    List<Arguments> cases = new ArrayList<>();
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      cases.add(Arguments.of(GradientClipping.onAlarm(), type));
      cases.add(Arguments.of(GradientClipping.agc(100), type));
      cases.add(Arguments.of(GradientClipping.autoClip(), type));
      cases.add(Arguments.of(GradientClipping.globalNorm(norms[2] * 1.01), type));
      cases.add(Arguments.of(GradientClipping.layerNorm(norms[2]), type));
      cases.add(Arguments.of(GradientClipping.value(norms[2]), type));
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("healthy")
  void shouldKeepAHealthyGradientBitIdentical(GradientClipping rule, DataType type) {
    ClippingListener listener = listener(rule);
    listener.hasAlarm = true;
    listener.usualLayerNorm = 100;
    listener.usualGlobalNorm = 100;
    step(listener, type, 1);

    assertThat(listener.clips()).isEqualTo("-");
    assertThat(listener.isUntouched()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void shouldReduceUnusualLayersAndThenAllToTheirLimits(DataType type) {
    double[] norms = healthyNorms();
    ClippingListener listener = listener(GradientClipping.onAlarm());
    listener.hasAlarm = true;
    listener.usualLayerNorm = Math.max(norms[0], norms[1]) * 1.5;
    listener.usualGlobalNorm = listener.usualLayerNorm * 0.9;
    EditedGradient gradient = step(listener, type, 1e6).gradient();

    double second = norms[1];
    double together = Math.hypot(listener.usualLayerNorm, second);
    double factor = listener.usualGlobalNorm / together;
    assertThat(gradient.layerNorm(0))
        .isCloseTo(listener.usualLayerNorm * factor, withPercentage(1e-2));
    assertThat(gradient.layerNorm(1)).isCloseTo(second * factor, withPercentage(1e-2));
    assertThat(gradient.globalNorm()).isCloseTo(listener.usualGlobalNorm, withPercentage(1e-2));
    assertThat(gradient.threshold()).isEqualTo(listener.usualGlobalNorm);
    assertThat(gradient.globalNormBefore())
        .isCloseTo(Math.hypot(norms[0] * 1e6, second), withPercentage(1e-2));
  }

  @ParameterizedTest
  @CsvSource({"true, 1, 100", "true, 100, 1", "true, 1, NaN", "true, NaN, 1"})
  void shouldLimitLayersAndTheWholeIndependently(boolean alarm, double layer, double global) {
    ClippingListener listener = listener(GradientClipping.onAlarm());
    listener.hasAlarm = alarm;
    listener.usualLayerNorm = layer;
    listener.usualGlobalNorm = global;
    EditedGradient gradient = step(listener, DataType.FLOAT, 1e6).gradient();

    assertThat(listener.clips()).isEqualTo("c");
    boolean byLayer = layer == 1;
    assertThat(byLayer ? gradient.layerNorm(0) : gradient.globalNorm())
        .isCloseTo(1, withPercentage(1e-3));
    assertThat(listener.isUntouched("1_W")).isEqualTo(byLayer);
  }

  @ParameterizedTest
  @CsvSource({"false, 1, 1", "true, NaN, NaN", "true, 1e9, 1e9", "true, 0, 0"})
  void shouldNotClipOnAlarmWithoutAlarmOrLimit(boolean alarm, double layer, double global) {
    ClippingListener listener = listener(GradientClipping.onAlarm());
    listener.hasAlarm = alarm;
    listener.usualLayerNorm = layer;
    listener.usualGlobalNorm = global;
    step(listener, DataType.FLOAT, 1e6);

    assertThat(listener.clips()).isEqualTo("-");
    assertThat(listener.isUntouched()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void shouldClipTheGlobalNorm(DataType type) {
    ClippingListener listener = listener(GradientClipping.globalNorm(0.5));
    EditedGradient gradient = step(listener, type, 1e6).gradient();

    double factor = 0.5 / gradient.globalNormBefore();
    assertThat(gradient.globalNorm()).isCloseTo(0.5, withPercentage(1e-3));
    assertThat(gradient.threshold()).isEqualTo(0.5);
    assertThat(listener.after("1_W").equalsWithEps(listener.before("1_W").mul(factor), 1e-9))
        .isTrue();
    assertThat(ClippingListener.norm(listener.after("0_W")) / SUM).isBetween(0.3, 0.50001);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void shouldClipTheNormOfEachLayer(DataType type) {
    double second = healthyNorms()[1];
    ClippingListener listener = listener(GradientClipping.layerNorm(second * 1.01));
    EditedGradient gradient = step(listener, type, 1e6).gradient();

    assertThat(gradient.layerNorm(0)).isCloseTo(second * 1.01, withPercentage(1e-2));
    assertThat(gradient.threshold()).isNaN();
    assertThat(listener.isUntouched("1_W")).isTrue();
    assertThat(listener.isUntouched("0_b")).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void shouldClipValues(DataType type) {
    double largest = healthyNorms()[1];
    ClippingListener listener = listener(GradientClipping.value(largest));
    step(listener, type, 1e9);

    assertThat(Arrays.stream(ClippingListener.elements(listener.after("0_W"))).boxed())
        .allSatisfy(e -> assertThat(Math.abs(e)).isCloseTo(largest * SUM, withPercentage(1e-3)));
    assertThat(listener.isUntouched("1_W")).isTrue();
  }

  static Stream<Arguments> wrongArguments() {
    DoubleFunction<GradientClipping> agc = GradientClipping::agc;
    DoubleFunction<GradientClipping> epsilon = e -> GradientClipping.agc(0.01, e);
    DoubleFunction<GradientClipping> global = GradientClipping::globalNorm;
    DoubleFunction<GradientClipping> layer = GradientClipping::layerNorm;
    DoubleFunction<GradientClipping> value = GradientClipping::value;
    DoubleFunction<GradientClipping> percentile = GradientClipping::autoClip;
    List<Arguments> cases = new ArrayList<>();
    for (double wrong : new double[] {-1, 0, Double.NaN, Double.POSITIVE_INFINITY}) {
      String positive = " must be > 0 and finite, was " + wrong;
      cases.add(Arguments.of(agc, wrong, "clipping" + positive));
      cases.add(Arguments.of(epsilon, wrong, "epsilon" + positive));
      cases.add(Arguments.of(global, wrong, "threshold" + positive));
      cases.add(Arguments.of(layer, wrong, "threshold" + positive));
      cases.add(Arguments.of(value, wrong, "threshold" + positive));
      cases.add(Arguments.of(percentile, wrong, "percentile must be > 0 and < 100, was " + wrong));
    }
    cases.add(Arguments.of(percentile, 100.0, "percentile must be > 0 and < 100, was 100.0"));
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("wrongArguments")
  void shouldRejectWrongArguments(
      DoubleFunction<GradientClipping> factory, double wrong, String message) {
    assertThatThrownBy(() -> factory.apply(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  static Stream<Arguments> rules() {
    List<Supplier<GradientClipping>> makers =
        List.of(
            GradientClipping::onAlarm,
            GradientClipping::agc,
            GradientClipping::autoClip,
            () -> GradientClipping.globalNorm(1e-3),
            () -> GradientClipping.layerNorm(1e-3),
            () -> GradientClipping.value(1e-3));
    return makers.stream().map(maker -> Arguments.of(maker.get().name(), maker.get()));
  }

  /** A restored rule continues like the saved one. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void shouldKeepItsStateWhenItIsSerialized(String name, GradientClipping rule)
      throws IOException, ClassNotFoundException {
    ClippingListener listener = listenerWithLimit(rule);
    for (int i = 0; i < 12; i++) {
      step(listener, DataType.FLOAT, 100 - i);
    }
    ClippingListener restored = listenerWithLimit(copy(rule));
    step(restored, DataType.FLOAT, 1000);
    step(listener, DataType.FLOAT, 1000);

    assertThat(restored.clips()).isEqualTo("c");
    assertThat(restored.gradient().globalNorm()).isEqualTo(listener.gradient().globalNorm());
    assertThat(restored.after("0_W")).isEqualTo(listener.after("0_W"));
  }

  private static ClippingListener listenerWithLimit(GradientClipping rule) {
    ClippingListener listener = listener(rule);
    listener.hasAlarm = true;
    listener.usualLayerNorm = 0.5;
    return listener;
  }

  private static GradientClipping copy(GradientClipping rule)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(rule);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (GradientClipping) in.readObject();
    }
  }

  /** A user's rule, which halves the output layer's gradient if its norm dominates. */
  private static final class HalveOutput implements GradientClipping {
    @Serial private static final long serialVersionUID = 1L;

    @Override
    public String name() {
      return "halve output";
    }

    @Override
    public void clip(ClippableGradient gradient) {
      for (int layer = 0; layer < gradient.layout().layers().size(); layer++) {
        if (gradient.isOutput(layer) && gradient.layerNorm(layer) > gradient.globalNorm() / 2) {
          gradient.scaleLayer(layer, 0.5);
        }
      }
    }
  }

  @Test
  void shouldApplyARuleOfTheUser() {
    ClippingListener healthy = step(listener(new HalveOutput()), DataType.FLOAT, 1);
    assertThat(healthy.clips()).isEqualTo("c");
    assertThat(healthy.after("1_W")).isEqualTo(healthy.before("1_W").mul(0.5));
    assertThat(healthy.isUntouched("0_W")).isTrue();

    ClippingListener other = step(listener(new HalveOutput()), DataType.FLOAT, 1e6);
    assertThat(other.clips()).isEqualTo("-");
    assertThat(other.isUntouched()).isTrue();
  }
}
