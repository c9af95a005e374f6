package dev.traininghealth.network;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;

/**
 * Finds listeners that may change a gradient or the minibatch before this plugin measures them:
 * those of other code that react to the forward pass, the backward pass or the gradient. DL4J's own
 * and the plugin's leave the zeros of a gradient zero.
 */
final class ForeignListeners {
  private static final String DL4J = "org.deeplearning4j.";
  private static final String PLUGIN = pluginPackage();

  /** The listeners at the latest call, so that classes are only examined when one changes. */
  private @Nullable TrainingListener[] known = new TrainingListener[0];

  private boolean present;

  /**
   * Whether there is such a listener; allocates nothing while the listeners are the same.
   *
   * @param listeners the network's own collection, which may change between calls
   */
  boolean arePresent(Collection<TrainingListener> listeners) {
    if (!(listeners instanceof List<TrainingListener> list)) {
      return true;
    }
    if (!isKnown(list)) {
      known = list.toArray(new TrainingListener[0]);
      present = list.stream().anyMatch(ForeignListeners::isForeign);
    }
    return present;
  }

  private boolean isKnown(List<TrainingListener> list) {
    if (list.size() != known.length) {
      return false;
    }
    for (int i = 0; i < known.length; i++) {
      if (list.get(i) != known[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isForeign(TrainingListener listener) {
    Class<?> type = listener.getClass();
    return isForeign(type, "onForwardPass", List.class)
        || isForeign(type, "onForwardPass", Map.class)
        || isForeign(type, "onBackwardPass")
        || isForeign(type, "onGradientCalculation");
  }

  /** Whether the method is implemented by other code. */
  private static boolean isForeign(Class<?> type, String method, Class<?>... activations) {
    try {
      Class<?> implementing =
          (activations.length == 0
                  ? type.getMethod(method, Model.class)
                  : type.getMethod(method, Model.class, activations[0]))
              .getDeclaringClass();
      String name = implementing.getName();
      return !name.startsWith(DL4J) && !name.startsWith(PLUGIN);
    } catch (NoSuchMethodException | LinkageError e) {
      return true;
    }
  }

  private static String pluginPackage() {
    String own = ForeignListeners.class.getPackageName();
    return own.substring(0, own.lastIndexOf('.') + 1);
  }
}
