package dev.traininghealth.publish;

import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes the router in which DL4J collects the records of one Spark worker.
 *
 * <p>It is a list in the worker's task. DL4J reads it once, right after the task's last iteration,
 * and sends it to the driver. What is put later is lost.
 *
 * @hidden
 */
public final class WorkerRouter {
  /** DL4J's class, by name, because Spark is no dependency of the plugin. */
  private static final String CLASS =
      "org.deeplearning4j.spark.impl.listeners.VanillaStatsStorageRouter";

  private WorkerRouter() {}

  /** {@return whether this is the router of a Spark worker} */
  public static boolean isOne(@Nullable StatsStorageRouter router) {
    for (Class<?> c = router == null ? null : router.getClass(); c != null; c = c.getSuperclass()) {
      if (c.getName().equals(CLASS)) {
        return true;
      }
    }
    return false;
  }
}
