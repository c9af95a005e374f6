package dev.traininghealth.trial;

import dev.traininghealth.network.Minibatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The latest minibatches of a run, copied. Each is, at random and before anything is known of it,
 * either one to step on or one to be scored on: what a branch is judged by it never steps on. Under
 * truncated backpropagation a whole series is one or the other.
 *
 * <p>Not thread-safe: to be used by the thread that trains.
 */
final class MinibatchRing implements AutoCloseable {
  /**
   * Minibatches to step on that are kept: as many as the longest branch takes, and some to spare.
   */
  private static final int MAX_STEPS = TrialPlan.MAX_STEPS_OF_FEW + 4;

  /** The fewest that a ring is worth its memory for. */
  private static final int MIN_STEPS = 8;

  /** Examples that branches are scored on: a paired difference of a tenth of its spread shows. */
  private static final int SCORED_EXAMPLES = 128;

  private static final int MIN_SCORED = 4;

  /** The one that {@link KeptObjective} has. */
  private static final int KEPT_BESIDE = 1;

  /** One of so many is to be scored on at least, until there are the fewest. */
  private static final int EARLY_SHARE = 3;

  private final long maxBytes;
  private final SplittableRandom random;
  private final List<KeptMinibatch> toStep = new ArrayList<>();
  private final List<KeptMinibatch> toScore = new ArrayList<>();
  private int nextToStep;
  private int nextToScore;
  private int maxToStep = -1;
  private int maxToScore;
  private boolean seriesIsScored;

  /** Series since the last block began, one of each of which is to be scored on. */
  private int inBlock;

  private boolean blockHasOne;

  /**
   * Creates an empty ring; memory is taken as minibatches come.
   *
   * @param maxBytes most memory for all copies together
   * @param seed of the choice between stepping and scoring; DL4J's generator is not drawn from
   */
  MinibatchRing(long maxBytes, long seed) {
    this.maxBytes = maxBytes;
    random = new SplittableRandom(seed);
  }

  /**
   * Copies a minibatch.
   *
   * @param live what is trained on now
   * @param iteration DL4J's, which trains on it
   */
  void add(Minibatch live, long iteration) {
    if (maxToStep < 0) {
      size(live);
    }
    if (maxToStep == 0) {
      return;
    }
    boolean starts = live.states().stream().allMatch(Map::isEmpty);
    if (starts) {
      boolean early = toScore.size() < MIN_SCORED; // a run that explodes at once has but a few
      int of = early ? EARLY_SHARE : Math.max(EARLY_SHARE, (maxToStep + maxToScore) / maxToScore);
      seriesIsScored = inBlock == random.nextInt(of - inBlock) + inBlock && !blockHasOne;
      blockHasOne |= seriesIsScored;
      inBlock++;
      if (inBlock >= of) {
        inBlock = 0;
        blockHasOne = false;
      }
    }
    if (seriesIsScored) {
      next(toScore, nextToScore, maxToScore).take(live, iteration, starts);
      nextToScore = (nextToScore + 1) % maxToScore;
    } else {
      next(toStep, nextToStep, maxToStep).take(live, iteration, starts);
      nextToStep = (nextToStep + 1) % maxToStep;
    }
  }

  private static KeptMinibatch next(List<KeptMinibatch> ring, int index, int max) {
    if (ring.size() < max && index == ring.size()) {
      ring.add(new KeptMinibatch());
    }
    return ring.get(index);
  }

  /** As many as the memory holds, in the proportion that both are wanted. */
  private void size(Minibatch live) {
    int examples = Math.max(1, live.examples());
    int scored = Math.max(MIN_SCORED, (SCORED_EXAMPLES + examples - 1) / examples);
    long affordable = maxBytes / Math.max(1, KeptMinibatch.bytes(live)) - KEPT_BESIDE;
    if (affordable < MIN_STEPS + MIN_SCORED) {
      maxToStep = 0;
      return;
    }
    maxToScore = (int) Math.max(MIN_SCORED, Math.min(scored, affordable / 3));
    maxToStep = (int) Math.min(MAX_STEPS, affordable - maxToScore);
  }

  /** Whether a minibatch of this network is too large for the memory; known once one was added. */
  boolean isTooSmall() {
    return maxToStep == 0;
  }

  /** Whether all places are taken, so that a minibatch that is left out is no loss. */
  boolean isFull() {
    return maxToStep >= 0 && toStep.size() >= maxToStep && toScore.size() >= maxToScore;
  }

  /**
   * Lists those to step on, oldest first.
   *
   * @param since the first iteration that counts
   * @return the minibatches; under truncated backpropagation from the start of a series on, where
   *     one is kept
   */
  List<KeptMinibatch> toStep(long since) {
    List<KeptMinibatch> kept = keptSince(toStep, since);
    @Nullable KeptMinibatch start =
        kept.stream().filter(KeptMinibatch::startsSeries).findFirst().orElse(null);
    return start == null ? kept : kept.subList(kept.indexOf(start), kept.size());
  }

  /** Lists those to be scored on, likewise. */
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
    toStep.clear();
    toScore.clear();
    maxToStep = -1;
    nextToStep = 0;
    nextToScore = 0;
    inBlock = 0;
    blockHasOne = false;
  }
}
