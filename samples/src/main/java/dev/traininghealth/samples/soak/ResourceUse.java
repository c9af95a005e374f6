package dev.traininghealth.samples.soak;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.memory.AllocationsTracker;
import org.nd4j.linalg.api.memory.enums.AllocationKind;

/**
 * What the process uses after a part of a run. All sizes are in bytes.
 *
 * @param iteration iterations so far
 * @param process number of the process that trains, 1 at first; each resumed run has its own
 * @param heap used Java heap after garbage collection
 * @param resident resident memory of the process, as JavaCPP reads it
 * @param pointers memory that JavaCPP counts as allocated; ND4J's arrays are not in it
 * @param workspaces memory that ND4J counts as allocated, for workspaces and constants
 * @param threads live threads
 * @param handles open file handles; -1 if the operating system does not report them
 * @param storage size of the storage's files
 * @param listenerMicros time of the listener per iteration since the row before, on any thread,
 *     including snapshots and trials, microseconds
 * @param interventions interventions so far, in all processes
 */
record ResourceUse(
    int iteration,
    int process,
    long heap,
    long resident,
    long pointers,
    long workspaces,
    int threads,
    long handles,
    long storage,
    double listenerMicros,
    long interventions) {

  /** Number of collections; in between, ND4J frees memory on its own threads. */
  private static final int COLLECTIONS = 4;

  private static final int PAUSE_MILLIS = 100;

  /**
   * Reads the figures of this process.
   *
   * @param storage folder with the storage's files
   */
  static ResourceUse now(
      int iteration, int process, Path storage, double listenerMicros, long interventions)
      throws IOException, InterruptedException {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
    Runtime runtime = Runtime.getRuntime();
    return new ResourceUse(
        iteration,
        process,
        runtime.totalMemory() - runtime.freeMemory(),
        Pointer.physicalBytes(),
        Pointer.totalBytes(),
        trackedBytes(),
        ManagementFactory.getThreadMXBean().getThreadCount(),
        openHandles(),
        folderBytes(storage),
        listenerMicros,
        interventions);
  }

  private static long trackedBytes() {
    return Arrays.stream(AllocationKind.values())
        .mapToLong(kind -> AllocationsTracker.getInstance().bytesOnDevice(kind, 0))
        .sum();
  }

  private static long openHandles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : -1;
  }

  private static long folderBytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .mapToLong(
              file -> {
                try {
                  return Files.size(file);
                } catch (IOException e) { // the storage may have deleted it since
                  return 0;
                }
              })
          .sum();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
