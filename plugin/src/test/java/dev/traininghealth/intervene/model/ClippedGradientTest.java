package dev.traininghealth.intervene.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.traininghealth.Networks;
import dev.traininghealth.intervene.clip.ClippableGradient;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Norms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Reading and scaling a gradient, compared with plain loops over DL4J's arrays. */
class ClippedGradientTest {
  private static final double SUM = ClippedTrainingTest.SUM;

  static Stream<Arguments> networks() {
    List<Arguments> cases = new ArrayList<>();
    for (Networks network : Networks.values()) {
      cases.add(Arguments.of(network, DataType.FLOAT));
      cases.add(Arguments.of(network, DataType.DOUBLE));
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void shouldScaleAndUpdateNorms(Networks network, DataType type) {
    ClippingListener listener =
        new ClippingListener(
            false,
            g -> {
              g.scaleAll(0.5);
              g.scaleLayer(0, 0.25);
              g.scale(0, 0.125);
            });
    MultiLayerNetwork net = network.create(new Sgd(0.01), type);
    net.setListeners(listener);
    net.fit(network.data(type).get(0));

    EditedGradient gradient = listener.gradient();
    double batch = listener.measurement().batchSize();
    double[] squares = new double[net.getnLayers()];
    double squaresBefore = 0;
    for (int p = 0; p < gradient.layout().parameters().size(); p++) {
      NetworkLayout.Parameter parameter = gradient.layout().parameters().get(p);
      String key = parameter.key();
      if (gradient.isClippable(p)) {
        double factor = p == 0 ? 1 / 64.0 : parameter.layer() == 0 ? 1 / 8.0 : 1 / 2.0;
        assertThat(listener.after(key)).isEqualTo(listener.before(key).mul(factor));
        double norm = ClippingListener.norm(listener.after(key)) / batch;
        assertThat(gradient.norm(p)).isCloseTo(norm, withPercentage(1e-3));
        squares[parameter.layer()] += norm * norm;
        squaresBefore += Math.pow(ClippingListener.norm(listener.before(key)) / batch, 2);
      } else {
        assertThat(key).matches(".*_(mean|var|log10stdev)");
        assertThat(listener.isUntouched(key)).as(key).isTrue();
        assertThat(gradient.norm(p)).isZero();
        int index = p;
        assertThatThrownBy(() -> gradient.scale(index, 0.5))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(key);
      }
    }
    for (int layer = 0; layer < squares.length; layer++) {
      assertThat(gradient.layerNorm(layer))
          .isCloseTo(Math.sqrt(squares[layer]), within(1e-5 * Math.sqrt(squares[layer])));
      assertThat(gradient.isOutput(layer)).isEqualTo(layer == squares.length - 1);
    }
    assertThat(gradient.hasClipped()).isTrue();
    assertThat(gradient.globalNorm())
        .isCloseTo(Math.sqrt(Arrays.stream(squares).sum()), withPercentage(1e-3));
    assertThat(gradient.globalNormBefore())
        .isCloseTo(Math.sqrt(squaresBefore), withPercentage(1e-3));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void shouldKeepTheGradientBitIdenticalIfNothingIsClipped(Networks network, DataType type) {
    Consumer<ClippableGradient> nothing =
        g -> {
          g.scaleAll(1);
          g.clamp(1e6);
          g.scale(0, 1);
          double[] ones = new double[g.unitNorms(0).length];
          Arrays.fill(ones, 1);
          g.scaleUnits(0, ones);
        };
    ClippingListener listener = new ClippingListener(false, nothing);
    MultiLayerNetwork net = network.create(new Sgd(0.01), type);
    MultiLayerNetwork plain = network.create(new Sgd(0.01), type);
    net.setListeners(listener);
    fit(plain, network, type);
    fit(net, network, type);

    assertThat(listener.clips()).matches("-+");
    assertThat(listener.isUntouched()).isTrue();
    assertThat(net.params()).isEqualTo(plain.params());
    assertThat(listener.gradient().globalNorm()).isEqualTo(listener.gradient().globalNormBefore());
  }

  /** Trains after seeding the global generator, from which dropout draws. */
  private static void fit(MultiLayerNetwork net, Networks network, DataType type) {
    var batches = network.data(type);
    Nd4j.getRandom().setSeed(7);
    batches.forEach(net::fit);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void shouldReturnTheSameNormsAndWriteNothingInADryRun(Networks network, DataType type) {
    Consumer<ClippableGradient> rule =
        g -> {
          g.scaleAll(0.5);
          g.clamp(g.norm(0) / 8);
          g.scaleLayer(0, 0.5);
          double[] factors = g.unitNorms(0);
          for (int i = 0; i < factors.length; i++) {
            factors[i] = 1.0 / (1 + i);
          }
          g.scaleUnits(0, factors);
          g.scaleAll(0.75);
          g.clamp(g.norm(0) / 8);
        };
    ClippingListener applied = new ClippingListener(false, rule);
    ClippingListener dryRun = new ClippingListener(true, rule);
    for (ClippingListener listener : List.of(applied, dryRun)) {
      MultiLayerNetwork net = network.create(new Sgd(1e-12), type);
      net.setListeners(listener);
      fit(net, network, type);
    }

    assertThat(dryRun.isUntouched()).isTrue();
    assertThat(applied.isUntouched()).isFalse();
    assertThat(dryRun.gradient().hasClipped()).isTrue();
    EditedGradient a = applied.gradient();
    EditedGradient r = dryRun.gradient();
    for (int p = 0; p < a.layout().parameters().size(); p++) {
      String key = a.layout().parameters().get(p).key();
      if (a.isClippable(p)) {
        assertThat(a.norm(p))
            .isCloseTo(
                ClippingListener.norm(applied.after(key)) / applied.measurement().batchSize(),
                withPercentage(1e-3));
        assertThat(r.norm(p)).as(key).isCloseTo(a.norm(p), withPercentage(1e-3));
        assertThat(dryRun.unitNorms(p))
            .containsExactly(applied.unitNorms(p), within(1e-5 * a.norm(p)));
      }
    }
    assertThat(r.globalNorm()).isCloseTo(a.globalNorm(), withPercentage(1e-3));
    assertThat(r.globalNorm()).isLessThan(r.globalNormBefore() / 2);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e20, 1e30, 1e36})
  void shouldNotOverflowInFloat(double size) {
    ClippingListener listener = new ClippingListener(false, g -> g.scaleAll(1e-6 / g.globalNorm()));
    listener.distortion = gradients -> requireNonNull(gradients.get("0_W")).assign(size);
    MultiLayerNetwork net = ClippedTrainingTest.dense(DataType.FLOAT, true);
    net.setListeners(listener);
    net.fit(Networks.MLP.data(DataType.FLOAT).get(1));

    int elements = 6 * 9;
    EditedGradient gradient = listener.gradient();
    assertThat(gradient.globalNormBefore())
        .isCloseTo(size * Math.sqrt(elements) / SUM, withPercentage(1e-3));
    assertThat(gradient.globalNorm()).isCloseTo(1e-6, withPercentage(1e-3));
    // The factor itself is not a normal FLOAT.
    assertThat(ClippingListener.norm(listener.after("0_W")) / SUM)
        .isCloseTo(1e-6, withPercentage(1e-3));
    assertThat(listener.unitNorms(0))
        .hasSize(9)
        .containsOnly(new double[] {1e-6 / 3}, within(1e-10));
  }

  @Test
  void shouldNotOverflowInDouble() {
    ClippingListener listener =
        new ClippingListener(
            false,
            g -> {
              double[] factors = new double[9];
              Arrays.fill(factors, 1e-250);
              g.scaleUnits(0, factors);
            });
    listener.distortion = gradients -> requireNonNull(gradients.get("0_W")).assign(1e240);
    MultiLayerNetwork net = ClippedTrainingTest.dense(DataType.DOUBLE, true);
    net.setListeners(listener);
    net.fit(Networks.MLP.data(DataType.DOUBLE).get(1));

    EditedGradient gradient = listener.gradient();
    assertThat(gradient.globalNormBefore())
        .isCloseTo(1e240 * Math.sqrt(54) / SUM, withPercentage(1e-6));
    assertThat(gradient.norm(0)).isCloseTo(1e-10 * Math.sqrt(54) / SUM, withPercentage(1e-6));
    assertThat(ClippingListener.elements(listener.after("0_W")))
        .containsOnly(new double[] {1e-10}, within(1e-16));
    assertThat(Norms.join(new double[] {3e200, 4e200})).isCloseTo(5e200, withPercentage(1e-9));
    assertThat(Norms.join(new double[] {3e-200, 4e-200})).isCloseTo(5e-200, withPercentage(1e-9));
    assertThat(Norms.join(new double[] {0, 0})).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 1.0000001, Double.NaN, Double.POSITIVE_INFINITY})
  void shouldRejectFactorsOutOfRange(double factor) {
    ClippingListener listener = new ClippingListener(false, g -> {});
    MultiLayerNetwork net = ClippedTrainingTest.dense(DataType.FLOAT, true);
    net.setListeners(listener);
    net.fit(Networks.MLP.data(DataType.FLOAT).get(1));

    EditedGradient gradient = listener.gradient();
    String message = "factor must be > 0 and <= 1, was " + factor;
    double[] factors = new double[9];
    Arrays.fill(factors, 1);
    factors[8] = factor;
    assertThatThrownBy(() -> gradient.scale(0, factor)).hasMessage(message);
    assertThatThrownBy(() -> gradient.scaleLayer(0, factor)).hasMessage(message);
    assertThatThrownBy(() -> gradient.scaleAll(factor)).hasMessage(message);
    assertThatThrownBy(() -> gradient.scaleUnits(0, factors)).hasMessage(message);
    assertThatThrownBy(() -> gradient.scaleUnits(0, new double[] {0.5}))
        .hasMessage("There must be one factor for each of the 9 units of parameter 0_W, were 1");
    assertThatThrownBy(() -> gradient.clamp(-1))
        .hasMessage("limit must be > 0 and finite, was -1.0");
    assertThat(gradient.hasClipped()).isFalse();
  }
}
