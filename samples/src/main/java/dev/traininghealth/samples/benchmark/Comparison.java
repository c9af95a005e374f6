package dev.traininghealth.samples.benchmark;

import dev.traininghealth.samples.benchmark.ModeResult.Account;
import dev.traininghealth.samples.benchmark.ModeResult.Cost;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Compares one network in all modes: warms up, times the modes in turns, measures the listeners and
 * counts operations.
 */
final class Comparison implements AutoCloseable {
  /** StatsListener's usual interval: a turn has the same share of its iterations in each mode. */
  private static final int SPACING = 10;

  private static final int SEED = 1;

  private final Workload workload;
  private final Effort effort;
  private final Consumer<String> progress;
  private final long parameters;
  private final Map<Mode, Contender> contenders = new EnumMap<>(Mode.class);

  Comparison(Workload workload, Effort effort, Consumer<String> progress) {
    this.workload = workload;
    this.effort = effort;
    this.progress = progress;
    MultiLayerNetwork network = workload.network();
    parameters = network.numParams();
    List<DataSet> minibatches = workload.minibatches();
    for (Mode mode : Mode.values()) {
      contenders.put(mode, new Contender(mode, network, minibatches));
    }
  }

  NetworkResult run() {
    progress.accept(workload.title() + ": " + parameters + " parameters, warming up");
    int turn = warmUp();
    progress.accept(workload.title() + ": timing, " + turn + " iterations a turn");
    Timing ours = time(turn, List.of(Mode.OBSERVING, Mode.PROTECTING));
    reportDifferences(List.of(Mode.OBSERVING, Mode.PROTECTING));
    Timing theirs = time(turn, List.of(Mode.STATS_LISTENER_1, Mode.STATS_LISTENER_10));
    progress.accept(workload.title() + ": looking into the listeners");
    Map<Mode, Account> accounts = new CallbackAccounts(contenders, turn, effort).take();
    progress.accept(workload.title() + ": counting operations");
    Map<Mode, CallbackGauge> operations = countOperations();

    List<ModeResult> results = new ArrayList<>();
    for (Mode mode : Mode.values()) {
      Timing timing = ours.has(mode) ? ours : theirs;
      Account account = accounts.get(mode);
      CallbackGauge counted = operations.get(mode);
      if (account == null || counted == null) {
        results.add(new ModeResult(mode, timing.millis(mode), null));
        continue;
      }
      Quantiles ratios = timing.ratiosToNone(mode);
      Cost cost =
          new Cost(
              ratios.median(),
              ratios.quantile(0.25),
              ratios.quantile(0.75),
              account,
              counted.median(),
              counted.mean());
      results.add(new ModeResult(mode, timing.millis(mode), cost));
    }
    return new NetworkResult(workload.title(), parameters, results);
  }

  /** Trains in all modes until the code is compiled; returns the number of iterations per turn. */
  private int warmUp() {
    long end = System.nanoTime() + nanos(effort.warmUpSeconds());
    long fastest = Long.MAX_VALUE;
    do {
      for (Contender contender : contenders.values()) {
        long nanos = contender.train(SPACING);
        if (contender.mode() == Mode.NONE) {
          fastest = Math.min(fastest, nanos);
        }
      }
    } while (System.nanoTime() < end);
    double spacings = nanos(effort.roundSeconds()) / (double) fastest;
    return SPACING * (int) Math.max(1, Math.round(spacings));
  }

  /**
   * Times these modes and none in turns, each round in another order, because garbage of one mode
   * may pause another. Fewer modes allow more rounds, which reduces the effect of the machine's
   * other load.
   */
  private Timing time(int turn, List<Mode> modes) {
    List<Contender> order = new ArrayList<>(List.of(contender(Mode.NONE)));
    modes.forEach(mode -> order.add(contender(mode)));
    Timing timing = new Timing(turn, order.stream().map(Contender::mode).toList());
    Random random = new Random(SEED);
    long end = System.nanoTime() + nanos(effort.timingSeconds());
    for (int round = 0; round < effort.minRounds() || System.nanoTime() < end; round++) {
      Collections.shuffle(order, random);
      for (Contender contender : order) {
        timing.add(contender.mode(), contender.train(turn));
      }
    }
    return timing;
  }

  /** Reports a listener that changes the run, because its time would be that of another run. */
  private void reportDifferences(List<Mode> modes) {
    for (Contender contender : modes.stream().map(this::contender).toList()) {
      if (!contender.agreesWith(contender(Mode.NONE))) {
        progress.accept(
            workload.title()
                + ": WARNING: with "
                + contender.mode().key()
                + " training ended with other parameters than without a listener. "
                + contender.summary());
      }
    }
  }

  private Map<Mode, CallbackGauge> countOperations() {
    Map<Mode, CallbackGauge> gauges = new EnumMap<>(Mode.class);
    try (OpProfile profile = new OpProfile()) {
      profile.check(contender(Mode.NONE));
      for (Contender contender : contenders.values()) {
        TrainingListener listener = contender.listener();
        if (listener != null) {
          CallbackGauge gauge = profile.around(listener);
          contender.watchThrough(gauge);
          contender.train(effort.profiledIterations());
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
