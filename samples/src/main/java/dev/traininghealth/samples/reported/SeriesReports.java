package dev.traininghealth.samples.reported;

import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.samples.noharm.Draws;
import dev.traininghealth.samples.noharm.Networks;
import dev.traininghealth.samples.reported.ObservedRun.Wanted;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Recurrent networks, whose data are series. */
final class SeriesReports {
  private static final int WORDS = 800;
  private static final int SUBJECTS = 30;

  private SeriesReports() {}

  static List<ReportedSetup> setups() {
    return List.of(
        ObservedRun.followed(
            "lstm-features",
            "an LSTM with features of 16 to 216",
            Wanted.info(Problem.UNNORMALIZED_FEATURES, 0, "NormalizerStandardize"),
            seed -> steps(seed, rawSteps(seed)),
            seed -> steps(seed, Scene.normalized(rawSteps(seed), false))),
        ObservedRun.followed(
            "prices",
            "prices of 1.72 ± 0.02 into LSTMs that retain a fifth, with RmsProp(0.1)",
            new Wanted(Problem.UNNORMALIZED_FEATURES, Severity.INFO, 19, "fitLabel(true)", 0.1)
                .alsoSaying(".dropOut(0.8)"),
            seed -> prices(seed, series(seed)),
            seed -> prices(seed, Scene.normalized(series(seed), true))),
        ObservedRun.healthy(
            "word-indices",
            "indices of 800 words, which an embedding classifies",
            SeriesReports::subjects,
            diagnosis -> diagnosis.problem().equals(Problem.UNNORMALIZED_FEATURES)));
  }

  private static LSTM.Builder lstm(int units) {
    return new LSTM.Builder().nOut(units).activation(Activation.TANH);
  }

  private static RnnOutputLayer number() {
    return new RnnOutputLayer.Builder(LossFunction.MSE)
        .nOut(1)
        .activation(Activation.IDENTITY)
        .build();
  }

  /** Series of one step. */
  private static DataSet rawSteps(int seed) {
    int rows = 99;
    Random random = Draws.ofTraining(seed);
    INDArray features = Nd4j.create(rows, 2, 1);
    INDArray labels = Nd4j.create(rows, 1, 1);
    for (int row = 0; row < rows; row++) {
      double first = random.nextDouble();
      double second = random.nextDouble();
      features.putScalar(row, 0, 0, 16 + 200 * first);
      features.putScalar(row, 1, 0, 16 + 200 * second);
      labels.putScalar(row, 0, 0, 1.2 * first + 0.9 * second - 1);
    }
    return new DataSet(features, labels);
  }

  private static Scene steps(int seed, DataSet data) {
    NeuralNetConfiguration.ListBuilder layers =
        Networks.settings(seed, Activation.TANH, new Adam(1e-3))
            .list()
            .layer(lstm(32).build())
            .layer(lstm(32).build())
            .layer(number());
    layers.setInputType(InputType.recurrent(2));
    return Scene.ofNumbers(Networks.initialized(layers), data, 33, 400);
  }

  /** One series; the label of a step is the price of the next one. */
  private static DataSet series(int seed) {
    int steps = 20;
    Random random = Draws.ofTraining(seed);
    INDArray features = Nd4j.create(1, 1, steps);
    INDArray labels = Nd4j.create(1, 1, steps);
    double deviation = 0;
    for (int step = 0; step < steps; step++) {
      features.putScalar(0, 0, step, 1.72 + deviation);
      deviation = 0.9 * deviation + 0.009 * random.nextGaussian();
      labels.putScalar(0, 0, step, 1.72 + deviation);
    }
    return new DataSet(features, labels);
  }

  private static Scene prices(int seed, DataSet data) {
    NeuralNetConfiguration.ListBuilder layers =
        Networks.settings(seed, Activation.TANH, new RmsProp(0.1))
            .l2(25e-4)
            .miniBatch(false)
            .list()
            .layer(lstm(16).dropOut(0.2).build())
            .layer(lstm(16).dropOut(0.2).build())
            .layer(new DenseLayer.Builder().nOut(32).activation(Activation.RELU).build())
            .layer(number());
    layers.setInputType(InputType.recurrent(1));
    MultiLayerNetwork network = Networks.initialized(layers);
    INDArray labels = data.getLabels();
    return new Scene(
        network,
        120,
        i -> data,
        trained -> {
          INDArray wrong = trained.output(data.getFeatures()).sub(labels);
          double error = wrong.norm2Number().doubleValue();
          return error * error / wrong.length() / labels.var(false).getDouble(0);
        });
  }

  /** Each subject has some words of its own, and some of its neighbor. */
  private static Scene subjects(int seed) {
    Random random = Draws.ofTraining(seed);
    NeuralNetConfiguration.ListBuilder layers =
        Networks.settings(seed, Activation.TANH, new Adam(5e-3))
            .list()
            .layer(new EmbeddingSequenceLayer.Builder().nIn(WORDS).nOut(24).inputLength(6).build())
            .layer(new LastTimeStep(lstm(24).nIn(24).build()))
            .layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nIn(24)
                    .nOut(SUBJECTS)
                    .activation(Activation.SOFTMAX)
                    .build());
    DataSet test = texts(Draws.ofTest(), 500);
    return new Scene(
        Networks.initialized(layers),
        300,
        i -> texts(random, 32),
        trained -> Scene.wrongShare(trained, test));
  }

  private static DataSet texts(Random random, int rows) {
    int words = 6;
    INDArray features = Nd4j.create(rows, 1, words);
    INDArray labels = Nd4j.zeros(rows, SUBJECTS);
    for (int row = 0; row < rows; row++) {
      int subject = random.nextInt(SUBJECTS);
      labels.putScalar(row, subject, 1);
      for (int word = 0; word < words; word++) {
        features.putScalar(row, 0, word, (subject * 26 + random.nextInt(40)) % WORDS);
      }
    }
    return new DataSet(features, labels);
  }
}
