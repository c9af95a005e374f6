package dev.traininghealth.publish.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.guard.GuardedStorage;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.publish.Measurements;
import dev.traininghealth.publish.RecordFixtures;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.api.StatsInitializationReport;
import org.deeplearning4j.ui.model.stats.api.StatsReport;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StockReportsTest {
  private static final long START = 1_700_000_000_000L;
  private static final String NETWORK = "org.deeplearning4j.nn.multilayer.MultiLayerNetwork";

  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();
  private final GuardedStorage guarded = new GuardedStorage(storage);
  private final NetworkLayout layout = RecordFixtures.denseLayout(3);
  private final Measurements measurements = new Measurements(layout);
  private final StockReports stock = stock(NETWORK, true);

  private StockReports stock(String modelClass, boolean wanted) {
    return new StockReports(layout, START, modelClass, 330, () -> "{}", "s", "w", wanted);
  }

  private void flush() {
    stock.offerLast(false);
    stock.putTo(guarded);
  }

  private List<StatsReport> reports() {
    return storage.getAllUpdatesAfter("s", StatsListener.TYPE_ID, "w", 0).stream()
        .map(StatsReport.class::cast)
        .toList();
  }

  private StatsReport last() {
    flush();
    List<StatsReport> reports = reports();
    return reports.get(reports.size() - 1);
  }

  @Test
  void shouldTellTheModelAndTheMachineOnce() {
    assertThat(stock.announce(guarded)).isTrue();
    StatsInitializationReport report =
        (StatsInitializationReport) storage.getStaticInfo("s", StatsListener.TYPE_ID, "w");
    assertThat(report.getModelClassName()).isEqualTo(NETWORK);
    assertThat(report.getModelConfigJson()).isEqualTo("{}");
    assertThat(report.getModelNumLayers()).isEqualTo(3);
    assertThat(report.getModelNumParams()).isEqualTo(330);
    assertThat(report.getModelParamNames())
        .containsExactly("0_W", "0_b", "1_W", "1_b", "2_W", "2_b");
    assertThat(report.getSwNd4jBackendClass()).contains("Cpu");
    assertThat(report.getSwHostName()).isNotBlank();
    assertThat(report.getSwJvmUID()).isNotBlank();
    assertThat(report.getHwJvmAvailableProcessors()).isPositive();
    assertThat(report.getHwJvmMaxMemory()).isPositive();
    assertThat(report.getHwOffHeapMaxMemory()).isPositive();
    assertThat(storage.getStorageMetaData("s", StatsListener.TYPE_ID)).isNotNull();
  }

  @Test
  void shouldReportWhatWasMeasured() {
    stock.offer(measurements.at(0, START));
    stock.offer(measurements.at(1, START + 100));
    StatsReport report = last();
    assertThat(report.getIterationCount()).isEqualTo(1);
    assertThat(report.getScore()).isEqualTo(1.5);
    assertThat(report.getTimeStamp()).isEqualTo(START + 100);
    assertThat(report.getMeanMagnitudes(StatsType.Parameters))
        .hasSize(6)
        .containsEntry("1_W", 3.125);
    assertThat(report.getMeanMagnitudes(StatsType.Updates)).hasSize(6).containsKey("1_b");
    assertThat(report.getLearningRates()).hasSize(6).containsEntry("2_W", 0.5);
    assertThat(report.getStdev(StatsType.Gradients)).hasSize(6);
    assertThat(report.getStdev(StatsType.Updates)).hasSize(6);
    assertThat(report.getStdev(StatsType.Activations))
        .containsEntry("2", 2.25)
        .containsEntry("input", 0.75)
        .hasSize(4);
    assertThat(report.getMean(StatsType.Activations))
        .containsEntry("2", 0.5)
        .containsEntry("input", 0.25)
        .hasSize(4);
    assertThat(report.getTotalRuntimeMs()).isEqualTo(100);
    assertThat(report.getTotalExamples()).isEqualTo(64);
    assertThat(report.getTotalMinibatches()).isEqualTo(2);
    assertThat(report.getMinibatchesPerSecond()).isEqualTo(10);
    assertThat(report.getExamplesPerSecond()).isEqualTo(320);
    assertThat(report.getJvmCurrentBytes()).isPositive();
    assertThat(report.getJvmMaxBytes()).isPositive();
    assertThat(report.getOffHeapMaxBytes()).isPositive();
    assertThat(report.getHistograms(StatsType.Parameters))
        .hasEntrySatisfying("1_b", h -> assertThat(h.getMax()).isEqualTo(4));
    assertThat(report.getHistograms(StatsType.Updates))
        .hasEntrySatisfying("0_W", h -> assertThat(h.getBinCounts()).hasSize(20).containsOnly(1));
  }

  @Test
  void shouldSurviveEncoding() {
    stock.offer(measurements.at(3, START));
    SbeStatsReport report = (SbeStatsReport) last();
    SbeStatsReport decoded = new SbeStatsReport();
    decoded.decode(report.encode());
    assertThat(decoded.getScore()).isEqualTo(report.getScore());
    assertThat(decoded.getMeanMagnitudes(StatsType.Updates))
        .isEqualTo(report.getMeanMagnitudes(StatsType.Updates));
    assertThat(decoded.getStdev(StatsType.Activations))
        .isEqualTo(report.getStdev(StatsType.Activations));
    assertThat(decoded.getHistograms(StatsType.Updates)).containsKey("2_b");
  }

  @Test
  void shouldNameTheLayersOfAGraph() {
    StockReports graph = stock("org.deeplearning4j.nn.graph.ComputationGraph", true);
    MeasurementWriter m = measurements.at(0, START);
    m.inputIteration = -1; // a graph has several inputs, which DL4J does not show either
    graph.offer(m);
    graph.putTo(guarded);
    assertThat(reports().get(0).getMean(StatsType.Activations))
        .containsOnlyKeys("layer0", "layer1", "layer2");
  }

  @Test
  void shouldWriteTheStaticRecordAloneWhenReportsAreOff() {
    StockReports off = stock(NETWORK, false);
    assertThat(off.announce(guarded)).isTrue();
    off.offer(measurements.at(0, START));
    off.offerLast(true);
    assertThat(off.putTo(guarded)).isFalse();
    assertThat(reports()).isEmpty();
    assertThat(storage.getStaticInfo("s", StatsListener.TYPE_ID, "w")).isNotNull();
  }

  @Test
  void shouldLeaveOutWhatThePagesWouldDrawAsZero() {
    stock.offer(measurements.at(0, START));
    flush();
    for (double score : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Measurement.absent()}) {
      MeasurementWriter m = measurements.at(1, START + 1);
      m.score = score;
      stock.offer(m);
      flush();
    }
    for (int i = 0; i < 5; i++) {
      MeasurementWriter m = measurements.at(2, START + 2);
      double[][] arrays = {
        m.weightMeanMagnitude,
        m.updateMeanMagnitude,
        m.gradientStandardDeviation,
        m.updateStandardDeviation,
        m.activationStandardDeviation
      };
      arrays[i][1] = Double.NaN;
      stock.offer(m);
      flush();
    }
    stock.offer(measurements.at(9, START + 9));
    flush();
    assertThat(reports()).extracting(StatsReport::getIterationCount).containsExactly(0, 9);
  }

  /** What the pages read without looking whether it is there. */
  @Test
  void shouldAlwaysHaveTheMapsThatThePagesNeed() {
    MeasurementWriter m = measurements.at(0, START);
    for (double[] values :
        List.of(
            m.weightMeanMagnitude,
            m.updateMeanMagnitude,
            m.learningRate,
            m.gradientStandardDeviation,
            m.updateStandardDeviation,
            m.activationMean)) {
      Arrays.fill(values, Measurement.absent());
    }
    for (int p = 0; p < m.weightHistogram.length; p++) {
      m.weightHistogram[p].measure(new double[0], 0);
      m.updateHistogram[p].measure(new double[] {Double.POSITIVE_INFINITY}, 1);
    }
    stock.offer(m);
    stock.offerLast(true); // a first report waits for all kinds of values, but not for ever
    StatsReport report = last();
    SbeStatsReport decoded = new SbeStatsReport();
    decoded.decode(((Persistable) report).encode());
    for (StatsReport r : List.of(report, decoded)) {
      assertThat(r.getLearningRates()).isNotNull().doesNotContainKey("0_W");
      assertThat(r.getMeanMagnitudes(StatsType.Parameters)).isNotNull().doesNotContainKey("0_W");
      assertThat(r.getMeanMagnitudes(StatsType.Updates)).isNotNull().doesNotContainKey("0_W");
      assertThat(r.getHistograms(StatsType.Parameters)).isNotNull().doesNotContainKey("0_W");
      assertThat(r.getHistograms(StatsType.Updates)).isNotNull().doesNotContainKey("0_W");
      assertThat(r.getStdev(StatsType.Activations)).isNull();
    }
  }

  @Test
  void shouldKeepHistogramsInTheNewestReportOnly() {
    for (int i = 0; i < 5; i++) {
      stock.offer(measurements.at(i, START + 1_000L * i));
      flush();
    }
    List<StatsReport> reports = reports();
    assertThat(reports).hasSize(5);
    for (StatsReport report : reports) {
      boolean newest = report.getIterationCount() == 4;
      assertThat(report.hasHistograms(StatsType.Parameters)).isEqualTo(newest);
      assertThat(report.hasHistograms(StatsType.Updates)).isEqualTo(newest);
      assertThat(report.getMeanMagnitudes(StatsType.Parameters)).hasSize(6);
      assertThat(report.getTimeStamp()).isEqualTo(START + 1_000L * report.getIterationCount());
    }
  }

  /** The pages decide by the first report which lines they draw. */
  @Test
  void shouldWaitWithTheFirstReportUntilEveryKindIsMeasured() {
    for (int i = 0; i < 10; i++) {
      MeasurementWriter m = measurements.at(i, START + i);
      if (i < 7) {
        m.gradientStandardDeviation[4] = Measurement.absent();
      } else {
        m.activationStandardDeviation[2] = Measurement.absent(); // the output layer's never comes
      }
      stock.offer(m);
    }
    assertThat(last().getIterationCount()).isEqualTo(9);
    assertThat(reports().get(0).getIterationCount()).isEqualTo(7);
  }

  /** An iteration whose deviations and means are still those of an earlier one. */
  private MeasurementWriter later(long iteration, long measured) {
    measurements.at(measured, START);
    MeasurementWriter m = measurements.m;
    m.iteration = iteration;
    m.weightIteration = iteration;
    m.timeMillis = START + 1_000 * iteration;
    return m;
  }

  private List<StatsReport> offered(MeasurementWriter m) {
    stock.offer(m);
    flush();
    return reports();
  }

  @Test
  void shouldShowDeviationsAtTheIterationAtWhichTheyWereMeasured() {
    offered(measurements.at(0, START));
    List<StatsReport> open = offered(later(2, 0));
    assertThat(open.get(0).getStdev(StatsType.Gradients)).containsEntry("0_W", 0.1);
    assertThat(open.get(1).getStdev(StatsType.Gradients)).as("not measured").isNull();
    assertThat(open.get(1).getStdev(StatsType.Updates)).isNull();
    assertThat(open.get(1).getStdev(StatsType.Activations)).isNull();
    assertThat(open.get(1).getMean(StatsType.Activations)).isNull();
    assertThat(open.get(1).getMeanMagnitudes(StatsType.Parameters)).hasSize(6);

    List<StatsReport> closed = offered(later(5, 4)); // 0.15 at iteration 4
    assertThat(closed.get(1).getIterationCount()).isEqualTo(2);
    assertThat(closed.get(1).getStdev(StatsType.Gradients).get("0_W"))
        .as("on the line of the logarithms")
        .isCloseTo(Math.sqrt(0.1 * 0.15), within(1e-12));
    assertThat(closed.get(1).getStdev(StatsType.Updates)).hasSize(6);
    assertThat(closed.get(1).getStdev(StatsType.Activations)).hasSize(4);
    assertThat(closed.get(1).getMean(StatsType.Activations)).containsEntry("2", 0.5);
    assertThat(closed.get(1).hasHistograms(StatsType.Parameters)).isFalse();
    assertThat(closed.get(2).getStdev(StatsType.Gradients)).isNull();
    assertThat(closed.get(2).hasHistograms(StatsType.Parameters)).isTrue();
  }

  /** The Model page draws those of the newest report, and names no iteration. */
  @Test
  void shouldLeaveOutOldHistograms() {
    MeasurementWriter m = measurements.at(1_500, START);
    Arrays.fill(m.weightHistogramIteration, 500);
    m.updateHistogramIteration[0] = 499;
    StatsReport report = offered(m).get(0);
    assertThat(report.getHistograms(StatsType.Parameters)).hasSize(6);
    assertThat(report.getHistograms(StatsType.Updates)).hasSize(5).doesNotContainKey("0_W");
  }

  @Test
  void shouldEndTheLinesWhereNothingIsMeasuredAnyMore() {
    offered(measurements.at(0, START));
    for (int i = 1; i <= 1_001; i++) {
      stock.offer(later(i, 0));
      flush();
    }
    offered(measurements.at(2_000, START + 2_000_000));
    assertThat(reports().subList(1, reports().size()))
        .allSatisfy(report -> assertThat(report.getStdev(StatsType.Gradients)).isNull());
  }

  /** Without a report, the pages do not even name the model. */
  @Test
  void shouldNameTheModelOfARunWithoutAFiniteScore() {
    for (int i = 0; i < 30; i++) {
      MeasurementWriter m = measurements.at(i, START + 500L * i);
      m.score = Double.NaN;
      m.weightMeanMagnitude[0] = Double.POSITIVE_INFINITY;
      stock.offer(m);
      flush();
    }
    assertThat(reports()).as("after ten seconds").hasSize(1);
    StatsReport placeholder = reports().get(0);
    assertThat(placeholder.getScore()).isNaN();
    assertThat(placeholder.getMeanMagnitudes(StatsType.Parameters)).doesNotContainKey("0_W");
    assertThat(placeholder.getHistograms(StatsType.Parameters)).isNotNull();

    offered(measurements.at(40, START + 40_000));
    assertThat(reports()).as("in its place").hasSize(1);
    assertThat(reports().get(0).getIterationCount()).isEqualTo(40);
    offered(measurements.at(41, START + 41_000));
    assertThat(reports()).hasSize(2);
  }

  @Test
  void shouldNameTheModelOfAShortRunWithoutAFiniteScore() {
    MeasurementWriter m = measurements.at(0, START);
    m.score = Double.NaN;
    stock.offer(m);
    stock.offerLast(true);
    stock.putTo(guarded);
    assertThat(reports()).hasSize(1);
  }

  @Test
  void shouldNotWaitForeverForTheFirstReport() {
    for (int i = 0; i < 30; i++) {
      MeasurementWriter m = measurements.at(i, START + 500L * i);
      m.activationStandardDeviation[0] = Measurement.absent();
      m.activationStandardDeviation[1] = Measurement.absent();
      stock.offer(m);
    }
    flush();
    assertThat(reports().get(0).getIterationCount()).isEqualTo(20);
  }

  @Test
  void shouldReportTheLastValuesAtAFlush() {
    for (int i = 0; i < 10_000; i++) {
      stock.offer(measurements.at(i, START + i));
      if (i % 100 == 0) {
        flush();
      }
    }
    assertThat(last().getIterationCount()).isEqualTo(9_999);
  }

  @Test
  void shouldTellRatesApartFromNone() {
    MeasurementWriter m = measurements.at(0, START);
    m.learningRate[2] = Measurement.absent();
    m.learningRate[3] = Double.NaN;
    stock.offer(m);
    assertThat(last().getLearningRates()).containsOnlyKeys("0_W", "0_b", "2_W", "2_b");
  }

  @Test
  void shouldShareLearningRatesThatDoNotChange() {
    stock.offer(measurements.at(0, START));
    stock.offer(measurements.at(1, START + 5_000));
    flush();
    assertThat(reports().get(0).getLearningRates()).isSameAs(reports().get(1).getLearningRates());
    MeasurementWriter m = measurements.at(2, START + 10_000);
    m.learningRate[0] = 0.25;
    stock.offer(m);
    assertThat(last().getLearningRates().get("0_W")).isCloseTo(0.25, within(0.0));
  }
}
