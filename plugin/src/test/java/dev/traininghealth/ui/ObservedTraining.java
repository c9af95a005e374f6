package dev.traininghealth.ui;

import java.util.List;

/** A training whose records reach an attached storage, driven by a test. */
interface ObservedTraining {
  /** Trains for some iterations; all of them are in the storage when it returns. */
  void iterate(int iterations);

  /** Trains for one iteration whose score is NaN. */
  void diverge();

  /** The scores of all iterations so far, from iteration 0 on. */
  List<Double> scores();

  /** The gradient norm of a layer at the last iteration. */
  double gradientNorm(int layer);
}
