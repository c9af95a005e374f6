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
 * Warns of detectors that keep their state as earlier versions of the plugin had it: they are
 * {@link Serializable}, which saves nothing now, and would begin anew without a word.
 */
final class UnsavedState {
  private static final Logger log = LoggerFactory.getLogger(UnsavedState.class);

  private UnsavedState() {}

  /** One warning for each class. */
  static void warnOf(List<Detector> detectors) {
    detectors.stream()
        .filter(detector -> detector instanceof Serializable && !(detector instanceof Restorable))
        .map(Object::getClass)
        .distinct()
        .filter(UnsavedState::hasState)
        .forEach(
            type ->
                log.warn(
                    "Detector {} is Serializable, and its state is not saved by that: it begins anew"
                        + " after restore(file), and is not taken back with a network that is rolled"
                        + " back. Let it implement {} for both.",
                    type.getName(),
                    Restorable.class.getName()));
  }

  /** Whether something may change: settings are final and hold nothing that does. */
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
