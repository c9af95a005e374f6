package dev.traininghealth.setup;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.fit.RateCourse;
import dev.traininghealth.detect.fit.ScheduleRemedies;
import dev.traininghealth.network.ConfiguredRates;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.List;

/**
 * Finds a learning-rate schedule whose course was hardly meant, before it has taken it.
 *
 * <ul>
 *   <li><b>What</b>: the largest rate of the network at each iteration to come, by the rules of the
 *       detector {@code learning-rate-schedule}: a decay that is over in the first tenth, 0 in most
 *       iterations, a jump, a rise at the end, and a rate below 0. If the number of epochs is not
 *       known, the first {@value #FIRST_EPOCHS} are looked at, and only for what no number of
 *       epochs changes: a jump, a rate that has become 0 by then, and one below 0.
 *   <li><b>Severity</b>: INFO, and WARNING for a rate below 0.
 *   <li><b>Source and defaults</b>: those of the detector.
 *   <li><b>When not to use</b>: with a schedule of your own that keeps a state: it is asked for
 *       iterations that are not trained. Of data that are not read to their end, an epoch counts as
 *       long as what was read, which is less than it is, so that a decay is not found too easily.
 * </ul>
 */
final class ScheduleRule implements SetupRule {
  /** Epochs that are looked at if nobody knows how many there are. Few trainings have fewer. */
  private static final int FIRST_EPOCHS = 3;

  /**
   * Maximum of rates that are computed, which takes about a tenth of a second. A schedule that is
   * in order for that long seldom goes wrong later.
   */
  private static final int MAX_RATES = 1_000_000;

  @Override
  public String name() {
    return "schedule";
  }

  @Override
  public void check(Setup setup, FindingReporter findings) {
    Ahead ahead = new Ahead(setup);
    if (ahead.unusableAt >= 0) {
      report(
          findings,
          Severity.WARNING,
          ahead.course.latest(),
          Comparison.BELOW,
          0,
          Message.of(
              "say.setup.schedule.unusable",
              Argument.number(ahead.course.latest()),
              Argument.count(ahead.unusableAt)),
          ScheduleRemedies.ofEnd());
      return;
    }
    if (ahead.jumpAt >= 0) {
      jump(ahead, findings);
    }
    if (setup.epochs() > 0) {
      judge(setup, ahead, findings);
    } else {
      if (ahead.zeroSince >= 0 && ahead.jumpTo > 0) {
        report(
            findings,
            Severity.INFO,
            0,
            Comparison.EQUAL,
            0,
            Message.of("say.setup.schedule.ends", Argument.count(ahead.zeroSince)),
            ScheduleRemedies.ofEnd());
      }
      if (ahead.varies) {
        setup.lacks(Message.of("say.check.noEpochs"));
      }
    }
  }

  /** The rates of the iterations to come. */
  private static final class Ahead {
    final RateCourse course = new RateCourse();
    final int perEpoch;

    /** Whether the rate changes at all. */
    boolean varies;

    /** The first iteration with a rate below 0; -1 for none. */
    long unusableAt = -1;

    /** The first jump; -1 for none. */
    long jumpAt = -1;

    double jumpFrom = Double.NaN;
    double jumpTo = Double.POSITIVE_INFINITY;

    /** Since when the rate is 0 at the end; -1 if it is not. */
    long zeroSince = -1;

    Ahead(Setup setup) {
      perEpoch = setup.data().minibatches();
      int begin = setup.network().iterationCount();
      int epoch = setup.network().epochCount();
      long all = (long) perEpoch * (setup.epochs() > 0 ? setup.epochs() : FIRST_EPOCHS);
      long count = Math.min(all, MAX_RATES / Math.max(1, setup.network().layers().length));
      long zeros = 0;
      double first = ConfiguredRates.largest(setup.network());
      for (int k = 0; k < count && !Double.isNaN(first); k++) {
        int at = begin + k;
        double rate = ConfiguredRates.largest(setup.network(), at, epoch + k / perEpoch);
        course.add(rate);
        varies |= rate != first;
        if (!course.isUsable()) {
          unusableAt = at;
          return;
        }
        if (course.sinceJump() == 0 && jumpAt < 0) {
          jumpAt = at;
          jumpFrom = course.jumpFrom();
          jumpTo = course.jumpTo();
        }
        boolean isZero = course.zeros() > zeros;
        zeros = course.zeros();
        zeroSince = !isZero ? -1 : zeroSince < 0 ? at : zeroSince;
      }
    }
  }

  private static void jump(Ahead ahead, FindingReporter findings) {
    boolean isUp = ahead.jumpTo > ahead.jumpFrom;
    double factor = isUp ? RateCourse.JUMP_FACTOR : 1 / RateCourse.JUMP_FACTOR;
    report(
        findings,
        Severity.INFO,
        ahead.jumpTo,
        isUp ? Comparison.ABOVE : Comparison.BELOW,
        ahead.jumpFrom * factor,
        Message.of(
            "say.setup.schedule.jump",
            Argument.number(ahead.jumpFrom),
            Argument.number(ahead.jumpTo),
            Argument.count(ahead.jumpAt)),
        ScheduleRemedies.ofJump());
  }

  /** Judges all epochs. */
  private static void judge(Setup setup, Ahead ahead, FindingReporter findings) {
    RateCourse rates = ahead.course;
    if (rates.count() < RateCourse.MIN_ITERATIONS) {
      return;
    }
    if (rates.risesAgain()) {
      report(
          findings,
          Severity.INFO,
          rates.latest(),
          Comparison.ABOVE,
          rates.lowest(),
          Message.of(
              "say.setup.schedule.rise",
              Argument.number(rates.peak()),
              Argument.number(rates.lowest()),
              Argument.number(rates.latest()),
              Argument.count(rates.sinceLowest())),
          ScheduleRemedies.ofEnd());
    } else if (rates.hasDecayedEarly()) {
      Message sentence =
          Message.of(
              "say.setup.schedule.decay",
              Argument.number(rates.peak()),
              Argument.count(rates.decayedAt()),
              Argument.count(rates.count()),
              Argument.count(setup.epochs()));
      report(
          findings,
          Severity.INFO,
          (double) rates.decayedAt() / rates.count(),
          Comparison.BELOW,
          RateCourse.EARLY_SHARE,
          setup.data().isComplete() && ahead.perEpoch > 1
              ? sentence.then(Message.of("say.schedule.epochs", Argument.count(ahead.perEpoch)))
              : sentence,
          ScheduleRemedies.ofDecay());
    } else if (rates.isMostlyZero()) {
      report(
          findings,
          Severity.INFO,
          rates.zeroShare(),
          Comparison.ABOVE,
          RateCourse.MAX_ZERO_SHARE,
          Message.of(
              "say.setup.schedule.zero",
              Argument.share(rates.zeroShare()),
              Argument.number(rates.peak())),
          ScheduleRemedies.ofEnd());
    }
  }

  private static void report(
      FindingReporter findings,
      Severity severity,
      double observed,
      Comparison comparison,
      double threshold,
      Message sentence,
      List<Remedy> remedies) {
    findings.report(
        Finding.saying(
                Problem.LEARNING_RATE_SCHEDULE,
                severity,
                observed,
                comparison,
                threshold,
                () -> sentence)
            .withRemedies(remedies));
  }
}
