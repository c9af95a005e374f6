package dev.traininghealth.detect.builtin.conditions;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.List;

/**
 * Detects iterations that take much longer than in the first quarter of the run, and which part of
 * them does.
 *
 * <ul>
 *   <li><b>What</b>: an iteration takes {@value #MIN_FACTOR} times as long as in the quietest time
 *       of the run's first quarter, and longer than in any block of that quarter, over {@value
 *       StepHistory#RECENT_BLOCKS} blocks of about a second, of which a quarter may be faster. The
 *       time is the sum of what DL4J waits for data, garbage collection, the listener's own work,
 *       and medians of forward pass, backward pass and update, so that pauses do not count.
 *   <li><b>Cause</b>: the part with at least {@value #MIN_SHARE} of the growth. If the backward
 *       pass has become slower by {@value #COMPUTING_FACTOR}, the computation itself has. If it has
 *       not, what runs between two iterations has: other listeners, or code of the user.
 *   <li><b>Severity</b>: INFO. The network learns as well as before.
 *   <li><b>Source</b>: the parts follow the order of DL4J's callbacks; a median has a breakdown
 *       point of a half (Huber 1981).
 *   <li><b>Defaults</b>: machines that others use as well vary by half and for seconds. Therefore
 *       it is a factor of {@value #MIN_FACTOR} that lasts.
 *   <li><b>When not to use</b>: with minibatches whose examples become larger by design, such as
 *       sequences that are sorted by their length. A growing number of examples is taken into
 *       account: nothing is compared then.
 * </ul>
 *
 * <p>It is not {@link dev.traininghealth.numbers.Restorable}: a restored run may be on another
 * machine, and a rollback makes no iteration faster.
 */
final class SlowIterationsDetector implements PluginDetector {
  /** How much longer iterations must take: what a user notices without a clock. */
  private static final double MIN_FACTOR = 2;

  /** How much longer they must still take for the problem to last, so that it does not flicker. */
  private static final double LASTING_FACTOR = 1.5;

  /** Share of the growth from which a part is named as its cause. */
  private static final double MIN_SHARE = 0.5;

  /**
   * Factor of the backward pass, in which no other code runs, from which the computation itself is
   * slower.
   */
  private static final double COMPUTING_FACTOR = 1.5;

  /** Iterations of a block at least; the medians of fewer vary by more than a tenth. */
  private static final int MIN_BLOCK_ITERATIONS = 16;

  /** Relative difference of batch sizes from which times are not compared. */
  private static final double MAX_SIZE_DIFFERENCE = 0.2;

  /** Blocks without a report: the time in which the latest blocks are replaced. */
  private static final int EXPIRY_BLOCKS = StepHistory.RECENT_BLOCKS;

  private final StepBlock block = new StepBlock();
  private StepHistory steps = new StepHistory();
  private long reading;
  private double examples = Double.NaN;
  private boolean slow;

  @Override
  public String name() {
    return "slow-iterations";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return Requirement.of(Evidence.JVM)
        .atLeast(StepHistory.MIN_BLOCKS)
        .and(Evidence.SCORE, (long) StepHistory.MIN_BLOCKS * MIN_BLOCK_ITERATIONS);
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    Measurement m = history.current();
    if (!(m.stepMillis() > 0)) { // not known
      return;
    }
    block.add(m);
    if (m.conditions().readings() == reading || block.iterations() < MIN_BLOCK_ITERATIONS) {
      return;
    }
    reading = m.conditions().readings();
    int iterations = block.iterations();
    compareSizes(block.examples());
    steps.add(block.end(m.conditions().collectionMillis()));
    if (steps.isLongEnough()) {
      judge(findings, iterations);
    }
  }

  /** Starts again if minibatches have become larger or smaller. */
  private void compareSizes(double size) {
    if (Math.abs(size - examples) > MAX_SIZE_DIFFERENCE * examples) {
      steps = new StepHistory();
      slow = false;
      examples = size;
    } else if (Double.isNaN(examples)) {
      examples = size;
    }
  }

  private void judge(FindingReporter findings, int iterations) {
    double[] before = steps.reference();
    double reference = StepHistory.total(before);
    double threshold = reference * (slow ? LASTING_FACTOR : MIN_FACTOR);
    double level = steps.lastingLevel();
    slow = level > threshold && (slow || level > steps.slowestAtFirst());
    if (!slow) {
      return;
    }
    double[] now = steps.recent();
    double total = StepHistory.total(now);
    Cause cause = cause(before, now);
    findings.report(
        Finding.saying(
                Problem.SLOW_ITERATIONS,
                Severity.INFO,
                level,
                Comparison.ABOVE,
                threshold,
                () ->
                    Message.of(
                            "say.slow_iterations",
                            Argument.number(total),
                            Argument.number(total / reference),
                            Argument.number(reference))
                        .then(cause.message(before, now)))
            .expiresAfter((int) Math.min(Integer.MAX_VALUE, (long) EXPIRY_BLOCKS * iterations))
            .withRemedies(() -> List.of(cause.remedy())));
  }

  /** {@return what takes longer} */
  private static Cause cause(double[] before, double[] now) {
    double growth = StepHistory.total(now) - StepHistory.total(before);
    for (Cause cause : List.of(Cause.DATA, Cause.COLLECTION, Cause.LISTENER)) {
      if (cause.growth(before, now) >= MIN_SHARE * growth) {
        return cause;
      }
    }
    if (now[Part.BACKWARD] >= COMPUTING_FACTOR * before[Part.BACKWARD]) {
      return Cause.COMPUTING;
    }
    return Cause.UPDATE.growth(before, now) > Cause.BETWEEN.growth(before, now)
        ? Cause.UPDATE
        : Cause.BETWEEN;
  }

  /** What may take longer, its sentence and its remedy. */
  private enum Cause {
    DATA(
        Part.DATA,
        "say.slow_iterations.data",
        "remedy.slow.data",
        "new AsyncDataSetIterator(iterator, 16)"),
    COLLECTION(Part.COLLECTION, "say.slow_iterations.collection", "remedy.slow.collection", ""),
    LISTENER(Part.LISTENER, "say.slow_iterations.listener", "remedy.slow.listener", ""),
    COMPUTING(Part.BACKWARD, "say.slow_iterations.computing", "remedy.slow.computing", ""),
    BETWEEN(Part.FORWARD, "say.slow_iterations.between", "remedy.slow.between", Cause.RARER),
    UPDATE(Part.UPDATE, "say.slow_iterations.update", "remedy.slow.between", Cause.RARER);

    private static final String RARER = "new ScoreIterationListener(100)";

    private final int part;
    private final String sentence;
    private final String advice;
    private final String code;

    Cause(int part, String sentence, String advice, String code) {
      this.part = part;
      this.sentence = sentence;
      this.advice = advice;
      this.code = code;
    }

    double growth(double[] before, double[] now) {
      return now[part] - before[part];
    }

    Message message(double[] before, double[] now) {
      return Message.of(sentence, Argument.number(now[part]), Argument.number(before[part]));
    }

    Remedy remedy() {
      return new Remedy(Message.of(advice), code);
    }
  }
}
