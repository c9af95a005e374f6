package dev.traininghealth.samples.corpus;

import java.util.Set;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ConvolutionMode;

/** The window of a convolution or pooling layer. */
final class Window {
  /** Size of a pooling window in each dimension, as in Keras. */
  private static final int POOLING = 2;

  private final int[] kernel;
  private final int[] stride;
  private final ConvolutionMode mode;

  private Window(int[] kernel, int[] stride, ConvolutionMode mode) {
    this.kernel = kernel;
    this.stride = stride;
    this.mode = mode;
  }

  /** Its size in each dimension. */
  int[] kernel() {
    return kernel.clone();
  }

  /** Its steps in each dimension. */
  int[] stride() {
    return stride.clone();
  }

  /** Whether the input is padded to keep its size at stride 1. */
  ConvolutionMode mode() {
    return mode;
  }

  /** The window of a convolution over that many dimensions; the stride is 1 unless specified. */
  static Window ofConvolution(Fields layer, int dimensions) throws CorpusException {
    return of(layer, layer.sizes("kernel", dimensions), repeated(1, dimensions));
  }

  /** The window of a pooling layer, 2 unless specified, which moves by its size. */
  static Window ofPooling(Fields layer, int dimensions) throws CorpusException {
    int[] kernel =
        layer.has("kernel") ? layer.sizes("kernel", dimensions) : repeated(POOLING, dimensions);
    return of(layer, kernel, kernel);
  }

  private static Window of(Fields layer, int[] kernel, int... usualStride) throws CorpusException {
    return new Window(
        kernel,
        layer.has("stride") ? layer.sizes("stride", kernel.length) : usualStride,
        padding(layer));
  }

  private static int[] repeated(int value, int times) {
    return IntStream.range(0, times).map(i -> value).toArray();
  }

  private static ConvolutionMode padding(Fields layer) throws CorpusException {
    return switch (layer.text("padding", "valid")) {
      case "same" -> ConvolutionMode.Same;
      case "valid" -> ConvolutionMode.Truncate;
      default -> throw layer.unknown("padding", Set.of("same", "valid"));
    };
  }

  /** The size of the output in a dimension. */
  int output(int dimension, int input) {
    int step = stride[dimension];
    return mode == ConvolutionMode.Same
        ? (input + step - 1) / step
        : (input - kernel[dimension]) / step + 1;
  }
}
