package dev.traininghealth.intervene.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.traininghealth.Networks;
import dev.traininghealth.intervene.model.ClippingListener;
import dev.traininghealth.intervene.model.EditedGradient;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Sgd;

/** AutoClip compared with the percentile of a sorted list. */
class PercentileClippingTest {
  @Test
  void shouldClipToAPercentileOfAllNormsBeforeClipping() {
    // 200 steps with gradient norms across six decades
    ClippingListener listener = new ClippingListener(false, GradientClipping.autoClip(30)::clip);
    MultiLayerNetwork net = Networks.MLP.create(new Sgd(1e-9), DataType.FLOAT);
    net.setListeners(listener);
    Random random = new Random(11);
    listener.distortion =
        gradients -> {
          double factor = Math.exp(random.nextGaussian() * 2);
          gradients.values().forEach(g -> g.muli(factor));
        };
    List<Double> norms = new ArrayList<>();
    int clipped = 0;
    for (int i = 0; i < 200; i++) {
      net.fit(Networks.MLP.data(DataType.FLOAT).get(i % 4));
      EditedGradient gradient = listener.gradient();
      double norm = gradient.globalNormBefore();
      norms.add(norm);
      if (i < 3) {
        assertThat(gradient.threshold()).isNaN(); // fewer than 100 / 30 norms
        assertThat(gradient.hasClipped()).isFalse();
        continue;
      }
      double[] sorted = norms.stream().mapToDouble(n -> n).sorted().toArray();
      double percentile = sorted[(int) (0.3 * (sorted.length - 1))];
      assertThat(gradient.threshold() / percentile).isBetween(0.999999, 1.011);
      assertThat(gradient.hasClipped()).isEqualTo(norm > gradient.threshold());
      assertThat(gradient.globalNorm())
          .isCloseTo(Math.min(norm, gradient.threshold()), withPercentage(1e-3));
      clipped += gradient.hasClipped() ? 1 : 0;
    }
    assertThat(clipped).isBetween(120, 160);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, Double.NaN, Double.POSITIVE_INFINITY})
  void shouldLeaveOutZeroAndNonFiniteNorms(double leftOut) {
    GradientClipping rule = GradientClipping.autoClip(50);
    GlobalNormOnly fake = new GlobalNormOnly();
    for (int i = 0; i < 100; i++) {
      fake.norm = i % 3 == 0 ? 4 : leftOut;
      rule.clip(fake.gradient());
    }
    fake.norm = 8;
    rule.clip(fake.gradient());

    assertThat(fake.threshold).isBetween(4.0, 4.05);
    assertThat(fake.factor).isBetween(0.5, 0.51);
  }

  /** A gradient with a global norm and nothing else. */
  private static final class GlobalNormOnly {
    double norm;
    double threshold = Double.NaN;
    double factor = 1;

    ClippableGradient gradient() {
      return (ClippableGradient)
          Proxy.newProxyInstance(
              ClippableGradient.class.getClassLoader(),
              new Class<?>[] {ClippableGradient.class},
              (proxy, method, arguments) -> {
                switch (method.getName()) {
                  case "globalNorm", "globalNormBefore" -> {
                    return norm;
                  }
                  case "reportThreshold" -> threshold = (double) arguments[0];
                  case "scaleAll" -> factor = (double) arguments[0];
                  default -> throw new UnsupportedOperationException(method.getName());
                }
                return null;
              });
    }
  }

  @ParameterizedTest
  @CsvSource({"1e-300, 1e300, 0.5", "1e-60, 1e60, 0.1", "0.9, 1.1, 0.9"})
  void shouldFindQuantilesInFixedMemory(double smallest, double largest, double quantile) {
    NormQuantile histogram = new NormQuantile(quantile);
    Random random = new Random(9);
    double[] norms = new double[2000];
    for (int i = 0; i < norms.length; i++) {
      double log = Math.log(smallest) + random.nextDouble() * Math.log(largest / smallest);
      norms[i] = Math.exp(Math.log(smallest) == Math.log(largest) ? 0 : log);
      histogram.add(norms[i]);
      double[] sorted = Arrays.copyOf(norms, i + 1);
      Arrays.sort(sorted);
      double expected = sorted[(int) (quantile * i)];
      double held = Math.max(0x1p-160, Math.min(0x1p160, expected));
      assertThat(histogram.quantile() / held).isBetween(0.999999, 1.011);
    }
    assertThat(histogram.count()).isEqualTo(norms.length);
  }

  @Test
  void shouldNotClipEqualNorms() {
    GradientClipping rule = GradientClipping.autoClip();
    GlobalNormOnly fake = new GlobalNormOnly();
    fake.norm = 3.7;
    for (int i = 0; i < 50; i++) {
      rule.clip(fake.gradient());
    }
    assertThat(fake.factor).isOne();
    assertThat(fake.threshold).isBetween(3.7, 3.75);
  }
}
