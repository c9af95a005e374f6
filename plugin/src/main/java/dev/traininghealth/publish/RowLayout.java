package dev.traininghealth.publish;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.record.Quantity;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The layout of one iteration's numbers in a row of cells: measurements of the run, the parameters
 * and the layers. The training thread only copies them. {@link RowReader} computes derived values,
 * such as norms of layers and of the network, and ratios.
 */
final class RowLayout {
  /** Arrays, since a list would be asked for an iterator at every iteration. */
  private static final RowSources.OfRun[] RUN =
      Stream.concat(RowSources.RUN.stream(), RowSources.PROTECTION.stream())
          .toArray(RowSources.OfRun[]::new);

  private static final RowSources.OfLayers[] LAYERS =
      RowSources.LAYERS.toArray(RowSources.OfLayers[]::new);

  /** First cell of a quantity, with one cell per parameter, matrix or layer. */
  final int gradientNorms;

  final int weightNorms;
  final int updateNorms;
  final int singularValues;
  final int learningRates;
  final int ofLayers;

  /** Number of cells. */
  final int width;

  /** The parameters that have a largest singular value. */
  final int[] matrices;

  /** The parameter of each layer whose learning rate represents the layer's; -1 for none. */
  private final int[] firstTrained;

  private final int parameters;

  RowLayout(NetworkLayout layout) {
    parameters = layout.parameters().size();
    int layers = layout.layers().size();
    matrices = IntStream.range(0, parameters).filter(p -> isMatrix(layout, p)).toArray();
    firstTrained =
        IntStream.range(0, layers)
            .map(
                l ->
                    IntStream.range(0, parameters)
                        .filter(p -> layout.parameters().get(p).layer() == l)
                        .filter(p -> layout.parameters().get(p).isTrained())
                        .findFirst()
                        .orElse(-1))
            .toArray();
    gradientNorms = RUN.length;
    weightNorms = gradientNorms + parameters;
    updateNorms = weightNorms + parameters;
    singularValues = updateNorms + parameters;
    learningRates = singularValues + matrices.length;
    ofLayers = learningRates + layers;
    width = ofLayers + LAYERS.length * layers;
  }

  static boolean isMatrix(NetworkLayout layout, int parameter) {
    return layout.parameters().get(parameter).role().isMatrix();
  }

  /**
   * Copies the values that were measured at this iteration; those of earlier iterations are absent.
   */
  void write(MeasurementWriter m, double[] cells, int at) {
    double absent = Measurement.absent();
    for (int i = 0; i < RUN.length; i++) {
      cells[at + i] = RUN[i].value().applyAsDouble(m);
    }
    System.arraycopy(m.gradientNorm, 0, cells, at + gradientNorms, parameters);
    copy(m.weightNorm, m.weightIteration == m.iteration, cells, at + weightNorms);
    copy(m.updateNorm, m.updateIteration == m.iteration, cells, at + updateNorms);
    for (int i = 0; i < matrices.length; i++) {
      int p = matrices[i];
      boolean measured = m.singularValueIteration[p] == m.iteration;
      cells[at + singularValues + i] = measured ? m.largestSingularValue[p] : absent;
    }
    int layers = firstTrained.length;
    for (int l = 0; l < layers; l++) {
      int p = firstTrained[l];
      cells[at + learningRates + l] = p < 0 ? absent : m.learningRate[p];
    }
    for (int i = 0; i < LAYERS.length; i++) {
      double[] values = LAYERS[i].values().apply(m);
      long[] iterations = LAYERS[i].iterations().apply(m);
      int first = at + ofLayers + i * layers;
      for (int l = 0; l < layers; l++) {
        cells[first + l] = iterations[l] == m.iteration ? values[l] : absent;
      }
    }
  }

  private void copy(double[] values, boolean measured, double[] cells, int at) {
    if (measured) {
      System.arraycopy(values, 0, cells, at, parameters);
    } else {
      Arrays.fill(cells, at, at + parameters, Measurement.absent());
    }
  }

  /** The cell of a copied quantity of the run; -1 for one that is computed. */
  static int cellOfRun(Quantity quantity) {
    for (int i = 0; i < RUN.length; i++) {
      if (RUN[i].quantity() == quantity) {
        return i;
      }
    }
    return -1;
  }

  /** The cell of a copied quantity of a layer; -1 for one that is computed. */
  int cellOfLayer(Quantity quantity, int layer) {
    for (int i = 0; i < LAYERS.length; i++) {
      if (LAYERS[i].quantity() == quantity) {
        return ofLayers + i * firstTrained.length + layer;
      }
    }
    return quantity == Quantity.LEARNING_RATE ? learningRates + layer : -1;
  }
}
