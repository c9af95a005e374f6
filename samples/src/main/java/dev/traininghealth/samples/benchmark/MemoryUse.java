package dev.traininghealth.samples.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Memory of this process after garbage collection, in bytes.
 *
 * @param networks number of networks trained so far
 * @param resident resident memory by the operating system, including freed memory that the C
 *     library keeps
 * @param residentBefore the same before garbage collection
 * @param peak its maximum; -1 if the operating system does not report it
 * @param pointers memory that JavaCPP counts as allocated, without ND4J's arrays
 * @param workspaces number of workspaces of the training thread
 * @param workspaceBytes their memory
 * @param heap used Java heap
 * @param threads number of live threads
 */
record MemoryUse(
    int networks,
    long resident,
    long residentBefore,
    long peak,
    long pointers,
    int workspaces,
    long workspaceBytes,
    long heap,
    int threads) {
  private static final Path STATUS = Path.of("/proc/self/status");

  /** Number of collections; in between, ND4J frees memory on its own threads. */
  private static final int COLLECTIONS = 4;

  private static final int PAUSE_MILLIS = 200;

  /** Reads the figures; must be called by the training thread. */
  static MemoryUse now(int networks) throws IOException, InterruptedException {
    long before = residentBytes();
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
    List<String> ids = Nd4j.getWorkspaceManager().getAllWorkspacesIdsForCurrentThread();
    long inWorkspaces = 0;
    for (String id : ids) {
      MemoryWorkspace workspace = Nd4j.getWorkspaceManager().getWorkspaceForCurrentThread(id);
      inWorkspaces += workspace.getCurrentSize();
    }
    Runtime runtime = Runtime.getRuntime();
    return new MemoryUse(
        networks,
        residentBytes(),
        before,
        status("VmHWM"),
        Pointer.totalBytes(),
        ids.size(),
        inWorkspaces,
        runtime.totalMemory() - runtime.freeMemory(),
        Thread.activeCount());
  }

  private static long residentBytes() throws IOException {
    long resident = status("VmRSS");
    return resident < 0 ? Pointer.physicalBytes() : resident;
  }

  /** A figure that Linux reports for the process, in bytes; -1 elsewhere. */
  private static long status(String key) throws IOException {
    if (Files.isReadable(STATUS)) {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(key + ":")) {
          return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
    }
    return -1;
  }

  /** A line for the console. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%4d networks: resident %5d MB (%d before the collector, peak %d), JavaCPP %d MB,"
            + " %d workspaces of %d kB, heap %d MB, %d threads",
        networks,
        resident >> 20,
        residentBefore >> 20,
        peak >> 20,
        pointers >> 20,
        workspaces,
        workspaceBytes >> 10,
        heap >> 20,
        threads);
  }
}
