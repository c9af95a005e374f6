package dev.traininghealth.samples.corpus;

import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossUtil;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The mean over the outputs of log(cosh(output - label)), which DL4J does not have. It is quadratic
 * for small differences and linear for large ones.
 */
final class LogCoshLoss implements ILossFunction {
  private static final long serialVersionUID = 1L;

  @Override
  public double computeScore(
      INDArray labels,
      INDArray preOutput,
      IActivation activation,
      @Nullable INDArray mask,
      boolean average) {
    double sum = computeScoreArray(labels, preOutput, activation, mask).sumNumber().doubleValue();
    return average ? sum / labels.size(0) : sum;
  }

  /** Uses |d| + log(1 + exp(-2|d|)) - log 2, because cosh overflows. */
  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray preOutput, IActivation activation, @Nullable INDArray mask) {
    INDArray distance = Transforms.abs(difference(labels, preOutput, activation), false);
    INDArray scores = Transforms.softPlus(distance.mul(-2), false).addi(distance).subi(Math.log(2));
    if (mask != null) {
      LossUtil.applyMask(scores, mask);
    }
    return scores.sum(true, 1).divi(labels.size(1));
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray preOutput, IActivation activation, @Nullable INDArray mask) {
    INDArray slope =
        Transforms.tanh(difference(labels, preOutput, activation), false).divi(labels.size(1));
    if (mask != null) {
      LossUtil.applyMask(slope, mask);
    }
    return activation.backprop(preOutput, slope).getFirst();
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels,
      INDArray preOutput,
      IActivation activation,
      @Nullable INDArray mask,
      boolean average) {
    return new Pair<>(
        computeScore(labels, preOutput, activation, mask, average),
        computeGradient(labels, preOutput, activation, mask));
  }

  private static INDArray difference(INDArray labels, INDArray preOutput, IActivation activation) {
    return activation
        .getActivation(preOutput.dup(), true)
        .subi(labels.castTo(preOutput.dataType()));
  }

  @Override
  public String name() {
    return toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LogCoshLoss;
  }

  @Override
  public int hashCode() {
    return LogCoshLoss.class.hashCode();
  }

  @Override
  public String toString() {
    return "LogCoshLoss()";
  }
}
