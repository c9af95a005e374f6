package dev.traininghealth.publish;

import dev.traininghealth.numbers.ClassResults;
import dev.traininghealth.record.RunRecord.ClassScore;
import dev.traininghealth.record.RunRecord.ClassScores;
import dev.traininghealth.record.RunRecord.EpochScores;
import java.util.List;

/**
 * The results of a classifier on validation data, for the run's record. Of many epochs, a {@link
 * ThinnedHistory} keeps some. The record is put again when the number of epochs has grown by
 * {@value #GROWTH_SHARE} of it, and at the end: a run of a thousand epochs puts it about a hundred
 * times.
 *
 * <p>Thread-safe: the training thread adds, the recorder's thread puts.
 */
final class RecordedClasses {
  /** Most results that are kept, epochs times classes: 80 kB of the record. */
  static final int MAX_RESULTS = 2000;

  /** Most epochs that are kept of few classes: more than a chart has places for. */
  static final int MAX_EPOCHS = 200;

  /** Shares are rounded to four digits, which distinguish one example of ten thousand. */
  private static final double ROUNDING = 1e4;

  /** Growth of the number of epochs after which they are put; readers are at most that far back. */
  private static final double GROWTH_SHARE = 0.05;

  private List<String> names = List.of();
  private final ThinnedHistory<EpochScores> epochs = new ThinnedHistory<>(GROWTH_SHARE);
  private double seconds;

  private ClassScores latest = ClassScores.NONE;

  /** Adds the results of an epoch. */
  synchronized void add(int epoch, long iteration, ClassResults results) {
    if (!names.equals(results.names())) {
      names = results.names();
      epochs.clear();
    }
    seconds = results.seconds();
    List<ClassScore> scores =
        results.classes().stream()
            .map(
                c ->
                    new ClassScore(
                        rounded(c.precision()), rounded(c.recall()), rounded(c.f1()), c.examples()))
            .toList();
    int max = Math.min(MAX_EPOCHS, MAX_RESULTS / Math.max(1, names.size()));
    epochs.add(new EpochScores(epoch, iteration, scores), Math.max(2, max));
    latest = new ClassScores(names, epochs.kept(), seconds);
  }

  private static double rounded(double share) {
    return Math.rint(share * ROUNDING) / ROUNDING;
  }

  /** Puts the latest results at the next opportunity. */
  synchronized void putNext() {
    epochs.putNext();
  }

  /** Whether the storage should get the latest results. */
  synchronized boolean isDue() {
    return epochs.isDue();
  }

  synchronized ClassScores latest() {
    return latest;
  }

  /** Notes that the storage has these results. */
  @SuppressWarnings("ReferenceEquality") // whether they are still the latest, not equal to them
  synchronized void stored(ClassScores scores) {
    if (scores == latest) {
      epochs.stored(epochs.added());
    }
  }
}
