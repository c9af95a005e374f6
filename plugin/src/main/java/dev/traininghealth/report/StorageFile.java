package dev.traininghealth.report;

import dev.traininghealth.lines.JsonLinesFile;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.jspecify.annotations.Nullable;

/**
 * A file of records: of a {@code FileStatsStorage}, or of JSON lines. The former is opened as a
 * copy, because DL4J opens such a file for writing, and creates one that does not exist.
 *
 * @hidden
 */
public final class StorageFile implements AutoCloseable {
  /**
   * Time without a write after which a commit has ended, milliseconds. File systems keep times of
   * modification to ten milliseconds or better.
   */
  private static final long QUIET_MILLIS = 50;

  /** A program that commits once a second leaves nine attempts in ten undisturbed. */
  private static final int MAX_ATTEMPTS = 20;

  private final @Nullable Path folder;
  private final StatsStorage storage;

  /** Sessions that have not ended, as far as the file says so; empty if it says nothing of it. */
  private final Set<String> running;

  private StorageFile(@Nullable Path folder, StatsStorage storage, Set<String> running) {
    this.folder = folder;
    this.storage = storage;
    this.running = running;
  }

  /**
   * Opens a file.
   *
   * @param file the file that was given to {@code FileStatsStorage}, or of JSON lines
   * @return its records, which must be closed
   * @throws ReportException if it does not exist, or is no such file
   * @throws IOException if it cannot be copied
   */
  public static StorageFile open(Path file) throws ReportException, IOException {
    return open(file, new HashSet<>());
  }

  /**
   * Opens a file that is opened again and again.
   *
   * @param cut numbers of cut lines that a warning has named; found ones are added
   */
  static StorageFile open(Path file, Set<Integer> cut) throws ReportException, IOException {
    if (!Files.isRegularFile(file)) {
      throw new ReportException("There is no file " + file);
    }
    if (JsonLinesFile.isOne(file)) {
      JsonLinesFile.Contents lines = lines(file, cut);
      return new StorageFile(null, lines.storage(), lines.running());
    }
    Path folder = Files.createTempDirectory("health-report");
    boolean opened = false;
    try {
      Path copy = folder.resolve("records");
      copy(file, copy);
      StorageFile result = new StorageFile(folder, storage(file, copy), Set.of());
      opened = true;
      return result;
    } finally {
      if (!opened) {
        delete(folder);
      }
    }
  }

  private static JsonLinesFile.Contents lines(Path file, Set<Integer> cut)
      throws ReportException, IOException {
    try {
      return JsonLinesFile.read(file, cut);
    } catch (InvalidObjectException e) {
      throw new ReportException(
          "The file " + file + " is not one of JSON lines: " + e.getMessage(), e);
    }
  }

  /**
   * Copies a file that a program may be writing to: a copy counts if nothing was written from its
   * begin until some time after its end. A commit writes without a pause.
   */
  private static void copy(Path file, Path copy) throws ReportException, IOException {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      FileTime before = Files.getLastModifiedTime(file);
      Files.copy(
          file, copy, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
      boolean isRecent = System.currentTimeMillis() - before.toMillis() < QUIET_MILLIS;
      if (isRecent) {
        pause();
      }
      if (Files.getLastModifiedTime(file).equals(before)) {
        return;
      }
    }
    throw new ReportException("The file " + file + " is written to all the time");
  }

  private static void pause() throws ReportException {
    try {
      Thread.sleep(QUIET_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ReportException("Interrupted while the file was copied", e);
    }
  }

  private static StatsStorage storage(Path file, Path copy) throws ReportException {
    try {
      return new FileStatsStorage(copy.toFile());
    } catch (RuntimeException e) { // MapDB has many
      throw new ReportException(
          "The file "
              + file
              + " is not one of a FileStatsStorage, or its program did not close it: "
              + e.getMessage(),
          e);
    }
  }

  /** {@return the storage} */
  public StatsStorage storage() {
    return storage;
  }

  /** {@return the sessions of JSON lines that have not ended; empty for another file} */
  Set<String> running() {
    return running;
  }

  @Override
  public void close() throws IOException {
    storage.close();
    if (folder != null) {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> files = Files.walk(folder)) {
      deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }
}
