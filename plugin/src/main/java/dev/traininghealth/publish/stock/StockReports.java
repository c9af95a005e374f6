package dev.traininghealth.publish.stock;

import dev.traininghealth.guard.CpuTime;
import dev.traininghealth.guard.GuardedStorage;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.api.Histogram;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsInitializationReport;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.deeplearning4j.ui.model.storage.impl.SbeStorageMetaData;
import org.jspecify.annotations.Nullable;

/**
 * Fills DL4J's own Overview, Model and System pages with the reports that a {@code StatsListener}
 * would write. They are made from the existing measurements, as far as those pages read them.
 *
 * <p>The pages draw missing and non-finite values as 0. A measurement with a non-finite score, mean
 * magnitude or standard deviation therefore makes no report. The charts then have a gap, and the
 * Health page shows what happened. Only a run without any other report gets one, so that the pages
 * name its model; the first real one takes its place. Maps that the pages read unchecked are never
 * missing.
 *
 * <p>Means and standard deviations are measured at other iterations than those of the reports. A
 * report is put without them, and again when they are known, see {@link ReportedLine}.
 *
 * <p>Only the newest report has histograms, because only the newest are drawn, without any
 * iteration: the latest measured ones, unless they are old. The previous report is put again
 * without them.
 *
 * @hidden
 */
public final class StockReports {
  /** A key of no layer, so that a map exists after encoding although it has no values. */
  private static final String PLACEHOLDER_KEY = "";

  private static final Map<String, Double> NO_VALUES =
      new KeyedValues(new KeyedValues.Keys(List.of(PLACEHOLDER_KEY)), new double[] {0});
  private static final Map<String, Histogram> NO_HISTOGRAMS =
      Map.of(PLACEHOLDER_KEY, new Histogram(0, 0, 1, new int[1]));

  /**
   * Maximum of reports that wait for values of a line. If there are more, the values are not
   * measured any more, and the lines end.
   */
  private static final int MAX_UNFINISHED = 1_000;

  /**
   * Maximum age of a histogram, iterations: twice the time after which it is usually measured
   * again. Without an older one, the chart is empty.
   */
  private static final int MAX_HISTOGRAM_AGE = 1_000;

  private final long startMillis;
  private final String modelClass;
  private final long modelParameters;
  private final Supplier<String> configurationJson;
  private final String sessionId;
  private final String workerId;
  private final KeyedValues.Keys parameters;
  private final List<String> layers;
  private final SystemInfo system = new SystemInfo();
  private @Nullable SbeStatsInitializationReport announcement;

  /** Null if reports are switched off. */
  private final @Nullable ReportQueue queue;

  /** Null once it is given up. */
  private @Nullable ReportedLines lines;

  /** Reports in the storage that still lack values of these lines, oldest first. */
  private final ArrayDeque<Report> unfinished = new ArrayDeque<>();

  private long lastTimestamp;
  private final ReportedSpeed speed;
  private double[] lastRates = {};
  private Map<String, Double> lastRatesByKey = NO_VALUES;

  /** The report that was put last, and still has its histograms in the storage. */
  private @Nullable Report last;

  /** Whether the report that was put last only names the model. */
  private boolean lastIsPlaceholder;

  /**
   * A report that can be put again.
   *
   * @param lines its means and deviations; null for a report without them
   */
  private record Report(
      long timestamp, Consumer<SbeStatsReport> numbers, ReportedLines.@Nullable Values lines) {

    SbeStatsReport content() {
      SbeStatsReport content = new SbeStatsReport();
      numbers.accept(content);
      if (lines != null && lines.areComplete()) {
        lines.addTo(content);
      }
      return content;
    }
  }

  /**
   * Creates the reports; nothing is put yet.
   *
   * @param layout the network whose measurements will be offered
   * @param startMillis when recording began, milliseconds since 1970
   * @param modelClass full name of the model's class; the Model page draws {@code
   *     MultiLayerNetwork} and {@code ComputationGraph}
   * @param modelParameters number of elements of all its parameter arrays
   * @param configurationJson its configuration in DL4J's JSON, from which the Model page draws the
   *     graph; called when the run is announced, or later, on any thread, by the first reader of a
   *     storage in memory
   * @param sessionId the session of the reports
   * @param workerId the worker of the reports
   * @param wanted whether there are reports; otherwise only the records for the list of sessions
   *     are put
   */
  public StockReports(
      NetworkLayout layout,
      long startMillis,
      String modelClass,
      long modelParameters,
      Supplier<String> configurationJson,
      String sessionId,
      String workerId,
      boolean wanted) {
    this.startMillis = startMillis;
    this.modelClass = modelClass;
    this.modelParameters = modelParameters;
    this.configurationJson = configurationJson;
    queue = wanted ? new ReportQueue(layout) : null;
    this.sessionId = sessionId;
    this.workerId = workerId;
    speed = new ReportedSpeed(startMillis);
    parameters =
        new KeyedValues.Keys(
            layout.parameters().stream().map(NetworkLayout.Parameter::key).toList());
    // The pages identify the layers of a graph by name and those of other models by index.
    boolean byName = modelClass.endsWith("ComputationGraph");
    layers =
        IntStream.range(0, layout.layers().size())
            .mapToObj(i -> byName ? layout.layers().get(i).name() : String.valueOf(i))
            .toList();
    lines = new ReportedLines(layout, parameters, layers);
  }

  /**
   * Offers each iteration's measurement, on the training thread; it is copied if a report is due.
   *
   * @param m the numbers of the iteration
   */
  public void offer(MeasurementWriter m) {
    if (queue != null) {
      queue.offer(m);
    }
  }

  /**
   * Reports the measurement that was offered last, if it was not due.
   *
   * @param ended whether no other measurement will follow
   */
  public void offerLast(boolean ended) {
    if (queue != null) {
      queue.offerLast(ended);
    }
  }

  /**
   * Puts the records that the pages need before the first report, and the list of sessions always.
   *
   * @param storage the target storage
   * @return whether the storage accepted them
   */
  public boolean announce(GuardedStorage storage) {
    SbeStorageMetaData meta =
        new SbeStorageMetaData(
            startMillis,
            sessionId,
            StatsListener.TYPE_ID,
            workerId,
            SbeStatsInitializationReport.class,
            SbeStatsReport.class);
    SbeStatsInitializationReport report = description();
    return storage.put(
        router -> {
          router.putStorageMetaData(meta);
          boolean keepsObjects = router.getClass() == InMemoryStatsStorage.class;
          router.putStaticInfo(keepsObjects ? report : LazyDescription.plain(report));
        });
  }

  /** Returns the description of network and machine, which is made once. */
  private SbeStatsInitializationReport description() {
    SbeStatsInitializationReport report = announcement;
    if (report != null) {
      return report;
    }
    Supplier<String> json = configurationJson; // so that the storage does not keep this object
    report =
        LazyDescription.create(() -> SystemInfo.orElse("", "the network's configuration", json));
    report.reportIDs(sessionId, StatsListener.TYPE_ID, workerId, startMillis);
    system.describe(report);
    report.reportModelInfo(
        modelClass,
        null,
        parameters.names().toArray(new String[0]),
        layers.size(),
        modelParameters);
    announcement = report;
    return report;
  }

  /**
   * Puts the reports that are due.
   *
   * @param storage the target storage
   * @return whether there were any
   */
  public boolean putTo(GuardedStorage storage) {
    return queue != null && queue.takeAll(slot -> put(slot, storage));
  }

  /** Puts a report. Returns its CPU time in nanoseconds. */
  private long put(ReportQueue.Slot slot, GuardedStorage storage) {
    long start = CpuTime.ofCurrentThread();
    if (isDrawable(slot.measurement)) {
      putNext(slot, storage);
    } else if (lastTimestamp == 0) {
      putPlaceholder(slot, storage);
    }
    return CpuTime.ofCurrentThread() - start;
  }

  private void putNext(ReportQueue.Slot slot, GuardedStorage storage) {
    MeasurementWriter m = slot.measurement;
    // The same key as that of a placeholder replaces it.
    long timestamp = lastIsPlaceholder ? lastTimestamp : Math.max(m.timeMillis, lastTimestamp + 1);
    Report report =
        new Report(timestamp, numbers(slot, timestamp), lines == null ? null : lines.add(m));
    finish(storage);
    SbeStatsReport next = report.content();
    long oldest = m.iteration - MAX_HISTOGRAM_AGE;
    next.reportHistograms(
        StatsType.Parameters, histograms(m.weightHistogram, m.weightHistogramIteration, oldest));
    next.reportHistograms(
        StatsType.Updates, histograms(m.updateHistogram, m.updateHistogramIteration, oldest));
    if (put(next, storage)) {
      if (last != null) {
        put(last.content(), storage); // without histograms
      }
      lastTimestamp = timestamp;
      lastIsPlaceholder = false;
      last = report;
      if (lines != null && report.lines != null && !report.lines.areComplete()) {
        unfinished.add(report);
      }
    }
  }

  /** Puts a report without scores and means, which the pages need to name the model. */
  private void putPlaceholder(ReportQueue.Slot slot, GuardedStorage storage) {
    long timestamp = Math.max(slot.measurement.timeMillis, 1);
    SbeStatsReport placeholder = new Report(timestamp, numbers(slot, timestamp), null).content();
    placeholder.reportHistograms(StatsType.Parameters, NO_HISTOGRAMS);
    placeholder.reportHistograms(StatsType.Updates, NO_HISTOGRAMS);
    if (put(placeholder, storage)) {
      lastTimestamp = timestamp;
      lastIsPlaceholder = true;
    }
  }

  private static boolean put(Persistable report, GuardedStorage storage) {
    return storage.put(router -> router.putUpdate(report));
  }

  /** Puts the oldest reports again that lack nothing any more. */
  private void finish(GuardedStorage storage) {
    for (Report first = unfinished.peek(); first != null; first = unfinished.peek()) {
      if (first.lines == null || !first.lines.areComplete() || !put(first.content(), storage)) {
        break;
      }
      unfinished.remove();
      if (first.timestamp == lastTimestamp) {
        last = null;
      }
    }
    if (unfinished.size() >= MAX_UNFINISHED) {
      // Later values would be drawn at the iterations of these reports.
      unfinished.clear();
      lines = null;
    }
  }

  /** Reports what was measured at the report's iteration. */
  private Consumer<SbeStatsReport> numbers(ReportQueue.Slot slot, long timestamp) {
    MeasurementWriter m = slot.measurement;
    int iteration = (int) Math.min(Integer.MAX_VALUE, m.iteration);
    double score = m.score;
    long runtime = Math.max(0, m.timeMillis - startMillis);
    long examples = slot.examples;
    long rows = slot.rows;
    speed.measure(slot);
    double examplesPerSecond = speed.examplesPerSecond();
    double rowsPerSecond = speed.rowsPerSecond();
    Consumer<SbeStatsReport> memory = system.memory();
    Map<String, Double> rates = learningRates(m);
    Map<String, Double> weights = orPlaceholder(finite(parameters, m.weightMeanMagnitude));
    Map<String, Double> updates = orPlaceholder(finite(parameters, m.updateMeanMagnitude));
    return report -> {
      report.reportIDs(sessionId, StatsListener.TYPE_ID, workerId, timestamp);
      report.reportIterationCount(iteration);
      report.reportScore(score);
      report.reportPerformance(runtime, examples, rows, examplesPerSecond, rowsPerSecond);
      memory.accept(report);
      report.reportLearningRates(rates);
      report.reportMeanMagnitudes(StatsType.Parameters, weights);
      report.reportMeanMagnitudes(StatsType.Updates, updates);
    };
  }

  /** The same map as before while the rates do not change, as is usual. */
  private Map<String, Double> learningRates(MeasurementWriter m) {
    if (!Arrays.equals(lastRates, m.learningRate)) {
      lastRates = m.learningRate.clone();
      lastRatesByKey = orPlaceholder(finite(parameters, lastRates));
    }
    return lastRatesByKey;
  }

  private static Map<String, Double> finite(KeyedValues.Keys keys, double[] values) {
    double[] shown = values.clone();
    for (int i = 0; i < shown.length; i++) {
      shown[i] = Double.isInfinite(shown[i]) ? Double.NaN : shown[i];
    }
    return new KeyedValues(keys, shown);
  }

  private static Map<String, Double> orPlaceholder(Map<String, Double> values) {
    return values.isEmpty() ? NO_VALUES : values;
  }

  private Map<String, Histogram> histograms(
      dev.traininghealth.numbers.Histogram[] measured, long[] iterations, long oldest) {
    Map<String, Histogram> histograms = new HashMap<>();
    for (int p = 0; p < measured.length; p++) {
      dev.traininghealth.numbers.Histogram h = measured[p];
      if (h.isMeasured()
          && iterations[p] >= oldest
          && Double.isFinite(h.min())
          && Double.isFinite(h.max())) {
        histograms.put(
            parameters.names().get(p),
            new Histogram(h.min(), h.max(), dev.traininghealth.numbers.Histogram.BINS, h.counts()));
      }
    }
    return histograms.isEmpty() ? NO_HISTOGRAMS : histograms;
  }

  private static boolean isDrawable(MeasurementWriter m) {
    return Double.isFinite(m.score)
        && areFinite(m.weightMeanMagnitude)
        && areFinite(m.updateMeanMagnitude)
        && areFinite(m.gradientStandardDeviation)
        && areFinite(m.updateStandardDeviation)
        && areFinite(new double[] {m.inputMean, m.inputStandardDeviation})
        && areFinite(m.activationMean)
        && areFinite(m.activationStandardDeviation);
  }

  /** Whether all measured values are finite. */
  private static boolean areFinite(double[] values) {
    for (double value : values) {
      if (!Double.isFinite(value) && !Measurement.isAbsent(value)) {
        return false;
      }
    }
    return true;
  }
}
