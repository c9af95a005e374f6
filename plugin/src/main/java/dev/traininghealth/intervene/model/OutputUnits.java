package dev.traininghealth.intervene.model;

import dev.traininghealth.array.OffHeapMemory;
import dev.traininghealth.intervene.clip.ClippableGradient;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NumericLimits;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Assigns the elements of a parameter array to the layer's output units, in DL4J's layouts.
 *
 * <p>{@link ClippableGradient#unitNorms} defines the units.
 */
final class OutputUnits {
  private final long[] arrayShape;
  private final long[] shape;
  private final int[] summed;

  private OutputUnits(long[] arrayShape, int... kept) {
    this.arrayShape = arrayShape;
    shape = new long[arrayShape.length];
    Arrays.fill(shape, 1);
    for (int dimension : kept) {
      shape[dimension] = arrayShape[dimension];
    }
    summed =
        IntStream.range(0, arrayShape.length)
            .filter(d -> Arrays.stream(kept).noneMatch(k -> k == d))
            .toArray();
  }

  /**
   * Returns the units of a parameter.
   *
   * @param configuration of its layer
   * @param array of the parameter's shape
   */
  static OutputUnits of(Layer configuration, NetworkLayout.Parameter parameter, INDArray array) {
    Layer layer = innermost(configuration);
    if (layer instanceof Convolution1DLayer && parameter.role().isMatrix()) {
      // Declared as [nOut, nIn, k, 1], in the gradient as [nOut, nIn, k]. However, the layer reads
      // the memory as [k, nIn, nOut], without transposing it.
      long[] read = {array.size(2), array.size(1), array.size(0)};
      return new OutputUnits(read, 2);
    }
    return new OutputUnits(array.shape(), dimensions(layer, parameter, array.rank()));
  }

  /**
   * {@return the units of a trained vertex's parameter: the columns of a matrix, or the whole
   * array}
   */
  static OutputUnits ofVertex(INDArray array) {
    return array.rank() == 2 ? new OutputUnits(array.shape(), 1) : new OutputUnits(array.shape());
  }

  /** {@return the same memory in the shape in which the layer reads it} */
  INDArray read(INDArray array) {
    return Arrays.equals(array.shape(), arrayShape) ? array : array.reshape('c', arrayShape);
  }

  /** {@return the dimensions along which units are counted; none if the array is one unit} */
  private static int[] dimensions(Layer layer, NetworkLayout.Parameter parameter, int rank) {
    if (!parameter.role().isMatrix()) {
      return new int[0];
    }
    if (rank == 2) {
      return new int[] {1};
    }
    if (layer instanceof Deconvolution2D) {
      return new int[] {1};
    }
    if (layer instanceof Deconvolution3D) {
      return new int[] {3};
    }
    if (layer instanceof DepthwiseConvolution2D) {
      return new int[] {2, 3};
    }
    if (layer instanceof SeparableConvolution2D && parameter.name().equals("W")) {
      return new int[] {0, 1};
    }
    if (layer instanceof LocallyConnected1D || layer instanceof LocallyConnected2D) {
      return new int[] {0, 2};
    }
    return layer instanceof ConvolutionLayer ? new int[] {0} : new int[0];
  }

  private static Layer innermost(Layer configuration) {
    Layer layer = configuration;
    while (layer instanceof BaseWrapperLayer wrapper) {
      layer = wrapper.getUnderlying();
    }
    return layer;
  }

  /** {@return the number of units} */
  int count() {
    return (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  /**
   * {@return the shape of an array with one element per unit, to be broadcast over the parameter's}
   */
  long[] shape() {
    return shape;
  }

  /** {@return the L2 norms of the units in a finite array of the parameter's shape} */
  double[] norms(INDArray array) {
    INDArray elements = read(array).castTo(DataType.DOUBLE);
    double[] norms = reduced(elements);
    double largest = Arrays.stream(norms).max().orElse(0);
    if (!NumericLimits.canBeSquared(largest)) {
      double unit = elements.amaxNumber().doubleValue();
      if (unit > 0 && unit < Double.POSITIVE_INFINITY) {
        INDArray scaled = elements.div(unit);
        norms = reduced(scaled);
        OffHeapMemory.release(scaled);
        for (int i = 0; i < norms.length; i++) {
          norms[i] *= unit;
        }
      }
    }
    if (array.dataType() != DataType.DOUBLE) {
      OffHeapMemory.release(elements);
    }
    return norms;
  }

  private double[] reduced(INDArray elements) {
    return summed.length == shape.length
        ? new double[] {elements.norm2Number().doubleValue()}
        : elements.norm2(summed).reshape('c', new long[] {count()}).toDoubleVector();
  }
}
