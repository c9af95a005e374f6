package dev.traininghealth.publish;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the last rows of a program that just ends reach the storage.
 *
 * <p>A shutdown hook alone comes too late: file storages close their file in a hook of their own,
 * and hooks run in no order. So the thread that trains is watched, and when it ends its recorders
 * are flushed; the watching thread keeps the JVM alive no longer than the watched one did and the
 * flush takes: two seconds where the storage hangs, ten at most. Daemon threads are not watched,
 * since the JVM does not wait for them either. The hook is for {@code System.exit}.
 */
final class ExitFlush {
  private static final Logger log = LoggerFactory.getLogger(ExitFlush.class);

  /** Recorders that are in use, by weak reference, and the thread that each was used by last. */
  private static final Map<Recorder, Thread> RECORDERS =
      Collections.synchronizedMap(new WeakHashMap<>());

  private static final Set<Thread> WATCHED = ConcurrentHashMap.newKeySet();

  static {
    try {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> flush(recorders(null)), "training-health-shutdown"));
    } catch (IllegalStateException | SecurityException e) {
      log.debug("No shutdown hook; the last second of a training may not be stored.", e);
    }
  }

  private ExitFlush() {}

  static void register(Recorder recorder, Thread trainer) {
    RECORDERS.put(recorder, trainer);
    if (!trainer.isDaemon() && WATCHED.add(trainer)) {
      try {
        Thread watch =
            new Thread(() -> watch(trainer), "training-health-exit " + trainer.getName());
        watch.setDaemon(false);
        watch.start();
      } catch (OutOfMemoryError e) { // no more threads
        log.debug("The end of {} is not watched.", trainer, e);
      }
    }
  }

  static void forget(Recorder recorder) {
    RECORDERS.remove(recorder);
  }

  private static void watch(Thread trainer) {
    try {
      trainer.join();
    } catch (InterruptedException e) {
      log.debug("The end of {} is not watched any more.", trainer, e);
    }
    WATCHED.remove(trainer);
    flush(recorders(trainer));
  }

  private static List<Recorder> recorders(@Nullable Thread trainer) {
    List<Recorder> found = new ArrayList<>();
    synchronized (RECORDERS) {
      RECORDERS.forEach(
          (recorder, usedBy) -> {
            if (trainer == null || usedBy == trainer) {
              found.add(recorder);
            }
          });
    }
    return found;
  }

  private static void flush(List<Recorder> recorders) {
    long start = System.nanoTime();
    long[] tickets = recorders.stream().mapToLong(r -> r.beginFlush(true)).toArray();
    for (int i = 0; i < tickets.length; i++) {
      recorders.get(i).awaitFlush(tickets[i], start);
    }
  }
}
