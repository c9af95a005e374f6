package dev.traininghealth.parity;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The data of tiny networks: random features and the labels that their last layer needs. */
@SuppressWarnings("ImmutableEnumChecker")
enum Shape {
  VECTOR(InputType.feedForward(6), new long[] {6}, new long[] {3}),
  IMAGE(InputType.convolutional(6, 6, 1), new long[] {1, 6, 6}, new long[] {3}),
  VOLUME(
      InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 4, 4, 4, 1),
      new long[] {1, 4, 4, 4},
      new long[] {3}),
  SERIES(InputType.recurrent(3, 6), new long[] {3, 6}, new long[] {3, 6}),
  SERIES_TO_CLASS(InputType.recurrent(3, 6), new long[] {3, 6}, new long[] {3}),
  MASKED_SERIES(InputType.recurrent(3, 6), new long[] {3, 6}, new long[] {3, 6}),
  /** Three segments of truncated backpropagation through time. */
  TRUNCATED_SERIES(InputType.recurrent(3, 12), new long[] {3, 12}, new long[] {3, 12}),
  /** Indices of words, of which the input type has the number. */
  WORD(InputType.feedForward(20), new long[] {1}, new long[] {3}),
  WORD_SERIES(InputType.recurrent(20, 6), new long[] {1, 6}, new long[] {3, 6}),
  /** The last layer brings its loss; the labels are 1 at one place of three channels. */
  VECTOR_TO_LOSS(InputType.feedForward(6), new long[] {6}, new long[] {3}),
  SERIES_TO_LOSS(InputType.recurrent(3, 6), new long[] {3, 6}, new long[] {3, 6}),
  IMAGE_TO_LOSS(InputType.convolutional(6, 6, 1), new long[] {1, 6, 6}, new long[] {3, 6, 6}),
  IMAGE_TO_CLASS_LOSS(InputType.convolutional(6, 6, 1), new long[] {1, 6, 6}, new long[] {3}),
  VOLUME_TO_LOSS(
      InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 4, 4, 4, 1),
      new long[] {1, 4, 4, 4},
      new long[] {3, 4, 4, 4}),
  /** One object in each example: its corners in units of the grid, and its class of two. */
  BOXES(InputType.convolutional(6, 6, 1), new long[] {1, 6, 6}, new long[] {6, 6, 6});

  static final int WORDS = 20;
  private static final int[] SIZES = {4, 3, 4, 4, 3, 4};

  private final InputType input;
  private final long[] features;
  private final long[] labels;

  Shape(InputType input, long[] features, long[] labels) {
    this.input = input;
    this.features = features;
    this.labels = labels;
  }

  InputType input() {
    return input;
  }

  boolean isTruncated() {
    return this == TRUNCATED_SERIES;
  }

  /** {@return the last layer; null if the layers before it bring their own} */
  @Nullable Layer output() {
    return switch (this) {
      case SERIES, MASKED_SERIES, TRUNCATED_SERIES, WORD_SERIES ->
          new RnnOutputLayer.Builder(LossFunction.MCXENT)
              .name("out")
              .nOut(3)
              .activation(Activation.SOFTMAX)
              .build();
      case VECTOR, IMAGE, VOLUME, SERIES_TO_CLASS, WORD ->
          new OutputLayer.Builder(LossFunction.MCXENT)
              .name("out")
              .nOut(3)
              .activation(Activation.SOFTMAX)
              .build();
      default -> null;
    };
  }

  /** {@return minibatches of two sizes, the same at every call} */
  List<DataSet> data(DataType type, int minibatches) {
    Random random = new Random(5);
    List<DataSet> batches = new ArrayList<>();
    for (int b = 0; b < minibatches; b++) {
      int size = SIZES[b % SIZES.length];
      INDArray x = Nd4j.create(type, withExamples(size, features));
      for (long i = 0; i < x.length(); i++) {
        boolean word = this == WORD || this == WORD_SERIES;
        x.putScalar(i, word ? random.nextInt(WORDS) : random.nextGaussian());
      }
      DataSet batch =
          new DataSet(x, this == BOXES ? boxes(type, size) : classes(type, random, size));
      if (this == MASKED_SERIES) {
        INDArray mask = Nd4j.ones(type, size, 6);
        mask.putScalar(0, 5, 0).putScalar(0, 4, 0);
        batch.setFeaturesMaskArray(mask);
        batch.setLabelsMaskArray(mask.dup());
      }
      batches.add(batch);
    }
    return batches;
  }

  /** One of three classes at each place. */
  private INDArray classes(DataType type, Random random, int size) {
    INDArray y = Nd4j.zeros(type, withExamples(size, labels));
    long places = y.length() / size / 3;
    INDArray flat = y.reshape(size, 3, places);
    for (int i = 0; i < size; i++) {
      for (int place = 0; place < places; place++) {
        flat.putScalar(new int[] {i, random.nextInt(3), place}, 1);
      }
    }
    return flat.reshape(withExamples(size, labels));
  }

  /** {@return the first two segments of truncated series} */
  static DataSet twoSegments(DataSet series) {
    return new DataSet(twoSegments(series.getFeatures()), twoSegments(series.getLabels()));
  }

  private static INDArray twoSegments(INDArray series) {
    return series.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(0, 8)).dup();
  }

  private INDArray boxes(DataType type, int size) {
    INDArray y = Nd4j.zeros(type, withExamples(size, labels));
    for (int i = 0; i < size; i++) {
      int row = 1 + i % 4;
      double[] corners = {row + 0.1, row - 0.2, row + 0.9, row + 1.1};
      for (int c = 0; c < 4; c++) {
        y.putScalar(new int[] {i, c, row, row}, corners[c]);
      }
      y.putScalar(new int[] {i, 4 + i % 2, row, row}, 1);
    }
    return y;
  }

  private static long[] withExamples(int examples, long[] shape) {
    long[] all = new long[shape.length + 1];
    all[0] = examples;
    System.arraycopy(shape, 0, all, 1, shape.length);
    return all;
  }
}
