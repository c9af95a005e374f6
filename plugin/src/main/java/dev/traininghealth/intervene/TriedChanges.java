package dev.traininghealth.intervene;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.intervene.model.EditedNetwork;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.network.Network;
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
 * Decides what is tried on copies of the network, and when, and looks back at what was adopted. It
 * changes nothing itself.
 */
final class TriedChanges implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TriedChanges.class);

  private static final double[] NONE = {};

  /** Iterations after which a change that was adopted is compared with the state before it. */
  static final int LOOK_BACK = 100;

  /** Adopted changes that did not hold, after which nothing is tried while data are the cause. */
  private static final int MAX_IN_VAIN = 2;

  private final ProtectionSettings settings;
  private final Model model;
  private final EditedNetwork network;
  private final @Nullable SnapshotRing snapshots;
  private final Trials trials;
  private final TrialPace pace = new TrialPace();
  private final Function<Model, Minibatch> minibatch;
  private @Nullable Adopted adopted;
  private int inVain;
  private int hopeless;
  private long jumpAt;

  /** A change that is watched: what the network was before it, and what it was about. */
  private record Adopted(Snapshot before, Diagnosis diagnosis, boolean ofRateAlone) {}

  /**
   * @param minibatch reads what the network is being trained on
   */
  TriedChanges(
      ProtectionSettings settings,
      CostAccount account,
      Model model,
      EditedNetwork network,
      @Nullable SnapshotRing snapshots,
      Function<Model, Minibatch> minibatch) {
    this.settings = settings;
    this.model = model;
    this.network = network;
    this.snapshots = snapshots;
    this.minibatch = minibatch;
    trials =
        new Trials(
            settings.maxTrialBytes(),
            settings.maxTrialShare(),
            account,
            copy -> new EditedNetwork(copy, false)::scaleLearningRates);
    if (settings.maxTrialShare() == 0 && settings.policy().tries()) {
      log.info(
          "No changes are tried on copies of this network: steps are skipped and gradients clipped,"
              + " and it is set back only where its parameters are not finite.");
    }
  }

  /** When the gradient is known: keeps the minibatch, unless its own values are to blame. */
  void onGradient(long iteration, boolean badData) {
    if (!badData && isPossible() && trials.isKeeping()) {
      trials.keep(minibatch.apply(model), iteration);
    }
  }

  /** Takes note of a jump of the score or the gradients: what came before is of another time. */
  void jumped(long iteration) {
    jumpAt = Math.max(jumpAt, iteration);
  }

  /** Whether changes can be tried on this network. */
  boolean isPossible() {
    return trials.isPossible() && settings.maxTrialShare() > 0;
  }

  /**
   * Tries what may help against a diagnosis.
   *
   * @return what came of it; null where it is not time for a trial, or none is possible
   */
  @Nullable Trial against(AfterUpdate.Try wish, long iteration, boolean dataAtFault) {
    String problem = wish.question() + " " + wish.diagnosis().problem().family();
    boolean lost = wish.question() == TrialQuestion.LOST;
    long since = lost ? 0 : jumpAt;
    if (!isPossible() || (dataAtFault && inVain >= MAX_IN_VAIN)) {
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
    double[] factors = presentFactors(wish.question());
    List<TrialState> states = states(wish.question());
    if (factors.length == 0 && states.isEmpty()) {
      return null; // there is nothing to try
    }
    Trial trial = trials.run(Network.of(model), wish.question(), since, factors, states);
    if (trial != null) {
      hopeless = trial.isHopeless() ? hopeless + 1 : 0;
      if (trial.isAdopted() && trial.cause() != Trial.Cause.ROWS) {
        pace.adopted(problem, iteration);
      } else {
        pace.inVain(problem, iteration);
      }
    }
    return trial;
  }

  /** Whether a trial has found that the loss is another than it was. */
  boolean hasObjectiveMoved() {
    return trials.hasObjectiveMoved();
  }

  /** Somebody else has written other weights: with them the run begins anew. */
  void beginAnew() {
    watchNoMore();
    trials.beginAnew();
  }

  /** Trials in a row in which every branch lost the network. */
  int hopeless() {
    return hopeless;
  }

  /** Tries whether the learning rates may rise. */
  @Nullable Trial raise(double factor, double most, long iteration) {
    if (!isPossible()
        || adopted != null
        || !pace.isDue(TrialQuestion.RAISE.name(), iteration)
        || !trials.hasEnough(jumpAt)
        || !trials.isAffordable()) {
      return null;
    }
    double[] factors =
        allowed(new double[] {1 / factor, Math.min(factor, most)}, network.learningRateFactor());
    Trial trial = trials.run(Network.of(model), TrialQuestion.RAISE, jumpAt, factors, List.of());
    if (trial != null && !trial.isAdopted()) {
      pace.inVain(TrialQuestion.RAISE.name(), iteration, settings.healthyIterationsBeforeRaise());
    }
    return trial;
  }

  private double[] presentFactors(TrialQuestion question) {
    if (!network.hasLearningRates()) {
      return NONE;
    }
    double[] factors =
        switch (question) {
          case HARM, STANDSTILL -> new double[] {0.5, 0.1, 0.01};
          case PLATEAU -> new double[] {0.5};
          case LOST, RAISE, LOOK_BACK -> NONE;
        };
    return allowed(factors, network.learningRateFactor());
  }

  private double[] allowed(double[] factors, double present) {
    return Arrays.stream(factors)
        .filter(f -> f * present >= settings.minLearningRateFactor())
        .toArray();
  }

  /** The snapshots, and the network as it began, with the rates to try them with. */
  private List<TrialState> states(TrialQuestion question) {
    SnapshotRing ring = snapshots;
    List<TrialState> states = new ArrayList<>();
    if (ring == null || question == TrialQuestion.PLATEAU) {
      return states;
    }
    boolean lost = question == TrialQuestion.LOST;
    double lowered = Math.pow(0.5, Math.max(1, ring.consecutiveRollbacks()));
    for (Snapshot snapshot : ring.candidates()) {
      double[] absolute =
          lost && ring.consecutiveRollbacks() == 0
              ? new double[] {1, lowered, 0.1}
              : new double[] {lowered, 0.1};
      double usable = Math.min(network.learningRateFactor(), snapshot.learningRateFactor());
      add(states, Start.SNAPSHOT, snapshot, scaled(absolute, usable));
    }
    Snapshot start = ring.start();
    if (start != null) {
      add(states, Start.BEGINNING, start, scaled(new double[] {0.1, 0.01, 0.001}, 1));
    }
    return states;
  }

  /** From factors on the user's own rates to factors on the present ones. */
  private double[] scaled(double[] absolute, double by) {
    if (!network.hasLearningRates()) {
      return new double[] {1};
    }
    return Arrays.stream(absolute)
        .map(f -> f * by)
        .filter(f -> f >= settings.minLearningRateFactor())
        .map(f -> f / network.learningRateFactor())
        .toArray();
  }

  private static void add(
      List<TrialState> states, Start start, Snapshot snapshot, double[] factors) {
    if (factors.length > 0) {
      states.add(
          new TrialState(
              start,
              snapshot.iteration(),
              snapshot.state().parameters(),
              snapshot.state().updaterState(),
              Arrays.stream(factors).boxed().toList()));
    }
  }

  /**
   * Watches a change that was adopted.
   *
   * @param ofRateAlone whether it is only slower than before, and is taken back where it gains
   *     nothing
   */
  void watch(Snapshot before, Diagnosis diagnosis, boolean ofRateAlone) {
    adopted = new Adopted(before, diagnosis, ofRateAlone);
  }

  /** Stops watching: the network has been set back since, or the change is given up. */
  void watchNoMore() {
    Adopted watched = adopted;
    if (watched != null) {
      watched.before().state().release();
      adopted = null;
    }
  }

  /** What a look back found. */
  record LookedBack(
      Trial trial, Snapshot before, Diagnosis diagnosis, boolean didHarm, boolean gaveNothing) {}

  /** Compares with the state before the change, once it has had its time; null before. */
  @Nullable LookedBack lookBack(long iteration) {
    Adopted watched = adopted;
    if (watched == null || iteration - watched.before().iteration() < LOOK_BACK) {
      return null;
    }
    long since = watched.before().iteration() + 1;
    if (!trials.hasEnough(since)) {
      trials.hurry();
      return null;
    }
    Snapshot before = watched.before();
    TrialState then =
        new TrialState(
            Start.SNAPSHOT,
            before.iteration(),
            before.state().parameters(),
            before.state().updaterState(),
            List.of(1.0));
    Trial trial =
        trials.run(Network.of(model), TrialQuestion.LOOK_BACK, since, NONE, List.of(then));
    if (trial == null) {
      watchNoMore();
      return null;
    }
    boolean didHarm = trial.winner() == 1;
    boolean gaveNothing = trial.winner() < 0 && watched.ofRateAlone();
    if (didHarm || gaveNothing) {
      inVain++;
    }
    return new LookedBack(trial, before, watched.diagnosis(), didHarm, gaveNothing);
  }

  /**
   * Whether a diagnosis says that the network is unstable, so that its objective may have moved.
   */
  static boolean isJump(Diagnosis d) {
    return d.problem().is(ProblemFamily.EXPLODING);
  }

  @Override
  public void close() {
    watchNoMore();
    trials.close();
  }
}
