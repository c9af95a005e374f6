package dev.traininghealth.samples.noharm;

import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The measures of a trained network, without dropout and without regularization. */
final class Results {
  private Results() {}

  /**
   * Share of the examples whose largest output is at their label, 0 to 1. NaN if a parameter is
   * non-finite, because the ReLU of NaN is 0 and would hide it.
   */
  static double accuracy(MultiLayerNetwork network, DataSet test) {
    if (!Double.isFinite(network.params().norm2Number().doubleValue())) {
      return Double.NaN;
    }
    INDArray output = network.output(test.getFeatures(), false);
    INDArray found = output.argMax(1);
    INDArray labels = test.getLabels().argMax(1);
    return found.eq(labels).castTo(output.dataType()).meanNumber().doubleValue();
  }

  /** Mean squared error over examples and outputs. */
  static double squaredError(MultiLayerNetwork network, DataSet test) {
    INDArray error = network.output(test.getFeatures(), false).sub(test.getLabels());
    return Transforms.pow(error, 2, false).meanNumber().doubleValue();
  }

  /** DL4J's score. */
  static double score(MultiLayerNetwork network, DataSet test) {
    return network.score(test, false);
  }
}
