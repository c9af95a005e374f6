package dev.traininghealth.guard;

import org.deeplearning4j.core.storage.StatsStorageRouter;

/**
 * A router whose reader must be told that a run has ended. The reader of a storage sees that from
 * its file, which the program closes.
 *
 * @hidden
 */
public interface RunEndRouter extends StatsStorageRouter {
  /**
   * Records that nothing more is measured of a run. Does nothing if that is the last record of the
   * worker already, or if there is none.
   *
   * @param session the session of the run
   * @param worker its worker
   */
  void putEnd(String session, String worker);
}
