package dev.traininghealth.intervene.model;

import static dev.traininghealth.intervene.model.LearningRateNetwork.usedRates;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.AdaBelief;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/** Rates that users set in between, updaters that networks share, and updaters of users. */
final class LearningRatesSharedTest {

  /** The network has wrappers and bias updaters, which DL4J's setter does not reach. */
  @Test
  void shouldRestartTheFactorAtARateOfTheUser() {
    Model net = LearningRateNetwork.WRAPPED.create(() -> new Sgd(0.1), () -> new Sgd(0.3));
    LearningRates rates = LearningRates.of(net);
    rates.scaleTo(0.5);
    ((MultiLayerNetwork) net).setLearningRate(0.2);

    assertThat(rates.detectUserChanges(net)).isTrue();

    assertThat(rates.factor()).isEqualTo(1);
    assertThat(distinct(net)).containsExactly(0.1, 0.2, 0.3);
    assertThat(rates.detectUserChanges(net)).isFalse();
    rates.scaleTo(0.5);
    assertThat(distinct(net)).containsExactly(0.05, 0.1, 0.15);
    rates.scaleTo(1);
    assertThat(distinct(net)).containsExactly(0.1, 0.2, 0.3);
  }

  @Test
  void shouldRestartTheFactorInAGraph() {
    Model net = LearningRateNetwork.GRAPH.create(() -> new Sgd(0.1), () -> new Sgd(0.3));
    LearningRates rates = LearningRates.of(net);
    rates.scaleTo(0.5);
    ((ComputationGraph) net).setLearningRate("out", new FixedSchedule(0.7));

    assertThat(rates.hasLearningRateSchedule()).isTrue();
    assertThat(rates.detectUserChanges(net)).isTrue();

    assertThat(rates.factor()).isEqualTo(1);
    assertThat(distinct(net)).containsExactly(0.1, 0.3, 0.7);
  }

  @Test
  void shouldScaleAnUndetectedRateOfTheUser() {
    Model net = LearningRateNetwork.DENSE.create(() -> new Sgd(0.1), () -> new Sgd(0.3));
    LearningRates rates = LearningRates.of(net);
    rates.scaleTo(0.5);
    updater(net, 0).setLrAndSchedule(0.2, null);

    rates.scaleTo(0.1);

    assertThat(distinct(net)).containsExactly(0.1 * 0.1, 0.2 * 0.1, 0.3 * 0.1);
    rates.scaleTo(1);
    assertThat(distinct(net)).containsExactly(0.1, 0.2, 0.3);
  }

  /** A user who sets the original rate again wants that rate. */
  @Test
  void shouldDetectTheOriginalRateIfSetAgain() {
    Sgd updater = new Sgd(0.1);
    Model net = LearningRateNetwork.DENSE.create(() -> updater);
    LearningRates rates = LearningRates.of(net);
    rates.scaleTo(0.5);
    updater.setLearningRate(0.1);

    assertThat(rates.detectUserChanges(net)).isTrue();
    assertThat(rates.factor()).isEqualTo(1);
    assertThat(updater.getLearningRate()).isEqualTo(0.1);
  }

  @Test
  void shouldDetectReplacedUpdaters() {
    Sgd gone = new Sgd(0.1);
    Model net = LearningRateNetwork.DENSE.create(() -> gone, () -> new Sgd(0.3));
    LearningRates rates = LearningRates.of(net);
    rates.scaleTo(0.5);
    Adam replacement = new Adam(0.7);
    for (int layer = 0; layer < 3; layer++) {
      ((BaseLayer) configuration(net, layer)).setIUpdater(replacement);
    }

    assertThat(rates.detectUserChanges(net)).isTrue();
    assertThat(rates.factor()).isEqualTo(1);
    assertThat(gone.getLearningRate()).isEqualTo(0.1);
    rates.scaleTo(0.5);
    assertThat(replacement.getLearningRate()).isEqualTo(0.35);
    assertThat(gone.getLearningRate()).isEqualTo(0.1);
  }

  @Test
  void shouldDetectNoChange() {
    Model net = LearningRateNetwork.WRAPPED.create(() -> new Sgd(Double.NaN), () -> new Adam(0.1));
    LearningRates rates = LearningRates.of(net);

    assertThat(rates.detectUserChanges(net)).isFalse();
    rates.scaleTo(0.5);
    assertThat(rates.detectUserChanges(net)).isFalse();
    assertThat(rates.factor()).isEqualTo(0.5);
  }

  /**
   * DL4J's clones share the updaters of the first network, and so do networks of one configuration.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldScaleSharedUpdatersOnce(boolean cloned) {
    Sgd updater = new Sgd(0.1);
    MultiLayerNetwork net = (MultiLayerNetwork) LearningRateNetwork.DENSE.create(() -> updater);
    MultiLayerNetwork other;
    if (cloned) {
      other = net.clone();
    } else {
      other = new MultiLayerNetwork(net.getLayerWiseConfigurations());
      other.init();
    }
    LearningRates before = LearningRates.of(other);
    LearningRates rates = LearningRates.of(net);

    rates.scaleTo(0.5);

    assertThat(distinct(other)).containsExactly(0.05);
    assertThat(LearningRates.of(other).factor()).isEqualTo(0.5);
    assertThat(before.detectUserChanges(other)).isTrue();
    assertThat(before.factor()).isEqualTo(0.5);
    before.scaleTo(0.25);
    assertThat(distinct(net)).containsExactly(0.1 * 0.25);
    rates.scaleTo(1);
    assertThat(updater.getLearningRate()).isEqualTo(0.1);
  }

  @Test
  void shouldNameUpdatersWithoutARate() {
    Model net =
        network(
            dense("dense1", new AdaDelta()),
            dense("still", new NoOp()),
            new BatchNormalization.Builder().nIn(3).nOut(3).updater(new Sgd(0.1)).build(),
            new FrozenLayer(dense("frozen", new AdaDelta())),
            new FrozenLayerWithBackprop(dense("passed", new AdaDelta())),
            dense("refuses", new Refusing()),
            dense("dense2", new Sgd(0.1)),
            new CenterLossOutputLayer.Builder().nIn(3).nOut(3).updater(new Sgd(0.2)).build());
    LearningRates rates = LearningRates.of(net);

    rates.scaleTo(0.5);

    assertThat(rates.withoutRate())
        .containsExactly(
            "AdaDelta (layer 0, dense1)", "NoOp (layer 1, still)", "Refusing (layer 5, refuses)");
    assertThat(distinct(net)).containsExactly(0.05, 0.1, 0.7);
  }

  /** A rate that cannot be read cannot be restored. */
  @Test
  void shouldLeaveAloneAnUpdaterWithAnUnreadableRate() {
    Sgd inside = new Sgd(0.1);
    IUpdater unreadable =
        (IUpdater)
            Proxy.newProxyInstance(
                IUpdater.class.getClassLoader(),
                new Class<?>[] {IUpdater.class},
                (proxy, method, arguments) -> method.invoke(inside, arguments));
    LearningRates rates = LearningRates.of(network(dense("dense1", unreadable)));

    rates.scaleTo(0.5);

    assertThat(inside.getLearningRate()).isEqualTo(0.1);
    assertThat(rates.withoutRate()).singleElement().asString().endsWith(" (layer 0, dense1)");
  }

  /** DL4J cannot step with AdaBelief yet, because it assumes a two-dimensional array. */
  @Test
  void shouldScaleAdaBelief() {
    AdaBelief updater = new AdaBelief(new UserSchedule(0.1));
    LearningRates rates = LearningRates.of(network(dense("dense1", updater)));

    rates.scaleTo(0.5);

    assertThat(updater.getLearningRate(8, 0)).isEqualTo(0.5 * new UserSchedule(0.1).valueAt(8, 0));
    assertThat(rates.withoutRate()).isEmpty();
  }

  @Test
  void shouldHandleANetworkWithoutRates() {
    Model net = network(dense("dense1", new AdaDelta()), dense("dense2", new NoOp()));
    LearningRates rates = LearningRates.of(net);

    rates.scaleTo(0.5);

    assertThat(rates.withoutRate()).hasSize(2);
    assertThat(rates.factor()).isEqualTo(0.5);
    assertThat(rates.hasLearningRateSchedule()).isFalse();
  }

  /**
   * DL4J uses the updater of the first layer of a block. Otherwise the other layers would keep
   * their rate.
   */
  @Test
  void shouldScaleTheUpdaterOfAFrozenLayerThatLeadsABlock() {
    Model net =
        network(
            new FrozenLayerWithBackprop(dense("passed", new Adam(0.1))),
            dense("dense1", new Adam(0.1)));
    assertThat(LearningRateNetwork.blockSizes(net)).containsExactly(4);

    LearningRates.of(net).scaleTo(0.5);

    assertThat(distinct(net)).containsExactly(0.05);
  }

  @Test
  void shouldRestoreAllRatesIfOneFails() {
    Sgd first = new Sgd(new StepSchedule(ScheduleType.ITERATION, 0.1, 0.5, 3));
    ISchedule schedule = first.getLearningRateSchedule();
    Fragile fragile = new Fragile();
    Sgd last = new Sgd(0.3);
    Model net = network(dense("a", first), dense("b", fragile), dense("c", last));
    LearningRates rates = LearningRates.of(net);
    rates.scaleTo(0.5);
    ISchedule scaled = first.getLearningRateSchedule();

    fragile.failsBelow = 0.1;
    assertThatThrownBy(() -> rates.scaleTo(0.1)).hasMessage("too small");

    assertThat(first.getLearningRateSchedule()).isSameAs(scaled);
    assertThat(fragile.getLearningRate()).isEqualTo(0.1);
    assertThat(last.getLearningRate()).isEqualTo(0.15);
    assertThat(rates.factor()).isEqualTo(0.5);
    assertThat(rates.detectUserChanges(net)).isFalse();
    rates.scaleTo(1);
    assertThat(first.getLearningRateSchedule()).isSameAs(schedule);
    assertThat(last.getLearningRate()).isEqualTo(0.3);
  }

  @Test
  void shouldNotWrapAWrappedSchedule() {
    ISchedule schedule = new UserSchedule(0.1);
    Sgd first = new Sgd(0.1);
    Sgd second = new Sgd(schedule);
    Model net = network(dense("a", first), dense("b", second));
    LearningRates rates = LearningRates.of(net);

    rates.scaleTo(0.5);
    assertThat(second.getLearningRateSchedule()).isEqualTo(new ScaledSchedule(schedule, 0.5));
    rates.scaleTo(0.25);

    assertThat(second.getLearningRateSchedule()).isEqualTo(new ScaledSchedule(schedule, 0.25));
  }

  /** Has a rate that cannot be set. */
  private static final class Refusing extends Sgd {
    private static final long serialVersionUID = 1L;

    Refusing() {
      super(0.7);
    }

    @Override
    public void setLrAndSchedule(double rate, ISchedule schedule) {
      throw new UnsupportedOperationException("fixed");
    }
  }

  /** Fails below a rate. */
  private static final class Fragile extends Sgd {
    private static final long serialVersionUID = 1L;
    private double failsBelow;

    Fragile() {
      super(0.2);
    }

    @Override
    public void setLrAndSchedule(double rate, ISchedule schedule) {
      super.setLrAndSchedule(rate, schedule);
      if (rate < failsBelow) {
        throw new IllegalStateException("too small");
      }
    }
  }

  private static MultiLayerNetwork network(Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().seed(42).list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    return net;
  }

  private static DenseLayer dense(String name, IUpdater updater) {
    return new DenseLayer.Builder().name(name).nIn(3).nOut(3).updater(updater).build();
  }

  private static Layer configuration(Model net, int layer) {
    return ((MultiLayerNetwork) net).getLayer(layer).conf().getLayer();
  }

  private static IUpdater updater(Model net, int layer) {
    return ((BaseLayer) configuration(net, layer)).getIUpdater();
  }

  /** {@return all rates in use, each once, in ascending order} */
  private static List<Double> distinct(Model net) {
    return Arrays.stream(usedRates(net, 0, 0))
        .filter(rate -> !Double.isNaN(rate))
        .distinct()
        .sorted()
        .boxed()
        .toList();
  }
}
