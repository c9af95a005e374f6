package dev.traininghealth.detect.diagnose;

import dev.traininghealth.detect.Detector;
import dev.traininghealth.numbers.Restorable;
import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of user detectors that only implement {@link Serializable}, as earlier versions required.
 *
 * <p>That saves nothing any more, so they would lose their state silently.
 */
final class UnsavedState {
  private static final Logger log = LoggerFactory.getLogger(UnsavedState.class);

  private UnsavedState() {}

  /** Logs one warning for each class. */
  static void warnOf(List<Detector> detectors) {
    detectors.stream()
        .filter(detector -> detector instanceof Serializable && !(detector instanceof Restorable))
        .map(Object::getClass)
        .distinct()
        .filter(UnsavedState::hasState)
        .forEach(
            type ->
                log.warn(
                    "Detector {} is Serializable, but that does not save its state: it starts without"
                        + " state after restore(file), and its state is not rolled back with the network."
                        + " Implement {} to change both.",
                    type.getName(),
                    Restorable.class.getName()));
  }

  /** {@return whether a class has fields that may change} */
  private static boolean hasState(Class<?> type) {
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      if (Arrays.stream(c.getDeclaredFields()).anyMatch(UnsavedState::isState)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isState(Field field) {
    int modifiers = field.getModifiers();
    if (Modifier.isStatic(modifiers) || Modifier.isTransient(modifiers) || field.isSynthetic()) {
      return false;
    }
    Class<?> type = field.getType();
    boolean unchangeable = type.isPrimitive() || type.isEnum() || type == String.class;
    return !(Modifier.isFinal(modifiers) && unchangeable);
  }
}
