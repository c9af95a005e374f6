package dev.traininghealth;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.Collection;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.assertj.core.data.Offset;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.api.StatsReport;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;

/**
 * DL4J's pages show of a run the numbers that they show with a {@code StatsListener}, at the
 * iterations at which both have them. The networks have double precision, because a {@code
 * StatsListener} adds up floats to fewer digits.
 */
@Timeout(60)
final class StatsListenerParityTest {
  private static final int ITERATIONS = 150;

  /** Largest relative difference. */
  private static final double PRECISION = 1e-6;

  /** The means and deviations of each iteration at which they were measured, by key. */
  private static final class MeasuredSpreads implements Detector {
    final Map<Long, Map<String, Double>> gradients = new TreeMap<>();
    final Map<Long, Map<String, Double>> updates = new TreeMap<>();
    final Map<Long, Map<String, Double>> means = new TreeMap<>();
    final Map<Long, Map<String, Double>> activations = new TreeMap<>();

    @Override
    public String name() {
      return "measured-spreads";
    }

    @Override
    public void onUpdate(History history, FindingReporter findings) {
      Measurement m = history.current();
      NetworkLayout layout = history.layout();
      for (int p = 0; p < layout.parameters().size(); p++) {
        String key = layout.parameters().get(p).key();
        if (m.gradientDeviationIteration(p) == m.iteration()) {
          // A StatsListener has the sum over the minibatch.
          put(gradients, m, key, m.gradientStandardDeviation(p) * m.batchSize());
        }
        if (m.updateDeviationIteration(p) == m.iteration()) {
          put(updates, m, key, m.updateStandardDeviation(p));
        }
      }
      for (int l = 0; l < layout.layers().size(); l++) {
        boolean isOutput = layout.layers().get(l).configuration().isOutput();
        if (!isOutput && m.activationIteration(l) == m.iteration()) {
          put(means, m, String.valueOf(l), m.activationMean(l));
          put(activations, m, String.valueOf(l), m.activationStandardDeviation(l));
        }
      }
    }

    private static void put(
        Map<Long, Map<String, Double>> to, Measurement m, String key, double value) {
      to.computeIfAbsent(m.iteration(), i -> new HashMap<>()).put(key, value);
    }
  }

  private static Map<Long, StatsReport> reports(StatsStorage storage) {
    String session = storage.listSessionIDs().get(0);
    String worker = storage.listWorkerIDsForSession(session).get(0);
    Map<Long, StatsReport> reports = new TreeMap<>();
    storage
        .getAllUpdatesAfter(session, StatsListener.TYPE_ID, worker, 0)
        .forEach(
            update -> {
              StatsReport report = (StatsReport) update;
              reports.put((long) report.getIterationCount(), report);
            });
    return reports;
  }

  /** Reports of a StatsListener on the same network and minibatches, of each iteration. */
  private static Map<Long, StatsReport> ofStatsListener(LearningNetwork kind) {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    train(kind, new StatsListener(storage, 1));
    return reports(storage);
  }

  private static void train(LearningNetwork kind, TrainingListener... listeners) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            kind.layers(
                    new NeuralNetConfiguration.Builder()
                        .seed(42)
                        .dataType(DataType.DOUBLE)
                        .updater(LearningNetwork.adam(1))
                        .activation(Activation.RELU)
                        .list())
                .build());
    net.init();
    net.setListeners(listeners);
    for (int batch = 0; net.getIterationCount() < ITERATIONS; batch++) {
      DataSet data = kind.batch(batch);
      net.fit(
          new DataSet(
              data.getFeatures().castTo(DataType.DOUBLE),
              data.getLabels().castTo(DataType.DOUBLE)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldShowWhatAStatsListenerShows(LearningNetwork kind) {
    MeasuredSpreads spreads = new MeasuredSpreads();
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    IterationClock clock = new IterationClock();
    TrainingHealthListener listener =
        clock.builder(storage).costBudget(InjectedRun.LAVISH).detector(() -> spreads).build();
    train(kind, listener, clock);
    listener.close();

    Map<Long, StatsReport> theirs = ofStatsListener(kind);
    Map<Long, StatsReport> ours = reports(storage);
    assertThat(ours).as("the first and the last").hasSizeGreaterThanOrEqualTo(2);
    ours.forEach((iteration, report) -> assertSame(report, requireNonNull(theirs.get(iteration))));
    assertThat(ours.values())
        .as("with deviations")
        .anyMatch(report -> report.getStdev(StatsType.Updates) != null);
    assertInput(ours.values(), theirs.values());
    assertSame(spreads.gradients, theirs, r -> r.getStdev(StatsType.Gradients));
    assertSame(spreads.updates, theirs, r -> r.getStdev(StatsType.Updates));
    assertSame(spreads.means, theirs, r -> r.getMean(StatsType.Activations));
    assertSame(spreads.activations, theirs, r -> r.getStdev(StatsType.Activations));
  }

  /** The means of the features, which are interpolated between their measurements. */
  private static void assertInput(Collection<StatsReport> ours, Collection<StatsReport> theirs) {
    List<Double> shown =
        ours.stream()
            .map(report -> report.getMean(StatsType.Activations))
            .filter(Objects::nonNull)
            .map(means -> means.get("input"))
            .toList();
    DoubleSummaryStatistics all =
        theirs.stream()
            .mapToDouble(report -> report.getMean(StatsType.Activations).get("input"))
            .summaryStatistics();
    assertThat(shown)
        .isNotEmpty()
        .allSatisfy(
            mean -> assertThat(mean).isBetween(all.getMin() - PRECISION, all.getMax() + PRECISION));
  }

  private static void assertSame(StatsReport ours, StatsReport theirs) {
    assertThat(ours.getScore()).isCloseTo(theirs.getScore(), tolerance(theirs.getScore()));
    assertSame("rate", ours.getLearningRates(), theirs.getLearningRates());
    if (ours.getStdev(StatsType.Updates) != null) {
      assertSame("update", ours.getStdev(StatsType.Updates), theirs.getStdev(StatsType.Updates));
    }
    for (StatsType type : List.of(StatsType.Parameters, StatsType.Updates)) {
      assertThat(ours.getMeanMagnitudes(type)).hasSameSizeAs(theirs.getMeanMagnitudes(type));
      assertSame(type.name(), ours.getMeanMagnitudes(type), theirs.getMeanMagnitudes(type));
    }
  }

  private static void assertSame(
      Map<Long, Map<String, Double>> ours,
      Map<Long, StatsReport> theirs,
      Function<StatsReport, Map<String, Double>> values) {
    assertThat(ours).isNotEmpty();
    ours.forEach(
        (iteration, measured) ->
            assertSame(
                "iteration " + iteration,
                measured,
                values.apply(requireNonNull(theirs.get(iteration)))));
  }

  private static void assertSame(
      String what, Map<String, Double> ours, Map<String, Double> theirs) {
    assertThat(ours).as(what).isNotEmpty();
    ours.forEach(
        (key, value) -> {
          double expected = requireNonNull(theirs.get(key));
          assertThat(value).as("%s of %s", what, key).isCloseTo(expected, tolerance(expected));
        });
  }

  private static Offset<Double> tolerance(double value) {
    return within(PRECISION * Math.max(Math.abs(value), 1e-3));
  }
}
