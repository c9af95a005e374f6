package dev.traininghealth.parity;

import static java.util.Objects.requireNonNull;

import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Computes the norms of DL4J's arrays by ND4J, before the plugin is called on the same thread, and
 * compares them with what detectors see.
 */
final class NormSums extends BaseTrainingListener {
  /** The sums that were computed last on each thread. */
  private static final Map<Thread, NormSums> CURRENT = new ConcurrentHashMap<>();

  /** Norms by key that were computed last on a thread. */
  private record Sums(
      Map<String, Double> gradients, Map<String, Double> updates, Map<String, Double> weights) {
    Sums() {
      this(new HashMap<>(), new HashMap<>(), new HashMap<>());
    }
  }

  private final double accuracy;
  private final boolean mean;
  private final Map<Thread, Sums> byThread = new ConcurrentHashMap<>();

  /** Differences, each in words. */
  final List<String> differences = Collections.synchronizedList(new ArrayList<>());

  /** Kind and key of each norm that was compared. */
  final Set<String> compared = ConcurrentHashMap.newKeySet();

  /** Kind and key of each norm that must be compared. */
  final Set<String> expected = ConcurrentHashMap.newKeySet();

  /**
   * @param accuracy relative
   * @param mean whether DL4J divides gradients by the batch size
   */
  NormSums(double accuracy, boolean mean) {
    this.accuracy = accuracy;
    this.mean = mean;
  }

  private double divisor(int batchSize) {
    return mean ? batchSize : 1;
  }

  private Sums sums() {
    CURRENT.put(Thread.currentThread(), this);
    return byThread.computeIfAbsent(Thread.currentThread(), thread -> new Sums());
  }

  private static NormSums current() {
    return requireNonNull(CURRENT.get(Thread.currentThread()));
  }

  private static void sum(Map<String, INDArray> arrays, Map<String, Double> sums) {
    sums.clear();
    arrays.forEach((key, array) -> sums.put(key, Recorded.norm(array)));
  }

  @Override
  public void onGradientCalculation(Model model) {
    Map<String, Double> gradients = sums().gradients;
    sum(Recorded.gradients(model), gradients);
    for (String key : gradients.keySet()) {
      boolean ofPretraining = key.endsWith("_vb");
      if (!ClippedGradients.isStatistic(key) && !ofPretraining) {
        expected.add("gradient " + key);
        expected.add("weight " + key);
      }
    }
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    sum(Recorded.gradients(model), sums().updates);
    sum(model.paramTable(), sums().weights);
  }

  private void compare(String what, long iteration, String key, double measured, double expected) {
    compared.add(what + " " + key);
    boolean equal =
        measured == expected
            || Math.abs(measured - expected) <= accuracy * Math.abs(expected) + 1e-12;
    if (!equal) {
      differences.add(
          what + " of " + key + " at " + iteration + ": " + measured + ", not " + expected);
    }
  }

  /** Compares in the plugin's callbacks; every run has its own. */
  static final class Comparing implements Detector {
    @Override
    public String name() {
      return "comparing-norms";
    }

    @Override
    public void onGradient(History history, FindingReporter findings) {
      NormSums sums = current();
      Measurement m = history.current();
      Map<String, Double> gradients = sums.sums().gradients;
      List<NetworkLayout.Parameter> parameters = history.layout().parameters();
      for (int p = 0; p < parameters.size(); p++) {
        NetworkLayout.Parameter parameter = parameters.get(p);
        Double sum = gradients.get(parameter.key());
        if (parameter.isTrained() && sum != null) {
          double divisor = sums.divisor(m.batchSize());
          sums.compare(
              "gradient", m.iteration(), parameter.key(), m.gradientNorm(p), sum / divisor);
        }
      }
    }

    @Override
    public void onUpdate(History history, FindingReporter findings) {
      NormSums sums = current();
      Measurement m = history.current();
      List<NetworkLayout.Parameter> parameters = history.layout().parameters();
      for (int p = 0; p < parameters.size(); p++) {
        NetworkLayout.Parameter parameter = parameters.get(p);
        String key = parameter.key();
        Double weight = sums.sums().weights.get(key);
        Double update = sums.sums().updates.get(key);
        if (m.weightIteration() == m.iteration() && weight != null) {
          sums.compare("weight", m.iteration(), key, m.weightNorm(p), weight);
        }
        if (m.updateIteration() == m.iteration()
            && update != null
            && !Measurement.isAbsent(m.updateNorm(p))) {
          sums.compare("update", m.iteration(), key, m.updateNorm(p), update);
        }
      }
    }
  }
}
