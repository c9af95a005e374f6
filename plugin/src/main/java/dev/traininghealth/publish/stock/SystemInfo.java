package dev.traininghealth.publish.stock;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.core.util.UIDProvider;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsInitializationReport;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;
import org.nd4j.linalg.api.buffer.util.DataTypeUtil;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data of DL4J's System page: software and hardware once, memory and garbage collection
 * repeatedly. Values that cannot be read are left empty.
 */
final class SystemInfo {
  private static final Logger log = LoggerFactory.getLogger(SystemInfo.class);

  private final List<GarbageCollectorMXBean> collectors =
      ManagementFactory.getGarbageCollectorMXBeans();
  private final String[] collectorNames =
      collectors.stream().map(GarbageCollectorMXBean::getName).toArray(String[]::new);
  private final long[] collections = new long[collectors.size()];
  private final long[] collectionMillis = new long[collectors.size()];

  /** Number of GPUs; 0 with the CPU backend. */
  private int devices;

  /** Fills in the constant values. */
  void describe(SbeStatsInitializationReport report) {
    Runtime runtime = Runtime.getRuntime();
    report.reportSoftwareInfo(
        System.getProperty("os.arch", ""),
        System.getProperty("os.name", ""),
        System.getProperty("java.vm.name", ""),
        System.getProperty("java.version", ""),
        System.getProperty("java.specification.version", ""),
        orElse("", "the backend", () -> Nd4j.getNDArrayFactory().getClass().getName()),
        orElse("", "the data type", () -> DataTypeUtil.getDtypeFromContext().name()),
        hostName(),
        orElse("", "the JVM's id", UIDProvider::getJVMUID),
        orElse(Map.of(), "the backend's environment", SystemInfo::environment));
    devices = orElse(0, "the number of devices", () -> nativeOps().getAvailableDevices());
    long[] memory = new long[devices];
    String[] names = new String[devices];
    for (int i = 0; i < devices; i++) {
      int device = i;
      memory[i] = orElse(0L, "device memory", () -> nativeOps().getDeviceTotalMemory(device));
      names[i] = orElse("", "a device's name", () -> nativeOps().getDeviceName(device));
    }
    report.reportHardwareInfo(
        runtime.availableProcessors(),
        devices,
        runtime.maxMemory(),
        orElse(0L, "off-heap memory", Pointer::maxBytes),
        devices == 0 ? null : memory,
        devices == 0 ? null : names,
        orElse("", "the hardware's id", UIDProvider::getHardwareUID));
  }

  /**
   * Reads the memory in use and the garbage collections since the last call.
   *
   * @return writes them into a report
   */
  Consumer<SbeStatsReport> memory() {
    Runtime runtime = Runtime.getRuntime();
    long[] used = new long[devices];
    long[] totalMemory = new long[devices];
    for (int i = 0; i < devices; i++) {
      int device = i;
      totalMemory[i] = orElse(0L, "device memory", () -> nativeOps().getDeviceTotalMemory(device));
      used[i] =
          totalMemory[i]
              - orElse(0L, "device memory", () -> nativeOps().getDeviceFreeMemory(device));
    }
    int[] counts = new int[collectorNames.length];
    int[] millis = new int[collectorNames.length];
    for (int i = 0; i < counts.length; i++) {
      GarbageCollectorMXBean collector = collectors.get(i);
      counts[i] = (int) (collector.getCollectionCount() - collections[i]);
      millis[i] = (int) (collector.getCollectionTime() - collectionMillis[i]);
      collections[i] += counts[i];
      collectionMillis[i] += millis[i];
    }
    long heap = runtime.totalMemory();
    long heapMost = runtime.maxMemory();
    long offHeap = orElse(0L, "off-heap memory", Pointer::totalBytes);
    long offHeapMost = orElse(0L, "off-heap memory", Pointer::maxBytes);
    return report -> {
      report.reportMemoryUse(
          heap,
          heapMost,
          offHeap,
          offHeapMost,
          used.length == 0 ? null : used,
          totalMemory.length == 0 ? null : totalMemory);
      for (int i = 0; i < counts.length; i++) {
        report.reportGarbageCollection(collectorNames[i], counts[i], millis[i]);
      }
    };
  }

  /** A value from an external source, or a default if reading it fails. */
  static <T> T orElse(T otherwise, String what, Supplier<T> supplier) {
    try {
      T value = supplier.get();
      return value == null ? otherwise : value;
    } catch (RuntimeException | LinkageError e) {
      log.debug("DL4J's pages will not show {}.", what, e);
      return otherwise;
    }
  }

  private static NativeOps nativeOps() {
    return NativeOpsHolder.getInstance().getDeviceNativeOps();
  }

  private static Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    Nd4j.getExecutioner()
        .getEnvironmentInformation()
        .forEach((key, value) -> environment.put(key.toString(), String.valueOf(value)));
    return environment;
  }

  /** The name of this computer; unlike DL4J, no process is started for it. */
  private static String hostName() {
    for (String variable : List.of("COMPUTERNAME", "HOSTNAME")) {
      String name = System.getenv(variable);
      if (name != null && !name.isEmpty()) {
        return name;
      }
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      log.debug("DL4J's pages will not show the host's name.", e);
      return "";
    }
  }
}
