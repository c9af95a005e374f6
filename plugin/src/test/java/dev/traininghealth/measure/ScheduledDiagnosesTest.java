package dev.traininghealth.measure;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.diagnose.Detectors;
import dev.traininghealth.detect.diagnose.Diagnoser;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.measure.conditions.IterationTimes;
import dev.traininghealth.numbers.StepRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Problems that only the scheduled measurements show are diagnosed, although norms alone cost more
 * than the budget: each reading of the clock takes far longer than the budget allows.
 */
class ScheduledDiagnosesTest {
  private static final int BROKEN_AT = 300;
  private static final int UNITS = 64;

  private long now;

  @ParameterizedTest
  @CsvSource({"RELU, DEAD_UNITS", "TANH, SATURATED"})
  void shouldDiagnoseWithin600Iterations(Activation activation, ProblemFamily family) {
    MultiLayerNetwork net = network(activation);
    Watched watched = new Watched(new CostAccount(0.02, () -> now += 10_000));
    net.setListeners(watched);
    List<DataSet> data = data();
    for (int i = 0; i < BROKEN_AT + 600; i++) {
      if (i == BROKEN_AT) {
        assertThat(watched.of(family)).as("while healthy").isEmpty();
        damage(net, activation);
      }
      net.fit(data.get(i % data.size()));
    }
    assertThat(watched.of(family)).isNotEmpty();
  }

  private static void damage(MultiLayerNetwork net, Activation activation) {
    if (activation == Activation.RELU) {
      INDArray bias = net.getParam("1_b");
      for (int unit = 0; unit < UNITS - 2; unit++) {
        bias.putScalar(unit, -1000);
      }
    } else {
      net.getParam("1_W").muli(30);
    }
  }

  private static MultiLayerNetwork network(Activation activation) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(1e-3))
                .weightInit(WeightInit.XAVIER)
                .list()
                .layer(new DenseLayer.Builder().nOut(UNITS).activation(activation).build())
                .layer(new DenseLayer.Builder().nOut(UNITS).activation(activation).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.feedForward(8))
                .build());
    net.init();
    return net;
  }

  private static List<DataSet> data() {
    Random random = new Random(1);
    List<DataSet> data = new ArrayList<>();
    for (int minibatch = 0; minibatch < 20; minibatch++) {
      INDArray features = Nd4j.zeros(32, 8);
      INDArray labels = Nd4j.zeros(32, 3);
      for (int example = 0; example < 32; example++) {
        int label = random.nextInt(3);
        for (int i = 0; i < 8; i++) {
          features.putScalar(example, i, random.nextGaussian() + (i % 3 == label ? 1 : 0));
        }
        labels.putScalar(example, label, 1);
      }
      data.add(new DataSet(features, labels));
    }
    return data;
  }

  /** A meter and the plugin's detectors, on the account's clock. */
  private static final class Watched extends BaseTrainingListener {
    private final CostAccount account;
    private final IterationTimes times;
    private final NetworkMeter meter;
    private final List<Diagnosis> diagnoses = new ArrayList<>();
    private @Nullable Diagnoser diagnoser;

    Watched(CostAccount account) {
      this.account = account;
      times = new IterationTimes(account);
      meter = new NetworkMeter(account, new MemoryBudget(0), true);
    }

    List<Diagnosis> of(ProblemFamily family) {
      return diagnoses.stream().filter(d -> d.problem().is(family)).toList();
    }

    @Override
    public void onForwardPass(Model model, List<INDArray> activations) {
      account.startWork();
      meter.onForwardPass(activations);
    }

    @Override
    public void onGradientCalculation(Model model) {
      account.startWork();
      meter.onGradient(model);
      if (diagnoser == null) {
        diagnoser =
            new Diagnoser(
                requireNonNull(meter.layout()),
                requireNonNull(meter.measurement()),
                1e-6,
                Detectors.of(Set.of(), List.of()),
                diagnoses::add);
      }
      diagnoser.onGradient(meter.gradientOrigin(model));
      if (diagnoser.shouldMeasureWeights()) {
        meter.measureNow();
      }
      account.chargeMandatory();
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      account.startWork();
      account.creditStep(1_000_000);
      meter.onUpdate(model, iteration, epoch, 0, times, new StepRecord());
      requireNonNull(diagnoser).onUpdate(meter.updateOrigin(model));
      account.chargeMandatory();
    }
  }
}
