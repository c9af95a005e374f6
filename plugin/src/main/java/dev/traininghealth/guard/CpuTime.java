package dev.traininghealth.guard;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * The CPU time that a thread has taken, for who charges what is done on it.
 *
 * @hidden
 */
public final class CpuTime {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final boolean SUPPORTED = THREADS.isCurrentThreadCpuTimeSupported();

  private CpuTime() {}

  /**
   * Reads the CPU time of the current thread.
   *
   * @return nanoseconds since the thread began; 0 where the JVM cannot measure it
   */
  public static long ofCurrentThread() {
    return SUPPORTED ? THREADS.getCurrentThreadCpuTime() : 0;
  }
}
