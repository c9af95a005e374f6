package dev.traininghealth.trial;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A state that branches may begin at beside the present one.
 *
 * @param start a snapshot, or the network as the run began with it
 * @param iteration DL4J's iteration after which it was taken; -1 for the beginning
 * @param parameters all of them; read only
 * @param updaterState all of it; read only; null where the updater keeps none
 * @param factors on the present learning rates, one a branch
 * @hidden
 */
public record TrialState(
    TrialBranch.Start start,
    long iteration,
    INDArray parameters,
    @Nullable INDArray updaterState,
    List<Double> factors) {
  /** Copies the list. */
  public TrialState {
    factors = List.copyOf(factors);
  }
}
