package dev.traininghealth.publish;

import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.Segment;
import java.util.List;
import java.util.function.Supplier;

/**
 * Sees the rows of a run on the recorder's thread, after they have been put. Must not throw.
 *
 * @hidden
 */
@FunctionalInterface
public interface RowsObserver {
  /**
   * Called after each hand-over to the storage.
   *
   * @param run the run
   * @param rows number of iterations so far
   * @param requested whether a flush asked for this hand-over
   * @param segments returns all rows; copies the newest of them
   * @return CPU time of what is done once in a run, such as reading a file, nanoseconds
   */
  long onRows(RunDescription run, long rows, boolean requested, Supplier<List<Segment>> segments);
}
