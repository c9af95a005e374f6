package dev.traininghealth.setup;

import dev.traininghealth.detect.Check;
import dev.traininghealth.guard.RunClock;
import dev.traininghealth.network.GeneratorState;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.setup.copies.ShortRuns;
import dev.traininghealth.setup.data.MinibatchSource;
import dev.traininghealth.setup.data.ReadData;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.TrainableCopy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks a network and its data before training. Network and random generator are afterwards as
 * they were, bit-identically.
 *
 * @hidden
 */
public final class SetupCheck {
  private static final Logger log = LoggerFactory.getLogger(SetupCheck.class);

  /**
   * Time for training copies, nanoseconds. With the time for reading it stays below ten seconds.
   */
  private static final long RUNS_NANOS = 5_000_000_000L;

  private SetupCheck() {}

  /**
   * Checks a network.
   *
   * @param live is only read
   * @param source is read in part and then reset
   * @param epochs of the training, 0 if they are not known
   * @return the findings
   * @throws IllegalArgumentException if there is no minibatch, or something else in its place, or
   *     if epochs are below 0
   */
  public static SetupReport run(Network live, MinibatchSource source, int epochs) {
    return run(live, source, epochs, RunClock.SYSTEM);
  }

  static SetupReport run(Network live, MinibatchSource source, int epochs, RunClock clock) {
    if (epochs < 0) {
      throw new IllegalArgumentException(
          "epochs must be those of the training, or 0 if they are not known, was " + epochs);
    }
    GeneratorState draws = new GeneratorState();
    draws.remember();
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try (outside) {
      return check(live, source, draws.isKnown(), epochs, clock);
    } finally {
      draws.restore();
    }
  }

  private static SetupReport check(
      Network live, MinibatchSource source, boolean mayDraw, int epochs, RunClock clock) {
    MeasurementWriter summary = new MeasurementWriter(0, 0);
    try (ReadData data = ReadData.read(source, summary.data, clock);
        Copied copied = mayDraw ? Copied.of(live) : new Copied(null)) {
      FirstPass pass = pass(live, copied.copy(), data);
      Setup setup =
          new Setup(
              live,
              data,
              pass,
              summary.data,
              runs(live, copied, pass, data, clock),
              Message.of(copied.copy() == null ? "say.check.noCopy" : "say.check.noRuns"),
              epochs);
      FindingCollector collector = new FindingCollector(live, pass.layout());
      List<Check> notChecked = new ArrayList<>();
      for (SetupRule rule : SetupRules.ALL) {
        leftOut(rule, setup, collector)
            .ifPresent(reason -> notChecked.add(Check.missing(rule.name(), reason)));
      }
      return new SetupReport(
          live.model().getClass().getSimpleName(),
          data.minibatches(),
          data.examples(),
          collector.diagnoses(),
          notChecked);
    }
  }

  /** A copy of the network, if it can be copied. */
  private record Copied(@Nullable TrainableCopy copy) implements AutoCloseable {
    static Copied of(Network live) {
      if (!live.isInitialized()) {
        return new Copied(null);
      }
      try {
        return new Copied(TrainableCopy.of(live));
      } catch (RuntimeException e) {
        log.warn(
            "The network cannot be copied, so that only its configuration and data are checked.",
            e);
        return new Copied(null);
      }
    }

    @Override
    public void close() {
      if (copy != null) {
        copy.close();
      }
    }
  }

  private static FirstPass pass(Network live, @Nullable TrainableCopy copy, ReadData data) {
    if (!live.isInitialized()) {
      return FirstPass.ofUninitialized(live);
    }
    Minibatch first = data.kept().get(0);
    if (copy == null || !first.isComplete() || first.labels().isEmpty()) {
      return FirstPass.skipped(live);
    }
    try {
      return FirstPass.of(copy, first);
    } catch (RuntimeException e) {
      return FirstPass.failed(live, e);
    }
  }

  /** Short runs of the copy, if its first pass has succeeded. */
  private static @Nullable ShortRuns runs(
      Network live, Copied copied, FirstPass pass, ReadData data, RunClock clock) {
    TrainableCopy copy = copied.copy();
    if (copy == null || Double.isNaN(pass.score())) {
      return null;
    }
    try {
      return new ShortRuns(live, copy, data.kept(), clock, RUNS_NANOS);
    } catch (RuntimeException e) {
      log.warn("The copy of the network cannot be trained, so that it is only checked at rest.", e);
      return null;
    }
  }

  /** Applies a rule; why it, or a part of it, was left out although it found nothing. */
  private static Optional<Message> leftOut(
      SetupRule rule, Setup setup, FindingCollector collector) {
    if (rule.needsLayers() && !setup.pass().isInitialized()) {
      return Optional.of(Message.of("say.check.notInitialized"));
    }
    int before = collector.size();
    setup.startRule();
    try {
      rule.check(setup, collector.of(rule));
    } catch (RuntimeException e) {
      log.warn("The rule {} failed. What it would have found is not reported.", rule.name(), e);
      return Optional.of(Message.of("say.check.ruleFailed"));
    }
    return collector.size() > before ? Optional.empty() : setup.missing();
  }
}
