package dev.traininghealth.detect.builtin.conditions;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.fit.RateCourse;
import dev.traininghealth.detect.fit.ScheduleRemedies;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.List;

/**
 * Detects a learning rate whose course over the iterations was hardly meant.
 *
 * <ul>
 *   <li><b>What</b>, of the largest configured rate of the network:
 *       <ul>
 *         <li>it fell below {@value RateCourse#DECAYED_SHARE} of its peak within the first tenth of
 *             at least {@value RateCourse#MIN_ITERATIONS} iterations, and has stayed there;
 *         <li>it was 0 in more than {@value RateCourse#MAX_ZERO_SHARE} of them, or became 0 at
 *             once;
 *         <li>it left the range that it was in before by more than a factor of {@value
 *             RateCourse#JUMP_FACTOR} in one iteration;
 *         <li>it began near its peak, fell below a tenth of it, and has risen gradually to twice
 *             its lowest value or more;
 *         <li>it is negative or NaN.
 *       </ul>
 *   <li><b>Severity</b>: INFO. WARNING for a rate that cannot be used, if the network is
 *       {@linkplain History#isStagnant stagnant} with a rate that has become small, and beside an
 *       alarm of the exploding family after one that has become large.
 *   <li><b>Source</b>: DL4J's schedules count iterations or epochs by {@code ScheduleType}, which
 *       differ by the number of minibatches; its {@code PolySchedule} grows until {@code maxIter}
 *       and is 0 from then on.
 *   <li><b>Defaults</b>: warm restarts (Loshchilov and Hutter 2017) and cycles (Smith 2017) stay
 *       within the range of rates that they have shown, and step decays divide by 10 at most.
 *   <li><b>When not to use</b>: with a schedule that trains for a small part of the run on purpose.
 * </ul>
 */
final class ScheduleDetector implements PluginDetector, Restorable {
  /** Iterations for which a jump is reported: its effect shows in the first hundreds. */
  private static final int JUMP_ITERATIONS = 300;

  /** Iterations before a network without progress counts as stagnant. */
  private static final int PATIENCE = 500;

  /** Iterations without a report: three evaluations. */
  private static final int EXPIRY_ITERATIONS = 3 * History.EVALUATION_INTERVAL + 2;

  private final RateCourse rates = new RateCourse();

  /** Epoch of the latest iteration, and how many iterations of it were seen; -1 for none. */
  private long epoch = -1;

  private long iterationsOfEpoch;

  /** Iterations of the latest epoch that has ended; 0 before the first. */
  private long epochLength;

  @Override
  public String name() {
    return "learning-rate-schedule";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return Requirement.of(Evidence.LEARNING_RATES).atLeast(RateCourse.MIN_ITERATIONS);
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    Measurement m = history.current();
    double rate = configuredRate(m);
    if (Measurement.isAbsent(rate)) {
      return;
    }
    rates.add(rate);
    countEpochs(m.epoch());
    if (!rates.isUsable()) {
      report(
          findings,
          "unusable",
          Severity.WARNING,
          rate,
          Comparison.BELOW,
          0,
          Message.of("say.schedule.unusable", Argument.number(rate)));
      return;
    }
    boolean isDue = rates.count() % History.EVALUATION_INTERVAL == 0;
    if (rates.sinceJump() == 0 || (isDue && rates.sinceJump() <= JUMP_ITERATIONS)) {
      jump(history, findings);
    }
    if (isDue && rates.count() >= RateCourse.MIN_ITERATIONS) {
      if (rates.risesAgain()) {
        rise(history, findings);
      } else {
        decay(history, findings);
      }
    }
  }

  private void countEpochs(int now) {
    if (now != epoch) {
      epochLength = iterationsOfEpoch;
      iterationsOfEpoch = 0;
      epoch = now;
    }
    iterationsOfEpoch++;
  }

  /** {@return the largest rate that the user has configured; absent if there is none} */
  private static double configuredRate(Measurement m) {
    double largest = Measurement.absent();
    for (int p = 0; p < m.parameters(); p++) {
      double rate = m.learningRate(p);
      if (Double.isNaN(rate) && !Measurement.isAbsent(rate)) {
        return rate;
      }
      if (rate > largest || Double.isNaN(largest)) {
        largest = rate;
      }
    }
    double factor = m.protection().learningRateFactor();
    return factor > 0 && factor != 1 && !Measurement.isAbsent(largest) ? largest / factor : largest;
  }

  private void jump(History history, FindingReporter findings) {
    double from = rates.jumpFrom();
    double to = rates.jumpTo();
    boolean isUp = to > from;
    boolean isHarmful =
        isUp ? history.hasActiveAlarm(ProblemFamily.EXPLODING) : history.isStagnant(PATIENCE);
    long iteration = history.current().iteration() - rates.sinceJump();
    report(
        findings,
        "jump",
        isHarmful ? Severity.WARNING : Severity.INFO,
        to,
        isUp ? Comparison.ABOVE : Comparison.BELOW,
        isUp ? from * RateCourse.JUMP_FACTOR : from / RateCourse.JUMP_FACTOR,
        Message.of(
            "say.schedule.jump",
            Argument.number(from),
            Argument.number(to),
            Argument.count(iteration)));
  }

  /** A decay that is over too early, or a rate of 0 for most of the run. */
  private void decay(History history, FindingReporter findings) {
    boolean isEarly = rates.hasDecayedEarly();
    if (!isEarly && !rates.isMostlyZero()) {
      return;
    }
    Severity severity = history.isStagnant(PATIENCE) ? Severity.WARNING : Severity.INFO;
    if (isEarly) {
      report(
          findings,
          "decay",
          severity,
          (double) rates.decayedAt() / rates.count(),
          Comparison.BELOW,
          RateCourse.EARLY_SHARE,
          Message.of(
                  "say.schedule.decay",
                  Argument.number(rates.peak()),
                  Argument.count(rates.decayedAt()),
                  Argument.count(rates.count()),
                  Argument.number(rates.latest()))
              .then(ofEpochs()));
    } else {
      report(
          findings,
          "zero",
          severity,
          rates.zeroShare(),
          Comparison.ABOVE,
          RateCourse.MAX_ZERO_SHARE,
          Message.of(
              "say.schedule.zero",
              Argument.share(rates.zeroShare()),
              Argument.number(rates.peak())));
    }
  }

  /** What the same schedule would be over epochs, if there have been some. */
  private Message ofEpochs() {
    return epochLength > 1
        ? Message.of("say.schedule.epochs", Argument.count(epochLength))
        : Message.literal("");
  }

  private void rise(History history, FindingReporter findings) {
    report(
        findings,
        "rise",
        history.hasActiveAlarm(ProblemFamily.EXPLODING) ? Severity.WARNING : Severity.INFO,
        rates.latest(),
        Comparison.ABOVE,
        rates.lowest(),
        Message.of(
            "say.schedule.rise",
            Argument.number(rates.peak()),
            Argument.number(rates.lowest()),
            Argument.number(rates.latest()),
            Argument.count(rates.sinceLowest())));
  }

  private static void report(
      FindingReporter findings,
      String aspect,
      Severity severity,
      double observed,
      Comparison comparison,
      double threshold,
      Message sentence) {
    findings.report(
        Finding.saying(
                Problem.LEARNING_RATE_SCHEDULE,
                severity,
                observed,
                comparison,
                threshold,
                () -> sentence)
            .aspect(aspect)
            .expiresAfter(aspect.equals("jump") ? JUMP_ITERATIONS : EXPIRY_ITERATIONS)
            .withRemedies(() -> remedies(aspect)));
  }

  private static List<Remedy> remedies(String aspect) {
    return switch (aspect) {
      case "decay" -> ScheduleRemedies.ofDecay();
      case "jump" -> ScheduleRemedies.ofJump();
      default -> ScheduleRemedies.ofEnd();
    };
  }

  @Override
  public void save(SavedNumbers to) {
    rates.save(to);
    to.put("epoch", epoch)
        .put("iterationsOfEpoch", iterationsOfEpoch)
        .put("epochLength", epochLength);
  }

  @Override
  public void restore(SavedNumbers from) {
    rates.restore(from);
    epoch = from.getLong("epoch");
    iterationsOfEpoch = from.getLong("iterationsOfEpoch");
    epochLength = from.getLong("epochLength");
  }
}
