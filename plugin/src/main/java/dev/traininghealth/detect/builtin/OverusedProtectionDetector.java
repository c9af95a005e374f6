package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.OverusedProtectionRemedies;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;

/**
 * Detects protection so frequent that it hides a problem.
 *
 * <ul>
 *   <li><b>Clipping</b>: more than {@value #MAX_CLIPPED} of the last {@value #WINDOW_ITERATIONS}
 *       gradients were clipped by a rule that only clips on alarm.
 *   <li><b>Skipping</b>: more than {@value #MAX_CONSECUTIVE_SKIPS} consecutive steps, or {@value
 *       #MAX_SKIPPED} of the last {@value #WINDOW_ITERATIONS}, were skipped.
 *   <li><b>Learning rate</b>: the learning-rate factor is at its minimum.
 *   <li><b>What does not count</b>: clipping by rules that clip healthy gradients by design, such
 *       as AutoClip, which clips nine of ten. A dry run hides nothing and does not count either.
 *       Repeated rollbacks end in a stop by themselves.
 *   <li><b>Severity</b>: WARNING. The run continues, but its problem is not solved. Each of the
 *       three is its own diagnosis.
 *   <li><b>Source</b>: counts of interventions; no statistical test, and therefore no false alarms.
 *   <li><b>Defaults</b>: protection is for a spike or a few broken minibatches. Half of all
 *       gradients or a fifth of all data are no exceptions. Ten consecutive steps are more than one
 *       broken file of examples.
 *   <li><b>When not to use</b>: with data of which a fifth is known to be broken.
 * </ul>
 */
final class OverusedProtectionDetector implements PluginDetector, Restorable {
  /**
   * Iterations in which interventions are counted, so that counts are percentages. Two {@code
   * long}s hold them.
   */
  static final int WINDOW_ITERATIONS = 100;

  /**
   * Maximum number of clipped gradients of a window. Above half of it, clipping is the rule and no
   * exception.
   */
  static final int MAX_CLIPPED = 50;

  /**
   * Maximum number of skipped steps of a window. Above a fifth, so many minibatches train nothing
   * that their cause is worth repairing.
   */
  static final int MAX_SKIPPED = 20;

  /**
   * Maximum number of consecutive skipped steps. Ten are more than one broken file of examples, and
   * waiting for {@link #MAX_SKIPPED} would take twice as long.
   */
  static final int MAX_CONSECUTIVE_SKIPS = 9;

  private final RecentIterations clipped = new RecentIterations();
  private final RecentIterations skipped = new RecentIterations();
  private int consecutiveSkips;

  /** Whether there was too much clipping at the previous iteration. */
  private boolean clips;

  /** Whether there were too many skips at the previous iteration. */
  private boolean skips;

  /** Whether the learning-rate factor was at its minimum at the previous iteration. */
  private boolean atMinimum;

  /** One bit for each of the last {@value #WINDOW_ITERATIONS} iterations. */
  private static final class RecentIterations {
    private static final long OLDER_BITS = (1L << (WINDOW_ITERATIONS - Long.SIZE)) - 1;

    /** The latest iteration is the lowest bit. */
    private long latest;

    /** Bits of iterations that have left {@link #latest}. */
    private long older;

    void add(boolean happened) {
      older = (older << 1 | latest >>> (Long.SIZE - 1)) & OLDER_BITS;
      latest = latest << 1 | (happened ? 1 : 0);
    }

    int count() {
      return Long.bitCount(latest) + Long.bitCount(older);
    }

    long[] bits() {
      return new long[] {latest, older};
    }

    void restore(long[] bits) {
      latest = bits[0];
      older = bits[1] & OLDER_BITS;
    }
  }

  @Override
  public String name() {
    return "overused-protection";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return Requirement.of(Evidence.PROTECTION);
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    Measurement m = history.current();
    boolean isBetweenReports = history.iterationsSeen() % History.EVALUATION_INTERVAL != 0;
    skipped.add(m.protection().isSkipped());
    consecutiveSkips = m.protection().isSkipped() ? consecutiveSkips + 1 : 0;
    boolean wasReported = skips && isBetweenReports;
    skips = consecutiveSkips > MAX_CONSECUTIVE_SKIPS || skipped.count() > MAX_SKIPPED;
    if (skips && !wasReported) {
      skips(history, findings);
    }
    clipped.add(m.protection().isClippedOnAlarm());
    wasReported = clips && isBetweenReports;
    clips = clipped.count() > MAX_CLIPPED;
    if (clips && !wasReported) {
      clips(history, findings);
    }
    wasReported = atMinimum && isBetweenReports;
    atMinimum =
        m.protection().learningRateFactor() < 1
            && m.protection().learningRateFactor() <= m.protection().minLearningRateFactor();
    if (atMinimum && !wasReported) {
      minimum(history, findings);
    }
  }

  private void skips(History history, FindingReporter findings) {
    boolean consecutive = consecutiveSkips > MAX_CONSECUTIVE_SKIPS;
    int count = consecutive ? consecutiveSkips : skipped.count();
    findings.report(
        Finding.saying(
                Problem.OVERUSED_PROTECTION,
                Severity.WARNING,
                count,
                Comparison.ABOVE,
                consecutive ? MAX_CONSECUTIVE_SKIPS : MAX_SKIPPED,
                () ->
                    consecutive
                        ? Message.of("say.overused_protection.allSkipped", Argument.count(count))
                        : Message.of(
                            "say.overused_protection.skips",
                            Argument.count(count),
                            Argument.count(window(history))))
            .aspect("skips")
            .expiresAfter(WINDOW_ITERATIONS)
            .withRemedies(() -> OverusedProtectionRemedies.forSkips(history)));
  }

  private void clips(History history, FindingReporter findings) {
    int count = clipped.count();
    findings.report(
        Finding.saying(
                Problem.OVERUSED_PROTECTION,
                Severity.WARNING,
                count,
                Comparison.ABOVE,
                MAX_CLIPPED,
                () ->
                    Message.of(
                        "say.overused_protection.clips",
                        Argument.count(count),
                        Argument.count(window(history)),
                        Argument.number(history.current().protection().gradientNorm()),
                        Argument.number(history.current().protection().clippedGradientNorm())))
            .aspect("clips")
            .expiresAfter(WINDOW_ITERATIONS)
            .withRemedies(() -> OverusedProtectionRemedies.forClips(history)));
  }

  private static void minimum(History history, FindingReporter findings) {
    Measurement m = history.current();
    findings.report(
        Finding.saying(
                Problem.OVERUSED_PROTECTION,
                Severity.WARNING,
                m.protection().learningRateFactor(),
                Comparison.EQUAL,
                m.protection().minLearningRateFactor(),
                () ->
                    Message.of(
                        "say.overused_protection.minimum",
                        Argument.number(m.protection().learningRateFactor())))
            .aspect("learning rate")
            .withRemedies(() -> OverusedProtectionRemedies.forLeastLearningRate(history)));
  }

  /** {@return the number of iterations in the window, which is smaller at the start of a run} */
  private static long window(History history) {
    return Math.min(WINDOW_ITERATIONS, history.iterationsSeen() + 1);
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("clipped", clipped.bits())
        .put("skipped", skipped.bits())
        .put("consecutiveSkips", consecutiveSkips)
        .put("clips", clips)
        .put("skips", skips)
        .put("atMinimum", atMinimum);
  }

  @Override
  public void restore(SavedNumbers from) {
    clipped.restore(from.getLongs("clipped", 2));
    skipped.restore(from.getLongs("skipped", 2));
    consecutiveSkips = from.getInt("consecutiveSkips", 0, Integer.MAX_VALUE);
    clips = from.getBoolean("clips");
    skips = from.getBoolean("skips");
    atMinimum = from.getBoolean("atMinimum");
  }
}
