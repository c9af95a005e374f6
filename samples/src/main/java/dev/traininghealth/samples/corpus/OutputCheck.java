package dev.traininghealth.samples.corpus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.lossfunctions.impl.LossMAPE;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/**
 * What the outputs of a trained network show, over up to 500 training examples.
 *
 * @param constantScore score of the constant prediction of the labels' means, or medians if the
 *     loss is of absolute errors, without regularization
 * @param outputDeviation standard deviation of the outputs over the examples, relative to that of
 *     the labels; 0 if all outputs are equal, NaN or infinite if all labels are
 * @param sameClass largest share of examples with the same largest output; NaN for one output
 * @param deadUnits share of units that are 0 for all examples, per ReLU layer; empty without one
 */
record OutputCheck(
    double constantScore, double outputDeviation, double sameClass, List<Double> deadUnits) {

  static OutputCheck of(MultiLayerNetwork network, Examples examples) {
    DataSet some = examples.inOrder(Evaluation.TOGETHER).next();
    List<INDArray> activations = network.feedForward(some.getFeatures(), false);
    INDArray outputs = Evaluation.rows(activations.get(activations.size() - 1));
    INDArray labels = Evaluation.rows(some.getLabels());
    ILossFunction loss = loss(network.getOutputLayer().conf().getLayer());
    if (loss instanceof LossSparseMCXENT) {
      labels = oneHot(labels, outputs.size(1));
    }
    INDArray constant =
        loss instanceof LossMAE || loss instanceof LossMAPE
            ? medians(labels)
            : labels.mean(true, 0);
    double constantScore =
        loss.computeScore(
            loss instanceof LossSparseMCXENT ? Evaluation.rows(some.getLabels()) : labels,
            constant.repeat(0, labels.size(0)),
            new ActivationIdentity(),
            null,
            true);
    return new OutputCheck(
        constantScore,
        deviation(outputs) / deviation(labels),
        outputs.size(1) == 1 ? Double.NaN : sameClass(outputs),
        deadUnits(network, activations));
  }

  private static ILossFunction loss(Layer output) {
    if (output instanceof BaseOutputLayer layer) {
      return layer.getLossFn();
    }
    return output instanceof LossLayer layer
        ? layer.getLossFn()
        : ((RnnLossLayer) output).getLossFn();
  }

  private static INDArray oneHot(INDArray indices, long classes) {
    INDArray rows = Nd4j.zeros(indices.size(0), classes);
    for (long row = 0; row < indices.size(0); row++) {
      int index = (int) indices.getDouble(row, 0);
      if (index >= 0 && index < classes) {
        rows.putScalar(row, index, 1);
      }
    }
    return rows;
  }

  private static INDArray medians(INDArray rows) {
    INDArray medians = Nd4j.zeros(1, rows.size(1));
    for (long column = 0; column < rows.size(1); column++) {
      double[] sorted = rows.getColumn(column).dup().toDoubleVector();
      Arrays.sort(sorted);
      medians.putScalar(0, column, sorted[sorted.length / 2]);
    }
    return medians;
  }

  /** The mean over the columns of their standard deviations. */
  private static double deviation(INDArray rows) {
    return rows.std(false, 0).meanNumber().doubleValue();
  }

  private static double sameClass(INDArray outputs) {
    long[] counts = new long[(int) outputs.size(1)];
    for (long largest : outputs.argMax(1).toLongVector()) {
      counts[(int) largest]++;
    }
    return (double) Arrays.stream(counts).max().orElse(0) / outputs.size(0);
  }

  private static List<Double> deadUnits(MultiLayerNetwork network, List<INDArray> activations) {
    List<Double> shares = new ArrayList<>();
    for (int i = 0; i < network.getnLayers(); i++) {
      if (isRelu(network.getLayer(i).conf().getLayer())) {
        INDArray units = activations.get(i + 1);
        INDArray largest =
            units.permute(permutation(units.rank())).dup('c').reshape(units.size(1), -1).max(1);
        shares.add(1 - largest.gt(0).castTo(units.dataType()).meanNumber().doubleValue());
      }
    }
    return shares;
  }

  private static boolean isRelu(Layer layer) {
    if (layer instanceof ActivationLayer activation) {
      return activation.getActivationFn() instanceof ActivationReLU;
    }
    return layer instanceof BaseLayer weighted
        && weighted.getActivationFn() instanceof ActivationReLU;
  }

  /** Moves the units, dimension 1, before the examples. */
  private static int[] permutation(int rank) {
    int[] dimensions = new int[rank];
    dimensions[0] = 1;
    for (int i = 2; i < rank; i++) {
      dimensions[i] = i;
    }
    return dimensions;
  }

  /** All in one line. */
  String text() {
    return String.format(
        Locale.ROOT,
        "constant score %.4g, deviation of outputs %.3g of the labels', same class %.2f, dead"
            + " units %s",
        constantScore,
        outputDeviation,
        sameClass,
        deadUnits.stream().map(share -> String.format(Locale.ROOT, "%.2f", share)).toList());
  }
}
