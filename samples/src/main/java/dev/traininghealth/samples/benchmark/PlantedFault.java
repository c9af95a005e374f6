package dev.traininghealth.samples.benchmark;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A fault in the middle layer of a perceptron, planted between two iterations. */
enum PlantedFault {
  /** Of 256 ReLUs, 250 get a bias with which they are 0 for every example. */
  DEAD_RELUS {
    @Override
    Problem problem() {
      return Problem.DEAD_RELU;
    }

    @Override
    TrainedNetwork network(Workload workload) {
      return workload.network();
    }

    @Override
    void plant(TrainedNetwork network, Workload workload) {
      INDArray bias = network.parameter(middle(workload) + "_b");
      for (int unit = 0; unit < killed(workload); unit++) {
        bias.putScalar(unit, DEAD_BIAS);
      }
    }

    @Override
    String title(Workload workload) {
      return String.format(
          Locale.ROOT, "%d of %d ReLUs dead", killed(workload), workload.hiddenUnits());
    }
  },
  /** The weights of the same network with tanh units are multiplied. */
  SATURATED_TANH {
    @Override
    Problem problem() {
      return Problem.SATURATED_UNITS;
    }

    @Override
    TrainedNetwork network(Workload workload) {
      return workload.tanhTwin();
    }

    @Override
    void plant(TrainedNetwork network, Workload workload) {
      network.parameter(middle(workload) + "_W").muli(WEIGHT_FACTOR);
    }

    @Override
    String title(Workload workload) {
      return "weights of tanh units × " + WEIGHT_FACTOR;
    }
  };

  private static final double KILLED_SHARE = 250.0 / 256;
  private static final int DEAD_BIAS = -1000;
  private static final int WEIGHT_FACTOR = 30;

  /** What it should be diagnosed as. */
  abstract Problem problem();

  /** The network without the fault. */
  abstract TrainedNetwork network(Workload workload);

  /** Plants the fault in that network. */
  abstract void plant(TrainedNetwork network, Workload workload);

  /** The fault in the table. */
  abstract String title(Workload workload);

  /**
   * How soon the fault was diagnosed.
   *
   * @param firstIteration DL4J's count of the first iteration with the fault
   * @return iterations with the fault up to the first diagnosis, from 1; 0 if the same diagnosis
   *     was active before; empty if there is none
   */
  OptionalLong delay(List<Diagnosis> diagnoses, Workload workload, long firstIteration) {
    return diagnoses.stream()
        .filter(diagnosis -> diagnosis.problem().equals(problem()))
        .filter(diagnosis -> diagnosis.layer() == middle(workload))
        .filter(d -> !d.isResolved() || d.endIteration() >= firstIteration)
        .mapToLong(diagnosis -> Math.max(0, diagnosis.iteration() - firstIteration + 1))
        .min();
  }

  static int middle(Workload workload) {
    return workload.hiddenLayers() / 2;
  }

  private static int killed(Workload workload) {
    return (int) Math.round(workload.hiddenUnits() * KILLED_SHARE);
  }
}
