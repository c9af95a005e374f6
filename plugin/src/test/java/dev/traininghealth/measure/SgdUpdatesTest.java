package dev.traininghealth.measure;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.Networks;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.ParameterRole;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.solvers.accumulation.GradientsAccumulator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/** Norms of updates that follow from the gradient's, against what DL4J leaves in memory. */
class SgdUpdatesTest {
  private long now;

  /** A budget that is far too small, so that weights are measured at every tenth iteration. */
  private final MeterListener observer = new MeterListener(new CostAccount(1e-9, () -> now++));

  private final List<Boolean> known = new ArrayList<>();

  /** Compares each known norm with the update that the iteration has left. */
  private final class Check extends BaseTrainingListener {
    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      MeasurementWriter m = observer.measurement();
      known.add(m.updateIteration == iteration && m.weightIteration != iteration);
      if (m.updateIteration == iteration) {
        List<NetworkLayout.Parameter> parameters =
            requireNonNull(observer.meter.layout()).parameters();
        for (int p = 0; p < parameters.size(); p++) {
          if (parameters.get(p).role() != ParameterRole.STATISTIC) {
            String key = parameters.get(p).key();
            INDArray update = requireNonNull(model.gradient().gradientForVariable().get(key));
            double norm = update.castTo(DataType.DOUBLE).norm2Number().doubleValue();
            assertThat(m.updateNorm[p]).as(key).isCloseTo(norm, within(1e-6 * norm));
          }
        }
      }
    }
  }

  /** Trains 75 iterations; returns whether norms were known where weights were not measured. */
  private boolean isKnown(MultiLayerNetwork net, Networks data, DataType type) {
    List<DataSet> batches = data.data(type);
    for (int i = 0; i < 75; i++) {
      net.fit(batches.get(i % batches.size()));
    }
    List<Boolean> spaced = known.subList(known.size() - 20, known.size());
    long found = spaced.stream().filter(k -> k).count();
    assertThat(found).as("without the two with the weights").isIn(0L, 18L);
    return found > 0;
  }

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .updater(new Sgd(0.1))
        .activation(Activation.TANH);
  }

  private static MultiLayerNetwork mlp(NeuralNetConfiguration.Builder builder) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            builder
                .list()
                .layer(new DenseLayer.Builder().nIn(6).nOut(9).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(9)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    return net;
  }

  private static Arguments change(
      String name, boolean known, UnaryOperator<NeuralNetConfiguration.Builder> change) {
    return Arguments.of(name, known, change);
  }

  static Stream<Arguments> configurations() {
    List<Arguments> cases = new ArrayList<>();
    cases.add(change("one rate", true, b -> b));
    cases.add(change("sums", true, b -> b.miniBatch(false).updater(new Sgd(0.001))));
    cases.add(change("rate of 0", true, b -> b.updater(new Sgd(0))));
    cases.add(change("own rate of biases", true, b -> b.biasUpdater(new Sgd(0.01))));
    cases.add(
        change(
            "schedule",
            true,
            b -> b.updater(new Sgd(new StepSchedule(ScheduleType.ITERATION, 0.1, 0.5, 2)))));
    cases.add(
        change(
            "another schedule",
            true,
            b ->
                b.updater(
                    new Sgd(
                        new MapSchedule(
                            ScheduleType.ITERATION, Map.of(0, 0.1, 66, 0.11, 67, 0.02))))));
    cases.add(change("another updater", false, b -> b.updater(new Adam(0.01))));
    cases.add(change("another for biases", false, b -> b.biasUpdater(new Adam(0.01))));
    cases.add(change("L1", false, b -> b.l1(1e-3)));
    cases.add(change("L2", false, b -> b.l2(1e-3)));
    cases.add(change("weight decay", false, b -> b.weightDecay(1e-3)));
    cases.add(change("L2 of biases", false, b -> b.l2Bias(1e-3)));
    cases.add(change("constraint", false, b -> b.constrainWeights(new MaxNormConstraint(9, 1))));
    for (GradientNormalization normalization : GradientNormalization.values()) {
      cases.add(
          change(
              normalization.name(),
              normalization == GradientNormalization.None,
              b -> b.gradientNormalization(normalization).gradientNormalizationThreshold(0.01)));
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("configurations")
  void shouldKnowNormsOnlyWhereNothingElseChangesTheUpdate(
      String name, boolean expected, UnaryOperator<NeuralNetConfiguration.Builder> change) {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      MultiLayerNetwork net = mlp(change.apply(base().dataType(type)));
      SgdUpdatesTest run = type == DataType.FLOAT ? this : new SgdUpdatesTest();
      net.setListeners(run.observer, run.new Check());
      assertThat(run.isKnown(net, Networks.MLP, type)).as("%s", type).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldKnowThoseOfEachKindOfNetwork(Networks network) {
    MultiLayerNetwork net = network.create(new Sgd(0.01), DataType.FLOAT);
    for (Layer layer : net.getLayers()) {
      if (layer.conf().getLayer() instanceof BaseLayer configuration) {
        configuration.setRegularization(List.of());
        configuration.setRegularizationBias(List.of());
      }
    }
    net.setListeners(observer, new Check());
    assertThat(isKnown(net, network, DataType.FLOAT)).isTrue();
  }

  @Test
  void shouldKnowNoneOfAStepThatProtectionHasChanged() {
    List<Consumer<MeterListener>> changes =
        List.of(o -> o.step.clip(1, 0.5, 0.5), o -> o.step.skip());
    for (Consumer<MeterListener> change : changes) {
      SgdUpdatesTest run = new SgdUpdatesTest();
      change.accept(run.observer);
      assertThat(run.isKnown()).isFalse();
    }
    observer.step.clip(1, 1, 2);
    assertThat(isKnown()).as("clipping that changes none").isTrue();
  }

  @Test
  void shouldKnowNoneWhereWorkersShareUpdates() {
    GradientsAccumulator shared =
        (GradientsAccumulator)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {GradientsAccumulator.class},
                (proxy, method, arguments) -> null);
    MultiLayerNetwork net = mlp(base());
    net.setListeners(sharing(shared), observer, new Check(), sharing(null));
    assertThat(isKnown(net, Networks.MLP, DataType.FLOAT)).isFalse();
  }

  /** A listener that makes an iteration end as that of a worker, or of none. */
  private static BaseTrainingListener sharing(@Nullable GradientsAccumulator accumulator) {
    return new BaseTrainingListener() {
      @Override
      public void iterationDone(Model model, int iteration, int epoch) {
        model.getOptimizer().setGradientsAccumulator(accumulator);
      }
    };
  }

  /** Its listener is called after the plugin's, which therefore does not see the change. */
  @Test
  void shouldKnowNoneAnyMoreAfterTheUserHasChangedAGradient() {
    int[] iteration = {0};
    MultiLayerNetwork net = mlp(base());
    net.setListeners(
        observer,
        new BaseTrainingListener() {
          @Override
          public void onGradientCalculation(Model model) {
            if (iteration[0]++ < 1) {
              model.gradient().gradient().muli(0.5);
            }
          }
        },
        new Check());
    assertThat(isKnown(net, Networks.MLP, DataType.FLOAT)).isFalse();
  }

  private boolean isKnown() {
    MultiLayerNetwork net = mlp(base());
    net.setListeners(observer, new Check());
    return isKnown(net, Networks.MLP, DataType.FLOAT);
  }
}
