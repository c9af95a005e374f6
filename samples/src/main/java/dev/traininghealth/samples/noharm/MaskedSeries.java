package dev.traininghealth.samples.noharm;

import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Series of different lengths, with masks, under a loss that is negative: cosine proximity. */
final class MaskedSeries {
  private static final int VALUES = 4;
  private static final int STEPS = 12;
  private static final int MINIBATCH = 16;
  private static final int TEST_SERIES = 200;

  private MaskedSeries() {}

  static List<Setup> setups() {
    return List.of(
        new Setup(
            "cosine-proximity",
            "masked series under cosine proximity: the score is negative, and falls",
            Measure.score().named("test score"),
            MaskedSeries::training));
  }

  private static Training training(int seed) {
    int iterations = 800;
    Random random = Draws.ofTraining(seed);
    DataSet test = series(Draws.ofTest(), TEST_SERIES);
    MultiLayerNetwork network =
        Networks.initialized(
            Networks.settings(seed, Activation.TANH, new Adam(3e-3))
                .list()
                .layer(new LSTM.Builder().nOut(24).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.COSINE_PROXIMITY)
                        .nOut(VALUES)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.recurrent(VALUES)));
    return new SupervisedTraining(
        network,
        iterations,
        i -> series(random, MINIBATCH),
        trained -> Results.score(trained, test));
  }

  /** The label of a step is the previous step's values, rotated by one place, plus half its own. */
  private static DataSet series(Random random, int size) {
    float[][][] features = new float[size][VALUES][STEPS];
    float[][][] labels = new float[size][VALUES][STEPS];
    float[][] mask = new float[size][STEPS];
    for (int row = 0; row < size; row++) {
      int length = STEPS / 2 + random.nextInt(STEPS / 2 + 1);
      for (int step = 0; step < length; step++) {
        mask[row][step] = 1;
        for (int i = 0; i < VALUES; i++) {
          features[row][i][step] = (float) random.nextGaussian();
        }
        for (int i = 0; i < VALUES; i++) {
          float before = step == 0 ? 0 : features[row][(i + 1) % VALUES][step - 1];
          labels[row][i][step] = before + 0.5f * features[row][i][step];
        }
      }
    }
    INDArray masks = Nd4j.createFromArray(mask);
    return new DataSet(
        Nd4j.createFromArray(features), Nd4j.createFromArray(labels), masks, masks.dup());
  }
}
