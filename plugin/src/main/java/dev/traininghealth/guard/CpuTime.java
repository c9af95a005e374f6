package dev.traininghealth.guard;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * Measures the CPU time of a thread, so that its work can be charged.
 *
 * @hidden
 */
public final class CpuTime {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final boolean SUPPORTED = THREADS.isCurrentThreadCpuTimeSupported();

  private CpuTime() {}

  /**
   * {@return the CPU time of the current thread since it started, nanoseconds, or 0 if the JVM
   * cannot measure it}
   */
  public static long ofCurrentThread() {
    return SUPPORTED ? THREADS.getCurrentThreadCpuTime() : 0;
  }
}
