package dev.traininghealth;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.slf4j.LoggerFactory;

/** A protected training of millions of parameters; run in a JVM with a small heap. */
final class SmallHeapProgram {
  static final int ITERATIONS = 70;

  private SmallHeapProgram() {}

  /**
   * Trains and prints what is logged about memory, then the number of iterations.
   *
   * @param args width of the hidden layers, folder of failure bundles
   */
  public static void main(String[] args) {
    print();
    int width = Integer.parseInt(args[0]);
    MultiLayerNetwork net = network(width);
    TrainingHealthListener listener =
        TrainingHealthListener.builder(new InMemoryStatsStorage())
            .protecting()
            .failureBundles(Path.of(args[1]))
            .build();
    net.addListeners(listener);
    INDArray features = Nd4j.rand(DataType.FLOAT, 8, width);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 8, 2);
    for (int i = 0; i < 8; i++) {
      labels.putScalar(i, i % 2, 1);
    }
    INDArray broken = features.dup();
    broken.putScalar(3, 0, Double.NaN);
    INDArray large = features.mul(1e6);
    INDArray swapped = labels.rsub(1);
    for (int i = 0; i < ITERATIONS; i++) {
      boolean explodes = i >= 45 && i < 60;
      net.fit(
          new DataSet(i == 25 ? broken : explodes ? large : features, explodes ? swapped : labels));
    }
    listener.close();
    System.out.println("completed " + net.getIterationCount());
  }

  private static void print() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    AppenderBase<ILoggingEvent> out =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            System.out.println(event.getLevel() + " " + event.getFormattedMessage());
          }
        };
    out.start();
    Logger log = context.getLogger("dev.traininghealth");
    log.setLevel(Level.INFO);
    log.addAppender(out);
  }

  private static MultiLayerNetwork network(int width) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .dataType(DataType.FLOAT)
                .updater(new Adam(1e-4))
                .activation(Activation.RELU)
                .list()
                .layer(new DenseLayer.Builder().nIn(width).nOut(width).build())
                .layer(new DenseLayer.Builder().nIn(width).nOut(width).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nIn(width)
                        .nOut(2)
                        .build())
                .build());
    net.init();
    return net;
  }
}
