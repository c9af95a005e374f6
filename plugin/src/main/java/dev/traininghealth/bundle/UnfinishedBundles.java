package dev.traininghealth.bundle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets failure bundles be finished when the program ends, because their threads are daemons. It
 * waits two seconds at most: a program that ends must not hang because of a large network.
 */
final class UnfinishedBundles {
  private static final Logger log = LoggerFactory.getLogger(UnfinishedBundles.class);
  private static final Duration MAX_WAIT = Duration.ofSeconds(2);

  private static final Set<BundleWriter> USED =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  static {
    try {
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(UnfinishedBundles::finish, "training-health-bundles-shutdown"));
    } catch (IllegalStateException | SecurityException e) {
      log.debug("No shutdown hook; a failure bundle may stay unfinished.", e);
    }
  }

  private UnfinishedBundles() {}

  /** Finishes this writer's bundles at the end of the program. */
  static void add(BundleWriter writer) {
    USED.add(writer);
  }

  private static void finish() {
    long start = System.nanoTime();
    List<BundleWriter> writers;
    synchronized (USED) {
      writers = new ArrayList<>(USED);
    }
    writers.forEach(w -> w.flush(MAX_WAIT.minusNanos(System.nanoTime() - start)));
  }
}
