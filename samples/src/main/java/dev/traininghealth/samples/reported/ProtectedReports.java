package dev.traininghealth.samples.reported;

import dev.traininghealth.samples.noharm.CosineRestarts;
import dev.traininghealth.samples.noharm.Draws;
import dev.traininghealth.samples.noharm.GaussianClasses;
import dev.traininghealth.samples.noharm.Networks;
import java.util.List;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Set-ups that are trained alone and protected. */
final class ProtectedReports {
  private ProtectedReports() {}

  static List<ReportedSetup> setups() {
    return List.of(
        ProtectedRun.setup(
            "conv-regression-protected",
            "a convolutional regression with Nesterovs(0.06, 0.9)",
            seed -> ConvolutionReports.spots(seed, 0.06)),
        ProtectedRun.setup(
            "lenet-of-one-protected",
            "LeNet on minibatches of one image, at a rate for larger ones",
            seed -> ConvolutionReports.glyphs(seed, 1, 1000)),
        ProtectedRun.setup(
            "digits-adam-protected",
            "LeNet on drawn digits with Adam(0.3)",
            seed -> ConvolutionReports.digits(seed, 0.3),
            ProtectedRun.better(0.5)),
        ProtectedRun.setup(
            "raw-columns-protected",
            "columns of up to 5,000, as of cars, with Sgd(0.01)",
            seed -> DataReports.regression(seed, new Sgd(0.01), DataReports.rawColumns(seed), 200),
            ProtectedRun.stopNames("NormalizerStandardize")),
        ProtectedRun.setup(
            "adadelta-protected",
            "AdaDelta, which has no learning rate, and labels out of reach",
            seed -> DataReports.toItself(seed, Activation.SIGMOID),
            ProtectedRun.untouched()),
        ProtectedRun.setup(
            "cosine-restarts-protected",
            "a learning rate that restarts every 600 iterations",
            ProtectedReports::restarting),
        ProtectedRun.setup(
            "strong-penalty-protected",
            "l2(1), which takes all weights",
            seed -> TrainingReports.perceptron(seed, new Sgd(0.05), 1, Activation.SIGMOID, 30)),
        ProtectedRun.setup(
            "relu-cross-entropy-protected",
            "ReLU outputs under a cross-entropy, whose logarithm of 0 is NaN",
            seed ->
                DataReports.classes(
                    seed, Activation.RELU, LossFunction.MCXENT, DataReports.classData(seed)),
            ProtectedRun.stopNames("output activation")),
        ProtectedRun.setup(
            "labels-500000-protected",
            "labels around 500,000, which Adam reaches by steps of its rate",
            seed ->
                DataReports.regression(seed, new Adam(1e-3), DataReports.largeLabels(seed), 300)));
  }

  private static Scene restarting(int seed) {
    double noise = 1.6;
    GaussianClasses classes = new GaussianClasses(40, 1);
    DataSet data = classes.examples(Draws.ofTraining(seed), 60 * 32, noise);
    DataSet test = classes.examples(Draws.ofTest(), 1000, noise);
    List<DataSet> minibatches = data.batchBy(32);
    return new Scene(
        Networks.classifier(
            Networks.settings(
                seed, Activation.RELU, new Nesterovs(new CosineRestarts(0.1, 1e-5, 600), 0.9)),
            40,
            10,
            64,
            64),
        3000,
        i -> minibatches.get(i % minibatches.size()),
        trained -> Scene.wrongShare(trained, test));
  }
}
