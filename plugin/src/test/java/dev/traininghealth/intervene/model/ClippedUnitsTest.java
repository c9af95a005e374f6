package dev.traininghealth.intervene.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.intervene.clip.ClippableGradient;
import dev.traininghealth.intervene.clip.GradientClipping;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.ParameterRole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * OutputUnits and AGC in every layout of DL4J's weights.
 *
 * <p>The oracles are plain loops over single elements with the unit that each case names, and the
 * layer's own output.
 */
class ClippedUnitsTest {
  private static final double CLIPPING = 0.02;
  private static final double EPSILON = 1e-3;

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (WeightLayout c : WeightLayout.all()) {
      cases.add(Arguments.of(c, DataType.FLOAT));
      cases.add(Arguments.of(c, DataType.DOUBLE));
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldMatchPlainLoops(WeightLayout c, DataType type) {
    // Units with very different factors: some are clipped, some are not.
    String key = "0_" + c.parameter();
    double[] norms = new double[c.units()];
    double[] factors = new double[c.units()];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = i % 3 == 0 ? 1 : i % 3 == 1 ? 0.5 : 1e-5;
    }
    ClippingListener listener =
        new ClippingListener(
            false,
            g -> {
              int p = index(g, key);
              System.arraycopy(g.unitNorms(p), 0, norms, 0, c.units());
              g.scaleUnits(p, factors);
            });
    MultiLayerNetwork net = c.network(type);
    net.setListeners(listener);
    net.fit(c.data(type));

    INDArray before = listener.before(key);
    assertThat(before.shape()).isEqualTo(c.sizes());
    double[] plain = c.unitNorms(before);
    for (int i = 0; i < c.units(); i++) {
      assertThat(norms[i]).isCloseTo(plain[i] / 2, within(1e-6 * (1e-3 + plain[i])));
    }
    INDArray after = listener.after(key);
    c.eachElement(
        at -> {
          double expected = before.getDouble(at) * factors[c.unitOf().applyAsInt(at)];
          assertThat(after.getDouble(at))
              .isCloseTo(expected, within(1e-6 * Math.abs(expected) + Float.MIN_NORMAL));
        });
    assertThat(listener.gradient().norm(listener.parameter(key)))
        .isCloseTo(ClippingListener.norm(after) / 2, within(1e-6 * ClippingListener.norm(after)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldClipByTheFormulaOfAgc(WeightLayout c, DataType type) {
    String key = "0_" + c.parameter();
    ClippingListener listener =
        new ClippingListener(false, GradientClipping.agc(CLIPPING, EPSILON)::clip);
    MultiLayerNetwork net = c.network(type);
    // A unit with weights of 0 has the limit that EPSILON allows.
    INDArray weights = c.inShape(net.getParam(key));
    c.eachElement(
        at -> {
          if (c.unitOf().applyAsInt(at) == c.units() - 1 && c.units() > 1) {
            weights.putScalar(at, 0);
          }
        });
    double[] limits = c.unitNorms(weights);
    boolean matrix = c.units() > 1;
    net.setListeners(listener);
    listener.distortion = g -> requireNonNull(g.get(key)).assign(gradient(c, type, limits));
    net.fit(c.data(type));

    INDArray before = listener.before(key);
    double[] norms = c.unitNorms(before);
    double[] factors = new double[c.units()];
    int clipped = 0;
    for (int i = 0; i < c.units(); i++) {
      double limit = CLIPPING * Math.max(limits[i], EPSILON);
      factors[i] = matrix && norms[i] / 2 > limit ? limit / (norms[i] / 2) : 1;
      clipped += factors[i] < 1 ? 1 : 0;
    }
    assertThat(clipped).isBetween(matrix ? 1 : 0, Math.max(0, c.units() - 1));
    INDArray after = listener.after(key);
    c.eachElement(
        at -> {
          double expected = before.getDouble(at) * factors[c.unitOf().applyAsInt(at)];
          assertThat(after.getDouble(at))
              .isCloseTo(expected, within(1e-5 * Math.abs(expected) + 1e-12));
        });
    assertThat(listener.isUntouched(net.getnLayers() - 1 + "_W")).isTrue();
    assertThat(listener.before.keySet())
        .filteredOn(k -> k.endsWith("b"))
        .allMatch(listener::isUntouched);
  }

  /** Gradients that are too large in every second unit, and small in the others. */
  private static INDArray gradient(WeightLayout c, DataType type, double[] weightNorms) {
    Random random = new Random(3);
    INDArray gradient = Nd4j.create(type, c.sizes());
    double elements = Math.sqrt((double) gradient.length() / c.units());
    c.eachElement(
        at -> {
          int unit = c.unitOf().applyAsInt(at);
          double limit = CLIPPING * Math.max(weightNorms[unit], EPSILON) / elements;
          double sign = random.nextBoolean() ? 1 : -1;
          gradient.putScalar(at, sign * limit * (unit % 2 == 1 ? 20 : 0.5));
        });
    return gradient;
  }

  /** The oracle for units is the layer's output: changing one unit changes one channel. */
  @ParameterizedTest
  @MethodSource("cases")
  void shouldMatchOneOutputChannelEach(WeightLayout c, DataType type) {
    if (!c.outputs()) {
      return;
    }
    MultiLayerNetwork net = c.network(type);
    DataSet data = c.data(type);
    NetworkLayout.Parameter parameter =
        new NetworkLayout.Parameter(
            "0_" + c.parameter(),
            c.parameter(),
            0,
            ParameterRole.WEIGHT,
            net.getParam("0_" + c.parameter()).length(),
            false);
    INDArray weights = net.getParam(parameter.key());
    OutputUnits units = OutputUnits.of(c.layer(), parameter, weights);
    INDArray before = net.feedForwardToLayer(0, data.getFeatures()).get(1).dup();
    for (int unit = 0; unit < c.units(); unit++) {
      INDArray saved = weights.dup();
      double[] factors = new double[c.units()];
      Arrays.fill(factors, 1);
      factors[unit] = 0.5;
      new ModelEditor(false).scaleUnits(units.read(weights), factors, units.shape());
      INDArray after = net.feedForwardToLayer(0, data.getFeatures()).get(1).dup();
      weights.assign(saved);
      for (int channel = 0; channel < c.units(); channel++) {
        // Recurrence spreads one unit to the others, but not in the first two time steps.
        INDArray b = firstSteps(c, before, channel);
        INDArray a = firstSteps(c, after, channel);
        assertThat(a.equals(b)).as("unit %d, channel %d", unit, channel).isEqualTo(unit != channel);
      }
    }
  }

  private static INDArray firstSteps(WeightLayout c, INDArray activations, int channel) {
    INDArray ofChannel = activations.swapAxes(0, 1).slice(channel).dup('c');
    if (!(c.layer() instanceof SimpleRnn)) {
      return ofChannel;
    }
    INDArray steps = ofChannel.permute(1, 0);
    return steps.slice(c.parameter().equals("RW") ? 1 : 0).dup('c');
  }

  @Test
  void shouldDistinguishWeightsOfABidirectionalLayerFromBiases() {
    WeightLayout c =
        WeightLayout.all().stream()
            .filter(layout -> layout.layer() instanceof Bidirectional)
            .findFirst()
            .orElseThrow();
    ClippingListener listener = new ClippingListener(false, g -> {});
    MultiLayerNetwork net = c.network(DataType.FLOAT);
    net.setListeners(listener);
    net.fit(c.data(DataType.FLOAT));

    assertThat(listener.gradient().layout().parameters())
        .filteredOn(p -> p.layer() == 0)
        .extracting(p -> p.name() + " " + p.role())
        .containsExactlyInAnyOrder(
            "fW WEIGHT",
            "fRW RECURRENT_WEIGHT",
            "fb OTHER",
            "bW WEIGHT",
            "bRW RECURRENT_WEIGHT",
            "bb OTHER");
  }

  @Test
  void shouldTreatWeightsOfUnknownLayoutAsOneUnit() {
    NetworkLayout.Parameter parameter =
        new NetworkLayout.Parameter("0_W", "W", 0, ParameterRole.WEIGHT, 24, false);
    INDArray array = Nd4j.ones(DataType.FLOAT, 2, 3, 4);
    OutputUnits units =
        OutputUnits.of(new DenseLayer.Builder().nIn(1).nOut(1).build(), parameter, array);

    assertThat(units.count()).isOne();
    assertThat(units.norms(array)).containsExactly(new double[] {Math.sqrt(24)}, within(1e-9));
  }

  private static int index(ClippableGradient gradient, String key) {
    return gradient.layout().parameters().stream()
        .map(NetworkLayout.Parameter::key)
        .toList()
        .indexOf(key);
  }
}
