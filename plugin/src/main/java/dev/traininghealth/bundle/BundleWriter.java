package dev.traininghealth.bundle;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.guard.BackgroundWorker;
import dev.traininghealth.guard.Guard;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.guard.MemoryBudget.Use;
import dev.traininghealth.measure.NetworkMeter;
import dev.traininghealth.network.Minibatch;
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
 * Writes failing iterations to a folder.
 *
 * <p>The training thread copies the iteration, before the update if possible. A daemon thread does
 * the rest. A failure is logged once as a warning and never affects training.
 *
 * @hidden
 */
public final class BundleWriter {
  private static final Logger log = LoggerFactory.getLogger(BundleWriter.class);

  /**
   * Maximum number of copies that wait to be written. While it is reached, no iteration is copied.
   */
  private static final int MAX_QUEUED = 2;

  private final Path folder;
  private final MemoryBudget memory;
  private final List<Diagnosis> startedDiagnoses = new ArrayList<>();
  private final BackgroundWorker worker =
      new BackgroundWorker("training-health-bundles", MAX_QUEUED);
  private int remainingBundles;
  private long latestId = -1;
  private final Guard guard;

  /**
   * Creates a writer, which writes nothing yet.
   *
   * @param folder the folder of the files
   * @param max maximum number of files
   * @param memory is asked for the memory of each copy
   */
  public BundleWriter(Path folder, int max, MemoryBudget memory) {
    this.folder = folder;
    this.memory = memory;
    guard =
        Guard.retrying(
            "Writing a failure bundle to " + folder, "the iteration cannot be replayed from it");
    remainingBundles = max;
  }

  /**
   * Remembers a diagnosis that starts now, if it is one to write a bundle for.
   *
   * @param diagnosis a diagnosis that started or changed
   */
  public void diagnosed(Diagnosis diagnosis) {
    if (diagnosis.id() <= latestId) {
      return; // an update of a known diagnosis
    }
    latestId = diagnosis.id();
    if (diagnosis.problem().is(ProblemFamily.NON_FINITE) || diagnosis.origin() != null) {
      startedDiagnoses.add(diagnosis);
    }
  }

  /**
   * Copies the iteration if a diagnosis to write a bundle for has just started.
   *
   * <p>Must be called by the training thread, outside of workspaces.
   *
   * @param model the network
   * @param meter provides the minibatch and the random generator's state
   * @param afterUpdate whether the update has been applied
   */
  public void capture(Model model, NetworkMeter meter, boolean afterUpdate) {
    if (startedDiagnoses.isEmpty()) {
      return;
    }
    try {
      if (remainingBundles > 0 && worker.hasRoom()) {
        Minibatch minibatch = meter.minibatch(model);
        long bytes = CapturedIteration.bytes(model, minibatch);
        if (memory.take(Use.FAILURE_BUNDLES, bytes)) {
          submit(capture(model, meter, minibatch, afterUpdate, bytes), bytes);
        }
      }
    } catch (Throwable e) {
      guard.failed(e);
    } finally {
      startedDiagnoses.clear();
    }
  }

  private CapturedIteration capture(
      Model model, NetworkMeter meter, Minibatch minibatch, boolean afterUpdate, long bytes) {
    try {
      return CapturedIteration.of(
          model, minibatch, meter.generatorBefore(), afterUpdate, startedDiagnoses);
    } catch (Throwable e) {
      memory.giveBack(Use.FAILURE_BUNDLES, bytes);
      throw e;
    }
  }

  private void submit(CapturedIteration captured, long bytes) {
    UnfinishedBundles.add(this);
    if (worker.submit(() -> write(captured, bytes))) {
      remainingBundles--;
    } else {
      release(captured, bytes);
    }
  }

  private void write(CapturedIteration captured, long bytes) {
    Path part = null;
    try {
      Files.createDirectories(folder);
      part = Files.createTempFile(folder, "unfinished-", ".part");
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
        BundleFormat.write(captured, out);
      }
      Path file = move(part, captured.iteration());
      log.info("Iteration {} can be replayed from {}", captured.iteration(), file);
    } catch (Throwable e) {
      guard.failed(e);
      delete(part);
    } finally {
      release(captured, bytes);
    }
  }

  private void release(CapturedIteration captured, long bytes) {
    memory.giveBack(Use.FAILURE_BUNDLES, bytes);
    try {
      captured.release();
    } catch (Throwable e) {
      guard.failed(e);
    }
  }

  /** Gives the finished file a name that no other bundle has. */
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

  /**
   * Waits until all captured iterations are written.
   *
   * @param maxWait the longest wait
   */
  public void flush(Duration maxWait) {
    if (!worker.flush(maxWait)) {
      log.warn(
          "A failure bundle is still being written to {}. If the program ends now, only an"
              + " unfinished .part file is left of it.",
          folder);
    }
  }

  /**
   * Waits until all captured iterations are written, then ends the thread.
   *
   * @param maxWait the longest wait
   */
  public void close(Duration maxWait) {
    flush(maxWait);
    worker.shutdown();
  }
}
