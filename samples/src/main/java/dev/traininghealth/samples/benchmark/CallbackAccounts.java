package dev.traininghealth.samples.benchmark;

import com.sun.management.ThreadMXBean;
import dev.traininghealth.samples.benchmark.ModeResult.Account;
import java.lang.management.ManagementFactory;
import java.util.EnumMap;
import java.util.Map;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * What the listeners do themselves: time in their callbacks, CPU time of the plugin's threads,
 * bytes allocated on the training thread.
 *
 * <p>Each trains for a good while before it is another's turn, so that what a listener does by the
 * clock (flushes once a second) meets as much training as it does in earnest. What its threads have
 * still to do is done before the turn ends, so that what the plugin's threads do in a turn is that
 * listener's; those of others look once a second whether there is anything to do, and no more. The
 * two clock readings around a callback, a small part of a microsecond, count as the listener's.
 */
final class CallbackAccounts {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

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

  /** Gauges around one listener. Reading the clock allocates nothing, so time lies within bytes. */
  private static final class Gauges {
    final Contender contender;
    final CallbackGauge nanos;
    final CallbackGauge bytes;
    long trainingNanos;
    long threadNanos;

    Gauges(Contender contender, TrainingListener listener) {
      this.contender = contender;
      nanos = new CallbackGauge(listener, System::nanoTime);
      bytes = new CallbackGauge(nanos, THREADS::getCurrentThreadAllocatedBytes);
    }
  }

  Map<Mode, Account> take() {
    for (Gauges g : gauges.values()) {
      g.contender.watchThrough(g.bytes);
      g.contender.train(2); // what is done once, and at the first sight of a gauge
      g.contender.flush();
      g.nanos.reset();
      g.bytes.reset();
    }
    for (int turn = 0; turn < effort.accountTurns(); turn++) {
      for (Gauges g : gauges.values()) {
        takeTurn(g, effort.accountSeconds() / effort.accountTurns());
      }
    }

    Map<Mode, Account> accounts = new EnumMap<>(Mode.class);
    gauges.forEach(
        (mode, g) -> {
          double share = (double) (g.nanos.total() + g.threadNanos) / g.trainingNanos;
          accounts.put(mode, new Account(share, g.bytes.median(), g.bytes.mean()));
        });
    return accounts;
  }

  private void takeTurn(Gauges g, double seconds) {
    long before = pluginThreads.cpuNanos();
    train(g, seconds);
    g.contender.flush();
    if (g.contender.hasPluginThreads()) {
      g.threadNanos += pluginThreads.cpuNanos() - before;
    }
  }

  private void train(Gauges g, double seconds) {
    long end = System.nanoTime() + Comparison.nanos(seconds);
    do {
      g.trainingNanos += g.contender.train(epoch);
    } while (System.nanoTime() < end);
  }
}
