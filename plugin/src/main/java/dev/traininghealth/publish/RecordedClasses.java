package dev.traininghealth.publish;

import dev.traininghealth.numbers.ClassResults;
import dev.traininghealth.record.RunRecord.ClassScore;
import dev.traininghealth.record.RunRecord.ClassScores;
import dev.traininghealth.record.RunRecord.EpochScores;
import java.util.ArrayList;
import java.util.List;

/**
 * The results of a classifier on validation data, for the run's record. Of many epochs, every
 * second, fourth, eighth and so on is kept, and the newest, so that the record stays small. It is
 * put again when the number of epochs has grown by {@value #GROWTH_SHARE} of it, and at the end: a
 * run of a thousand epochs puts it about a hundred times.
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
  private final List<EpochScores> epochs = new ArrayList<>();
  private double seconds;

  /** Number of results so far; the first has number 0. */
  private long added;

  /** Of the results before the newest, those are kept whose number is a multiple of it. */
  private long stride = 1;

  /** Number of results when they were put last. */
  private long put;

  private boolean putNext;
  private ClassScores latest = ClassScores.NONE;

  /** Adds the results of an epoch. */
  synchronized void add(int epoch, long iteration, ClassResults results) {
    if (!names.equals(results.names())) {
      names = results.names();
      epochs.clear();
      added = 0;
      put = 0;
      stride = 1;
    }
    seconds = results.seconds();
    if (!epochs.isEmpty() && (added - 1) % stride != 0) {
      epochs.remove(epochs.size() - 1);
    }
    List<ClassScore> scores =
        results.classes().stream()
            .map(
                c ->
                    new ClassScore(
                        rounded(c.precision()), rounded(c.recall()), rounded(c.f1()), c.examples()))
            .toList();
    epochs.add(new EpochScores(epoch, iteration, scores));
    added++;
    if (epochs.size()
        > Math.max(2, Math.min(MAX_EPOCHS, MAX_RESULTS / Math.max(1, names.size())))) {
      thin();
    }
    latest = new ClassScores(names, epochs, seconds);
  }

  private static double rounded(double share) {
    return Math.rint(share * ROUNDING) / ROUNDING;
  }

  /** Keeps every second of the kept ones, and the newest. */
  private void thin() {
    EpochScores newest = epochs.get(epochs.size() - 1);
    List<EpochScores> kept = new ArrayList<>();
    for (int i = 0; i < epochs.size(); i += 2) {
      kept.add(epochs.get(i));
    }
    stride *= 2;
    if (epochs.size() % 2 == 0) { // every second one is not the last
      kept.add(newest);
    }
    epochs.clear();
    epochs.addAll(kept);
  }

  /** Puts the latest results at the next opportunity. */
  synchronized void putNext() {
    putNext = true;
  }

  /** Whether the storage should get the latest results. */
  synchronized boolean isDue() {
    return added > put && (putNext || added >= put + Math.max(1, GROWTH_SHARE * put));
  }

  synchronized ClassScores latest() {
    return latest;
  }

  /** Notes that the storage has these results. */
  @SuppressWarnings("ReferenceEquality") // whether they are still the latest, not equal to them
  synchronized void stored(ClassScores scores) {
    if (scores == latest) {
      put = added;
      putNext = false;
    }
  }
}
