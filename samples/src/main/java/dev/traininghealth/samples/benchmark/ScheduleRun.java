package dev.traininghealth.samples.benchmark;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.TrainingHealthListenerBuilder;
import dev.traininghealth.samples.benchmark.MeasureCounter.Count;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.jspecify.annotations.Nullable;

/**
 * The scheduled measures of one run, and the delays of the diagnoses of planted faults.
 *
 * @param counts how often each measure was taken; a measure that the network lacks is missing
 * @param share time in callbacks and CPU time of the plugin's threads, divided by the training
 *     time, without the time of the counter
 * @param delays by fault, as in {@link PlantedFault#delay}; empty for a network that takes none
 */
record ScheduleRun(
    Map<ScheduledMeasure, Count> counts, double share, Map<PlantedFault, OptionalLong> delays) {
  /** Iterations of an epoch: once over the minibatches. */
  private static final int EPOCH = 32;

  /** Trains the network from its start, once for the counts and once for each fault. */
  static ScheduleRun of(Workload workload, Mode mode, int iterations) {
    Map<ScheduledMeasure, Count> counts = new EnumMap<>(ScheduledMeasure.class);
    double share = count(workload, mode, iterations, counts);
    Map<PlantedFault, OptionalLong> delays = new EnumMap<>(PlantedFault.class);
    if (workload.hiddenLayers() > 0) {
      for (PlantedFault fault : PlantedFault.values()) {
        delays.put(fault, delay(workload, mode, iterations, fault));
      }
    }
    return new ScheduleRun(counts, share, delays);
  }

  private static double count(
      Workload workload, Mode mode, int iterations, Map<ScheduledMeasure, Count> counts) {
    MeasureCounter counter = new MeasureCounter();
    PluginThreads threads = new PluginThreads();
    TrainingHealthListener listener = listener(mode, counter);
    CallbackGauge gauge = new CallbackGauge(listener, System::nanoTime);
    try (Contender contender =
        new Contender(mode, workload.network(), workload.minibatches(), listener)) {
      contender.watchThrough(gauge);
      long threadsBefore = threads.cpuNanos();
      long trainingNanos = train(contender, iterations);
      listener.flush();
      for (ScheduledMeasure measure : ScheduledMeasure.values()) {
        Count count = counter.count(measure, iterations);
        if (count != null) {
          counts.put(measure, count);
        }
      }
      double own = (double) gauge.total() - counter.ownNanos() + threads.cpuNanos() - threadsBefore;
      return own / trainingNanos;
    } finally {
      listener.close();
    }
  }

  private static OptionalLong delay(
      Workload workload, Mode mode, int iterations, PlantedFault fault) {
    TrainingHealthListener listener = listener(mode, null);
    try (Contender contender =
        new Contender(mode, fault.network(workload), workload.minibatches(), listener)) {
      int half = iterations / 2;
      train(contender, half);
      fault.plant(contender.network(), workload);
      train(contender, iterations - half);
      return fault.delay(listener.diagnoses(), workload, half);
    } finally {
      listener.close();
    }
  }

  private static TrainingHealthListener listener(Mode mode, @Nullable MeasureCounter counter) {
    TrainingHealthListenerBuilder builder =
        TrainingHealthListener.builder(new InMemoryStatsStorage());
    if (mode == Mode.PROTECTING) {
      builder.protecting();
    }
    if (counter != null) {
      builder.detector(() -> counter);
    }
    return builder.build();
  }

  private static long train(Contender contender, int iterations) {
    long nanos = 0;
    for (int done = 0; done < iterations; done += EPOCH) {
      nanos += contender.train(Math.min(EPOCH, iterations - done));
    }
    return nanos;
  }
}
