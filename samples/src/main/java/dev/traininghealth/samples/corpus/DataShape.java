package dev.traininghealth.samples.corpus;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;

/**
 * The shape of an example after the layers so far, where DL4J does not know it: of series and
 * volumes. It places the preprocessors that DL4J does not place itself.
 */
final class DataShape {
  private final List<Integer> inputShape;

  /** Whether it is a series, with its features and its steps. */
  private boolean series;

  private int features;
  private int steps;

  /** Whether DL4J has moved the steps of the series into the rows of a matrix. */
  private boolean unrolled;

  /** Whether it is a volume of depth, height and width. */
  private boolean volume;

  private final int[] sizes = new int[3];

  /** Whether depth and height of the volume are one dimension. */
  private boolean folded;

  /** Number of different indices of an embedding; 0 without one. */
  private int indices;

  DataShape(List<Integer> inputShape, List<Fields> layers) throws CorpusException {
    this.inputShape = inputShape;
    series = inputShape.size() == 2;
    steps = series ? inputShape.get(0) : 1;
    features = series ? inputShape.get(1) : 1;
    volume = inputShape.size() == 4;
    for (int i = 0; volume && i < sizes.length; i++) {
      sizes[i] = inputShape.get(i);
    }
    if (volume) {
      features = inputShape.get(3);
    }
    if (!layers.isEmpty() && layers.get(0).text("type").equals("embedding")) {
      indices = layers.get(0).count("inputs");
    }
  }

  /** The type of the network's input. */
  InputType inputType() {
    List<Integer> shape = inputShape;
    return switch (shape.size()) {
      case 1 ->
          indices > 0
              ? InputType.recurrent(indices, shape.get(0)) // its size overwrites the embedding's
              : InputType.feedForward(shape.get(0));
      case 2 -> InputType.recurrent(shape.get(1), shape.get(0));
      case 3 -> InputType.convolutionalFlat(shape.get(0), shape.get(1), shape.get(2));
      default ->
          InputType.convolutional3D(
              Convolution3D.DataFormat.NCDHW,
              shape.get(0),
              shape.get(1),
              shape.get(2),
              shape.get(3));
    };
  }

  boolean isSeries() {
    return series;
  }

  boolean isVolume() {
    return volume;
  }

  void setFeatures(int features) {
    this.features = features;
  }

  /** A dense layer takes the steps of a series as rows, and a volume as a vector. */
  void unroll() {
    unrolled = series;
    volume = false;
    folded = false;
  }

  /** A recurrent layer returns a series or its last step. */
  void recur(boolean sequences) {
    series = sequences;
    unrolled = false;
  }

  /** An embedding makes a series of the indices; returns its number of steps. */
  int embed() {
    series = true;
    steps = inputShape.get(0);
    return steps;
  }

  /** A window slides over the steps of a series. */
  void slide(Window window) {
    steps = window.output(0, steps);
    unrolled = false;
  }

  /** A window slides over a volume. */
  void slideVolume(Window window) {
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = window.output(i, sizes[i]);
    }
  }

  /** Global pooling before the layer {@code next} + 1; DL4J's type does not know that of series. */
  void pool(ListBuilder list, int next) {
    if (series) {
      if (unrolled) {
        list.inputPreProcessor(next, new FeedForwardToRnnPreProcessor());
      }
      list.inputPreProcessor(next + 1, Reshaping.flat(features));
    }
    series = false;
    unrolled = false;
    volume = false;
    folded = false;
  }

  /**
   * Prepares a batch normalization, which has no gradient for a series and none for a volume: it
   * gets the steps as examples, and the volume as an image.
   */
  void fold(ListBuilder list, int next) {
    if (series && !unrolled) {
      list.inputPreProcessor(next, new RnnToFeedForwardPreProcessor());
      unrolled = true;
    }
    if (volume && !folded) {
      list.inputPreProcessor(next, new Reshaping(volumeShape(), foldedShape()));
      folded = true;
    }
  }

  /** Makes a volume of the image again that {@link #fold} has made of it. */
  void unfold(ListBuilder list, int next) {
    if (folded) {
      list.inputPreProcessor(next, new Reshaping(foldedShape(), volumeShape()));
      folded = false;
    }
  }

  /** Makes a vector of a series or volume; DL4J itself flattens images. */
  void flatten(ListBuilder list, int next) {
    if (series) {
      Reshaping flattening = Reshaping.flat(features, steps);
      list.inputPreProcessor(
          next,
          unrolled
              ? new ComposableInputPreProcessor(new FeedForwardToRnnPreProcessor(), flattening)
              : flattening);
    }
    if (volume && !folded) {
      list.inputPreProcessor(next, Reshaping.flat(volumeShape()));
    }
    series = false;
    unrolled = false;
    volume = false;
    folded = false;
  }

  private long[] volumeShape() {
    return new long[] {features, sizes[0], sizes[1], sizes[2]};
  }

  private long[] foldedShape() {
    return new long[] {features, (long) sizes[0] * sizes[1], sizes[2]};
  }
}
