package dev.traininghealth.intervene;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.guard.MemoryBudget.Use;
import dev.traininghealth.intervene.model.EditedNetwork;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.Trial;
import dev.traininghealth.trial.TrialBranch.Start;
import dev.traininghealth.trial.TrialQuestion;
import dev.traininghealth.trial.TrialState;
import dev.traininghealth.trial.Trials;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which changes are tried on copies of the network and when, and reviews adopted changes.
 *
 * <p>It changes nothing itself.
 */
final class TriedChanges implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TriedChanges.class);

  private static final double[] NO_FACTORS = {};

  /** Iterations after which an adopted change is compared with the state before it. */
  static final int REVIEW_ITERATIONS = 100;

  /**
   * Adopted changes that were harmful or useless, after which nothing is tried while the data are
   * faulty.
   */
  private static final int MAX_FAILED_CHANGES = 2;

  private final ProtectionSettings settings;
  private final MemoryBudget memory;
  private final Model model;
  private final EditedNetwork network;
  private final @Nullable SnapshotRing snapshots;
  private final Trials trials;
  private final TrialPace pace = new TrialPace();
  private final Function<Model, Minibatch> minibatch;
  private @Nullable Adopted adopted;
  private long reviewBytes;
  private int failedChanges;
  private int consecutiveHopelessTrials;
  private long latestJump;

  /** An adopted change under review: the state before it and its reason. */
  private record Adopted(Snapshot before, Diagnosis diagnosis, boolean changesRateOnly) {}

  /**
   * @param minibatch reads the minibatch of the iteration
   */
  TriedChanges(
      ProtectionSettings settings,
      CostAccount account,
      MemoryBudget memory,
      Model model,
      EditedNetwork network,
      @Nullable SnapshotRing snapshots,
      Function<Model, Minibatch> minibatch) {
    this.settings = settings;
    this.memory = memory;
    this.model = model;
    this.network = network;
    this.snapshots = snapshots;
    this.minibatch = minibatch;
    trials =
        new Trials(
            settings.maxTrialBytes(),
            settings.maxTrialShare(),
            account,
            memory,
            copy -> new EditedNetwork(copy, false)::scaleLearningRates);
  }

  /** Logs what protection does without trials, if the policy would use them. */
  void logMissingTrials() {
    if (settings.maxTrialShare() == 0 && settings.policy().usesTrials()) {
      log.info(
          "No changes are tried on copies of this network: steps are skipped, gradients are clipped,"
              + " and the network is rolled back only if its parameters are not finite.");
    }
  }

  /**
   * Keeps the minibatch after the gradient is computed, unless its own values are the cause of a
   * problem.
   */
  void onGradient(long iteration, boolean badData) {
    if (!badData && isPossible() && trials.isKeeping()) {
      trials.keep(minibatch.apply(model), iteration);
    }
  }

  /** Handles a jump of the score or the gradients: earlier minibatches no longer count. */
  void onJump(long iteration) {
    latestJump = Math.max(latestJump, iteration);
  }

  /** {@return whether changes can be tried on this network} */
  boolean isPossible() {
    return trials.isPossible() && settings.maxTrialShare() > 0;
  }

  /** {@return the trials, as a check that is not made, with the reason; empty if they are made} */
  List<Check> notChecked(boolean objectiveMoves) {
    if (isPossible() && !objectiveMoves) {
      return List.of();
    }
    String why = isPossible() ? "say.check.trials.suspended" : "say.check.trials.impossible";
    return List.of(Check.missing("trials", Message.of(why)));
  }

  /**
   * Runs a trial about a diagnosis.
   *
   * @return the result; null if no trial is due or possible
   */
  @Nullable Trial run(AfterUpdate.Try request, long iteration, boolean dataAtFault) {
    String problem = request.question() + " " + request.diagnosis().problem().family();
    boolean lost = request.question() == TrialQuestion.LOST;
    long since = lost ? 0 : latestJump;
    if (!isPossible() || (dataAtFault && failedChanges >= MAX_FAILED_CHANGES)) {
      return null;
    }
    if (!lost && (adopted != null || !pace.isDue(problem, iteration))) {
      return null;
    }
    if (!trials.hasEnough(since)) {
      trials.hurry();
      return null;
    }
    if (!trials.isAffordable()) {
      return null;
    }
    double[] factors = presentFactors(request.question());
    List<TrialState> trialStates = trialStates(request.question());
    if (factors.length == 0 && trialStates.isEmpty()) {
      return null; // nothing to try
    }
    Trial trial = trials.run(Network.of(model), request.question(), since, factors, trialStates);
    if (trial != null) {
      consecutiveHopelessTrials = trial.isHopeless() ? consecutiveHopelessTrials + 1 : 0;
      if (trial.isAdopted() && trial.cause() != Trial.Cause.ROWS) {
        pace.onAdopted(problem, iteration);
      } else {
        pace.onNothingAdopted(problem, iteration);
      }
    }
    return trial;
  }

  /** {@return whether a trial has found that the loss function has changed} */
  boolean hasObjectiveMoved() {
    return trials.hasObjectiveMoved();
  }

  /** Restarts after the weights were replaced from outside. */
  void restart() {
    stopWatching();
    trials.beginAnew();
  }

  /** Saves what later trials depend on. */
  void save(SavedNumbers to) {
    SavedNumbers waits = new SavedNumbers();
    pace.save(waits);
    to.put("waits", waits)
        .put("failedChanges", failedChanges)
        .put("consecutiveHopelessTrials", consecutiveHopelessTrials);
  }

  /** Restores what {@link #save} wrote. */
  void restore(SavedNumbers from, long iteration) {
    pace.restore(from.getSection("waits"), iteration);
    failedChanges = from.getInt("failedChanges", 0, Integer.MAX_VALUE);
    consecutiveHopelessTrials = from.getInt("consecutiveHopelessTrials", 0, Integer.MAX_VALUE);
  }

  /** {@return the number of consecutive trials in which every branch lost the network} */
  int consecutiveHopelessTrials() {
    return consecutiveHopelessTrials;
  }

  /**
   * Runs a trial of higher learning rates.
   *
   * @return the result; null if no trial is due or possible
   */
  @Nullable Trial runRaise(double factor, double maxFactor, long iteration) {
    if (!isPossible()
        || adopted != null
        || !pace.isDue(TrialQuestion.RAISE.name(), iteration)
        || !trials.hasEnough(latestJump)
        || !trials.isAffordable()) {
      return null;
    }
    double[] factors =
        allowed(
            new double[] {1 / factor, Math.min(factor, maxFactor)}, network.learningRateFactor());
    Trial trial =
        trials.run(Network.of(model), TrialQuestion.RAISE, latestJump, factors, List.of());
    if (trial != null && !trial.isAdopted()) {
      pace.onNothingAdopted(
          TrialQuestion.RAISE.name(), iteration, settings.healthyIterationsBeforeRaise());
    }
    return trial;
  }

  private double[] presentFactors(TrialQuestion question) {
    if (!network.hasLearningRates()) {
      return NO_FACTORS;
    }
    double[] factors =
        switch (question) {
          case HARM, STANDSTILL -> new double[] {0.5, 0.1, 0.01};
          case PLATEAU -> new double[] {0.5};
          case LOST, RAISE, LOOK_BACK -> NO_FACTORS;
        };
    return allowed(factors, network.learningRateFactor());
  }

  private double[] allowed(double[] factors, double present) {
    return Arrays.stream(factors)
        .filter(f -> f * present >= settings.minLearningRateFactor())
        .toArray();
  }

  /** {@return the snapshots, including the initial one, with the learning rates to try} */
  private List<TrialState> trialStates(TrialQuestion question) {
    SnapshotRing ring = snapshots;
    List<TrialState> trialStates = new ArrayList<>();
    if (ring == null || question == TrialQuestion.PLATEAU) {
      return trialStates;
    }
    boolean lost = question == TrialQuestion.LOST;
    double lowered = Math.pow(0.5, Math.max(1, ring.consecutiveRollbacks()));
    for (Snapshot snapshot : ring.trialSnapshots()) {
      double[] configuredFactors =
          lost && ring.consecutiveRollbacks() == 0
              ? new double[] {1, lowered, 0.1}
              : new double[] {lowered, 0.1};
      double usable = Math.min(network.learningRateFactor(), snapshot.learningRateFactor());
      add(trialStates, Start.SNAPSHOT, snapshot, scaled(configuredFactors, usable));
    }
    Snapshot initial = ring.initial();
    if (initial != null && !ring.isContinued()) { // nothing is learned again from the beginning
      add(trialStates, Start.BEGINNING, initial, scaled(new double[] {0.1, 0.01, 0.001}, 1));
    }
    return trialStates;
  }

  /**
   * {@return factors on the configured learning rates, converted to factors on the present ones}
   */
  private double[] scaled(double[] configuredFactors, double usableFactor) {
    if (!network.hasLearningRates()) {
      return new double[] {1};
    }
    return Arrays.stream(configuredFactors)
        .map(f -> f * usableFactor)
        .filter(f -> f >= settings.minLearningRateFactor())
        .map(f -> f / network.learningRateFactor())
        .toArray();
  }

  private static void add(
      List<TrialState> trialStates, Start start, Snapshot snapshot, double[] factors) {
    if (factors.length > 0) {
      trialStates.add(
          new TrialState(
              start,
              snapshot.iteration(),
              snapshot.state().parameters(),
              snapshot.state().updaterState(),
              Arrays.stream(factors).boxed().toList()));
    }
  }

  /** {@return whether a change can be reviewed: whether there is memory for the state before it} */
  boolean canWatch() {
    stopWatching();
    reviewBytes = network.stateBytes();
    return memory.take(Use.REVIEW, reviewBytes);
  }

  /**
   * Puts an adopted change under review, after {@link #canWatch} has allowed it.
   *
   * @param changesRateOnly whether it only lowers the learning rate, and is taken back if it is
   *     useless
   */
  void watch(Snapshot before, Diagnosis diagnosis, boolean changesRateOnly) {
    adopted = new Adopted(before, diagnosis, changesRateOnly);
  }

  /** Ends the review and frees its snapshot. */
  void stopWatching() {
    Adopted watched = adopted;
    if (watched != null) {
      watched.before().state().release();
      memory.giveBack(Use.REVIEW, reviewBytes);
      adopted = null;
    }
  }

  /** The result of a review. */
  record Review(
      Trial trial, Snapshot before, Diagnosis diagnosis, boolean wasHarmful, boolean wasUseless) {}

  /**
   * Compares the network with its state before the adopted change.
   *
   * @return the result; null while the comparison is not due or not possible
   */
  @Nullable Review review(long iteration) {
    Adopted watched = adopted;
    if (watched == null || iteration - watched.before().iteration() < REVIEW_ITERATIONS) {
      return null;
    }
    long since = watched.before().iteration() + 1;
    if (!trials.hasEnough(since)) {
      trials.hurry();
      return null;
    }
    Snapshot before = watched.before();
    TrialState earlier =
        new TrialState(
            Start.SNAPSHOT,
            before.iteration(),
            before.state().parameters(),
            before.state().updaterState(),
            List.of(1.0));
    Trial trial =
        trials.run(Network.of(model), TrialQuestion.LOOK_BACK, since, NO_FACTORS, List.of(earlier));
    if (trial == null) {
      stopWatching();
      return null;
    }
    boolean wasHarmful = trial.winner() == 1;
    boolean wasUseless = trial.winner() < 0 && watched.changesRateOnly();
    if (wasHarmful || wasUseless) {
      failedChanges++;
    }
    return new Review(trial, before, watched.diagnosis(), wasHarmful, wasUseless);
  }

  /**
   * {@return whether a diagnosis finds that the objective may have moved: it says so, or finds the
   * network unstable. Large updates without an alarm are a state of the run, no jump.}
   */
  static boolean isJump(Diagnosis d) {
    boolean isState = d.problem().equals(Problem.LARGE_UPDATES) && !d.isAlarm();
    return (d.problem().is(ProblemFamily.EXPLODING) && !isState)
        || d.problem().equals(Problem.MOVING_OBJECTIVE);
  }

  @Override
  public void close() {
    stopWatching();
    trials.close();
  }
}
