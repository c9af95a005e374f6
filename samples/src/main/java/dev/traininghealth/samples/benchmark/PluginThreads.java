package dev.traininghealth.samples.benchmark;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.HashMap;
import java.util.Map;

/** The CPU time of the plugin's threads, whose names have a common prefix. */
public final class PluginThreads {
  private static final String PREFIX = "training-health";

  private final Map<Long, Long> nanosByThread = new HashMap<>();

  /** CPU time of all of them so far; of an ended thread, the last value read. */
  public long cpuNanos() {
    var threads = ManagementFactory.getThreadMXBean();
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().startsWith(PREFIX)) {
        long nanos = threads.getThreadCpuTime(thread.getThreadId());
        nanosByThread.merge(thread.getThreadId(), nanos, Math::max);
      }
    }
    return nanosByThread.values().stream().mapToLong(Long::longValue).sum();
  }
}
