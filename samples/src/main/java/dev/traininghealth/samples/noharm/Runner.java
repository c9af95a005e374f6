package dev.traininghealth.samples.noharm;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.TrainingStoppedException;
import dev.traininghealth.samples.noharm.RunResult.End;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;

/** Trains a set-up once, and measures the result without its listeners. */
final class Runner {
  private Runner() {}

  static RunResult run(Setup setup, Mode mode, int seed) {
    Training training = setup.start().apply(seed);
    List<TrainingHealthListener> listeners = new ArrayList<>();
    if (mode == Mode.PROTECTING) {
      for (MultiLayerNetwork network : training.networks()) {
        TrainingHealthListener listener =
            TrainingHealthListener.builder(new InMemoryStatsStorage())
                .protecting()
                .validationData(training.validation())
                .build();
        network.setListeners(listener);
        listeners.add(listener);
      }
    }
    End end = End.ITERATIONS;
    String message = "";
    long start = System.nanoTime();
    try {
      training.train();
    } catch (TrainingStoppedException e) {
      end = End.STOPPED;
      message = String.valueOf(e.getMessage());
    } catch (RuntimeException e) {
      end = End.ERROR;
      message = e.toString();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    List<Intervention> interventions = new ArrayList<>();
    for (TrainingHealthListener listener : listeners) {
      listener.close();
      interventions.addAll(listener.interventions());
    }
    long iterations = 0;
    int hash = 1;
    for (MultiLayerNetwork network : training.networks()) {
      network.setListeners();
      network.clearLayerMaskArrays();
      iterations += network.getIterationCount();
      hash = 31 * hash + Arrays.hashCode(network.params().toFloatVector());
    }
    double value = end == End.ERROR ? Double.NaN : training.measure();
    return new RunResult(
        setup,
        mode,
        seed,
        value,
        iterations,
        seconds,
        end,
        message,
        hash,
        List.copyOf(interventions));
  }
}
