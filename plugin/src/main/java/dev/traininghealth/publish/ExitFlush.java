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
 * Flushes the last rows into the storage when a program ends without closing its listener.
 *
 * <p>A shutdown hook alone is too late: file storages close their file in their own hook, and hooks
 * run in no defined order. The training thread is therefore watched, and its recorders are flushed
 * when it ends. The watching thread keeps the JVM alive only until then and during the flush: two
 * seconds if the storage hangs, ten at most. Daemon threads are not watched, because the JVM does
 * not wait for them either. The hook covers {@code System.exit}.
 */
final class ExitFlush {
  private static final Logger log = LoggerFactory.getLogger(ExitFlush.class);

  /** The objects in use, by weak reference, and the thread that last used each. */
  private static final Map<Flushing, Thread> USED =
      Collections.synchronizedMap(new WeakHashMap<>());

  private static final Set<Thread> WATCHED = ConcurrentHashMap.newKeySet();

  static {
    try {
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> flush(usedBy(null), FlushReason.RUN_ENDED), "training-health-shutdown"));
    } catch (IllegalStateException | SecurityException e) {
      log.debug("No shutdown hook; the last second of a training run may not be stored.", e);
    }
  }

  /** An object that can be flushed. */
  interface Flushing {
    /**
     * Requests a flush; {@link #awaitFlush} waits for it. Several flushes that are requested
     * together take as long as one.
     *
     * @param reason why it is flushed
     * @return the ticket to wait for; 0 if there is nothing to wait for
     */
    long beginFlush(FlushReason reason);

    /**
     * Waits for a flush.
     *
     * @param ticket returned by {@link #beginFlush}
     * @param start when waiting began, by {@link System#nanoTime}
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
    flush(usedBy(trainer), FlushReason.THREAD_ENDED);
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

  private static void flush(List<Flushing> all, FlushReason reason) {
    long start = System.nanoTime();
    long[] tickets = all.stream().mapToLong(each -> each.beginFlush(reason)).toArray();
    for (int i = 0; i < tickets.length; i++) {
      all.get(i).awaitFlush(tickets[i], start);
    }
  }
}
