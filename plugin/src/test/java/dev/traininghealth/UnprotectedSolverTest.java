package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.slf4j.LoggerFactory;

/** A network that cannot be protected is observed, and a warning says why. */
class UnprotectedSolverTest {
  enum Unprotected {
    LBFGS("its solver, LBFGS, computes several gradients per iteration"),
    LINE_GRADIENT_DESCENT(
        "its solver, LINE_GRADIENT_DESCENT, computes several gradients per iteration"),
    CONJUGATE_GRADIENT("its solver, CONJUGATE_GRADIENT, computes several gradients per iteration"),
    /** DL4J trains nothing here and calls no listener. */
    NO_PARAMETERS("");

    private final String reason;

    Unprotected(String reason) {
      this.reason = reason;
    }

    MultiLayerNetwork create() {
      NeuralNetConfiguration.Builder builder =
          new NeuralNetConfiguration.Builder().seed(3).updater(new NoOp());
      MultiLayerNetwork net =
          new MultiLayerNetwork(
              this == NO_PARAMETERS
                  ? builder.list().layer(new LossLayer.Builder(LossFunction.MSE).build()).build()
                  : builder
                      .optimizationAlgo(OptimizationAlgorithm.valueOf(name()))
                      .list()
                      .layer(new OutputLayer.Builder(LossFunction.MSE).nIn(3).nOut(3).build())
                      .build());
      net.init();
      return net;
    }
  }

  private static void train(MultiLayerNetwork net) {
    for (int i = 1; i <= 5; i++) {
      net.fit(
          new DataSet(
              Nd4j.ones(DataType.FLOAT, 4, 3).muli(i), Nd4j.zeros(DataType.FLOAT, 4, 3).addi(0.3)));
    }
    net.fit(
        new DataSet(
            Nd4j.ones(DataType.FLOAT, 4, 3).muli(Float.NaN), Nd4j.zeros(DataType.FLOAT, 4, 3)));
  }

  @ParameterizedTest
  @EnumSource(Unprotected.class)
  void shouldObserveAndLogWhy(Unprotected kind) {
    Logger log = (Logger) LoggerFactory.getLogger("dev.traininghealth.run.ProtectedRun");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    log.addAppender(lines);
    MultiLayerNetwork net = kind.create();
    try (TrainingHealthListener health =
        TrainingHealthListener.protecting(new InMemoryStatsStorage())) {
      net.setListeners(health);
      train(net);
      assertThat(health.interventions()).isEmpty();
    } finally {
      log.detachAppender(lines);
    }
    assertThat(lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList())
        .isEqualTo(
            kind.reason.isEmpty()
                ? List.of()
                : List.of("The run is observed, not protected: " + kind.reason));
    MultiLayerNetwork alone = kind.create();
    train(alone);
    if (kind != Unprotected.NO_PARAMETERS) {
      assertThat(NetworkBits.of(net.params())).isEqualTo(NetworkBits.of(alone.params()));
    }
  }

  /** DL4J's own pages do not wait for updates, which these solvers do not have. */
  @ParameterizedTest
  @EnumSource(value = Unprotected.class, mode = Mode.EXCLUDE, names = "NO_PARAMETERS")
  void shouldReportToTheStockPagesFromTheStart(Unprotected kind) {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    MultiLayerNetwork net = kind.create();
    IterationClock clock = new IterationClock();
    try (TrainingHealthListener health = clock.build(TrainingHealthListener.builder(storage))) {
      net.setListeners(health, clock);
      train(net);
      health.flush();
      String worker = health.runs().get(0).workerId();
      assertThat(
              storage.getNumUpdateRecordsFor(health.getSessionID(), StatsListener.TYPE_ID, worker))
          .isPositive();
    }
  }
}
