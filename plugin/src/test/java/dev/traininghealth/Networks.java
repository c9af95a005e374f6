package dev.traininghealth;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
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
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks of each kind, and their data, the same at every call. */
public enum Networks {
  MLP {
    @Override
    public MultiLayerNetwork create(IUpdater updater, DataType type) {
      return initialized(
          base(updater, type)
              .list()
              .layer(new DenseLayer.Builder().nIn(6).nOut(9).name("first").build())
              .layer(new DenseLayer.Builder().nOut(7).activation(Activation.RELU).build())
              .layer(softmax(3))
              .setInputType(InputType.feedForward(6))
              .build());
    }

    @Override
    public List<DataSet> data(DataType type) {
      return batches(type, 6);
    }
  },

  LENET {
    @Override
    public MultiLayerNetwork create(IUpdater updater, DataType type) {
      return initialized(
          base(updater, type)
              .list()
              .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
              .layer(new BatchNormalization.Builder().build())
              .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
              .layer(new DenseLayer.Builder().nOut(10).dropOut(0.7).build())
              .layer(softmax(3))
              .setInputType(InputType.convolutional(8, 8, 1))
              .build());
    }

    @Override
    public List<DataSet> data(DataType type) {
      return batches(type, 1, 8, 8);
    }
  },

  LSTM_TRUNCATED {
    @Override
    public MultiLayerNetwork create(IUpdater updater, DataType type) {
      return initialized(
          base(updater, type)
              .list()
              .layer(new LSTM.Builder().nIn(3).nOut(5).activation(Activation.TANH).build())
              .layer(
                  new RnnOutputLayer.Builder(LossFunction.MCXENT)
                      .nOut(3)
                      .activation(Activation.SOFTMAX)
                      .build())
              .setInputType(InputType.recurrent(3))
              .backpropType(BackpropType.TruncatedBPTT)
              .tBPTTLength(4)
              .build());
    }

    @Override
    public List<DataSet> data(DataType type) {
      Random random = new Random(5);
      List<DataSet> batches = new ArrayList<>();
      for (int b = 0; b < 3; b++) {
        INDArray features = random(type, random, 4, 3, 12);
        INDArray labels = Nd4j.zeros(type, 4, 3, 12);
        for (int i = 0; i < 4; i++) {
          for (int t = 0; t < 12; t++) {
            labels.putScalar(new int[] {i, random.nextInt(3), t}, 1);
          }
        }
        batches.add(new DataSet(features, labels));
      }
      return batches;
    }
  };

  /** Creates a network with the same initial weights at every call. */
  public abstract MultiLayerNetwork create(IUpdater updater, DataType type);

  /** {@return minibatches of unequal sizes, the same at every call} */
  public abstract List<DataSet> data(DataType type);

  private static NeuralNetConfiguration.Builder base(IUpdater updater, DataType type) {
    return new NeuralNetConfiguration.Builder()
        .seed(42)
        .dataType(type)
        .updater(updater)
        .weightInit(WeightInit.XAVIER)
        .activation(Activation.TANH)
        .l2(1e-3);
  }

  private static OutputLayer softmax(int classes) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(classes)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerNetwork initialized(MultiLayerConfiguration configuration) {
    MultiLayerNetwork net = new MultiLayerNetwork(configuration);
    net.init();
    return net;
  }

  private static List<DataSet> batches(DataType type, long... exampleShape) {
    Random random = new Random(5);
    List<DataSet> batches = new ArrayList<>();
    for (int size : new int[] {8, 5, 1, 8}) {
      long[] shape = new long[exampleShape.length + 1];
      shape[0] = size;
      System.arraycopy(exampleShape, 0, shape, 1, exampleShape.length);
      INDArray labels = Nd4j.zeros(type, size, 3);
      for (int i = 0; i < size; i++) {
        labels.putScalar(i, random.nextInt(3), 1);
      }
      batches.add(new DataSet(random(type, random, shape), labels));
    }
    return batches;
  }

  private static INDArray random(DataType type, Random random, long... shape) {
    INDArray array = Nd4j.create(type, shape);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, random.nextGaussian());
    }
    return array;
  }
}
