package dev.traininghealth.parity;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Two listeners around the plugin's that read the gradient before and after it was clipped. */
final class ClippedGradients {
  /** The gradient of an iteration by key, in double precision, before and after clipping. */
  record Pair(int batchSize, Map<String, INDArray> before, Map<String, INDArray> after) {
    /** {@return the global norm of the mean over the minibatch, of parameters with a gradient} */
    double norm(Map<String, INDArray> gradients, boolean sum) {
      double squares =
          gradients.entrySet().stream()
              .filter(e -> !isStatistic(e.getKey()))
              .mapToDouble(e -> Math.pow(Recorded.norm(e.getValue()), 2))
              .sum();
      return Math.sqrt(squares) / (sum ? 1 : batchSize);
    }
  }

  final List<Pair> pairs = Collections.synchronizedList(new ArrayList<>());
  private final Map<Thread, Map<String, INDArray>> latest = new ConcurrentHashMap<>();

  /** {@return whether DL4J keeps the running statistic of a batch normalization there} */
  static boolean isStatistic(String key) {
    return key.endsWith("_mean") || key.endsWith("_var") || key.endsWith("_log10stdev");
  }

  private static Map<String, INDArray> copies(Model model) {
    Map<String, INDArray> copies = new LinkedHashMap<>();
    Recorded.gradients(model)
        .forEach((key, array) -> copies.put(key, array.castTo(DataType.DOUBLE).dup()));
    return copies;
  }

  BaseTrainingListener before() {
    return new BaseTrainingListener() {
      @Override
      public void onGradientCalculation(Model model) {
        latest.put(Thread.currentThread(), copies(model));
      }
    };
  }

  BaseTrainingListener after() {
    return new BaseTrainingListener() {
      @Override
      public void onGradientCalculation(Model model) {
        pairs.add(
            new Pair(
                model.batchSize(),
                requireNonNull(latest.get(Thread.currentThread())),
                copies(model)));
      }
    };
  }
}
