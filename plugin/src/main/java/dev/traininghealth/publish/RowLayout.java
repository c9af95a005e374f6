package dev.traininghealth.publish;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.stream.IntStream;

/**
 * The layout of one iteration's numbers in a row of cells: measurements of the run, the parameters
 * and the layers. The training thread only copies them. {@link RowReader} computes derived values,
 * such as norms of layers and of the network, and ratios.
 */
final class RowLayout {
  static final int SCORE = 0;
  static final int BATCH_SIZE = 1;
  static final int STEP_MILLIS = 2;
  static final int COST_SHARE = 3;
  static final int GLOBAL_GRADIENT_NORM = 4;
  static final int CLIPPED_GRADIENT_NORM = 5;
  static final int CLIP_THRESHOLD = 6;
  static final int LEARNING_RATE_FACTOR = 7;
  private static final int RUN_CELLS = 8;

  /** First cell of a quantity, with one cell per parameter, matrix or layer. */
  final int gradientNorms;

  final int weightNorms;
  final int updateNorms;
  final int singularValues;
  final int learningRates;
  final int activations;

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
    gradientNorms = RUN_CELLS;
    weightNorms = gradientNorms + parameters;
    updateNorms = weightNorms + parameters;
    singularValues = updateNorms + parameters;
    learningRates = singularValues + matrices.length;
    activations = learningRates + layers;
    width = activations + 2 * layers;
  }

  static boolean isMatrix(NetworkLayout layout, int parameter) {
    return layout.parameters().get(parameter).role().isMatrix();
  }

  /**
   * Copies the values that were measured at this iteration; those of earlier iterations are absent.
   */
  void write(MeasurementWriter m, double[] cells, int at) {
    double absent = Measurement.absent();
    cells[at + SCORE] = m.score;
    cells[at + BATCH_SIZE] = m.batchSize;
    cells[at + STEP_MILLIS] = m.stepMillis;
    cells[at + COST_SHARE] = m.recentCostShare;
    cells[at + GLOBAL_GRADIENT_NORM] = m.protection.gradientNorm();
    cells[at + CLIPPED_GRADIENT_NORM] = m.protection.clippedGradientNorm();
    cells[at + CLIP_THRESHOLD] = m.protection.clipThreshold();
    cells[at + LEARNING_RATE_FACTOR] = m.protection.learningRateFactor();
    System.arraycopy(m.gradientNorm, 0, cells, at + gradientNorms, parameters);
    if (m.weightIteration == m.iteration) {
      System.arraycopy(m.weightNorm, 0, cells, at + weightNorms, parameters);
      System.arraycopy(m.updateNorm, 0, cells, at + updateNorms, parameters);
    } else {
      for (int i = at + weightNorms; i < at + singularValues; i++) {
        cells[i] = absent;
      }
    }
    for (int i = 0; i < matrices.length; i++) {
      int p = matrices[i];
      boolean measured = m.singularValueIteration[p] == m.iteration;
      cells[at + singularValues + i] = measured ? m.largestSingularValue[p] : absent;
    }
    for (int l = 0, a = at + activations; l < firstTrained.length; l++, a += 2) {
      int p = firstTrained[l];
      cells[at + learningRates + l] = p < 0 ? absent : m.learningRate[p];
      boolean measured = m.activationIteration[l] == m.iteration;
      cells[a] = measured ? m.activationRms[l] : absent;
      cells[a + 1] = measured ? m.activationZeroFraction[l] : absent;
    }
  }
}
