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

  /** What is in use, by weak reference, and the thread that each was used by last. */
  private static final Map<Flushing, Thread> USED =
      Collections.synchronizedMap(new WeakHashMap<>());

  private static final Set<Thread> WATCHED = ConcurrentHashMap.newKeySet();

  static {
    try {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> flush(usedBy(null)), "training-health-shutdown"));
    } catch (IllegalStateException | SecurityException e) {
      log.debug("No shutdown hook; the last second of a training may not be stored.", e);
    }
  }

  /** What can be flushed. */
  interface Flushing {
    /**
     * Asks for a flush; {@link #awaitFlush} waits for it. Begun together, many take as long as one.
     *
     * @param ended whether the thread that trains has ended
     * @return what to wait for; 0 where there is nothing to wait for
     */
    long beginFlush(boolean ended);

    /**
     * Waits for a flush.
     *
     * @param ticket what {@link #beginFlush} returned
     * @param start when waiting began, as {@link System#nanoTime} tells it
     */
    void awaitFlush(long ticket, long start);
  }

  private ExitFlush() {}

  static void register(Flushing flushing, Thread trainer) {
    USED.put(flushing, trainer);
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

  static void forget(Flushing flushing) {
    USED.remove(flushing);
  }

  private static void watch(Thread trainer) {
    try {
      trainer.join();
    } catch (InterruptedException e) {
      log.debug("The end of {} is not watched any more.", trainer, e);
    }
    WATCHED.remove(trainer);
    flush(usedBy(trainer));
  }

  private static List<Flushing> usedBy(@Nullable Thread trainer) {
    List<Flushing> found = new ArrayList<>();
    synchronized (USED) {
      USED.forEach(
          (flushing, thread) -> {
            if (trainer == null || thread == trainer) {
              found.add(flushing);
            }
          });
    }
    return found;
  }

  private static void flush(List<Flushing> all) {
    long start = System.nanoTime();
    long[] tickets = all.stream().mapToLong(each -> each.beginFlush(true)).toArray();
    for (int i = 0; i < tickets.length; i++) {
      all.get(i).awaitFlush(tickets[i], start);
    }
  }
}
