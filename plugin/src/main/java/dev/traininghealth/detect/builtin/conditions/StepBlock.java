package dev.traininghealth.detect.builtin.conditions;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.RunConditions;

/**
 * The typical time of the parts of an iteration, over a block of consecutive ones that is being
 * filled.
 *
 * <p>Pauses, such as an evaluation between two epochs, are in few iterations and not in the medians
 * of forward pass, backward pass and update. Waiting for data, garbage collection and the
 * listener's work are few long times by nature: they are measured as such, and their mean counts.
 */
final class StepBlock {
  private final Medians forward = new Medians();
  private final Medians backward = new Medians();
  private final Medians update = new Medians();
  private double dataMillis;
  private double listenerMillis;
  private double examples;
  private int iterations;

  /** Garbage collection before the block, milliseconds; NaN before the first reading. */
  private double collectionBefore = Double.NaN;

  void add(Measurement m) {
    RunConditions c = m.conditions();
    double data = Double.isFinite(c.dataMillis()) ? c.dataMillis() : 0;
    forward.add(c.forwardMillis() - data);
    backward.add(c.backwardMillis());
    update.add(c.updateMillis());
    dataMillis += data;
    listenerMillis += Double.isFinite(c.listenerMillis()) ? c.listenerMillis() : 0;
    examples += m.batchSize();
    iterations++;
  }

  int iterations() {
    return iterations;
  }

  /** {@return the mean number of examples in a minibatch} */
  double examples() {
    return examples / iterations;
  }

  /**
   * Ends the block and starts the next one.
   *
   * @param collectionMillis garbage collection so far, milliseconds
   * @return the time of each {@link Part} in an iteration, milliseconds
   */
  double[] end(double collectionMillis) {
    double[] parts = new double[Part.COUNT];
    parts[Part.DATA] = dataMillis / iterations;
    double collection = collectionMillis - collectionBefore;
    parts[Part.COLLECTION] = collection > 0 ? collection / iterations : 0;
    parts[Part.LISTENER] = listenerMillis / iterations;
    parts[Part.FORWARD] = forward.median();
    parts[Part.BACKWARD] = backward.median();
    parts[Part.UPDATE] = update.median();
    forward.clear();
    backward.clear();
    update.clear();
    dataMillis = 0;
    listenerMillis = 0;
    examples = 0;
    iterations = 0;
    collectionBefore = collectionMillis;
    return parts;
  }
}
