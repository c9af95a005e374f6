package dev.traininghealth.intervene.model;

import dev.traininghealth.array.FlatArrays;
import java.io.Serial;
import org.deeplearning4j.optimize.api.StepFunction;
import org.deeplearning4j.optimize.solvers.accumulation.GradientsAccumulator;
import org.deeplearning4j.optimize.solvers.accumulation.IndexedTail;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Takes the place of a worker's gradients accumulator for one step, and shares an update of 0
 * instead of a bad one.
 *
 * <p>DL4J adds a worker's update to what it has not shared yet, where a NaN would stay for ever.
 * All workers then wait for each other, so that an update must be withheld right before, and
 * sharing it must never fail or be left out.
 */
final class WithheldUpdate implements GradientsAccumulator {
  @Serial private static final long serialVersionUID = 1L;

  private final GradientsAccumulator shared;
  private final boolean always;
  private final transient @Nullable INDArray updaterState;
  private boolean pending = true;
  private boolean withheld;

  /**
   * Creates the replacement for one step.
   *
   * @param shared the accumulator of all workers, which does everything else
   * @param always whether the update is withheld even if it is finite
   * @param updaterState the live state of the updater; null if it has none
   */
  WithheldUpdate(GradientsAccumulator shared, boolean always, @Nullable INDArray updaterState) {
    this.shared = shared;
    this.always = always;
    this.updaterState = updaterState;
  }

  /** {@return the accumulator of all workers} */
  GradientsAccumulator shared() {
    return shared;
  }

  /** {@return whether the update was bad and has not been shared} */
  boolean isWithheld() {
    return withheld;
  }

  @Override
  public void storeUpdate(INDArray update, int iteration, int epoch) {
    if (pending) {
      pending = false;
      withheld = always || !isFinite(update) || !isFinite(updaterState);
      if (withheld) {
        update.assign(0); // a product with 0 would leave NaN
      }
    }
    shared.storeUpdate(update, iteration, epoch);
  }

  private static boolean isFinite(@Nullable INDArray array) {
    return array == null || array.isEmpty() || Double.isFinite(FlatArrays.norm2(array));
  }

  @Override
  public void applyUpdate(
      StepFunction function, INDArray parameters, INDArray updates, boolean isFinalStep) {
    shared.applyUpdate(function, parameters, updates, isFinalStep);
  }

  @Override
  public void applyUpdate(
      StepFunction function, INDArray parameters, INDArray updates, double alpha) {
    shared.applyUpdate(function, parameters, updates, alpha);
  }

  @Override
  public void setExternalSource(IndexedTail source) {
    shared.setExternalSource(source);
  }

  @Override
  public IndexedTail getExternalSource() {
    return shared.getExternalSource();
  }

  @Override
  public void receiveUpdate(INDArray update) {
    shared.receiveUpdate(update);
  }

  @Override
  public void markExternalUpdates(boolean updatesAvailable) {
    shared.markExternalUpdates(updatesAvailable);
  }

  @Override
  public void reset() {
    shared.reset();
  }

  @Override
  public void touch() {
    shared.touch();
  }

  @Override
  public boolean hasAnything() {
    return shared.hasAnything();
  }
}
