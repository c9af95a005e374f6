package dev.traininghealth.samples.corpus;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The activation exp(x), which is its own derivative and which DL4J does not have. */
final class ExponentialActivation extends BaseActivationFunction {
  private static final long serialVersionUID = 1L;

  @Override
  public INDArray getActivation(INDArray in, boolean training) {
    return Transforms.exp(in, false);
  }

  @Override
  public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    assertShape(in, epsilon);
    return new Pair<>(Transforms.exp(in, false).muli(epsilon), null);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ExponentialActivation;
  }

  @Override
  public int hashCode() {
    return ExponentialActivation.class.hashCode();
  }

  @Override
  public String toString() {
    return "exponential";
  }
}
