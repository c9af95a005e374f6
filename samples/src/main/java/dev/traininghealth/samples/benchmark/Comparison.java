package dev.traininghealth.samples.benchmark;

import dev.traininghealth.samples.benchmark.ModeResult.Account;
import dev.traininghealth.samples.benchmark.ModeResult.Cost;
import dev.traininghealth.samples.benchmark.ModeResult.Ratio;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Compares one network in all modes: warms up, reads the gradient, times the modes in turns,
 * measures the listeners and counts operations.
 */
final class Comparison implements AutoCloseable {
  private static final List<Mode> OURS =
      List.of(Mode.NONE_AGAIN, Mode.OBSERVING, Mode.COMPARING, Mode.PROTECTING);
  private static final List<Mode> THEIRS = List.of(Mode.STATS_LISTENER_1, Mode.STATS_LISTENER_10);

  /** Share of the timing of our modes: the ratios of StatsListener are far from 1. */
  private static final double THEIR_TIMING_SHARE = 0.25;

  /** Reads of the gradient per counted iteration: reads are cheap, and many make them stable. */
  private static final int READS_FACTOR = 10;

  /** Factor by which the warm-up may be extended for its minimum number of iterations. */
  private static final int MAX_WARM_UP_FACTOR = 3;

  private static final int SEED = 1;

  private final Workload workload;
  private final Effort effort;
  private final Consumer<String> progress;
  private final long parameters;
  private final Map<Mode, Contender> contenders = new EnumMap<>(Mode.class);

  /** Those of our modes that are compared. */
  private final List<Mode> ours;

  /** Fastest step without a listener, nanoseconds. */
  private double stepNanos = Double.MAX_VALUE;

  /**
   * Prepares a comparison.
   *
   * @param liveBaseline whether {@link Mode#COMPARING} is among the modes
   */
  Comparison(Workload workload, Effort effort, boolean liveBaseline, Consumer<String> progress) {
    this.workload = workload;
    this.effort = effort;
    this.progress = progress;
    List<DataSet> minibatches = workload.minibatches();
    for (Mode mode : Mode.values()) {
      if (mode != Mode.COMPARING) {
        contenders.put(mode, new Contender(mode, workload.network(), minibatches));
      }
    }
    if (liveBaseline) {
      report("recording the baseline run");
      StatsStorage baseline =
          Contender.recordBaseline(workload.network(), minibatches, effort.warmUpSeconds());
      contenders.put(
          Mode.COMPARING, Contender.comparing(workload.network(), minibatches, baseline));
    }
    ours = OURS.stream().filter(contenders::containsKey).toList();
    parameters = contender(Mode.NONE).network().parameters().length();
  }

  NetworkResult run() {
    report(parameters + " parameters, warming up");
    awaitFirstRecords();
    warmUp();
    int turn = iterations(effort.roundSeconds(), 1, Integer.MAX_VALUE);
    int theirTurn = effort.spacing() * Math.max(1, turn / effort.spacing());
    report("timing, " + turn + " iterations a turn");
    Timing timingOfOurs = time(turn, ours, effort.timingSeconds(), effort.minRounds());
    reportDifferences();
    double theirSeconds = effort.timingSeconds() * THEIR_TIMING_SHARE;
    Timing theirs = time(theirTurn, THEIRS, theirSeconds, 1);
    report("looking into the listeners");
    Map<Mode, Account> accounts = new CallbackAccounts(contenders, theirTurn, effort).take();
    double limitMicros = readGradients();
    report("counting operations");
    Map<Mode, CallbackGauge> operations = countOperations();

    List<ModeResult> results = new ArrayList<>();
    for (Mode mode : contenders.keySet()) {
      Timing timing = timingOfOurs.has(mode) ? timingOfOurs : theirs;
      Ratio ratio = mode == Mode.NONE ? null : Ratio.of(timing.ratiosToNone(mode));
      Account account = accounts.get(mode);
      CallbackGauge counted = operations.get(mode);
      Cost cost = null;
      if (account != null && counted != null) {
        Contender contender = contender(mode);
        cost =
            new Cost(
                account,
                counted.median(),
                counted.mean(),
                contender.storedBytesPerIteration(),
                contender.firstRecordMillis());
      }
      results.add(new ModeResult(mode, timing.millis(mode), ratio, cost));
    }
    return new NetworkResult(workload.title(), parameters, limitMicros, results);
  }

  private void report(String line) {
    progress.accept(workload.title() + ": " + line);
  }

  /**
   * Trains with each listener alone until its first record, then our other modes as far, so that
   * their parameters can be compared.
   */
  private void awaitFirstRecords() {
    for (Contender contender : contenders.values()) {
      if (contender.listener() != null) {
        contender.trainToFirstRecord(effort.maxFirstRecordSeconds());
      }
    }
    long most = ours.stream().mapToLong(mode -> contender(mode).iterations()).max().orElse(0);
    contender(Mode.NONE).trainTo(most);
    ours.forEach(mode -> contender(mode).trainTo(most));
  }

  /** Trains in all modes until the code is compiled, and finds out how long a step takes. */
  private void warmUp() {
    long start = System.nanoTime();
    long end = start + nanos(effort.warmUpSeconds());
    long latest = start + MAX_WARM_UP_FACTOR * nanos(effort.warmUpSeconds());
    int done = 0;
    int turn = 1;
    do {
      for (Contender contender : contenders.values()) {
        long nanos = contender.train(turn);
        if (contender.mode() == Mode.NONE) {
          stepNanos = Math.min(stepNanos, (double) nanos / turn);
        }
      }
      done += turn;
      turn = iterations(effort.roundSeconds(), 1, effort.spacing());
    } while (System.nanoTime() < end
        || (done < effort.warmUpIterations() && System.nanoTime() < latest));
  }

  /** How many iterations take about that long. */
  private int iterations(double seconds, int min, int max) {
    return (int) Math.max(min, Math.min(max, Math.round(nanos(seconds) / stepNanos)));
  }

  /**
   * Times these modes and none in turns, each round in another order, because garbage of one mode
   * may pause another. Fewer modes allow more rounds, which reduces the effect of the machine's
   * other load.
   */
  private Timing time(int turn, List<Mode> modes, double seconds, int minRounds) {
    List<Contender> order = new ArrayList<>(List.of(contender(Mode.NONE)));
    modes.forEach(mode -> order.add(contender(mode)));
    Timing timing = new Timing(turn, order.stream().map(Contender::mode).toList());
    Random random = new Random(SEED);
    long end = System.nanoTime() + nanos(seconds);
    for (int round = 0; round < minRounds || System.nanoTime() < end; round++) {
      Collections.shuffle(order, random);
      for (Contender contender : order) {
        timing.add(contender.mode(), contender.train(turn));
      }
    }
    return timing;
  }

  /** Reports a listener that changes the run, because its time would be that of another run. */
  private void reportDifferences() {
    for (Mode mode : ours) {
      Contender contender = contender(mode);
      if (!contender.agreesWith(contender(Mode.NONE))) {
        report(
            "WARNING: with "
                + mode.key()
                + " training ended with other parameters than without a listener. "
                + contender.summary());
      }
    }
  }

  private double readGradients() {
    GradientRead read = new GradientRead();
    Contender none = contender(Mode.NONE);
    none.watchThrough(read);
    none.train(iterations(effort.countSeconds(), 1, READS_FACTOR * effort.maxCounted()));
    return read.medianMicros();
  }

  private Map<Mode, CallbackGauge> countOperations() {
    Map<Mode, CallbackGauge> gauges = new EnumMap<>(Mode.class);
    int counted = iterations(effort.countSeconds(), effort.spacing(), effort.maxCounted());
    try (OpProfile profile = new OpProfile()) {
      profile.check(contender(Mode.NONE));
      for (Contender contender : contenders.values()) {
        TrainingListener listener = contender.listener();
        if (listener != null) {
          CallbackGauge gauge = profile.around(listener);
          contender.watchThrough(gauge);
          contender.train(counted);
          gauges.put(contender.mode(), gauge);
        }
      }
    }
    return gauges;
  }

  private Contender contender(Mode mode) {
    Contender contender = contenders.get(mode);
    if (contender == null) {
      throw new IllegalStateException("No contender in mode " + mode);
    }
    return contender;
  }

  static long nanos(double seconds) {
    return Math.round(seconds * 1e9);
  }

  @Override
  public void close() {
    contenders.values().forEach(Contender::close);
  }
}
