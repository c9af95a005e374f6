package dev.traininghealth.network;

import dev.traininghealth.array.MarkedRows;
import dev.traininghealth.array.MeasuredArray;
import dev.traininghealth.array.MeasuredArray.Moments;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gradient of an embedding's weights, read only in the rows of the current minibatch's indices.
 *
 * <p>In each backward pass DL4J sets the whole gradient to 0 and adds to these rows. It is read
 * whole whenever something else may have written to it, or the indices are not known:
 *
 * <ul>
 *   <li>the layer does not read an input of the network directly,
 *   <li>a listener of other code is called before the gradient is measured,
 *   <li>the indices are too many for it to be faster,
 *   <li>the array is not in main memory, or not of type FLOAT or DOUBLE.
 * </ul>
 *
 * <p>Reading rows is compared with reading all by {@link #verify}. If they differ once, the
 * gradient is read whole from then on.
 *
 * @hidden
 */
public final class EmbeddingGradient {
  private static final Logger log = LoggerFactory.getLogger(EmbeddingGradient.class);

  /** Relative difference of two norms beyond rounding, which is below 1e-6 in single precision. */
  private static final double MAX_ROUNDING = 1e-5;

  private final Network network;
  private final int input;
  private final String key;
  private final MeasuredArray gradient;
  private final MarkedRows rows;
  private final ForeignListeners listeners = new ForeignListeners();

  /** Whether {@link #rows} are those of this iteration, and all others are 0. */
  private boolean marked;

  private boolean refuted;

  private EmbeddingGradient(
      Network network, int input, String key, MeasuredArray gradient, MarkedRows rows) {
    this.network = network;
    this.input = input;
    this.key = key;
    this.gradient = gradient;
    this.rows = rows;
  }

  /**
   * Creates an instance for a parameter.
   *
   * @param layer index of its layer in {@link Network#layers}
   * @param name its name in the layer
   * @param array its gradient, a view of DL4J's flat gradient
   * @param gradient the same, bound to its memory
   * @return null if the parameter is not an embedding's weights, or they must be read whole
   */
  public static @Nullable EmbeddingGradient of(
      Network network, int layer, String name, INDArray array, MeasuredArray gradient) {
    int input = name.equals(DefaultParamInitializer.WEIGHT_KEY) ? network.indexInput(layer) : -1;
    MarkedRows rows = input < 0 ? null : MarkedRows.of(gradient, array);
    return rows == null
        ? null
        : new EmbeddingGradient(
            network, input, network.keyPrefix(layer) + "_" + name, gradient, rows);
  }

  /**
   * {@return the L2 norm; must be called before the other methods at {@code onGradientCalculation}}
   */
  public double norm2() {
    marked = !refuted && !listeners.arePresent(network.listeners()) && markRows();
    return marked ? rows.norm2() : gradient.norm2();
  }

  private boolean markRows() {
    INDArray indices = network.input(input);
    return indices != null && rows.mark(indices);
  }

  /** Whether the rows alone were read at this iteration. */
  boolean isReadByRows() {
    return marked;
  }

  /**
   * Computes mean, root mean square and standard deviation.
   *
   * @param moments receives the results
   */
  public void moments(Moments moments) {
    if (marked) {
      rows.moments(moments);
    } else {
      gradient.moments(moments);
    }
  }

  /** Reads the whole gradient once to check that the rows hold all of it. */
  public void verify() {
    if (!marked) {
      return;
    }
    double byRows = rows.norm2();
    double whole = gradient.norm2();
    if (Double.compare(byRows, whole) != 0 && !(Math.abs(whole - byRows) <= MAX_ROUNDING * whole)) {
      marked = false;
      refuted = true;
      log.debug(
          "The gradient of {} has the norm {}, but {} in the rows of the minibatch's indices: other"
              + " code writes to it. It is read whole from now on, which takes longer.",
          key,
          whole,
          byRows);
    }
  }
}
