package dev.traininghealth.publish;

import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.record.Quantity;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The recorded quantities that are copied from a measurement as they are: one row for each, in the
 * order of their cells. A quantity of layers is recorded, and shown on the page, by its row here
 * and its {@link Quantity#layerScale}.
 */
final class RowSources {
  private RowSources() {}

  /**
   * A quantity of the run.
   *
   * @param value reads it
   */
  record OfRun(Quantity quantity, ToDoubleFunction<MeasurementWriter> value) {}

  /**
   * A scheduled quantity of each layer.
   *
   * @param values reads its latest values, one per layer
   * @param iterations reads the iterations at which they were measured
   */
  record OfLayers(
      Quantity quantity,
      Function<MeasurementWriter, double[]> values,
      Function<MeasurementWriter, long[]> iterations) {}

  /** Of each run. */
  static final List<OfRun> RUN =
      List.of(
          new OfRun(Quantity.SCORE, m -> m.score),
          new OfRun(Quantity.BATCH_SIZE, m -> m.batchSize),
          new OfRun(Quantity.STEP_MILLIS, m -> m.stepMillis),
          new OfRun(Quantity.COST_SHARE, m -> m.recentCostShare),
          new OfRun(Quantity.START_COST_SECONDS, m -> m.startCostSeconds));

  /** Of what protection does. */
  static final List<OfRun> PROTECTION =
      List.of(
          new OfRun(Quantity.PROTECTION_COST_SECONDS, m -> m.protectionCostSeconds),
          new OfRun(Quantity.GLOBAL_GRADIENT_NORM, m -> m.protection.gradientNorm()),
          new OfRun(Quantity.CLIPPED_GRADIENT_NORM, m -> m.protection.clippedGradientNorm()),
          new OfRun(Quantity.CLIP_THRESHOLD, m -> m.protection.clipThreshold()),
          new OfRun(Quantity.LEARNING_RATE_FACTOR, m -> m.protection.learningRateFactor()));

  /** Of all layers, those without parameters included. */
  static final List<OfLayers> LAYERS =
      List.of(
          new OfLayers(Quantity.ACTIVATION_RMS, m -> m.activationRms, m -> m.activationIteration),
          new OfLayers(
              Quantity.ACTIVATION_ZERO_FRACTION,
              m -> m.activationZeroFraction,
              m -> m.activationIteration),
          new OfLayers(Quantity.ACTIVATION_RANK, m -> m.activationRank, m -> m.activationIteration),
          new OfLayers(
              Quantity.SILENT_UNIT_FRACTION, m -> m.silentUnitFraction, m -> m.activationIteration),
          new OfLayers(
              Quantity.SATURATED_FRACTION, m -> m.saturatedFraction, m -> m.activationIteration));
}
