package dev.traininghealth;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.jspecify.annotations.Nullable;

/**
 * Counts what an object holds in the heap: the objects and array elements that are reachable
 * through the plugin's objects, collections and arrays. What belongs to others (a network, a
 * storage) counts as one object.
 */
final class HeldObjects {
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Object> next = new ArrayDeque<>();
  private long count;

  private HeldObjects() {}

  /** {@return objects plus array elements}; another thread may change them meanwhile */
  static long of(Object holder) throws IllegalAccessException {
    for (int tries = 0; ; tries++) {
      try {
        HeldObjects held = new HeldObjects();
        held.walk(holder);
        return held.count;
      } catch (ConcurrentModificationException e) {
        if (tries == 100) {
          throw e;
        }
      }
    }
  }

  private void walk(Object holder) throws IllegalAccessException {
    visit(holder);
    while (!next.isEmpty()) {
      Object object = next.remove();
      count++;
      if (object instanceof StatsStorageRouter || object instanceof Thread) {
        continue;
      }
      if (object.getClass().isArray()) {
        int length = Array.getLength(object);
        count += length;
        for (int i = 0; i < length && object instanceof Object[]; i++) {
          visit(Array.get(object, i));
        }
      } else if (object instanceof Collection<?> elements) {
        elements.forEach(this::visit);
      } else if (object instanceof Map<?, ?> map) {
        map.forEach(
            (key, value) -> {
              visit(key);
              visit(value);
            });
      } else if (object instanceof CharSequence text) {
        count += text.length();
      } else if (object.getClass().getName().startsWith("dev.traininghealth.")) {
        fields(object);
      }
    }
  }

  private void fields(Object object) throws IllegalAccessException {
    for (Class<?> c = object.getClass(); c != null && c != Object.class; c = c.getSuperclass()) {
      if (!c.getName().startsWith("dev.traininghealth.")) {
        continue;
      }
      for (Field field : c.getDeclaredFields()) {
        if (!field.getType().isPrimitive() && !Modifier.isStatic(field.getModifiers())) {
          field.setAccessible(true);
          visit(field.get(object));
        }
      }
    }
  }

  private void visit(@Nullable Object object) {
    if (object != null && !(object instanceof Class<?>) && seen.add(object)) {
      next.add(object);
    }
  }
}
