package dev.traininghealth.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.traininghealth.numbers.DataRecord;
import dev.traininghealth.numbers.LossTraits;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.Range;
import java.util.Random;
import org.deeplearning4j.util.OutputLayerUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Every loss function of DL4J has a row, whose numbers are what ND4J computes. */
class LossTraitsTest {
  private static final int EXAMPLES = 4000;
  private static final int COLUMNS = 3;

  private static LossTraits traits(LossFunction loss) {
    return LossTraits.of(loss.getILossFunction().getClass().getSimpleName());
  }

  private static double score(ILossFunction loss, INDArray labels, INDArray outputs) {
    return loss.computeScore(labels, outputs.dup(), new ActivationIdentity(), null, true);
  }

  private static double score(LossFunction loss, double label, double output) {
    return score(
        loss.getILossFunction(),
        Nd4j.createFromArray(new double[][] {{label}}),
        Nd4j.createFromArray(new double[][] {{output}}));
  }

  @ParameterizedTest
  @EnumSource
  void shouldKnowEachLossAndWhetherItTakesTheLogarithmOfProbabilities(LossFunction loss) {
    double label = traits(loss).hasClassNumbers() ? 0 : 1;
    double difference = score(loss, label, 1e-4) - score(loss, label, 1e-2);

    assertThat(traits(loss).isKnown()).isTrue();
    assertThat(traits(loss).wantsProbabilities())
        .isEqualTo(Math.abs(difference - Math.log(100)) < 1e-3);
    if (OutputLayerUtil.lossFunctionExpectsProbability(loss.getILossFunction())) {
      assertThat(traits(loss).wantsProbabilities()).isTrue();
    }
  }

  /** A probability of yes has a probability of no as well, a class among others has not. */
  @ParameterizedTest
  @EnumSource
  void shouldKnowWhichLossesWantADistribution(LossFunction loss) {
    if (!traits(loss).wantsProbabilities()) {
      assertThat(traits(loss).wantsDistribution()).isFalse();
      return;
    }
    INDArray label = Nd4j.createFromArray(new double[][] {{1, 0}});
    if (traits(loss).hasClassNumbers()) {
      label = Nd4j.createFromArray(new double[][] {{0}});
    }
    ILossFunction function = loss.getILossFunction();
    double likely = score(function, label, Nd4j.createFromArray(new double[][] {{0.5, 0.9}}));
    double unlikely = score(function, label, Nd4j.createFromArray(new double[][] {{0.5, 0.1}}));
    assertThat(traits(loss).wantsDistribution()).isEqualTo(Math.abs(likely - unlikely) < 1e-3);
  }

  @ParameterizedTest
  @EnumSource(names = "SPARSE_MCXENT", mode = Mode.EXCLUDE)
  void shouldKnowWhichLossesAreSquaredErrors(LossFunction loss) {
    boolean squared = true;
    for (double label : new double[] {-2, 0.5, 3}) {
      double once = score(loss, label, label + 0.1);
      squared &= Math.abs(score(loss, label, label + 0.2) / once - 4) < 1e-3;
    }
    assertThat(traits(loss).isSquaredError()).isEqualTo(squared);
  }

  @ParameterizedTest
  @EnumSource
  void shouldKnowTheScoreOfTheBestConstantPrediction(LossFunction loss) {
    INDArray labels = labels(traits(loss));
    DataRecord data = summary(labels);
    double known = traits(loss).constantPredictionScore(data);
    if (Double.isNaN(known)) {
      return;
    }
    INDArray best = Nd4j.zeros(DataType.DOUBLE, EXAMPLES, COLUMNS).addiRowVector(labels.mean(0));
    assertThat(score(loss.getILossFunction(), labels, best)).isCloseTo(known, withPercentage(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"LossMSE", "LossL2", "LossMAE", "LossL1", "LossMCXENT", "LossBinaryXENT"})
  void shouldKnowTheScoreOfAConstantPredictionOfTheUsualLosses(String loss) {
    assertThat(LossTraits.of(loss).constantPredictionScore(summary(labels(LossTraits.of(loss)))))
        .isPositive();
  }

  /** Outside of them the score is not finite, or does not fall where the output comes nearer. */
  @ParameterizedTest
  @EnumSource(
      names = {"MEAN_SQUARED_LOGARITHMIC_ERROR", "POISSON", "XENT", "HINGE", "SQUARED_HINGE"})
  void shouldKnowWhichLabelsHaveAMeaning(LossFunction loss) {
    Range range = traits(loss).labels();
    double outside = range.low() - 1;
    double nearer = score(loss, outside, outside + 0.1);
    double farther = score(loss, outside, outside + 0.2);

    assertThat(Double.isFinite(nearer) && nearer < farther && farther > 0.05).isFalse();
  }

  @Test
  void shouldClaimNothingOfALossThatIsNotKnown() {
    LossTraits own = LossTraits.of("OwnLoss");

    assertThat(own.isKnown()).isFalse();
    assertThat(own.labels()).isEqualTo(Range.ALL);
    assertThat(own.comparesWithLabels()).isTrue();
    assertThat(own.constantPredictionScore(new MeasurementWriter(1, 1).data)).isNaN();
  }

  /** One-hot, yes or no, or normal numbers, as the loss wants them. */
  private static INDArray labels(LossTraits traits) {
    Random random = new Random(5);
    INDArray labels = Nd4j.create(DataType.DOUBLE, EXAMPLES, COLUMNS);
    for (int example = 0; example < EXAMPLES; example++) {
      double draw = random.nextDouble();
      int label = draw < 0.2 ? 0 : draw < 0.5 ? 1 : 2;
      for (int column = 0; column < COLUMNS; column++) {
        double value =
            traits.wantsDistribution()
                ? (column == label ? 1 : 0)
                : traits.wantsProbabilities()
                    ? (random.nextDouble() < 0.3 ? 1 : 0)
                    : 3 + random.nextGaussian();
        labels.putScalar(example, column, value);
      }
    }
    return labels;
  }

  private static DataRecord summary(INDArray labels) {
    LabelMeans means = new LabelMeans();
    means.begin(COLUMNS, true);
    for (int example = 0; example < EXAMPLES; example++) {
      for (int column = 0; column < COLUMNS; column++) {
        means.add(column, labels.getDouble(example, column));
      }
      means.endVector();
    }
    DataRecord data = new MeasurementWriter(1, 1).data;
    data.labelColumns = COLUMNS;
    data.labelVariance = means.variance();
    data.labelEntropy = means.entropy();
    data.labelBinaryEntropy = means.binaryEntropy();
    return data;
  }
}
