package dev.traininghealth.report;

import dev.traininghealth.compare.RunComparison;
import dev.traininghealth.lines.JsonLinesFile;
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
 * Reports on a file that a program is still writing to, each finding once, until the run has ended.
 *
 * <p>DL4J locks the file of a {@code FileStatsStorage} for other writers as long as it has it open.
 * It commits each record to the file itself, so that a copy which was made while nothing was
 * written has all records so far. No program keeps a file of JSON lines open: there, the last line
 * of each worker says that it has ended.
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

  /** Numbers of the lines that a warning has named, which each reading finds again. */
  private final Set<Integer> cutLines = new HashSet<>();

  private @Nullable State read;

  /** Reads the file and compares it, if that was requested. */
  public interface Reading {
    /**
     * Reads the file.
     *
     * @param file its records
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

  /** What shows that a file has been written to. */
  private record State(FileTime modified, long bytes) {
    static State of(Path file) throws IOException {
      return new State(Files.getLastModifiedTime(file), Files.size(file));
    }
  }

  private record Started(String worker, long run, long id) {}

  private record Resolved(String worker, long run, long id) {}

  private record Departed(String worker) {}

  /**
   * Prepares a watch.
   *
   * @param file the file of a {@code FileStatsStorage} or of JSON lines
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
   * Reports until the run has ended, or the thread is interrupted.
   *
   * @return the last report
   * @throws ReportException if the file does not exist, has nothing to report on at its end, or is
   *     one of JSON lines with a broken line
   * @throws IOException if it cannot be copied
   */
  public SessionReport run() throws ReportException, IOException {
    boolean isLines = Files.isRegularFile(file) && JsonLinesFile.isOne(file);
    while (true) {
      SessionReport last = isLines ? readLines() : readStorage();
      if (last != null) {
        return last;
      }
      try {
        pause.await();
      } catch (InterruptedException e) {
        last = read();
        Thread.currentThread().interrupt();
        return last;
      }
    }
  }

  /** Reads the file if it has changed; returns the last report if no program has it open. */
  private @Nullable SessionReport readStorage() throws ReportException, IOException {
    if (!isInUse()) {
      return read();
    }
    if (!State.of(file).equals(read)) {
      try {
        read();
      } catch (ReportException e) {
        // Nothing is recorded yet, or it is being written; it is read again.
        read = null;
      }
    }
    return null;
  }

  /** Reads the lines if there are more; returns the last report if the session has ended. */
  private @Nullable SessionReport readLines() throws ReportException, IOException {
    State present = State.of(file);
    if (present.equals(read)) {
      return null;
    }
    read = present;
    try (StorageFile lines = StorageFile.open(file, cutLines)) {
      try {
        SessionReport report = report(lines);
        return lines.running().contains(report.session()) ? null : report;
      } catch (ReportException e) {
        boolean isEmpty = lines.storage().listSessionIDs().isEmpty();
        if (lines.running().isEmpty() && !isEmpty) {
          throw e;
        }
        return null; // the first line is being written, or the session has not begun
      }
    }
  }

  private SessionReport read() throws ReportException, IOException {
    State present = Files.isRegularFile(file) ? State.of(file) : null;
    try (StorageFile opened = StorageFile.open(file, cutLines)) {
      SessionReport report = report(opened);
      read = present;
      return report;
    }
  }

  private SessionReport report(StorageFile opened) throws ReportException, IOException {
    SessionReport report = reading.of(opened);
    report.workers().forEach(this::worker);
    out.flush();
    return report;
  }

  /**
   * Whether a program has the storage's file open. Where it has not, the lock is held for an
   * instant; the watch ends then, so that it is taken once at most.
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
