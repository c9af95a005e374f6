package dev.traininghealth.samples.corpus;

import dev.traininghealth.samples.corpus.RunResult.Outcome;
import java.util.DoubleSummaryStatistics;
import java.util.List;

/**
 * Compares protected runs with unprotected ones of the same case and seed.
 *
 * @param runs of both modes
 */
record SeedComparison(List<RunResult> runs) {
  private static final double ONE_POINT = 0.01;
  private static final double SHARE_OF_SCORE = 0.05;

  /** Whether there are runs of both modes. */
  boolean hasBoth() {
    return !of(WatchMode.OBSERVING).isEmpty() && !of(WatchMode.PROTECTING).isEmpty();
  }

  List<RunResult> of(WatchMode mode) {
    return runs.stream().filter(r -> r.mode() == mode).toList();
  }

  RunResult unprotected(RunResult run) {
    return of(WatchMode.OBSERVING).stream()
        .filter(r -> r.faultCase().id().equals(run.faultCase().id()) && r.seed() == run.seed())
        .findFirst()
        .orElseThrow();
  }

  /** Whether the run is not worse, and bit-identical if there was no change. */
  boolean isUnharmed(RunResult run) {
    RunResult alone = unprotected(run);
    boolean same = run.training().iterations() == alone.training().iterations();
    if (run.isUntouched() && same) {
      return run.outcome().fingerprint() == alone.outcome().fingerprint();
    }
    return !isWorse(run);
  }

  /**
   * Whether the protected result is worse than the unprotected one by more than a tolerance. The
   * tolerance is the larger of the spread of the unprotected seeds and one point of accuracy or 5 %
   * of the score. No result is worse than a lost unprotected one, and a lost one is worse than any
   * other. Lost seeds are not part of the spread. A run without a change that made another number
   * of iterations in the same time is not compared: it is the unprotected one, at another point.
   */
  boolean isWorse(RunResult run) {
    if (isAtAnotherPoint(run)) {
      return false;
    }
    Outcome alone = unprotected(run).outcome();
    boolean accuracy = alone.testAccuracy() != null;
    double reference = value(alone, accuracy);
    double value = value(run.outcome(), accuracy);
    if (Double.isNaN(reference) || Double.isNaN(value)) {
      return !Double.isNaN(reference);
    }
    DoubleSummaryStatistics seeds =
        of(WatchMode.OBSERVING).stream()
            .filter(r -> r.faultCase().id().equals(run.faultCase().id()))
            .mapToDouble(r -> value(r.outcome(), accuracy))
            .filter(Double::isFinite)
            .summaryStatistics();
    double minDifference = accuracy ? ONE_POINT : SHARE_OF_SCORE * Math.abs(reference);
    return value < reference - Math.max(minDifference, seeds.getMax() - seeds.getMin());
  }

  /** Whether a run without a change has made another number of iterations. */
  boolean isAtAnotherPoint(RunResult run) {
    return run.isUntouched()
        && run.training().iterations() != unprotected(run).training().iterations();
  }

  /** The result, of which larger is better; NaN for a lost network. */
  private static double value(Outcome outcome, boolean accuracy) {
    Double found = outcome.testAccuracy();
    double value = accuracy ? (found == null ? Double.NaN : found) : -outcome.trainScore();
    return outcome.finite() && Double.isFinite(value) ? value : Double.NaN;
  }
}
