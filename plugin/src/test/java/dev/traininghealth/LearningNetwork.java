package dev.traininghealth;

import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks that learn steadily from their data, the same at every call. */
public enum LearningNetwork {
  MLP {
    @Override
    public MultiLayerConfiguration.Builder layers(NeuralNetConfiguration.ListBuilder list) {
      return list.layer(new DenseLayer.Builder().nOut(16).build())
          .layer(new DenseLayer.Builder().nOut(12).build())
          .layer(softmax())
          .setInputType(InputType.feedForward(8));
    }

    @Override
    public DataSet batch(int index) {
      Random random = random(index);
      float[] features = new float[EXAMPLES * 8];
      float[] labels = new float[EXAMPLES * CLASSES];
      for (int i = 0; i < EXAMPLES; i++) {
        int label = random.nextInt(CLASSES);
        for (int f = 0; f < 8; f++) {
          features[i * 8 + f] = noise(random) + (f == label ? 2 : 0);
        }
        labels[i * CLASSES + label] = 1;
      }
      return new DataSet(array(features, 8), array(labels, CLASSES));
    }
  },

  CNN {
    @Override
    public MultiLayerConfiguration.Builder layers(NeuralNetConfiguration.ListBuilder list) {
      return list.layer(new ConvolutionLayer.Builder(3, 3).nOut(6).build())
          .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
          .layer(new DenseLayer.Builder().nOut(12).build())
          .layer(softmax())
          .setInputType(InputType.convolutional(8, 8, 1));
    }

    /** A bright row, a bright column or a bright diagonal. */
    @Override
    public DataSet batch(int index) {
      Random random = random(index);
      float[] features = new float[EXAMPLES * 64];
      float[] labels = new float[EXAMPLES * CLASSES];
      for (int i = 0; i < EXAMPLES; i++) {
        int label = random.nextInt(CLASSES);
        for (int y = 0; y < 8; y++) {
          for (int x = 0; x < 8; x++) {
            boolean bright = label == 0 ? y == 3 : label == 1 ? x == 4 : x == y;
            features[i * 64 + y * 8 + x] = noise(random) + (bright ? 1.2f : 0);
          }
        }
        labels[i * CLASSES + label] = 1;
      }
      return new DataSet(array(features, 1, 8, 8), array(labels, CLASSES));
    }
  },

  /** Two segments of truncated BPTT per series, so that each minibatch is two iterations. */
  LSTM {
    @Override
    public MultiLayerConfiguration.Builder layers(NeuralNetConfiguration.ListBuilder list) {
      return list.layer(new LSTM.Builder().nOut(8).activation(Activation.TANH).build())
          .layer(new DenseLayer.Builder().nOut(6).activation(Activation.TANH).build())
          .layer(
              new RnnOutputLayer.Builder(LossFunction.MCXENT)
                  .nOut(CLASSES)
                  .activation(Activation.SOFTMAX)
                  .build())
          .setInputType(InputType.recurrent(CLASSES))
          .backpropType(BackpropType.TruncatedBPTT)
          .tBPTTLength(STEPS / 2);
    }

    /** The label of each step follows from its features. */
    @Override
    public DataSet batch(int index) {
      Random random = random(index);
      float[] features = new float[EXAMPLES * CLASSES * STEPS];
      float[] labels = new float[EXAMPLES * CLASSES * STEPS];
      for (int i = 0; i < EXAMPLES; i++) {
        for (int t = 0; t < STEPS; t++) {
          int shown = random.nextInt(CLASSES);
          for (int f = 0; f < CLASSES; f++) {
            int at = (i * CLASSES + f) * STEPS + t;
            features[at] = noise(random) + (f == shown ? 3 : 0);
            labels[at] = f == shown ? 1 : 0;
          }
        }
      }
      return new DataSet(array(features, CLASSES, STEPS), array(labels, CLASSES, STEPS));
    }
  };

  public static final int EXAMPLES = 32;
  private static final int CLASSES = 3;
  private static final int STEPS = 4;

  public abstract MultiLayerConfiguration.Builder layers(NeuralNetConfiguration.ListBuilder list);

  /** {@return a minibatch of {@value #EXAMPLES} examples, a different one for each index} */
  public abstract DataSet batch(int index);

  /**
   * {@return keys of the weight matrices of the first, a middle and the last layer with weights}
   */
  public List<String> weights() {
    return this == CNN ? List.of("0_W", "2_W", "3_W") : List.of("0_W", "1_W", "2_W");
  }

  /** {@return Adam at a rate that suits all networks, times the factor} */
  public static IUpdater adam(double factor) {
    return new Adam(5e-3 * factor);
  }

  /** {@return plain gradient descent at a rate at which the network learns} */
  public IUpdater sgd(double factor) {
    return new Sgd((this == LSTM ? 0.05 : 0.02) * factor);
  }

  /**
   * Creates a network of ReLU units (except the LSTM), with equal initial weights at every call.
   */
  public MultiLayerNetwork create(IUpdater updater) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            layers(
                    new NeuralNetConfiguration.Builder()
                        .seed(42)
                        .dataType(DataType.FLOAT)
                        .updater(updater)
                        .weightInit(this == LSTM ? WeightInit.XAVIER : WeightInit.RELU)
                        .activation(Activation.RELU)
                        .list())
                .build());
    net.init();
    return net;
  }

  /** Spreads the seeds, because neighboring ones start with similar numbers. */
  private static Random random(int index) {
    return new Random(0x9E3779B97F4A7C15L * (index + 1));
  }

  private static float noise(Random random) {
    return (float) random.nextGaussian();
  }

  private static INDArray array(float[] values, long... exampleShape) {
    long[] shape = new long[exampleShape.length + 1];
    shape[0] = EXAMPLES;
    System.arraycopy(exampleShape, 0, shape, 1, exampleShape.length);
    return Nd4j.createFromArray(values).reshape(shape);
  }

  private static OutputLayer softmax() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }
}
