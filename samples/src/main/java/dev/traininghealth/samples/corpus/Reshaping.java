package dev.traininghealth.samples.corpus;

import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.preprocessor.BaseInputPreProcessor;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Gives each example another shape. DL4J flattens images only, and its types do not know that
 * global pooling reduces a series.
 */
final class Reshaping extends BaseInputPreProcessor {
  private static final long serialVersionUID = 1L;

  @JsonProperty private final long[] from;
  @JsonProperty private final long[] to;

  /**
   * Creates a preprocessor.
   *
   * @param from shape of an example before it, without the minibatch
   * @param to shape after it, of as many numbers: a vector, an image of channels, height and width,
   *     or a volume of channels, depth, height and width
   */
  Reshaping(@JsonProperty("from") long[] from, @JsonProperty("to") long[] to) {
    this.from = from.clone();
    this.to = to.clone();
  }

  /** Makes a vector of each example. */
  static Reshaping flat(long... from) {
    return new Reshaping(from, new long[] {LongStream.of(from).reduce(1, (a, b) -> a * b)});
  }

  @Override
  public INDArray preProcess(INDArray input, int miniBatchSize, LayerWorkspaceMgr workspaces) {
    return workspaces.dup(ArrayType.ACTIVATIONS, input, 'c').reshape('c', batch(input, to));
  }

  @Override
  public INDArray backprop(INDArray output, int miniBatchSize, LayerWorkspaceMgr workspaces) {
    return workspaces.dup(ArrayType.ACTIVATION_GRAD, output, 'c').reshape('c', batch(output, from));
  }

  private static long[] batch(INDArray examples, long... shape) {
    return LongStream.concat(LongStream.of(examples.size(0)), LongStream.of(shape)).toArray();
  }

  @Override
  public InputType getOutputType(InputType inputType) {
    return switch (to.length) {
      case 1 -> InputType.feedForward(to[0]);
      case 3 -> InputType.convolutional(to[1], to[2], to[0]);
      default ->
          InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, to[1], to[2], to[3], to[0]);
    };
  }
}
