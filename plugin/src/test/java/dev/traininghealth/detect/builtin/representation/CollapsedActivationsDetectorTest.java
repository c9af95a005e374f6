package dev.traininghealth.detect.builtin.representation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CollapsedActivationsDetectorTest {
  private static final NetworkLayout LAYOUT = LayoutBuilder.classifier(4, "relu");
  private static final int COLLAPSED = 2;

  private final SimulatedRun run = new SimulatedRun(LAYOUT, new CollapsedActivationsDetector());

  /** Layers that spread examples, from one that hardly does on. */
  private static void measure(MeasurementWriter m, long iteration, double spread) {
    if (iteration % 100 == 0) {
      Arrays.fill(m.activationIteration, iteration);
    }
    Arrays.fill(m.exampleSpread, 0.3);
    Arrays.fill(m.exampleSpread, COLLAPSED, m.exampleSpread.length, spread);
    Arrays.fill(m.activationRank, 6);
    Arrays.fill(m.activationRank, COLLAPSED, m.activationRank.length, 1.2);
  }

  private enum Why {
    DEAD("95 % of its units are zero", "pass a little gradient") {
      @Override
      void set(MeasurementWriter m) {
        m.silentUnitFraction[COLLAPSED] = 0.95;
      }
    },
    SATURATED("99 % of them are at a limit", "Normalize the features") {
      @Override
      void set(MeasurementWriter m) {
        m.saturatedFraction[COLLAPSED] = 0.99;
        m.data.featureMax = 300;
        m.data.featureStandardDeviation = 80;
      }
    },
    WEIGHTS("The norm of its weights is only 0.01", "weight decay") {
      @Override
      void set(MeasurementWriter m) {
        m.weightNorm[2 * COLLAPSED] = 0.01;
      }
    },
    FEATURES("The features hardly differ themselves: mean 1000", "Normalize the features") {
      @Override
      void set(MeasurementWriter m) {
        m.data.featureMean = 1000;
        m.data.featureStandardDeviation = 1;
      }
    },
    IMBALANCE("97 % of the labels are the same", "weight") {
      @Override
      void set(MeasurementWriter m) {
        m.data.largestLabelShare = 0.97;
        labels(m, 0, 1, 0.97, Math.sqrt(0.97 * 0.03));
      }
    },
    NUMBERS("an effective rank of 1.2.", "atch normalization") {
      @Override
      void set(MeasurementWriter m) {
        m.data.largestLabelShare = 1.06;
        labels(m, -1.7, 1.7, -0.06, 1);
      }
    },
    SHARES("an effective rank of 1.2.", "atch normalization") {
      @Override
      void set(MeasurementWriter m) {
        m.data.largestLabelShare = 0.97;
        labels(m, 0.9, 1, 0.97, 0.02);
      }
    },
    UNKNOWN("an effective rank of 1.2.", "atch normalization") {
      @Override
      void set(MeasurementWriter m) {}
    };

    private final String words;
    private final String advice;

    Why(String words, String advice) {
      this.words = words;
      this.advice = advice;
    }

    abstract void set(MeasurementWriter m);

    private static void labels(
        MeasurementWriter m, double min, double max, double mean, double deviation) {
      m.data.labelMin = min;
      m.data.labelMax = max;
      m.data.labelMean = mean;
      m.data.labelStandardDeviation = deviation;
    }
  }

  @ParameterizedTest
  @EnumSource(Why.class)
  void shouldNameTheFirstLayerAndWhyItCollapsed(Why why) {
    run.run(
        800,
        (m, i) -> {
          why.set(m);
          measure(m, i, 2.5e-5);
        });

    assertThat(run.latest())
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.problem()).isEqualTo(Problem.COLLAPSED_ACTIVATIONS);
              assertThat(d.severity()).isEqualTo(Severity.INFO);
              assertThat(d.layer()).isEqualTo(COLLAPSED);
              assertThat(d.message().english())
                  .startsWith("The activations of layer 2")
                  .contains("differ by 0.005 of their size", why.words);
              assertThat(d.remedies()).anyMatch(r -> r.advice().contains(why.advice));
            });
  }

  @Test
  void shouldLeaveLayersAloneThatTellExamplesApart() {
    run.run(800, (m, i) -> measure(m, i, 0.01)); // as of features that are not normalized
    run.run(800, (m, i) -> measure(m, i, i % 300 == 0 ? 0 : 0.3)); // examples of one kind
    run.run(800, (m, i) -> measure(m, i, Measurement.absent()));
    run.next.batchSize = 4;
    run.run(800, (m, i) -> measure(m, i, 0));

    assertThat(run.reported()).isEmpty();
  }

  @Test
  void shouldEndWhenTheyAreToldApartAgain() {
    run.run(800, (m, i) -> measure(m, i, 0));
    run.run(1_500, (m, i) -> measure(m, i, 0.2));

    assertThat(run.latest()).singleElement().matches(d -> d.isResolved());
  }
}
