package dev.traininghealth.trial;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A state from which branches may start, besides the present one.
 *
 * @param start a snapshot, or the initial network
 * @param iteration DL4J's iteration after which it was taken; -1 for the initial network
 * @param parameters all of them; read only
 * @param updaterState all of it; read only; null if the updater keeps none
 * @param factors on the present learning rates, one per branch
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
