package dev.traininghealth.detect.diagnose;

import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.numbers.ParameterRole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A run of numbers without a network: each iteration goes through both moments in the order in
 * which a training does. What a test does not set stays as it was, and is healthy at first: ten
 * balanced classes, standardised features, a constant score.
 */
public final class SimulatedRun {
  /** Score of a network that knows nothing: of ten balanced classes. */
  public static final double CHANCE = Math.log(10);

  private static final double FALSE_ALARM_RATE = 1e-6;

  /** What detectors read. */
  private final MeasurementWriter measured;

  private final NetworkLayout layout;
  private final Diagnoser diagnoser;
  private final List<Diagnosis> reported = new ArrayList<>();
  private final Random random = new Random(20_240_229);

  /** The numbers of the next iteration. */
  public final MeasurementWriter next;

  /** Where the next iteration's non-finite value came from. */
  public @Nullable NonFiniteOrigin origin;

  /** Whether the JVM is read at the next iteration. */
  public boolean readsJvm = true;

  /** Whether the next iteration's weights and updates are measured. */
  public boolean measuresWeights = true;

  private long iteration;

  /** Sets the numbers of an iteration. */
  public interface Plan {
    void set(MeasurementWriter next, long iteration);
  }

  public SimulatedRun(NetworkLayout layout, Detector... detectors) {
    this(layout, List.of(detectors));
  }

  public SimulatedRun(NetworkLayout layout, List<Detector> detectors) {
    this.layout = layout;
    measured = new MeasurementWriter(layout.layers().size(), layout.parameters().size());
    next = new MeasurementWriter(layout.layers().size(), layout.parameters().size());
    diagnoser =
        new Diagnoser(layout, measured.measurement(), FALSE_ALARM_RATE, detectors, reported::add);
    healthy();
  }

  public static SimulatedRun withAllDetectors(NetworkLayout layout) {
    return new SimulatedRun(layout, Detectors.of(Set.of(), List.of()));
  }

  private void healthy() {
    next.score = CHANCE;
    next.batchSize = 32;
    for (int p = 0; p < layout.parameters().size(); p++) {
      NetworkLayout.Parameter parameter = layout.parameters().get(p);
      boolean bias = parameter.role() == ParameterRole.BIAS;
      long units = layout.layers().get(parameter.layer()).configuration().units();
      next.weightNorm[p] = bias ? 0.1 : Math.sqrt((double) units);
      if (parameter.isTrained()) {
        next.gradientNorm[p] = bias ? 0.1 : 1;
        next.updateNorm[p] = 1e-3 * next.weightNorm[p];
        next.learningRate[p] = 1e-3;
      }
    }
    next.stepMillis = 10;
    next.conditions.dataMillis = 0;
    next.conditions.forwardMillis = 3;
    next.conditions.backwardMillis = 4;
    next.conditions.updateMillis = 2;
    next.conditions.listenerMillis = 0.1;
    next.conditions.collectionMillis = 0;
    next.conditions.heapBytes = 1 << 28;
    next.conditions.maxHeapBytes = 1 << 30;
    next.data.minibatches = 1;
    next.data.featureMin = -3;
    next.data.featureMax = 3;
    next.data.featureMean = 0;
    next.data.featureStandardDeviation = 1;
    next.data.featureColumns = 20;
    next.data.labelMin = 0;
    next.data.labelMax = 1;
    next.data.labelColumns = 10;
    next.data.labelVariance = CHANCE;
    next.data.labelEntropy = CHANCE;
    next.data.labelBinaryEntropy = CHANCE;
  }

  /** Goes on at the iteration, and with the numbers, of another run of the same network. */
  public SimulatedRun startAfter(SimulatedRun other) {
    iteration = other.iteration;
    measured.copyFrom(other.measured);
    next.copyFrom(other.next);
    return this;
  }

  /** Iterations with the numbers as they are. */
  public SimulatedRun run(int iterations) {
    return run(iterations, (m, i) -> {});
  }

  /** Iterations whose numbers are set before each. */
  public SimulatedRun run(int iterations, Plan plan) {
    for (int i = 0; i < iterations; i++) {
      if (iteration == 0) {
        System.arraycopy(next.weightNorm, 0, measured.weightNorm, 0, next.weightNorm.length);
      }
      plan.set(next, iteration);
      measured.iteration = iteration;
      measured.score = next.score;
      measured.batchSize = next.batchSize;
      System.arraycopy(next.gradientNorm, 0, measured.gradientNorm, 0, next.gradientNorm.length);
      System.arraycopy(next.learningRate, 0, measured.learningRate, 0, next.learningRate.length);
      if (diagnoser.shouldCompareBaseline() && Double.isFinite(next.baselineScore)) {
        measured.baselineScore = next.baselineScore;
        measured.comparedScore = next.comparedScore;
        measured.baselineIteration = next.baselineIteration;
        measured.comparisonIteration = iteration;
      }
      diagnoser.onGradient(origin);
      next.iteration = iteration;
      next.weightIteration = measuresWeights ? iteration : next.weightIteration;
      next.updateIteration = next.weightIteration;
      next.conditions.readings += readsJvm ? 1 : 0;
      measured.copyFrom(next);
      diagnoser.onUpdate(origin);
      iteration++;
    }
    return this;
  }

  /** Iterations that learn nothing: the score of a constant prediction, with a little noise. */
  public SimulatedRun standStill(int iterations) {
    return run(iterations, (m, i) -> m.score = CHANCE * noise(0.01));
  }

  /** Iterations that learn: a score that falls from that of a constant prediction. */
  public SimulatedRun learn(int iterations) {
    return run(iterations, (m, i) -> m.score = learning(i) * noise(0.05));
  }

  public static double learning(long iteration) {
    return 0.2 + (CHANCE - 0.2) * Math.exp(-iteration / 300.0);
  }

  /** A log-normal factor about 1. */
  public double noise(double sigma) {
    return Math.exp(sigma * random.nextGaussian());
  }

  /** Sets the gradient's norm of all parameters of a layer. */
  public static void gradient(MeasurementWriter m, NetworkLayout layout, int layer, double norm) {
    NetworkLayout.Layer l = layout.layers().get(layer);
    Arrays.fill(m.gradientNorm, l.firstParameter(), l.firstParameter() + l.parameterCount(), norm);
  }

  /** Sets the update:weight ratio of all parameters. */
  public static void ratios(MeasurementWriter m, double ratio) {
    for (int p = 0; p < m.updateNorm.length; p++) {
      m.updateNorm[p] = ratio * m.weightNorm[p];
    }
  }

  public Diagnoser diagnoser() {
    return diagnoser;
  }

  public NetworkLayout layout() {
    return layout;
  }

  /** Everything the sink was given. */
  public List<Diagnosis> reported() {
    return reported;
  }

  /** {@return each diagnosis in its latest state} */
  public List<Diagnosis> latest() {
    Map<Long, Diagnosis> latest = new LinkedHashMap<>();
    reported.forEach(d -> latest.put(d.id(), d));
    return List.copyOf(latest.values());
  }

  /** What was found, in short: {@code exploding WARNING 1_W}. */
  public List<String> found() {
    return latest().stream().map(SimulatedRun::brief).toList();
  }

  /** What was found and counts as an alarm, in short. */
  public List<String> alarms() {
    return latest().stream().filter(Diagnosis::isAlarm).map(SimulatedRun::brief).toList();
  }

  /** Family, severity, and the parameter, else the layer, else nothing. */
  public static String brief(Diagnosis d) {
    String where = d.parameter() >= 0 ? d.parameterKey() : d.layerName();
    return (d.problem().family().label() + " " + d.severity() + " " + where).trim();
  }
}
