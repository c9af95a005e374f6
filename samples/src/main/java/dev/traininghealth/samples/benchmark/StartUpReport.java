package dev.traininghealth.samples.benchmark;

import dev.traininghealth.TrainingHealthListener;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.dataset.DataSet;

/**
 * The cost of the first seconds of a run in a new JVM, in which the plugin's code is loaded and not
 * compiled yet. Nothing else may have used the plugin in this JVM before.
 */
public final class StartUpReport {
  private static final int SECONDS = 5;

  /** Seconds after which the code is taken for compiled. */
  private static final int WARM_SECONDS = 15;

  /** Seconds after that in which the running cost is measured. */
  private static final int RUNNING_SECONDS = 5;

  /** Iterations between two readings of the clock. */
  private static final int ITERATIONS = 10;

  private final long buildNanos;
  private final long[] callbackNanos;
  private final long threadNanos;
  private final double protectionNanos;

  /** Cost of an iteration when the code is compiled, without snapshots and trials. */
  private final double runningNanos;

  private final long iterations;

  private StartUpReport(
      long buildNanos,
      long[] callbackNanos,
      long threadNanos,
      double protectionNanos,
      double runningNanos,
      long iterations) {
    this.buildNanos = buildNanos;
    this.callbackNanos = callbackNanos;
    this.threadNanos = threadNanos;
    this.protectionNanos = protectionNanos;
    this.runningNanos = runningNanos;
    this.iterations = iterations;
  }

  /** Trains a perceptron while protecting: for five seconds, then until its code is compiled. */
  public static StartUpReport ofThisJvm() {
    TrainedNetwork network = Workload.MLP3X256.network();
    List<DataSet> minibatches = Workload.MLP3X256.minibatches();
    PluginThreads threads = new PluginThreads();
    StatsStorage storage = new InMemoryStatsStorage(); // DL4J's, which any listener needs
    long before = System.nanoTime();
    TrainingHealthListener listener = TrainingHealthListener.protecting(storage);
    long buildNanos = System.nanoTime() - before;
    CallbackGauge gauge = new CallbackGauge(listener, System::nanoTime);
    long[] callbackNanos = new long[SECONDS];
    try (Contender contender = new Contender(Mode.PROTECTING, network, minibatches, listener)) {
      contender.watchThrough(gauge);
      long start = System.nanoTime();
      for (int second = 1; second <= SECONDS; second++) {
        long end = start + Comparison.nanos(second);
        trainUntil(contender, end);
        callbackNanos[second - 1] = gauge.total();
      }
      long threadNanos = threads.cpuNanos();
      double protectionNanos = contender.protectionNanos();
      long iterations = gauge.iterations();
      trainUntil(contender, start + Comparison.nanos(WARM_SECONDS));
      double costWhenWarm = costNanos(gauge, threads, contender);
      long iterationsWhenWarm = gauge.iterations();
      trainUntil(contender, start + Comparison.nanos(WARM_SECONDS + RUNNING_SECONDS));
      double runningNanos =
          (costNanos(gauge, threads, contender) - costWhenWarm)
              / (gauge.iterations() - iterationsWhenWarm);
      return new StartUpReport(
          buildNanos, callbackNanos, threadNanos, protectionNanos, runningNanos, iterations);
    } finally {
      listener.close();
    }
  }

  private static void trainUntil(Contender contender, long endNanos) {
    while (System.nanoTime() < endNanos) {
      contender.train(ITERATIONS);
    }
  }

  /** Cost so far, without snapshots and trials. */
  private static double costNanos(CallbackGauge gauge, PluginThreads threads, Contender contender) {
    return gauge.total() + threads.cpuNanos() - contender.protectionNanos();
  }

  /** The figures for the console. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s, protecting, first %d s of this JVM's first run: %d iterations%n"
                + "  creating the listener          %.3f s%n",
            Workload.MLP3X256.title(),
            SECONDS,
            iterations,
            buildNanos / 1e9));
    for (int second = 1; second <= SECONDS; second++) {
      text.append(
          String.format(
              Locale.ROOT,
              "  inside callbacks, up to %d s    %.3f s%n",
              second,
              callbackNanos[second - 1] / 1e9));
    }
    double together = buildNanos + callbackNanos[SECONDS - 1] + threadNanos;
    double running = runningNanos * iterations;
    text.append(
        String.format(
            Locale.ROOT,
            "  CPU time of the plugin's threads %.3f s%n"
                + "  together                       %.3f s%n"
                + "  of which snapshots and trials, whose budget is their own: %.3f s%n"
                + "  of which running cost, as from second %d on: %.3f s%n"
                + "  the start                      %.3f s%n",
            threadNanos / 1e9,
            together / 1e9,
            protectionNanos / 1e9,
            WARM_SECONDS,
            running / 1e9,
            (together - protectionNanos - running) / 1e9));
    return text.toString();
  }
}
