package dev.traininghealth.report;

import dev.traininghealth.compare.RunComparison;
import dev.traininghealth.read.Diagnoses.Shown;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reports on a file that a program is still writing to, each finding once, until no program has it
 * open any more.
 *
 * <p>DL4J locks such a file for other writers. It commits each record to the file itself, so that a
 * copy which was made while nothing was written has all records so far.
 *
 * @hidden
 */
public final class FileWatch {
  /** Time between two readings, milliseconds: the recorder puts records once a second. */
  public static final long PAUSE_MILLIS = 2_000;

  private final Path file;
  private final Reading reading;
  private final Pause pause;
  private final PrintStream out;
  private final boolean json;
  private final Set<Object> reported = new HashSet<>();
  private @Nullable FileTime read;

  /** Reads the file and compares it, if that was requested. */
  public interface Reading {
    /**
     * Reads the file.
     *
     * @param file a copy of it
     * @return the report
     * @throws ReportException if there is nothing to report on
     * @throws IOException if a file cannot be read
     */
    SessionReport of(StorageFile file) throws ReportException, IOException;
  }

  /** Waits between two readings. */
  public interface Pause {
    /**
     * Waits.
     *
     * @throws InterruptedException if the watch is to end
     */
    void await() throws InterruptedException;
  }

  private record Started(String worker, long run, long id) {}

  private record Resolved(String worker, long run, long id) {}

  private record Departed(String worker) {}

  /**
   * Prepares a watch.
   *
   * @param file the file of a {@code FileStatsStorage}
   * @param reading makes a report
   * @param pause waits between two readings
   * @param out the stream for the findings
   * @param json whether each is written as a JSON object in a line of its own, instead of as text
   */
  public FileWatch(Path file, Reading reading, Pause pause, PrintStream out, boolean json) {
    this.file = file;
    this.reading = reading;
    this.pause = pause;
    this.out = out;
    this.json = json;
  }

  /**
   * Reports until no program has the file open any more, or the thread is interrupted.
   *
   * @return the last report
   * @throws ReportException if the file does not exist, or has nothing to report on at its end
   * @throws IOException if it cannot be copied
   */
  public SessionReport run() throws ReportException, IOException {
    while (true) {
      if (!isInUse()) {
        return read();
      }
      if (!Files.getLastModifiedTime(file).equals(read)) {
        try {
          read();
        } catch (ReportException e) {
          // Nothing is recorded yet, or it is being written; it is read again.
          read = null;
        }
      }
      try {
        pause.await();
      } catch (InterruptedException e) {
        SessionReport last = read();
        Thread.currentThread().interrupt();
        return last;
      }
    }
  }

  private SessionReport read() throws ReportException, IOException {
    FileTime modified =
        Files.isRegularFile(file) ? Files.getLastModifiedTime(file) : FileTime.fromMillis(0);
    try (StorageFile copy = StorageFile.open(file)) {
      SessionReport report = reading.of(copy);
      report.workers().forEach(this::worker);
      out.flush();
      read = modified;
      return report;
    }
  }

  /**
   * Whether a program has the file open. Where it has not, the lock is held for an instant; the
   * watch ends then, so that it is taken once at most.
   */
  private boolean isInUse() throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return lock == null;
    } catch (OverlappingFileLockException e) { // by this JVM
      return true;
    }
  }

  private void worker(WorkerReport worker) {
    for (Shown shown : worker.found()) {
      long run = shown.diagnosis().run();
      long id = shown.diagnosis().id();
      boolean isNew = reported.add(new Started(worker.worker(), run, id));
      boolean isResolved =
          shown.isResolved() && reported.add(new Resolved(worker.worker(), run, id));
      if (isNew || isResolved) {
        out.print(
            json
                ? JsonReport.finding(worker.worker(), shown)
                : isNew ? TextReport.finding(shown) : TextReport.resolved(shown));
      }
    }
    RunComparison comparison = worker.comparison();
    if (comparison != null && comparison.departs() && reported.add(new Departed(worker.worker()))) {
      out.print(
          json
              ? JsonReport.departure(worker.worker(), comparison)
              : TextReport.departure(comparison));
    }
  }
}
