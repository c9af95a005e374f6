package dev.traininghealth.measure.conditions;

import dev.traininghealth.numbers.ConditionsRecord;
import dev.traininghealth.numbers.Measurement;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Locale;
import org.bytedeco.javacpp.Pointer;

/** Garbage collection and memory, as the JVM and JavaCPP report them. */
final class JvmBeans {
  private final GarbageCollectorMXBean[] collectors =
      ManagementFactory.getGarbageCollectorMXBeans().stream()
          .filter(collector -> stopsTheJvm(collector.getName()))
          .toArray(GarbageCollectorMXBean[]::new);

  private final MemoryPoolMXBean[] pools =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
          .toArray(MemoryPoolMXBean[]::new);

  /** Collectors that work beside the program report the duration of their cycles. */
  static boolean stopsTheJvm(String collector) {
    String name = collector.toLowerCase(Locale.ROOT);
    return !name.contains("cycles") && !name.contains("concurrent");
  }

  void read(ConditionsRecord to) {
    double millis = 0;
    for (GarbageCollectorMXBean collector : collectors) {
      millis += Math.max(0, collector.getCollectionTime()); // -1 if it is not known
    }
    to.collectionMillis = millis;
    double live = 0;
    for (MemoryPoolMXBean pool : pools) {
      MemoryUsage afterCollection = pool.getCollectionUsage();
      live += afterCollection == null ? 0 : afterCollection.getUsed();
    }
    to.heapBytes = live;
    Runtime runtime = Runtime.getRuntime();
    to.maxHeapBytes = runtime.maxMemory();
    readNative(to, runtime);
  }

  private static void readNative(ConditionsRecord to, Runtime runtime) {
    double process = Pointer.physicalBytes();
    if (process <= 0) {
      return; // not known on this platform
    }
    double committed = runtime.totalMemory();
    to.minNativeBytes = Math.max(0, process - committed);
    to.maxNativeBytes = process - committed + runtime.freeMemory();
    double machine = Pointer.totalPhysicalBytes();
    double allowed = Pointer.maxPhysicalBytes(); // 0 for no limit
    double limit =
        Math.min(
            machine > 0 ? machine : Double.MAX_VALUE, allowed > 0 ? allowed : Double.MAX_VALUE);
    double left = limit - runtime.maxMemory();
    to.nativeLimitBytes = limit < Double.MAX_VALUE && left > 0 ? left : Measurement.absent();
  }
}
