package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;

/**
 * A cure that is applied so often that it hides the disease.
 *
 * <ul>
 *   <li><b>What</b>: more than {@value #MAX_CLIPPED} of the last {@value #WINDOW} gradients were
 *       clipped by a rule that clips only what is alarming; more than {@value
 *       #MAX_CONSECUTIVE_SKIPS} steps in a row, or {@value #MAX_SKIPPED} of the last {@value
 *       #WINDOW}, were skipped; or the learning rate has been lowered as far as is allowed. Each is
 *       a diagnosis of its own.
 *   <li><b>What does not count</b>: what a rule clips by design, as AutoClip does nine gradients of
 *       ten; and what is dryRun, which hides nothing. Rollbacks that repeat end in a stop by
 *       themselves.
 *   <li><b>Severity</b>: WARNING. The training goes on, but what is wrong with it has not been
 *       healed.
 *   <li><b>Defaults</b>: a spike, a minibatch that is broken, or a handful of them, are what
 *       protection is for; half of all gradients, or a fifth of all data, are no exceptions. Ten
 *       steps in a row are more than one broken file of examples.
 *   <li><b>False alarms</b>: none; it counts what was done.
 *   <li><b>When not to use</b>: with data of which a fifth is known to be broken.
 * </ul>
 */
final class OverusedProtectionDetector implements PluginDetector, Restorable {
  static final int WINDOW = 100;
  static final int MAX_CLIPPED = 50;
  static final int MAX_SKIPPED = 20;
  static final int MAX_CONSECUTIVE_SKIPS = 9;

  private final RecentIterations clipped = new RecentIterations();
  private final RecentIterations skipped = new RecentIterations();
  private int consecutiveSkips;

  /** What held at the iteration before. */
  private boolean clips;

  private boolean skips;
  private boolean atMinimum;

  /** One bit for each of the last {@value #WINDOW} iterations. */
  private static final class RecentIterations {
    private static final long OLDER = (1L << (WINDOW - Long.SIZE)) - 1;

    /** The latest first. */
    private long latest;

    private long older;

    void add(boolean happened) {
      older = (older << 1 | latest >>> (Long.SIZE - 1)) & OLDER;
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
      older = bits[1] & OLDER;
    }
  }

  @Override
  public String name() {
    return "overused-protection";
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    Measurement m = history.current();
    boolean goesOn = history.iterationsSeen() % History.EVALUATION_INTERVAL != 0;
    skipped.add(m.protection().isSkipped());
    consecutiveSkips = m.protection().isSkipped() ? consecutiveSkips + 1 : 0;
    boolean told = skips && goesOn;
    skips = consecutiveSkips > MAX_CONSECUTIVE_SKIPS || skipped.count() > MAX_SKIPPED;
    if (skips && !told) {
      skips(history, findings);
    }
    clipped.add(m.protection().isClippedOnAlarm());
    told = clips && goesOn;
    clips = clipped.count() > MAX_CLIPPED;
    if (clips && !told) {
      clips(history, findings);
    }
    told = atMinimum && goesOn;
    atMinimum =
        m.protection().learningRateFactor() < 1
            && m.protection().learningRateFactor() <= m.protection().minLearningRateFactor();
    if (atMinimum && !told) {
      least(history, findings);
    }
  }

  private void skips(History history, FindingReporter findings) {
    boolean inARow = consecutiveSkips > MAX_CONSECUTIVE_SKIPS;
    int count = inARow ? consecutiveSkips : skipped.count();
    findings.report(
        Finding.saying(
                Problem.OVERUSED_PROTECTION,
                Severity.WARNING,
                count,
                Comparison.ABOVE,
                inARow ? MAX_CONSECUTIVE_SKIPS : MAX_SKIPPED,
                () ->
                    inARow
                        ? Message.of("say.overused_protection.allSkipped", Argument.count(count))
                        : Message.of(
                            "say.overused_protection.skips",
                            Argument.count(count),
                            Argument.count(window(history))))
            .aspect("skips")
            .expiresAfter(WINDOW)
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
            .expiresAfter(WINDOW)
            .withRemedies(() -> OverusedProtectionRemedies.forClips(history)));
  }

  private static void least(History history, FindingReporter findings) {
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

  /** As many of the last iterations as have been seen. */
  private static long window(History history) {
    return Math.min(WINDOW, history.iterationsSeen() + 1);
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
