package dev.traininghealth.trial;

import dev.traininghealth.guard.CostAccount;
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
 * Tries changes on copies of a network that is trained, with the latest minibatches of its
 * training. The network itself is read alone, and the random generator of the thread is put back.
 *
 * <p>Not thread-safe: to be used by the thread that trains.
 *
 * @hidden
 */
public final class Trials implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Trials.class);

  /**
   * Share of the training time that copying minibatches may take, once as many are kept as wanted.
   */
  private static final double KEEPING_SHARE = 0.002;

  /**
   * Where as many are kept as are wanted, one minibatch in so many takes the place of the oldest.
   */
  private static final int EVERY = 3;

  /** Steps' time that trials may take beyond their share: what explodes at once wants an answer. */
  private static final double CREDIT_STEPS = 200;

  /** The same as a time, nanoseconds: small networks take that many steps in no time. */
  private static final double CREDIT_NANOS = 5e9;

  /** Steps' time that a trial is expected to take before one is known. */
  private static final double EXPECTED_STEPS = 120;

  private static final int MIN_TO_STEP = 6;
  private static final int MIN_TO_SCORE = 3;
  private static final long SEED = 20_221_018;

  private final double share;
  private final CostAccount account;
  private final Function<Model, DoubleConsumer> rates;
  private final MinibatchRing ring;
  private final GeneratorState draws = new GeneratorState();
  private final KeptObjective objective = new KeptObjective();
  private boolean objectiveMoved;
  private boolean impossible;
  private boolean hurried;
  private boolean toldOfSome;
  private int sinceKept;
  private double keepingNanos;
  private double trainedNanos;
  private double spentNanos;
  private double expectedNanos;

  /**
   * Creates trials for one run.
   *
   * @param maxBytes most memory for the copies of minibatches
   * @param share of the training time that trials may take, beyond a credit at the start
   * @param account what the training's steps take
   * @param rates for a copy of the network: sets the factor on all of its learning rates
   */
  public Trials(
      long maxBytes, double share, CostAccount account, Function<Model, DoubleConsumer> rates) {
    this.share = share;
    this.account = account;
    this.rates = rates;
    ring = new MinibatchRing(maxBytes, SEED);
  }

  /** Whether the minibatch of this iteration is to be kept; to be asked once an iteration. */
  public boolean isKeeping() {
    sinceKept++;
    trainedNanos += account.typicalStep();
    if (impossible || ring.isTooSmall()) {
      return false;
    }
    if (hurried || !ring.isFull()) {
      return true;
    }
    if (sinceKept < EVERY) {
      return false;
    }
    boolean due = sinceKept * account.typicalStep() * KEEPING_SHARE >= keepingNanos;
    if (!due && !toldOfSome) {
      toldOfSome = true;
      log.info(
          "Copying one minibatch in {} would take more than {} % of the training time: more are"
              + " left out, and trials use those that are kept.",
          EVERY, 100 * KEEPING_SHARE);
    }
    return due;
  }

  /** Has every minibatch kept from now on, until the next trial: one is waiting for them. */
  public void hurry() {
    hurried = true;
  }

  /**
   * Copies a minibatch.
   *
   * @param minibatch what is trained on now; one that lacks features or labels is left out
   * @param iteration DL4J's, which trains on it
   */
  public void keep(Minibatch minibatch, long iteration) {
    if (!minibatch.isComplete()) {
      return;
    }
    long begun = System.nanoTime();
    ring.add(minibatch, iteration);
    if (ring.isTooSmall()) {
      log.info(
          "No changes are tried: thirteen minibatches of {} bytes take more memory than trials may"
              + " use. The training is protected by what costs no learning alone.",
          KeptMinibatch.bytes(minibatch));
    }
    double took = System.nanoTime() - begun;
    keepingNanos =
        keepingNanos == 0 || took < keepingNanos ? took : 0.9 * keepingNanos + 0.1 * took;
    sinceKept = 0;
  }

  /** Whether changes can be tried at all on this network, as far as is known. */
  public boolean isPossible() {
    return !impossible && !ring.isTooSmall();
  }

  /** Whether a trial may be paid for now. */
  public boolean isAffordable() {
    double step = account.typicalStep();
    double credit = Math.max(CREDIT_NANOS, CREDIT_STEPS * step);
    double expected = expectedNanos > 0 ? expectedNanos : EXPECTED_STEPS * step;
    return spentNanos + expected <= credit + share * trainedNanos;
  }

  /**
   * Tells whether there are minibatches enough.
   *
   * @param since the first iteration whose minibatch counts
   */
  public boolean hasEnough(long since) {
    return ring.toStep(since).size() >= MIN_TO_STEP && ring.toScore(since).size() >= MIN_TO_SCORE;
  }

  /**
   * Tries changes, right when an iteration is done.
   *
   * @param live the network; not changed
   * @param since the first iteration whose minibatch counts
   * @param factors on the present learning rates, one a branch that begins at the present state
   * @param states to begin at beside the present one
   * @return what came of it; null where it cannot be tried, which is logged once
   */
  public @Nullable Trial run(
      Network live, TrialQuestion question, long since, double[] factors, List<TrialState> states) {
    INDArray updaterState = live.updaterState();
    hurried = false;
    draws.remember();
    if (!draws.isKnown()) {
      fails(new IllegalStateException("the random generator's state cannot be put back"));
      return null;
    }
    long begun = System.nanoTime();
    double step = account.typicalStep();
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    List<KeptMinibatch> toStep = ring.toStep(since);
    List<KeptMinibatch> toScore = ring.toScore(since);
    try (outside;
        TrainableCopy copy = TrainableCopy.of(live);
        SuspectedRows suspected = SuspectedRows.in(together(toStep, toScore));
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
          new Contest(runner, question, toStep, suspected, live.iterationCount(), begun);
      objectiveMoved |= objective.hasMoved(runner, states, toScore, live.iterationCount());
      Trial trial =
          question == TrialQuestion.LOOK_BACK
              ? contest.lookBack(nothing, states.get(0))
              : objectiveMoved && question != TrialQuestion.LOST
                  ? contest.moved(nothing, objective)
                  : contest.compete(nothing, factors, states, step);
      double took = System.nanoTime() - begun;
      spentNanos += took;
      expectedNanos = expectedNanos == 0 ? took : 0.5 * (expectedNanos + took);
      return trial;
    } catch (Exception | LinkageError | OutOfMemoryError | StackOverflowError e) {
      fails(e);
      return null;
    } finally {
      draws.restore();
    }
  }

  /** Whether a trial has found that the loss is another than at an earlier one. */
  public boolean hasObjectiveMoved() {
    return objectiveMoved;
  }

  /** Takes note that the run begins anew, with other weights. */
  public void beginAnew() {
    objective.close();
  }

  private static List<KeptMinibatch> together(List<KeptMinibatch> a, List<KeptMinibatch> b) {
    List<KeptMinibatch> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }

  private void fails(Throwable cause) {
    impossible = true;
    close();
    log.warn(
        "Changes cannot be tried on a copy of this network ({}): no learning rate is lowered, and"
            + " the network is set back only where its parameters are not finite. Steps go on being"
            + " skipped and gradients clipped.",
        cause.toString());
    log.debug("No changes are tried", cause);
  }

  /** Gives the memory of the copies back. */
  @Override
  public void close() {
    objective.close();
    ring.close();
  }
}
