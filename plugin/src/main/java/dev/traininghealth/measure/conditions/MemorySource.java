package dev.traininghealth.measure.conditions;

import dev.traininghealth.numbers.ConditionsRecord;
import java.io.Serializable;

/**
 * Where garbage collection and memory are read. Those of the JVM depend on what else runs in it, so
 * that a test reads others.
 *
 * @hidden
 */
@FunctionalInterface
public interface MemorySource extends Serializable {
  /**
   * Reads it now.
   *
   * @param to receives it
   */
  void read(ConditionsRecord to);
}
