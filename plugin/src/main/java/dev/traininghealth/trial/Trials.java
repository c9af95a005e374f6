package dev.traininghealth.trial;

import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.guard.MemoryBudget.Use;
import dev.traininghealth.network.GeneratorState;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.network.Network;
import dev.traininghealth.trial.TrialBranch.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries changes on copies of the trained network, with the latest minibatches of the run. The
 * network itself is only read, and the state of the thread's random generator is restored.
 *
 * <p>Not thread-safe: only the training thread may use it.
 *
 * @hidden
 */
public final class Trials implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Trials.class);

  /** Maximum share of the training time for copying minibatches once the ring is full. */
  private static final double KEEPING_SHARE = 0.002;

  /** Once the ring is full, one minibatch in this many replaces the oldest. */
  private static final int REPLACEMENT_INTERVAL = 3;

  /**
   * Extra time of trials in steps, because an explosion at the start needs an intervention at once.
   */
  private static final double CREDIT_STEPS = 200;

  /** Extra time of trials, nanoseconds, because small networks take that many steps quickly. */
  private static final double CREDIT_NANOS = 5e9;

  /** Expected duration of a trial in steps before one has been measured. */
  private static final double EXPECTED_STEPS = 120;

  private static final int MIN_TO_STEP = 6;
  private static final int MIN_TO_SCORE = 3;
  private static final long SEED = 20_221_018;

  private final double share;
  private final CostAccount account;
  private final MemoryBudget memory;
  private final Function<Model, DoubleConsumer> rates;
  private final MinibatchRing ring;
  private final GeneratorState draws = new GeneratorState();
  private final KeptObjective objective = new KeptObjective();
  private boolean objectiveMoved;
  private boolean unsupported;
  private boolean hurried;
  private boolean loggedSkipping;
  private int sinceKept;
  private double keepingNanos;
  private double trainedNanos;
  private double spentNanos;
  private double expectedNanos;

  /**
   * Creates trials for one run.
   *
   * @param maxBytes maximum memory for the copies of minibatches, bytes
   * @param share maximum share of the training time for trials, beyond a credit at the start
   * @param account provides the duration of the training's steps
   * @param memory is asked for the memory of each copy
   * @param rates for a copy of the network: sets the factor on all of its learning rates
   */
  public Trials(
      long maxBytes,
      double share,
      CostAccount account,
      MemoryBudget memory,
      Function<Model, DoubleConsumer> rates) {
    this.share = share;
    this.account = account;
    this.memory = memory;
    this.rates = rates;
    ring = new MinibatchRing(maxBytes, memory, SEED);
  }

  /** Whether to keep this iteration's minibatch; must be called once per iteration. */
  public boolean isKeeping() {
    sinceKept++;
    trainedNanos += account.typicalStep();
    if (unsupported || ring.isTooSmall()) {
      return false;
    }
    if (hurried || !ring.isFull()) {
      return true;
    }
    if (sinceKept < REPLACEMENT_INTERVAL) {
      return false;
    }
    boolean due = sinceKept * account.typicalStep() * KEEPING_SHARE >= keepingNanos;
    if (!due && !loggedSkipping) {
      loggedSkipping = true;
      log.info(
          "Copying one minibatch in {} would take more than {} % of the training time: fewer are"
              + " copied, and trials use the copies that exist.",
          REPLACEMENT_INTERVAL, 100 * KEEPING_SHARE);
    }
    return due;
  }

  /** Requests every minibatch from now on until the next trial, which waits for them. */
  public void hurry() {
    hurried = true;
  }

  /**
   * Copies a minibatch.
   *
   * @param minibatch the current minibatch of the training; skipped if it lacks features or labels
   * @param iteration DL4J's iteration that trains on it
   */
  public void keep(Minibatch minibatch, long iteration) {
    if (!minibatch.isComplete()) {
      return;
    }
    long startNanos = account.now();
    ring.add(minibatch, iteration);
    double took = account.now() - startNanos;
    keepingNanos =
        keepingNanos == 0 || took < keepingNanos ? took : 0.9 * keepingNanos + 0.1 * took;
    sinceKept = 0;
  }

  /** Whether changes can be tried on this network, as far as is known. */
  public boolean isPossible() {
    return !unsupported && !ring.isTooSmall();
  }

  /** Whether the time budget allows a trial now. */
  public boolean isAffordable() {
    double step = account.typicalStep();
    double credit = Math.max(CREDIT_NANOS, CREDIT_STEPS * step);
    double expected = expectedNanos > 0 ? expectedNanos : EXPECTED_STEPS * step;
    return spentNanos + expected <= credit + share * trainedNanos;
  }

  /**
   * Whether enough minibatches are kept for a trial.
   *
   * @param since the first iteration whose minibatch counts
   */
  public boolean hasEnough(long since) {
    return ring.toStep(since).size() >= MIN_TO_STEP && ring.toScore(since).size() >= MIN_TO_SCORE;
  }

  /**
   * Tries changes, right after an iteration.
   *
   * @param live the network; not changed
   * @param since the first iteration whose minibatch counts
   * @param factors on the present learning rates, one per branch that starts from the present state
   * @param states other states from which branches start
   * @return the result; null if changes cannot be tried, which is logged once
   */
  public @Nullable Trial run(
      Network live, TrialQuestion question, long since, double[] factors, List<TrialState> states) {
    INDArray updaterState = live.updaterState();
    hurried = false;
    draws.remember();
    if (!draws.isKnown()) {
      disable(new IllegalStateException("the random generator's state cannot be restored"));
      return null;
    }
    long bytes = live.copyBytes();
    if (!memory.take(Use.TRIAL_NETWORK, bytes)) {
      unsupported = true;
      close();
      return null;
    }
    long startNanos = account.now();
    double step = account.typicalStep();
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    List<KeptMinibatch> toStep = ring.toStep(since);
    List<KeptMinibatch> toScore = ring.toScore(since);
    try (outside;
        TrainableCopy copy = TrainableCopy.of(live);
        SuspectedExamples suspected = SuspectedExamples.in(together(toStep, toScore));
        TrialRunner runner =
            new TrialRunner(
                copy,
                rates.apply(copy.model()),
                draws,
                live.iterationCount() + 1,
                live.epochCount(),
                toStep,
                suspected.without(toScore))) {
      Branch nothing = new Branch(Start.PRESENT, -1, live.model().params(), updaterState, 1);
      Contest contest =
          new Contest(
              runner,
              question,
              toStep,
              suspected,
              live.iterationCount(),
              () -> account.now() - startNanos);
      objectiveMoved |= objective.hasMoved(runner, states, toScore, live.iterationCount());
      Trial trial =
          question == TrialQuestion.LOOK_BACK
              ? contest.lookBack(nothing, states.get(0))
              : objectiveMoved && question != TrialQuestion.LOST
                  ? contest.moved(nothing, objective)
                  : contest.tryChanges(nothing, factors, states, step);
      double took = account.now() - startNanos;
      spentNanos += took;
      expectedNanos = expectedNanos == 0 ? took : 0.5 * (expectedNanos + took);
      return trial;
    } catch (Exception | LinkageError | OutOfMemoryError | StackOverflowError e) {
      disable(e);
      return null;
    } finally {
      memory.giveBack(Use.TRIAL_NETWORK, bytes);
      draws.restore();
    }
  }

  /** Whether a trial has found that the loss function has changed. */
  public boolean hasObjectiveMoved() {
    return objectiveMoved;
  }

  /** Restarts after the weights were replaced. */
  public void beginAnew() {
    objective.close();
  }

  private static List<KeptMinibatch> together(List<KeptMinibatch> a, List<KeptMinibatch> b) {
    List<KeptMinibatch> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }

  private void disable(Throwable cause) {
    unsupported = true;
    close();
    log.warn(
        "Changes cannot be tried on a copy of this network ({}): learning rates are not lowered,"
            + " and the network is rolled back only if its parameters are non-finite. Steps are still"
            + " skipped and gradients clipped.",
        cause.toString());
    log.debug("Changes cannot be tried", cause);
  }

  /** Frees the memory of the copies. */
  @Override
  public void close() {
    objective.close();
    ring.close();
  }
}
