package dev.traininghealth.detect.builtin.conditions;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.RunConditions;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.List;

/**
 * Detects memory that grows with the iterations, before it is used up.
 *
 * <ul>
 *   <li><b>What</b>: the floor of the Java heap after garbage collection, or of the process's
 *       memory outside of it, rises from quarter to quarter of the run, altogether by {@value
 *       #MIN_GROWTH} of its limit. Each quarter brings {@value #MIN_STEP} of the growth, the last
 *       one at least half as much as the one before.
 *   <li><b>Severity</b>: INFO; WARNING above {@value #NEAR_LIMIT} of the limit, as training then
 *       ends with an error of memory.
 *   <li><b>Source</b>: what is left after a collection is in use, so that its floor grows only if
 *       something is kept. Of the heap, only committed memory is known, not what of it the system
 *       has given; the growth outside of it is the least that is possible.
 *   <li><b>Defaults</b>: limits are the maximum of the heap, and JavaCPP's limit of the process
 *       without the heap.
 *   <li><b>When not to use</b>: where data are kept in memory on purpose while they are read for
 *       the first time.
 * </ul>
 *
 * <p>It is not {@link dev.traininghealth.numbers.Restorable}: the memory is that of this process.
 */
final class GrowingMemoryDetector implements PluginDetector {
  /** Share of the limit that the floor must have risen by. Less matters to no run. */
  private static final double MIN_GROWTH = 0.1;

  /** Share of the growth that each quarter of the run brings at least: a third would be steady. */
  private static final double MIN_STEP = 0.15;

  /** Share of the limit above which the memory may be used up soon. */
  private static final double NEAR_LIMIT = 0.8;

  private static final double MEGABYTE = 1 << 20;

  /** Readings without a report: the floor of the last quarter is renewed slowly. */
  private static final int EXPIRY_READINGS = 30;

  private final MemoryFloor heap = new MemoryFloor();
  private final MemoryFloor outside = new MemoryFloor();
  private long reading;
  private long readAtIteration;

  @Override
  public String name() {
    return "growing-memory";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return Requirement.of(Evidence.JVM).atLeast(MemoryFloor.MIN_READINGS);
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    RunConditions c = history.current().conditions();
    if (c.readings() == reading) {
      return;
    }
    reading = c.readings();
    long iteration = history.iterationsSeen();
    long interval = Math.max(1, iteration - readAtIteration);
    readAtIteration = iteration;
    if (c.heapBytes() > 0) { // 0 before the first collection
      heap.add(c.heapBytes(), c.heapBytes(), iteration);
      judge(heap, c.maxHeapBytes(), "heap", iteration, interval, findings);
    }
    if (c.minNativeBytes() > 0 && c.nativeLimitBytes() > 0) {
      outside.add(c.minNativeBytes(), c.maxNativeBytes(), iteration);
      judge(outside, c.nativeLimitBytes(), "native", iteration, interval, findings);
    }
  }

  private static void judge(
      MemoryFloor memory,
      double limit,
      String where,
      long iteration,
      long interval,
      FindingReporter findings) {
    double share = memory.last() / limit;
    if (!memory.rises(MIN_STEP) || !(memory.growth() > MIN_GROWTH * limit)) {
      return;
    }
    boolean isNear = share > NEAR_LIMIT;
    double growth = memory.growth();
    long grown = Math.max(1, memory.iterations(iteration));
    double left = Math.max(0, limit - memory.last()) / growth * grown;
    findings.report(
        Finding.saying(
                Problem.GROWING_MEMORY,
                isNear ? Severity.WARNING : Severity.INFO,
                isNear ? share : growth / limit,
                Comparison.ABOVE,
                isNear ? NEAR_LIMIT : MIN_GROWTH,
                () ->
                    Message.of(
                        "say.growing_memory." + where,
                        Argument.number(Math.rint(memory.first() / MEGABYTE)),
                        Argument.number(Math.rint(memory.last() / MEGABYTE)),
                        Argument.count(grown),
                        Argument.number(Math.rint(limit / MEGABYTE)),
                        Argument.number(left)))
            .aspect(where)
            .expiresAfter((int) Math.min(Integer.MAX_VALUE, EXPIRY_READINGS * interval))
            .withRemedies(() -> List.of(remedy(where))));
  }

  private static Remedy remedy(String where) {
    return where.equals("heap")
        ? new Remedy(
            Message.of("remedy.memory.heap"), "new FileStatsStorage(new File(\"training.db\"))")
        : new Remedy(Message.of("remedy.memory.native"), "array.close()");
  }
}
