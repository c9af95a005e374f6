package dev.traininghealth.samples.benchmark;

import com.sun.management.ThreadMXBean;
import dev.traininghealth.samples.benchmark.ModeResult.Account;
import java.lang.management.ManagementFactory;
import java.util.EnumMap;
import java.util.Map;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * Measures the listeners' own cost: time in their callbacks, CPU time of the plugin's threads, and
 * bytes allocated on the training thread.
 *
 * <p>CPU time is measured in turns of its own, since reading it takes as long as a small callback.
 * What the readings themselves take is subtracted.
 *
 * <p>Each contender trains for some time before the next takes its turn, so that work by the clock
 * (flushes once a second) meets as much training as in practice. Pending work of its threads is
 * finished before the turn ends, so that the plugin's threads work for that listener in its turn.
 * Threads of other listeners only check once a second for work. The two clock readings around a
 * callback, a small part of a microsecond, count as the listener's. Snapshots and trials have
 * budgets of their own and are reported apart.
 */
final class CallbackAccounts {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Part of the time in which CPU time is measured. */
  private static final double CPU_TIME_SHARE = 0.5;

  /** Pairs of readings by which the time of one is measured. */
  private static final int READINGS = 20_000;

  private final Map<Mode, Gauges> gauges = new EnumMap<>(Mode.class);
  private final Effort effort;
  private final int epoch;
  private final PluginThreads pluginThreads = new PluginThreads();

  CallbackAccounts(Map<Mode, Contender> contenders, int epoch, Effort effort) {
    this.effort = effort;
    this.epoch = epoch;
    contenders.forEach(
        (mode, contender) -> {
          TrainingListener listener = contender.listener();
          if (listener != null) {
            gauges.put(mode, new Gauges(contender, listener));
          }
        });
  }

  /**
   * Gauges around one listener. Reading the clock allocates nothing, so time is the inner gauge.
   */
  private static final class Gauges {
    final Contender contender;
    final CallbackGauge nanos;
    final CallbackGauge bytes;
    final CallbackGauge cpu;
    long trainingNanos;
    long threadNanos;
    double protectionNanosBefore;

    Gauges(Contender contender, TrainingListener listener) {
      this.contender = contender;
      nanos = new CallbackGauge(listener, System::nanoTime);
      bytes = new CallbackGauge(nanos, THREADS::getCurrentThreadAllocatedBytes);
      cpu = new CallbackGauge(listener, THREADS::getCurrentThreadCpuTime);
    }
  }

  Map<Mode, Account> take() {
    for (Gauges g : gauges.values()) {
      g.contender.watchThrough(g.bytes);
      g.contender.train(2); // one-time work, including that of a new gauge
      g.contender.flush();
      g.protectionNanosBefore = g.contender.protectionNanos();
      g.nanos.reset();
      g.bytes.reset();
    }
    for (int turn = 0; turn < effort.accountTurns(); turn++) {
      for (Gauges g : gauges.values()) {
        if (g.contender.hasPluginThreads()) {
          takeTurn(g, effort.accountSeconds(), effort.accountIterations());
        } else {
          takeTurn(g, effort.accountSeconds() / 3, 0);
        }
      }
    }

    Map<Mode, Account> accounts = new EnumMap<>(Mode.class);
    double nanosOfReading = nanosOfReading();
    gauges.forEach(
        (mode, g) -> {
          double protection = g.contender.protectionNanos() - g.protectionNanosBefore;
          double nanos = g.nanos.total() + g.threadNanos - protection;
          double ofThreads = (double) g.threadNanos / g.nanos.iterations();
          accounts.put(
              mode,
              new Account(
                  nanos / g.trainingNanos,
                  protection / g.trainingNanos,
                  nanos / 1e3 / g.nanos.iterations(),
                  (cpuNanos(g, nanosOfReading) + ofThreads) / 1e3,
                  g.nanos.median() / 1e3,
                  g.bytes.median(),
                  g.bytes.mean()));
        });
    return accounts;
  }

  /**
   * CPU time in the callbacks, mean per iteration. That of snapshots and trials is in it, because
   * only their duration is known, which has pauses.
   */
  private double cpuNanos(Gauges g, double nanosOfReading) {
    g.contender.watchThrough(g.cpu);
    g.contender.train(2);
    g.contender.flush();
    g.cpu.reset();
    train(
        g,
        CPU_TIME_SHARE * effort.accountSeconds(),
        (int) (CPU_TIME_SHARE * effort.accountIterations()));
    return (g.cpu.total() - g.cpu.calls() * nanosOfReading) / g.cpu.iterations();
  }

  /** What a reading of the CPU time adds to the CPU time until the next reading. */
  private static double nanosOfReading() {
    long sum = 0;
    for (int i = 0; i < READINGS; i++) {
      long before = THREADS.getCurrentThreadCpuTime();
      sum += THREADS.getCurrentThreadCpuTime() - before;
    }
    return (double) sum / READINGS;
  }

  /**
   * Trains one of the turns.
   *
   * @param seconds training time of all turns
   * @param minIterations iterations of all turns for which they may take three times as long
   */
  private void takeTurn(Gauges g, double seconds, int minIterations) {
    long before = pluginThreads.cpuNanos();
    int turns = effort.accountTurns();
    train(g, seconds / turns, minIterations / turns);
    g.contender.flush();
    if (g.contender.hasPluginThreads()) {
      g.threadNanos += pluginThreads.cpuNanos() - before;
    }
  }

  private void train(Gauges g, double seconds, int minIterations) {
    long start = System.nanoTime();
    long end = start + Comparison.nanos(seconds);
    long lastEnd = start + Comparison.nanos(3 * seconds);
    long enough = g.contender.iterations() + minIterations;
    long now;
    do {
      g.trainingNanos += g.contender.train(epoch);
      now = System.nanoTime();
    } while (now < end || (now < lastEnd && g.contender.iterations() < enough));
  }
}
