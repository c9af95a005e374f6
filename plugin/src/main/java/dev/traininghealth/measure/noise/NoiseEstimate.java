package dev.traininghealth.measure.noise;

/**
 * Estimates the simple noise scale of a network's gradient from several minibatches at the same
 * parameters.
 *
 * <p>It is B = tr(Σ) / |G|², with Σ the covariance of the gradients of single examples and G their
 * mean: the batch size at which noise and signal of a minibatch's gradient are equal. Source:
 * McCandlish et al. 2018, "An Empirical Model of Large-Batch Training", who estimate both from the
 * squared norms of gradients of two batch sizes and average them before dividing. So does this
 * class:
 *
 * <ul>
 *   <li><b>|G|²</b> is the mean of g(i)·g(j) over all pairs of minibatches. That is their estimate
 *       with one minibatch as the small size and all together as the large one. Its noise falls
 *       with the number of minibatches, while that of a mean over single minibatches falls with the
 *       root.
 *   <li><b>tr(Σ)</b> within minibatches is n/4 times the squared difference of the gradients of two
 *       random halves, with n examples in both. Between minibatches it is n times the mean of |g|²,
 *       less |G|². Both are the same if examples are shuffled. Sorted examples raise the second,
 *       repeated minibatches lower it.
 *   <li><b>Bounds</b>: the lower one divides the smaller tr(Σ) by the largest |G|² that its noise
 *       allows, the upper one the larger by the smallest. There is no upper bound if |G|² may be 0.
 * </ul>
 *
 * @hidden
 */
public final class NoiseEstimate {
  /**
   * Minibatches before which there are no bounds. The standard errors are themselves known to a
   * quarter then (1 / √(2 · 8)).
   */
  public static final int MIN_MINIBATCHES = 8;

  /** Standard errors of tr(Σ) that its bounds allow. */
  private static final double SPREAD_ERRORS = 2;

  /**
   * Standard errors of |G|² that its bounds allow. They are computed as if pairs with different
   * latest minibatches were independent. If the signal dominates, they are too low by a factor of
   * up to 2, so that two standard errors remain.
   */
  private static final double SIGNAL_ERRORS = 4;

  private int examples;
  private int minibatches;
  private double spreads;
  private double squaredSpreads;
  private double squaredNorms;

  /** Sums over minibatches, weighted by the number of earlier ones that each is paired with. */
  private double pairs;

  private double squaredPairs;
  private double products;
  private double productsByPairs;
  private double squaredProducts;

  /** Creates an estimate from no minibatch. */
  public NoiseEstimate() {}

  /**
   * Starts again with no minibatch.
   *
   * @param examplesPerMinibatch in both halves of each minibatch together
   */
  public void begin(int examplesPerMinibatch) {
    examples = examplesPerMinibatch;
    minibatches = 0;
    spreads = 0;
    squaredSpreads = 0;
    squaredNorms = 0;
    pairs = 0;
    squaredPairs = 0;
    products = 0;
    productsByPairs = 0;
    squaredProducts = 0;
  }

  /**
   * Takes the gradient of a minibatch, a mean over its examples.
   *
   * @param difference squared L2 norm of the difference of its halves' gradients
   * @param squaredNorm its squared L2 norm
   * @param product its inner product with the sum of the gradients of all earlier minibatches
   */
  public void add(double difference, double squaredNorm, double product) {
    double spread = difference * examples / 4;
    spreads += spread;
    squaredSpreads += spread * spread;
    squaredNorms += squaredNorm;
    double earlier = minibatches;
    pairs += earlier;
    squaredPairs += earlier * earlier;
    products += product;
    productsByPairs += product * earlier;
    squaredProducts += product * product;
    minibatches++;
  }

  /** {@return the examples of each minibatch} */
  public int examples() {
    return examples;
  }

  /** {@return the number of minibatches so far} */
  public int minibatches() {
    return minibatches;
  }

  /** {@return whether the sums are finite, without which the minibatches say nothing} */
  public boolean isFinite() {
    return Double.isFinite(squaredSpreads) && Double.isFinite(squaredProducts);
  }

  /** {@return the estimated |G|², which its noise may make negative; NaN before two minibatches} */
  public double signal() {
    return products / pairs;
  }

  /** {@return the estimated tr(Σ) within minibatches; NaN before the first} */
  public double spread() {
    return spreads / minibatches;
  }

  /**
   * {@return what tr(Σ) exceeds by more than its standard errors, at least 0; NaN before {@value
   * #MIN_MINIBATCHES} minibatches}
   */
  public double variance() {
    double spread = Math.min(spread(), spreadBetween()) - SPREAD_ERRORS * spreadError();
    return isKnown() ? Math.max(0, spread) : Double.NaN;
  }

  /**
   * {@return a batch size that the noise scale exceeds, at least 0; NaN before {@value
   * #MIN_MINIBATCHES} minibatches, and if all gradients are 0}
   */
  public double low() {
    return variance() / (Math.max(0, signal()) + signalMargin());
  }

  /**
   * {@return a batch size that exceeds the noise scale; infinite if the gradient may be noise
   * alone; NaN as for {@link #low}}
   */
  public double high() {
    double smallest = signal() - signalMargin();
    if (!isKnown()) {
      return Double.NaN;
    }
    double spread = Math.max(spread(), spreadBetween()) + SPREAD_ERRORS * spreadError();
    return smallest > 0 ? spread / smallest : Double.POSITIVE_INFINITY;
  }

  private boolean isKnown() {
    return minibatches >= MIN_MINIBATCHES && isFinite() && squaredNorms > 0;
  }

  private double spreadBetween() {
    return examples * (squaredNorms / minibatches - signal());
  }

  private double spreadError() {
    double variance = squaredSpreads / minibatches - spread() * spread();
    return Math.sqrt(Math.max(0, variance) / (minibatches - 1));
  }

  /** Of the weighted mean of the inner products, each of which has one minibatch as its latest. */
  private double signalMargin() {
    double mean = signal();
    double residuals = squaredProducts - 2 * mean * productsByPairs + mean * mean * squaredPairs;
    double correction = (minibatches - 1.0) / (minibatches - 2.0);
    return SIGNAL_ERRORS * Math.sqrt(Math.max(0, residuals) * correction) / pairs;
  }
}
