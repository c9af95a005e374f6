package dev.traininghealth.trial;

import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.guard.MemoryBudget.Use;
import dev.traininghealth.network.Minibatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of the latest minibatches of a run. Each is assigned at random, independently of its
 * content, either to stepping or to scoring, so that a branch is never scored on data it stepped
 * on. Under truncated backpropagation a whole series is assigned together.
 *
 * <p>Not thread-safe: only the training thread may use it.
 */
final class MinibatchRing implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MinibatchRing.class);

  /**
   * Maximum of minibatches kept for stepping: as many as the longest branch needs, and four more.
   */
  private static final int MAX_STEPS = TrialPlan.MAX_STEPS_OF_FEW + 4;

  /** Minimum of minibatches for stepping; with fewer, the ring is not worth its memory. */
  private static final int MIN_STEPS = 8;

  /**
   * Number of examples for scoring: enough to detect a paired difference of a tenth of its spread.
   */
  private static final int SCORED_EXAMPLES = 128;

  private static final int MIN_SCORED = 4;

  /** The minibatch that {@link KeptObjective} keeps. */
  private static final int OBJECTIVE_MINIBATCHES = 1;

  /** Minibatches for which memory is reserved at once while the ring fills. */
  private static final int RESERVED_AT_ONCE = 4;

  /** Minimum of series per block, of which one is for scoring; also used for the first blocks. */
  private static final int MIN_BLOCK_SERIES = 3;

  private final long maxBytes;
  private final MemoryBudget budget;
  private final SplittableRandom random;
  private final ArrayList<KeptMinibatch> toStep = new ArrayList<>();
  private final ArrayList<KeptMinibatch> toScore = new ArrayList<>();

  /** Reserved for minibatches to come. */
  private final ArrayList<KeptMinibatch> unused = new ArrayList<>();

  private int nextToStep;
  private int nextToScore;
  private int maxToStep = -1;
  private int maxToScore;
  private long takenBytes;
  private boolean seriesIsScored;

  /** Series since the start of the current block; one series of each block is for scoring. */
  private int inBlock;

  private boolean blockHasOne;

  /**
   * Creates an empty ring, which reserves memory as minibatches are added.
   *
   * @param maxBytes maximum memory for all copies together, bytes
   * @param budget of the run, which is asked when the size of a minibatch is known
   * @param seed of the assignment to stepping or scoring, which does not draw from DL4J's generator
   */
  MinibatchRing(long maxBytes, MemoryBudget budget, long seed) {
    this.maxBytes = maxBytes;
    this.budget = budget;
    random = new SplittableRandom(seed);
  }

  /**
   * Copies a minibatch.
   *
   * @param live the current minibatch of the training
   * @param iteration DL4J's iteration that trains on it
   */
  void add(Minibatch live, long iteration) {
    if (maxToStep < 0) {
      size(live);
    }
    if (maxToStep == 0) {
      return;
    }
    boolean starts = startsSeries(live);
    if (starts) {
      boolean early = toScore.size() < MIN_SCORED; // a run that explodes at once has only a few
      int of =
          early
              ? MIN_BLOCK_SERIES
              : Math.max(MIN_BLOCK_SERIES, (maxToStep + maxToScore) / maxToScore);
      seriesIsScored = inBlock == random.nextInt(of - inBlock) + inBlock && !blockHasOne;
      blockHasOne |= seriesIsScored;
      inBlock++;
      if (inBlock >= of) {
        inBlock = 0;
        blockHasOne = false;
      }
    }
    if (seriesIsScored) {
      next(toScore, nextToScore, maxToScore, live).take(live, iteration, starts);
      nextToScore = (nextToScore + 1) % maxToScore;
    } else {
      next(toStep, nextToStep, maxToStep, live).take(live, iteration, starts);
      nextToStep = (nextToStep + 1) % maxToStep;
    }
  }

  private static boolean startsSeries(Minibatch live) {
    List<Map<String, INDArray>> states = live.states();
    for (int i = 0; i < states.size(); i++) { // an iterator would be allocated
      if (!states.get(i).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private KeptMinibatch next(List<KeptMinibatch> ring, int index, int max, Minibatch live) {
    if (ring.size() < max && index == ring.size()) {
      if (unused.isEmpty()) {
        reserve(live);
      }
      ring.add(unused.remove(unused.size() - 1));
    }
    return ring.get(index);
  }

  /** Reserves memory for the next minibatches, so that most iterations only copy. */
  private void reserve(Minibatch live) {
    int missing = maxToStep + maxToScore - toStep.size() - toScore.size();
    for (int i = 0; i < Math.min(RESERVED_AT_ONCE, missing); i++) {
      KeptMinibatch kept = new KeptMinibatch();
      kept.prepare(live);
      unused.add(kept);
    }
  }

  /** Computes the ring's sizes from the memory, in the desired proportion of both kinds. */
  private void size(Minibatch live) {
    int examples = Math.max(1, live.examples());
    int scored = Math.max(MIN_SCORED, (SCORED_EXAMPLES + examples - 1) / examples);
    long bytes = Math.max(1, KeptMinibatch.bytes(live));
    int min = MIN_STEPS + MIN_SCORED + OBJECTIVE_MINIBATCHES;
    long affordable = maxBytes / bytes;
    if (affordable < min) {
      maxToStep = 0;
      log.info(
          "Changes cannot be tried: thirteen minibatches of {} bytes exceed the memory limit of"
              + " trials, maxTrialBytes. Protection is limited to interventions that cost no"
              + " learning.",
          bytes);
      return;
    }
    divide(affordable, scored);
    int wanted = maxToStep + maxToScore + OBJECTIVE_MINIBATCHES;
    long granted = budget.takeUnits(Use.TRIAL_MINIBATCHES, bytes, min, wanted);
    if (granted == 0) {
      maxToStep = 0;
      return;
    }
    takenBytes = granted * bytes;
    if (granted < wanted) {
      divide(granted, scored);
    }
    toScore.ensureCapacity(maxToScore);
    toStep.ensureCapacity(maxToStep);
    unused.ensureCapacity(RESERVED_AT_ONCE);
  }

  private void divide(long minibatches, int scored) {
    long affordable = minibatches - OBJECTIVE_MINIBATCHES;
    maxToScore = (int) Math.max(MIN_SCORED, Math.min(scored, affordable / 3));
    maxToStep = (int) Math.min(MAX_STEPS, affordable - maxToScore);
  }

  /** Whether a minibatch of this network is too large for the memory; known after the first. */
  boolean isTooSmall() {
    return maxToStep == 0;
  }

  /** Whether all places are in use, so that skipping a minibatch loses nothing. */
  boolean isFull() {
    return maxToStep >= 0 && toStep.size() >= maxToStep && toScore.size() >= maxToScore;
  }

  /**
   * Lists the minibatches for stepping, oldest first.
   *
   * @param since the first iteration that counts
   * @return the minibatches; under truncated backpropagation from the start of a series, if one is
   *     kept
   */
  List<KeptMinibatch> toStep(long since) {
    List<KeptMinibatch> kept = keptSince(toStep, since);
    @Nullable KeptMinibatch start =
        kept.stream().filter(KeptMinibatch::startsSeries).findFirst().orElse(null);
    return start == null ? kept : kept.subList(kept.indexOf(start), kept.size());
  }

  /** Lists the minibatches for scoring, oldest first. */
  List<KeptMinibatch> toScore(long since) {
    return keptSince(toScore, since);
  }

  private static List<KeptMinibatch> keptSince(List<KeptMinibatch> ring, long since) {
    List<KeptMinibatch> kept = new ArrayList<>();
    for (KeptMinibatch k : ring) {
      if (k.iteration() >= 0 && k.iteration() >= since) {
        kept.add(k);
      }
    }
    kept.sort(Comparator.comparingLong(KeptMinibatch::iteration));
    return kept;
  }

  @Override
  public void close() {
    toStep.forEach(KeptMinibatch::close);
    toScore.forEach(KeptMinibatch::close);
    unused.forEach(KeptMinibatch::close);
    unused.clear();
    toStep.clear();
    toScore.clear();
    budget.giveBack(Use.TRIAL_MINIBATCHES, takenBytes);
    takenBytes = 0;
    maxToStep = -1;
    nextToStep = 0;
    nextToScore = 0;
    inBlock = 0;
    blockHasOne = false;
  }
}
