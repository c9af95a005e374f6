package dev.traininghealth.samples.page;

import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.ParameterRole;
import dev.traininghealth.publish.Recorder;
import dev.traininghealth.record.HealthRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Records of a run that no network has trained: the real recorder writes them from numbers that
 * differ in each iteration. The first worker continues while the page is measured.
 */
final class LargeRecording implements AutoCloseable {
  static final String SESSION = "large-run";

  /** Iterations from one measurement of activations and singular values to the next. */
  private static final int ROUND_ITERATIONS = 100;

  private static final long START_MILLIS = 1_700_000_000_000L;
  private static final int BATCH_SIZE = 32;
  private static final int ELEMENTS = 10_000;

  /**
   * How much is recorded.
   *
   * @param iterations of each worker
   * @param parameters parameter arrays, two of each layer
   * @param workers each with records of its own
   */
  record Size(int iterations, int parameters, int workers) {}

  private final NetworkLayout layout;
  private final StatsStorage storage;
  private final Size size;
  private final List<Recorder> recorders = new ArrayList<>();
  private final MeasurementWriter measurement;
  private final SplittableRandom random = new SplittableRandom(7);
  private int next;

  private LargeRecording(StatsStorage storage, Size size) {
    this.storage = storage;
    this.size = size;
    layout = layout(size.parameters() / 2);
    measurement = new MeasurementWriter(layout.layers().size(), layout.parameters().size());
  }

  /**
   * Writes the records.
   *
   * @param progress receives a line for each worker
   */
  static LargeRecording write(StatsStorage storage, Size size, Consumer<String> progress) {
    LargeRecording recording = new LargeRecording(storage, size);
    for (int worker = size.workers() - 1; worker >= 0; worker--) {
      long start = System.nanoTime();
      Recorder recorder = recording.recorder("worker-" + worker);
      recording.recorders.add(recorder);
      for (int i = 0; i < size.iterations(); i++) {
        recording.fill(i);
        recorder.record(recording.measurement);
      }
      recorder.flush();
      if (worker > 0) {
        recorder.close();
      }
      progress.accept(
          String.format(
              Locale.ROOT,
              "worker %d: %,d iterations in %.0f s",
              worker,
              size.iterations(),
              (System.nanoTime() - start) / 1e9));
    }
    recording.next = size.iterations();
    return recording;
  }

  /** Records one more iteration of the first worker, which is written last. */
  void iterate() {
    fill(next++);
    recorders.get(recorders.size() - 1).record(measurement);
  }

  /** The bytes of all records of the Health page. */
  long bytes() {
    long bytes = 0;
    for (int worker = 0; worker < size.workers(); worker++) {
      for (Persistable record :
          storage.getAllUpdatesAfter(
              SESSION, HealthRecord.TYPE_ID, "worker-" + worker, Long.MIN_VALUE)) {
        bytes += record.encodingLengthBytes();
      }
    }
    return bytes;
  }

  private Recorder recorder(String worker) {
    return new Recorder(
        layout,
        Map.of("mode", "observing"),
        MultiLayerNetwork.class.getName(),
        (long) size.parameters() * ELEMENTS,
        () -> "{}",
        storage,
        SESSION,
        worker,
        new Recorder.Settings(Duration.ofSeconds(1), true, ""));
  }

  private static NetworkLayout layout(int layers) {
    List<NetworkLayout.Layer> all = new ArrayList<>();
    List<NetworkLayout.Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      String name = "stage" + i / 50 + "_block" + i / 5 % 10 + "_dense" + i % 5;
      all.add(new NetworkLayout.Layer(name, "DenseLayer", "relu", false, 2 * i, 2));
      parameters.add(
          new NetworkLayout.Parameter(i + "_W", "W", i, ParameterRole.WEIGHT, ELEMENTS, false));
      parameters.add(new NetworkLayout.Parameter(i + "_b", "b", i, ParameterRole.BIAS, 100, false));
    }
    return new NetworkLayout("MultiLayerNetwork", all, parameters);
  }

  /** Numbers as of a run that learns, with noise in each of them. */
  private void fill(int iteration) {
    MeasurementWriter m = measurement;
    m.iteration = iteration;
    m.epoch = iteration / 1_000;
    m.timeMillis = START_MILLIS + 10L * iteration;
    m.batchSize = BATCH_SIZE;
    double trend = 2 / (1 + iteration / 1e4) + 0.1;
    m.score = trend * (0.8 + 0.4 * random.nextDouble());
    m.stepMillis = 9 + 2 * random.nextDouble();
    m.recentCostShare = 0.01 + 0.002 * random.nextDouble();
    m.weightIteration = iteration;
    m.updateIteration = iteration;
    for (int p = 0; p < m.gradientNorm.length; p++) {
      double noise = 0.5 + random.nextDouble();
      m.gradientNorm[p] = trend * noise * (1 + p % 7);
      m.weightNorm[p] = 10 + p % 13 + iteration * 1e-5 * noise;
      m.updateNorm[p] = 1e-3 * noise * (10 + p % 13);
      m.weightMeanMagnitude[p] = 0.1 * noise;
      m.updateMeanMagnitude[p] = 1e-4 * noise;
      m.learningRate[p] = 1e-3;
    }
    if (iteration % ROUND_ITERATIONS == 0) {
      round(m, iteration);
    }
  }

  private void round(MeasurementWriter m, int iteration) {
    for (int p = 0; p < m.gradientNorm.length; p++) {
      double noise = 0.5 + random.nextDouble();
      m.gradientStandardDeviation[p] = 0.01 * noise;
      m.gradientDeviationIteration[p] = iteration;
      m.updateStandardDeviation[p] = 1e-5 * noise;
      m.updateDeviationIteration[p] = iteration;
      m.largestSingularValue[p] = 1 + 0.1 * noise;
      m.singularValueIteration[p] = iteration;
    }
    for (int layer = 0; layer < m.activationRms.length; layer++) {
      double noise = random.nextDouble();
      m.activationMean[layer] = 0.5 * noise;
      m.activationRms[layer] = 1 + noise;
      m.activationStandardDeviation[layer] = 0.5 + noise;
      m.activationZeroFraction[layer] = 0.3 + 0.4 * noise;
      m.silentUnitFraction[layer] = 0.1 * noise;
      m.activationRank[layer] = 5 + 10 * noise;
      m.activationIteration[layer] = iteration;
    }
  }

  @Override
  public void close() {
    recorders.forEach(Recorder::close);
  }
}
