package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NonFiniteOrigin;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NonFiniteDetectorTest {
  private static final int WEIGHTS_OF_LAYER_1 = 2;

  private final NetworkLayout layout = LayoutBuilder.classifier(3, "tanh");
  private final SimulatedRun run = new SimulatedRun(layout, new NonFiniteDetector());

  @ParameterizedTest
  @CsvSource({"NaN,0", "Infinity,0", "NaN,7", "Infinity,7"})
  void shouldFindTheGradientAtTheVeryIteration(Double value, int at) {
    run.run(at);
    run.next.gradientNorm[WEIGHTS_OF_LAYER_1] = value;
    run.run(1);

    assertThat(run.found()).containsExactly("non_finite CRITICAL 1_W");
    assertThat(run.reported().get(0).iteration()).isEqualTo(at);
    assertThat(run.reported().get(0).observed()).isEqualTo(value);
    assertThat(run.reported().get(0).sentence()).contains("gradient of 1_W", String.valueOf(value));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void shouldFindTheScore(Double value) {
    run.run(5);
    run.next.score = value;
    run.run(1);

    assertThat(run.found()).containsExactly("non_finite CRITICAL");
    assertThat(run.reported().get(0).observed()).isEqualTo(value);
  }

  @Test
  void shouldFindWeightsAndUpdatesWhereTheGradientIsFinite() {
    run.run(3);
    run.next.updateNorm[0] = Double.POSITIVE_INFINITY;
    run.run(1);
    run.next.updateNorm[0] = 1e-3;
    run.run(30);
    run.next.weightNorm[3] = Double.NaN;
    run.run(1);

    assertThat(run.found()).containsExactly("non_finite CRITICAL 0_W", "non_finite CRITICAL 1_b");
    assertThat(run.latest()).extracting(Diagnosis::iteration).containsExactly(3L, 34L);
  }

  @Test
  void shouldLeaveHugeNumbersAndWhatIsNotMeasuredAlone() {
    run.next.score = Double.MAX_VALUE;
    run.next.gradientNorm[0] = Double.MAX_VALUE;
    run.next.weightNorm[0] = Double.MAX_VALUE;
    run.next.gradientNorm[4] = Measurement.absent();
    run.next.updateNorm[4] = Measurement.absent();
    run.run(50);

    assertThat(run.reported()).isEmpty();
  }

  @Test
  void shouldTellOnceWhatGoesOnAndAnewWhatComesAgain() {
    run.run(5);
    run.next.gradientNorm[WEIGHTS_OF_LAYER_1] = Double.NaN;
    run.run(3);
    run.next.gradientNorm[0] = Double.NaN; // spreads to the layer before
    run.run(20);
    assertThat(run.found()).containsExactly("non_finite CRITICAL 1_W");
    assertThat(run.latest().get(0).isResolved()).isFalse();

    run.next.gradientNorm[0] = 1;
    run.next.gradientNorm[WEIGHTS_OF_LAYER_1] = 1;
    run.run(10);
    assertThat(run.latest().get(0).endIteration()).isBetween(28L, 30L);

    run.next.score = Double.NaN;
    run.run(1);
    assertThat(run.latest()).extracting(Diagnosis::iteration).containsExactly(5L, 38L);
  }

  @Test
  void shouldNotEndBetweenTwoMeasurementsOfTheWeights() {
    run.next.weightNorm[0] = Double.NaN;
    run.run(200, (m, i) -> run.measuresWeights = i % 10 == 0);

    assertThat(run.reported()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "FEATURES, -1, -1, 12, The minibatch's features hold non-finite values: 12., true",
    "FEATURES, -1, -1, 0, 'The minibatch''s features are finite, but too large.', true",
    "LABELS, -1, -1, 12, The minibatch's labels hold non-finite values: 12., true",
    "LABELS, -1, -1, 0, 'The minibatch''s labels are finite, but too large.', true",
    "WEIGHT, 2, 4, 12, 'The weights are no longer finite: 2_W of layer 2 (DenseLayer, tanh) holds"
        + " non-finite values (12).', false",
    "ACTIVATION, 2, -1, 12, 'The activations of layer 2 (DenseLayer, tanh) are the first that are"
        + " not finite.', true",
    "SCORE, -1, -1, 1, 'The score is not finite; features, labels and weights are finite. The"
        + " activations are finite too.', false",
    "GRADIENT, 2, 5, 12, 'The score is finite; in backward order, the first non-finite gradient is"
        + " that of 2_b of layer 2 (DenseLayer, tanh) (non-finite values: 12).', false",
    "GRADIENT, 2, 5, 0, 'The gradient of 2_b of layer 2 (DenseLayer, tanh) is finite, but too"
        + " large.', true",
    "UPDATE, 2, 4, 12, 'The gradient is finite, but the updater makes the update of 2_W of layer 2"
        + " (DenseLayer, tanh) non-finite (values: 12): its state has overflowed.', false",
  })
  void shouldTellWhereItCameFrom(
      NonFiniteOrigin.Place place,
      int layer,
      int parameter,
      long count,
      String words,
      boolean seenElsewhere) {
    run.run(5);
    run.origin =
        new NonFiniteOrigin(place, layer, parameter, count, List.of(3, 17), 2, false, Double.NaN);
    run.next.gradientNorm[0] = Double.NaN;
    run.run(1);

    Diagnosis found = run.reported().get(0);
    assertThat(found.origin()).isEqualTo(run.origin);
    assertThat(found.sentence())
        .isEqualTo(
            words
                + " Affected rows of the minibatch: 3 and 17."
                + (seenElsewhere
                    ? " The gradient of 0_W of layer 0 (DenseLayer, tanh) is NaN."
                    : ""));
    if (layer >= 0) {
      assertThat(found.layer()).isEqualTo(layer);
      assertThat(found.parameter()).isEqualTo(parameter);
    }
  }

  /** The search skips activations while it backs off, or if the network cannot be copied. */
  @ParameterizedTest
  @CsvSource({"SCORE, -1", "GRADIENT, 5"})
  void shouldTellThatActivationsWereNotLookedAt(NonFiniteOrigin.Place place, int parameter) {
    run.origin =
        new NonFiniteOrigin(
                place, parameter < 0 ? -1 : 2, parameter, 1, List.of(), 0, true, Double.NaN)
            .withActivationsUnseen();
    run.next.score = Double.NaN;
    run.run(1);

    assertThat(run.reported().get(0).sentence())
        .endsWith(" Activations were not looked at: the first non-finite value may be one of them.")
        .doesNotContain("activations are finite");
  }

  @Test
  void shouldListRowsAndTheLargestFeature() {
    run.origin =
        new NonFiniteOrigin(
            NonFiniteOrigin.Place.ACTIVATION,
            1,
            -1,
            640,
            List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
            20,
            true,
            2e30);
    run.next.score = Double.NaN;
    run.run(1);

    assertThat(run.reported().get(0).sentence())
        .isEqualTo(
            "The activations of layer 1 (DenseLayer, tanh) are the first that are not finite."
                + " Affected rows of the minibatch: 0, 1, 2, 3, 4, 5, 6, 7 and 12 more. All that"
                + " went into the computation was finite: the numbers grew too large on the way."
                + " The largest feature is 2e30. The score is NaN.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"3; 3", "3,17; 3 and 17", "3,17,31; 3, 17 and 31"})
  void shouldListRowsAsASentenceDoes(String rows, String words) {
    List<Integer> listed = Stream.of(rows.split(",")).map(Integer::valueOf).toList();
    run.origin =
        new NonFiniteOrigin(
            NonFiniteOrigin.Place.SCORE, -1, -1, 1, listed, listed.size(), true, Double.NaN);
    run.next.score = Double.NaN;
    run.run(1);

    assertThat(run.reported().get(0).sentence())
        .endsWith(" Affected rows of the minibatch: " + words + ".");
  }
}
