package dev.traininghealth.bundle;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.guard.BackgroundWorker;
import dev.traininghealth.guard.Guard;
import dev.traininghealth.measure.NetworkMeter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes failing iterations to a folder: copies are made by the thread that trains, before the
 * update, and all else is done by a daemon thread. What fails is warned about once and never hurts
 * the training.
 *
 * @hidden
 */
public final class BundleWriter {
  private static final Logger log = LoggerFactory.getLogger(BundleWriter.class);

  /** Copies that wait to be written; while there are so many, no more are made. */
  private static final int MAX_QUEUED = 2;

  private final Path folder;
  private final List<Diagnosis> starting = new ArrayList<>();
  private final BackgroundWorker worker =
      new BackgroundWorker("training-health-bundles", MAX_QUEUED);
  private int left;
  private long latestId = -1;
  private final Guard guard;

  /**
   * Creates a writer; nothing is written yet.
   *
   * @param folder where the files go
   * @param most how many of them
   */
  public BundleWriter(Path folder, int most) {
    this.folder = folder;
    guard =
        Guard.retrying(
            "Writing a failure bundle to " + folder, "an iteration cannot be run again from it");
    left = most;
  }

  /** Takes note of a diagnosis that starts now, if it is one to write a bundle for. */
  public void diagnosed(Diagnosis diagnosis) {
    if (diagnosis.id() <= latestId) {
      return; // known, and told again
    }
    latestId = diagnosis.id();
    if (diagnosis.problem().is(ProblemFamily.NON_FINITE) || diagnosis.origin() != null) {
      starting.add(diagnosis);
    }
  }

  /**
   * Copies the iteration if a diagnosis to write a bundle for has just started; to be called by the
   * thread that trains, outside of workspaces.
   *
   * @param updated whether the update has been applied
   */
  public void capture(Model model, NetworkMeter meter, boolean updated) {
    if (starting.isEmpty()) {
      return;
    }
    try {
      if (left > 0 && worker.hasRoom()) {
        CapturedIteration captured =
            CapturedIteration.of(
                model, meter.minibatch(model), meter.generatorBefore(), updated, starting);
        if (worker.submit(() -> write(captured))) {
          left--;
        } else {
          release(captured);
        }
      }
    } catch (Throwable e) {
      guard.failed(e);
    } finally {
      starting.clear();
    }
  }

  private void write(CapturedIteration captured) {
    Path part = null;
    try {
      Files.createDirectories(folder);
      part = Files.createTempFile(folder, "unfinished-", ".part");
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
        BundleFormat.write(captured, out);
      }
      Path file = move(part, captured.iteration());
      log.info("Iteration {} can be run again from {}", captured.iteration(), file);
    } catch (Throwable e) {
      guard.failed(e);
      delete(part);
    } finally {
      release(captured);
    }
  }

  private void release(CapturedIteration captured) {
    try {
      captured.release();
    } catch (Throwable e) {
      guard.failed(e);
    }
  }

  /** Gives the file its name, one that no other bundle has. */
  private Path move(Path part, long iteration) throws IOException {
    String name = String.format(Locale.ROOT, "iteration-%06d", iteration);
    Path file = folder.resolve(name + ".zip");
    for (int i = 2; Files.exists(file); i++) {
      file = folder.resolve(name + "-" + i + ".zip");
    }
    try {
      return Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      return Files.move(part, file);
    }
  }

  private static void delete(@Nullable Path part) {
    try {
      if (part != null) {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      log.debug("{} cannot be deleted", part, e);
    }
  }

  /** Waits until all is written that was captured before, or so long. */
  public void flush(Duration mostWait) {
    if (!worker.flush(mostWait)) {
      log.warn("A failure bundle is still being written to {}", folder);
    }
  }

  /** Ends the thread, once all is written, or after so long. */
  public void close(Duration mostWait) {
    flush(mostWait);
    worker.shutdown();
  }
}
