package dev.traininghealth.samples.noharm;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.TrainingHealthListenerBuilder;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.TrainingStoppedException;
import dev.traininghealth.samples.corpus.DivergenceOracle;
import dev.traininghealth.samples.corpus.Lead;
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
    List<DivergenceOracle> oracles = new ArrayList<>();
    if (mode != Mode.ALONE) {
      for (MultiLayerNetwork network : training.networks()) {
        TrainingHealthListener listener = listener(mode, training);
        DivergenceOracle oracle = new DivergenceOracle();
        network.setListeners(listener, oracle);
        listeners.add(listener);
        oracles.add(oracle);
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
    List<Lead> leads = new ArrayList<>();
    for (int i = 0; i < listeners.size(); i++) {
      TrainingHealthListener listener = listeners.get(i);
      listener.close();
      interventions.addAll(listener.interventions());
      Lead lead = Lead.of(oracles.get(i).divergence(), listener.diagnoses());
      if (lead != null) {
        leads.add(lead);
      }
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
        List.copyOf(interventions),
        List.copyOf(leads));
  }

  private static TrainingHealthListener listener(Mode mode, Training training) {
    TrainingHealthListenerBuilder builder =
        TrainingHealthListener.builder(new InMemoryStatsStorage())
            .validationData(training.validation());
    return (mode == Mode.PROTECTING ? builder.protecting() : builder).build();
  }
}
