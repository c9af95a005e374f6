package dev.traininghealth.run;

import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.WeakHashMap;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;

/**
 * The claim of one listener to protect a network. Two listeners that change the same steps would
 * undo each other's work, so that the first one that is called protects and the others observe.
 *
 * <p>A claim ends when its run is closed, or when its listener is no longer called, because DL4J's
 * {@code setListeners} replaces listeners without closing them.
 */
final class Protector {
  private static final Map<Model, WeakReference<Protector>> CLAIMS = new WeakHashMap<>();

  private volatile long iteration = Long.MIN_VALUE;
  private volatile boolean lost;

  private Protector() {}

  /**
   * Claims a network.
   *
   * @param iteration the iteration under way
   * @return null if another listener has already been called in this iteration
   */
  static @Nullable Protector claim(Model model, long iteration) {
    synchronized (CLAIMS) {
      WeakReference<Protector> kept = CLAIMS.get(model);
      Protector other = kept == null ? null : kept.get();
      if (other != null && other.iteration == iteration) {
        return null;
      }
      if (other != null) {
        other.lost = true;
      }
      Protector claim = new Protector();
      claim.iteration = iteration;
      CLAIMS.put(model, new WeakReference<>(claim));
      return claim;
    }
  }

  /**
   * Keeps the claim in the next iteration.
   *
   * @return false if another listener has taken it since
   */
  boolean keep(long now) {
    iteration = now;
    return !lost;
  }

  /** Ends the claim. */
  void end() {
    iteration = Long.MIN_VALUE;
  }
}
