package dev.traininghealth.compare;

import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.read.Timeline;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.RunRecord;
import dev.traininghealth.record.Segment;
import dev.traininghealth.record.Series.Scope;
import dev.traininghealth.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongToDoubleFunction;
import org.deeplearning4j.core.storage.StatsStorageRouter;

/**
 * A recording without a training: courses over the iterations with normal noise on their
 * logarithms. By default the score falls as a power of the iterations and the gradients with it.
 */
public final class SimulatedRecording {
  public static final String WORKER = "w";

  private static final int LAYERS = 3;

  /** Noise of the score of a minibatch, as a standard deviation of its logarithm. */
  private static final double NOISE = 0.2;

  /** Iterations per epoch, after each of which there is a validation score. */
  private static final int EPOCH = 100;

  private static final int SEGMENT_ROWS = 256;

  private final Random random;
  private int layers = LAYERS;
  private LongToDoubleFunction score = i -> 2.3 / Math.sqrt(1 + i / 20.0) + 0.05;
  private LongToDoubleFunction[] gradients = {};
  private LongToDoubleFunction rate = i -> 0.01;
  private LongToDoubleFunction stepMillis = i -> 20;
  private LongToDoubleFunction costShare = i -> 0.01;
  private double batchSize = 32;
  private double noise = NOISE;
  private int first;
  private long startMillis = 1_000;
  private boolean validates;
  private boolean isCoarse;
  private Map<String, Object> configuration = Map.of();
  private Map<String, String> settings = Map.of();

  public SimulatedRecording(int seed) {
    // Neighboring seeds start with similar numbers.
    random = new Random(0x9E3779B97F4A7C15L * (seed + 1));
  }

  public SimulatedRecording score(LongToDoubleFunction course) {
    score = course;
    return this;
  }

  /** The gradient norm of each layer; by default they follow the score. */
  public SimulatedRecording gradients(LongToDoubleFunction... courses) {
    gradients = courses;
    return this;
  }

  public SimulatedRecording rate(LongToDoubleFunction course) {
    rate = course;
    return this;
  }

  SimulatedRecording stepMillis(LongToDoubleFunction course) {
    stepMillis = course;
    return this;
  }

  public SimulatedRecording costShare(LongToDoubleFunction course) {
    costShare = course;
    return this;
  }

  public SimulatedRecording batchSize(double examples) {
    batchSize = examples;
    return this;
  }

  public SimulatedRecording layers(int count) {
    layers = count;
    return this;
  }

  SimulatedRecording withoutNoise() {
    noise = 0;
    return this;
  }

  public SimulatedRecording validating() {
    validates = true;
    return this;
  }

  /** The first recorded iteration, as of a run that continues one of another session. */
  SimulatedRecording from(int iteration) {
    first = iteration;
    return this;
  }

  public SimulatedRecording startingAt(long millis) {
    startMillis = millis;
    return this;
  }

  /** All but the newest rows in buckets of eight, as in a long run. */
  public SimulatedRecording coarse() {
    isCoarse = true;
    return this;
  }

  SimulatedRecording configuration(Map<String, Object> ofNetwork) {
    configuration = ofNetwork;
    return this;
  }

  /** The settings of the listener. */
  public SimulatedRecording settings(Map<String, String> ofListener) {
    settings = ofListener;
    return this;
  }

  public Recording until(int iterations) {
    RunDescription run =
        RecordFixtures.run(RecordFixtures.denseLayout(layers), startMillis, settings);
    RecordFixtures.Rows rows = RecordFixtures.rows(run);
    List<Segment> segments = new ArrayList<>();
    for (int i = first; i < iterations; i++) {
      rows.row(i, startMillis + 20L * i, i / EPOCH)
          .set(Quantity.SCORE, Scope.RUN, 0, noisy(score.applyAsDouble(i)))
          .set(Quantity.BATCH_SIZE, Scope.RUN, 0, batchSize)
          .set(Quantity.STEP_MILLIS, Scope.RUN, 0, noisy(stepMillis.applyAsDouble(i)))
          .set(Quantity.COST_SHARE, Scope.RUN, 0, costShare.applyAsDouble(i));
      if (validates && i % EPOCH == EPOCH - 1) {
        rows.set(
            Quantity.VALIDATION_SCORE,
            Scope.RUN,
            0,
            1.2 * score.applyAsDouble(i) * (1 + 0.02 * random.nextGaussian()));
      }
      for (int layer = 0; layer < layers; layer++) {
        LongToDoubleFunction gradient = layer < gradients.length ? gradients[layer] : score;
        double norm = noisy(gradient.applyAsDouble(i));
        rows.set(Quantity.GRADIENT_NORM, Scope.LAYER, layer, norm)
            .set(Quantity.LEARNING_RATE, Scope.LAYER, layer, rate.applyAsDouble(i));
        if (i % 10 == 9) {
          double update = norm * rate.applyAsDouble(i);
          rows.set(Quantity.UPDATE_NORM, Scope.LAYER, layer, update);
        }
      }
      if ((i + 1) % SEGMENT_ROWS == 0 || i == iterations - 1) {
        segments.add(rows.segment());
      }
    }
    return new Recording(Timeline.of(run, isCoarse ? coarser(segments) : segments), configuration);
  }

  /** Puts a recording into a storage, with one check that saw enough. */
  public static void put(Recording recording, StatsStorageRouter storage, String session) {
    put(recording, storage, session, WORKER);
  }

  public static void put(
      Recording recording, StatsStorageRouter storage, String session, String worker) {
    RunDescription run = recording.timeline().run();
    long key = run.startMillis();
    storage.putStaticInfo(RecordFixtures.runRecord(session, worker, run));
    RunRecord.Check check =
        new RunRecord.Check("a", "CHECKED", 0, 1, 2, Message.literal("all iterations"));
    storage.putUpdate(
        new RunRecord(session, worker, key++, run, new RunRecord.Coverage(true, List.of(check))));
    for (Segment segment :
        recording.timeline().asRecorded().stream().map(row -> row.segment()).distinct().toList()) {
      storage.putUpdate(RecordFixtures.segmentRecord(session, worker, key++, segment));
    }
  }

  private double noisy(double value) {
    return value * Math.exp(noise * random.nextGaussian());
  }

  private static List<Segment> coarser(List<Segment> segments) {
    List<Segment> coarse = new ArrayList<>();
    int i = 0;
    for (; i + 16 < segments.size(); i += 8) {
      List<Segment> level = segments.subList(i, i + 8);
      while (level.size() > 1) {
        List<Segment> next = new ArrayList<>();
        for (int pair = 0; pair < level.size(); pair += 2) {
          next.add(RecordFixtures.merge(level.get(pair), level.get(pair + 1)));
        }
        level = next;
      }
      coarse.addAll(level);
    }
    coarse.addAll(segments.subList(i, segments.size()));
    return coarse;
  }
}
