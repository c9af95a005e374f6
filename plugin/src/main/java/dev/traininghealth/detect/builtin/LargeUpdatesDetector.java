package dev.traininghealth.detect.builtin;

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
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.detect.advice.HeInitialization;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.LayerText;
import dev.traininghealth.text.Message;
import java.util.List;
import java.util.function.Supplier;

/**
 * Detects updates that are far too large for the parameters they change.
 *
 * <ul>
 *   <li><b>What</b>: the update:parameter ratio ‖Δw‖ / ‖w‖ of each trained weight and recurrent
 *       matrix. Its usual value is 1e-3.
 *   <li><b>Sustained</b>: WARNING if the geometric mean over {@value #MEAN_MEASUREMENTS}
 *       measurements exceeds {@value #SUSTAINED_RATIO} and the score is not below its start,
 *       because updates then overwrite what was learned. In a {@linkplain History#isStagnant
 *       stagnant} network, {@value #NOTABLE_RATIO} in most matrices is enough.
 *   <li><b>Jump</b>: CRITICAL if one update exceeds {@value UpdateJumps#MIN_RATIO} times the
 *       weights before it and {@value UpdateJumps#MIN_FACTOR} times the matrix's usual ratio,
 *       because one step has rewritten the layer. In the first {@value #SKIPPED_ITERATIONS}
 *       iterations, CRITICAL if it exceeds {@value UpdateJumps#EARLY_MIN_RATIO} times the weights
 *       and leaves them too large for the scale of the signal. Jumps of several matrices are
 *       reported once.
 *   <li><b>Growth</b>: WARNING if a norm is {@value #GROWTH_FACTOR} times its initial value and
 *       {@value #LARGE_WEIGHTS_FACTOR} times that of He initialization, while the score is not
 *       below its start.
 *   <li><b>Source</b>: DL4J's guide to tuning; DeepDiagnosis (effective rate above 1e-1).
 *   <li><b>Defaults</b>: means leave out the first {@value #SKIPPED_ITERATIONS} iterations, in
 *       which adaptive updaters take full steps.
 *   <li><b>When not to use</b>: weights that are deliberately set to zero. Matrices that start at
 *       zero are left out until they have grown.
 * </ul>
 */
final class LargeUpdatesDetector implements PluginDetector, Restorable {
  /**
   * Multiple of the initial norm. It decides for weights that start above 1.6 times He
   * initialization, else {@link #LARGE_WEIGHTS_FACTOR} does. Chosen on the fault corpus: a smaller
   * one reports large initial weights that grow a little.
   */
  private static final double GROWTH_FACTOR = 5;

  /** Ratio that DL4J's guide calls usual, to which advised learning rates bring updates. */
  private static final double USUAL_RATIO = 1e-3;

  /** Factor by which a rate should be lowered after one jump: users try powers of ten. */
  private static final double REDUCTION_FACTOR = 10;

  /**
   * Mean ratio of a WARNING unless the score is below its start. DeepDiagnosis and TheDeepChecker
   * have the same limit. It is 100 times the usual ratio; ten such updates may replace the weights.
   */
  private static final double SUSTAINED_RATIO = 0.1;

  /**
   * Mean ratio of a WARNING if most matrices exceed it and the network is stagnant. It is half way,
   * as a factor, between the largest usual ratio of 1e-2 and {@link #SUSTAINED_RATIO}.
   */
  private static final double NOTABLE_RATIO = 0.03;

  private static final double LOG_NOTABLE_RATIO = Math.log(NOTABLE_RATIO);

  /**
   * Multiple of the norm of He initialization that is too large: a layer amplifies the signal about
   * eightfold. Chosen on the fault corpus: a smaller one reports milder growth, a larger one
   * reports it later.
   */
  private static final double LARGE_WEIGHTS_FACTOR = 8;

  /**
   * Maximum distance of one measurement from the mean, as a logarithm, which is a factor of 148.
   * One jump then raises the mean of {@value #MEAN_MEASUREMENTS} by a factor of at most 1.65.
   */
  private static final double MAX_LOG_DISTANCE = 5;

  private static final double LOG_SUSTAINED_RATIO = Math.log(SUSTAINED_RATIO);

  /**
   * Window of the mean, measurements. Weights are measured at least at every tenth iteration, so
   * that it covers 10 to 100 iterations.
   */
  private static final int MEAN_MEASUREMENTS = 10;

  /** Measurements after which a mean is known: half of its window. */
  private static final int MIN_MEASUREMENTS = 5;

  /**
   * Iterations before sustained large updates are reported. Progress is unknown before {@value
   * History#EVALUATION_INTERVAL}, and the start score is final after {@value
   * History#START_ITERATIONS}.
   */
  private static final int PATIENCE = 25;

  /**
   * Iterations before a network can be stagnant, which leaves the start score time to be final. It
   * is short because large updates are evidence as well. Chosen on the fault corpus: a larger one
   * delays the alarm.
   */
  private static final int STAGNATION_PATIENCE = 30;

  /** First iterations, which enter no mean, because Adam's first steps are the largest. */
  private static final int SKIPPED_ITERATIONS = 5;

  private final UpdateJumps jumps = new UpdateJumps();
  private int[] matrices = {};
  private double[] meanLog = {};
  private int[] counts = {};
  private double[] firstNorm = {};
  private double[] lastNorm = {};
  private double[] largestNorm = {};
  private boolean mostAreNotable;
  private boolean initialized;

  @Override
  public String name() {
    return "large-updates";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return Requirement.of(Evidence.WEIGHTS).atLeast(MIN_MEASUREMENTS);
  }

  @Override
  public void onGradient(History history, FindingReporter findings) {
    if (!initialized) {
      bind(history.layout());
      for (int i = 0; i < matrices.length; i++) {
        firstNorm[i] = history.current().weightNorm(matrices[i]);
        lastNorm[i] = firstNorm[i];
        largestNorm[i] = firstNorm[i];
      }
    }
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    Measurement m = history.current();
    if (m.weightIteration() != m.iteration()) {
      return;
    }
    int notable = 0;
    for (int i = 0; i < matrices.length; i++) {
      notable += counts[i] >= MIN_MEASUREMENTS && meanLog[i] > LOG_NOTABLE_RATIO ? 1 : 0;
    }
    mostAreNotable = 2 * notable > matrices.length;
    if (mostAreNotable && history.iterationsSeen() >= PATIENCE) {
      network(history, findings);
    }
    jumps.beginIteration();
    for (int i = 0; i < matrices.length; i++) {
      int p = matrices[i];
      double weight = m.weightNorm(p);
      double update = m.updateNorm(p);
      if (isUsable(weight) && isUsable(update)) {
        observe(history, i, update, weight);
      }
    }
    if (jumps.isFound()) {
      double reduction = jumps.isEarly() ? jumps.ratio() / USUAL_RATIO : REDUCTION_FACTOR;
      findings.report(jumps.finding(history).withRemedies(() -> remedies(history, reduction)));
    }
    if (!history.progress().isBelowStart()) {
      for (int i = 0; i < matrices.length; i++) {
        double weight = m.weightNorm(matrices[i]);
        if (isUsable(weight) && isUsable(m.updateNorm(matrices[i]))) {
          sustained(history, findings, i);
          growth(history, findings, i, weight);
        }
      }
    }
  }

  /** {@return whether a norm is positive and finite} */
  private static boolean isUsable(double norm) {
    return norm > 0 && norm <= Double.MAX_VALUE;
  }

  private void bind(NetworkLayout layout) {
    initialized = true;
    matrices = layout.trainedMatrices();
    meanLog = new double[matrices.length];
    counts = new int[matrices.length];
    firstNorm = new double[matrices.length];
    lastNorm = new double[matrices.length];
    largestNorm = new double[matrices.length];
  }

  private void observe(History history, int i, double update, double weight) {
    // The norm before the update if it is known, else the current one. Weights that were lost may
    // grow again without a finding.
    double before = Math.max(lastNorm[i] > 0 ? lastNorm[i] : weight, largestNorm[i] / 2);
    lastNorm[i] = weight;
    largestNorm[i] = Math.max(largestNorm[i], weight);
    // Weights that a penalty takes away make each update large beside them: that is a collapse.
    double log = Math.log(update / Math.max(weight, largestNorm[i] / 2));
    if (history.iterationsSeen() < SKIPPED_ITERATIONS) {
      jumps.addEarly(history, matrices[i], update / before, weight);
    } else {
      int count = counts[i]++;
      jumps.add(matrices[i], update / before, log, meanLog[i], count);
      double smoothing = Math.max(1.0 / (count + 1), 1.0 / MEAN_MEASUREMENTS);
      // The limit keeps a single jump from raising the mean.
      meanLog[i] += smoothing * (count == 0 ? log : Math.min(log - meanLog[i], MAX_LOG_DISTANCE));
    }
  }

  private void sustained(History history, FindingReporter findings, int i) {
    if (counts[i] < MIN_MEASUREMENTS
        || history.iterationsSeen() < PATIENCE
        || !(meanLog[i] > LOG_SUSTAINED_RATIO)
        || mostAreNotable) {
      return;
    }
    double mean = Math.exp(meanLog[i]);
    report(
        history,
        findings,
        i,
        Problem.LARGE_UPDATES,
        Severity.WARNING,
        mean,
        SUSTAINED_RATIO,
        mean / USUAL_RATIO,
        () ->
            LayerText.ofParameter(
                "say.large_updates.sustained",
                history.layout(),
                matrices[i],
                Argument.share(mean)));
  }

  private void growth(History history, FindingReporter findings, int i, double weight) {
    double growth = weight / firstNorm[i];
    if (!(growth > GROWTH_FACTOR) || !history.progress().isKnown()) {
      return;
    }
    double scale = HeInitialization.scale(history.layout(), matrices[i], weight);
    if (scale > LARGE_WEIGHTS_FACTOR) {
      report(
          history,
          findings,
          i,
          Problem.GROWING_WEIGHTS,
          Severity.WARNING,
          growth,
          GROWTH_FACTOR,
          REDUCTION_FACTOR,
          () ->
              LayerText.ofParameter(
                  "say.growing_weights",
                  history.layout(),
                  matrices[i],
                  Argument.number(growth),
                  Argument.number(scale)));
    }
  }

  /** Reports large updates of most matrices once, for the whole network. */
  private void network(History history, FindingReporter findings) {
    double total = 0;
    for (double log : meanLog) {
      total += log;
    }
    double mean = Math.exp(total / meanLog.length);
    boolean large = mean > SUSTAINED_RATIO && !history.progress().hasFallenBy(0);
    if (large || history.isStagnant(STAGNATION_PATIENCE)) {
      findings.report(
          Finding.saying(
                  Problem.LARGE_UPDATES,
                  Severity.WARNING,
                  mean,
                  Comparison.ABOVE,
                  large ? SUSTAINED_RATIO : NOTABLE_RATIO,
                  () -> Message.of("say.large_updates.network", Argument.share(mean)))
              .withRemedies(() -> remedies(history, mean / USUAL_RATIO)));
    }
  }

  private void report(
      History history,
      FindingReporter findings,
      int i,
      Problem problem,
      Severity severity,
      double value,
      double threshold,
      double reduction,
      Supplier<Message> sentence) {
    int p = matrices[i];
    findings.report(
        Finding.saying(problem, severity, value, Comparison.ABOVE, threshold, sentence)
            .at(history.layout().parameters().get(p).layer(), p)
            .withRemedies(() -> remedies(history, reduction)));
  }

  private static List<Remedy> remedies(History history, double reduction) {
    Advice advice = Advice.on(history);
    // The first steps show what the configuration and the code do, whatever was learned since.
    return (history.iterationsSeen() < SKIPPED_ITERATIONS ? advice.checkDerivative() : advice)
        .againstExplosion(reduction)
        .remedies();
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("initialized", initialized)
        .put("mostAreNotable", mostAreNotable)
        .put("matrices", matrices)
        .put("meanLog", meanLog)
        .put("counts", counts)
        .put("firstNorm", firstNorm)
        .put("lastNorm", lastNorm)
        .put("largestNorm", largestNorm);
    jumps.save(to);
  }

  @Override
  public void restore(SavedNumbers from) {
    initialized = from.getBoolean("initialized");
    mostAreNotable = from.getBoolean("mostAreNotable");
    matrices = from.getInts("matrices");
    meanLog = from.getDoubles("meanLog", matrices.length);
    counts = from.getInts("counts", matrices.length);
    firstNorm = from.getDoubles("firstNorm", matrices.length);
    lastNorm = from.getDoubles("lastNorm", matrices.length);
    largestNorm = from.getDoubles("largestNorm", matrices.length);
    jumps.restore(from);
  }
}
