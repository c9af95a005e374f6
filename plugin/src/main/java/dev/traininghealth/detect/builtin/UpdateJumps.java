package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.HeInitialization;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.LayerText;
import dev.traininghealth.text.Message;

/**
 * Single updates that rewrite a matrix, as one finding.
 *
 * <p>Matrices that jump in one iteration have one cause, and so have jumps that follow while the
 * diagnosis of the first is active. They are reported at the largest of the first jumps.
 */
final class UpdateJumps implements Restorable {
  /**
   * Minimum ratio of a jump: the limit of the mean, for a single update. Chosen on the fault
   * corpus: a larger one misses jumps.
   */
  static final double MIN_RATIO = 0.1;

  /**
   * Minimum multiple of the matrix's usual ratio that is a jump. A learning rate that a schedule
   * raises tenfold stays below it. It decides if the usual ratio exceeds 0.0033, else {@link
   * #MIN_RATIO} does.
   */
  static final double MIN_FACTOR = 30;

  /**
   * Minimum ratio of a jump in the first iterations, which have no usual ratio. Adam's full first
   * step has it if the learning rate is ten times the root mean square of the weights.
   */
  static final double EARLY_MIN_RATIO = 10;

  /**
   * Multiple of the norm of He initialization that is too large in the first iterations, in which a
   * step may enlarge small weights.
   */
  private static final double EARLY_LARGE_WEIGHTS_FACTOR = 2;

  /** Measurements before a jump, so that an unusual one is at most a third of the mean. */
  private static final int MIN_MEASUREMENTS = 3;

  private static final double LOG_MIN_FACTOR = Math.log(MIN_FACTOR);

  /** Number of matrices that jump in this iteration. */
  private int count;

  /** Parameter with the largest jump of this iteration. */
  private int largest;

  /** Its ratio. */
  private double largestRatio;

  /** Logarithm of its usual ratio; NaN in the first iterations. */
  private double usualLog;

  /** Parameter at which the latest jump was reported; -1 before the first. */
  private int reported = -1;

  /** Iteration of the latest jump. */
  private long latest;

  void beginIteration() {
    count = 0;
    largestRatio = 0;
  }

  /**
   * Takes a matrix in one of the first iterations.
   *
   * @param ratio of the update to the weights before it
   * @param weight norm of the weights after it
   */
  void addEarly(History history, int parameter, double ratio, double weight) {
    if (ratio > EARLY_MIN_RATIO
        && HeInitialization.scale(history.layout(), parameter, weight)
            > EARLY_LARGE_WEIGHTS_FACTOR) {
      add(parameter, ratio, Double.NaN);
    }
  }

  /**
   * Takes a matrix in a later iteration.
   *
   * @param ratio of the update to the weights before it
   * @param log logarithm of the update:parameter ratio
   * @param usual usual logarithm
   * @param measurements number of measurements that the usual one is the mean of
   */
  void add(int parameter, double ratio, double log, double usual, int measurements) {
    if (ratio > MIN_RATIO && measurements >= MIN_MEASUREMENTS && log > usual + LOG_MIN_FACTOR) {
      add(parameter, ratio, usual);
    }
  }

  private void add(int parameter, double ratio, double usual) {
    count++;
    if (ratio > largestRatio) {
      largest = parameter;
      largestRatio = ratio;
      usualLog = usual;
    }
  }

  boolean isFound() {
    return count > 0;
  }

  boolean isEarly() {
    return Double.isNaN(usualLog);
  }

  /** The ratio of the largest jump of this iteration. */
  double ratio() {
    return largestRatio;
  }

  /** The finding on the jumps of this iteration, without remedies; CRITICAL. */
  Finding finding(History history) {
    long iteration = history.current().iteration();
    boolean isSeries =
        reported >= 0
            && reported < history.layout().parameters().size() // it may come from a file
            && iteration - latest <= Finding.DEFAULT_EXPIRY_ITERATIONS;
    reported = isSeries ? reported : largest;
    latest = iteration;
    Message sentence = sentence(history);
    return Finding.saying(
            Problem.LARGE_UPDATES,
            Severity.CRITICAL,
            largestRatio,
            Comparison.ABOVE,
            isEarly() ? EARLY_MIN_RATIO : MIN_RATIO,
            () -> sentence)
        .at(history.layout().parameters().get(reported).layer(), reported);
  }

  private Message sentence(History history) {
    Message jump =
        LayerText.ofParameter(
            "say.large_updates.jump", history.layout(), largest, Argument.number(largestRatio));
    if (!isEarly()) {
      jump = jump.then(Message.of("say.large_updates.usual", Argument.number(Math.exp(usualLog))));
    }
    return count == 1
        ? jump
        : jump.then(Message.of("say.large_updates.others", Argument.count(count - 1L)));
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("reportedJump", reported).put("latestJump", latest);
  }

  @Override
  public void restore(SavedNumbers from) {
    reported = from.getInt("reportedJump", -1, Integer.MAX_VALUE);
    latest = from.getLong("latestJump");
  }
}
