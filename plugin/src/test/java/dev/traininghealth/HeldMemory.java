package dev.traininghealth;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Memory outside the Java heap that an object holds. These are all arrays and pointers that are
 * reachable from it through the plugin's and DL4J's objects, except those that others hold too.
 */
final class HeldMemory {
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Object> next = new ArrayDeque<>();
  private final List<INDArray> arrays = new ArrayList<>();
  private final List<Pointer> pointers = new ArrayList<>();
  private final boolean throughPlugin;

  private HeldMemory(boolean throughPlugin) {
    this.throughPlugin = throughPlugin;
  }

  /**
   * Finds the memory that one object holds and others do not.
   *
   * @param others e.g. the network and its data; a view of one of their arrays belongs to them, too
   */
  static HeldMemory of(Object holder, Object... others) throws IllegalAccessException {
    HeldMemory theirs = new HeldMemory(false); // a network has the listener
    theirs.walk(others);
    Set<DataBuffer> buffers = Collections.newSetFromMap(new IdentityHashMap<>());
    theirs.arrays.forEach(array -> buffers.add(buffer(array)));
    HeldMemory held = new HeldMemory(true);
    held.walk(holder);
    held.arrays.removeIf(array -> buffers.contains(buffer(array)));
    return held;
  }

  /** {@return the shapes of arrays whose memory is still allocated; a view counts as its array} */
  List<String> arrays() {
    return arrays.stream()
        .filter(array -> !array.wasClosed())
        .map(array -> array.shapeInfoToString().replaceAll("\\s+", " "))
        .toList();
  }

  /** {@return pointers that own memory which is still allocated} */
  List<String> pointers() {
    return pointers.stream().filter(p -> !p.isNull()).map(Pointer::toString).toList();
  }

  private static DataBuffer buffer(INDArray array) {
    DataBuffer original = array.data().originalDataBuffer();
    return original == null ? array.data() : original;
  }

  private void walk(Object... roots) throws IllegalAccessException {
    for (Object root : roots) {
      visit(root);
    }
    while (!next.isEmpty()) {
      Object object = next.remove();
      if (object instanceof Object[] elements) {
        for (Object element : elements) {
          visit(element);
        }
      } else if (object instanceof Collection<?> elements) {
        elements.forEach(this::visit);
      } else if (object instanceof Map<?, ?> map) {
        map.keySet().forEach(this::visit);
        map.values().forEach(this::visit);
      } else if (isWalkable(object.getClass())) {
        for (Class<?> c = object.getClass(); c != null && isWalkable(c); c = c.getSuperclass()) {
          fields(c, object);
        }
      }
    }
  }

  private boolean isWalkable(Class<?> type) {
    if (type.equals(BatchNormalization.class)) {
      return false; // keeps an array of its last forward pass that cannot be reached from outside
    }
    return (throughPlugin && type.getName().startsWith("dev.traininghealth."))
        || type.getName().startsWith("org.deeplearning4j.")
        || type.getName().startsWith("org.nd4j.linalg.learning.")
        || type.getName().startsWith("org.nd4j.linalg.dataset.");
  }

  private void fields(Class<?> type, Object object) throws IllegalAccessException {
    for (Field field : type.getDeclaredFields()) {
      if (!field.getType().isPrimitive() && !Modifier.isStatic(field.getModifiers())) {
        field.setAccessible(true);
        visit(field.get(object));
      }
    }
  }

  private void visit(@Nullable Object object) {
    if (object == null || object instanceof String || !seen.add(object)) {
      return;
    }
    if (object instanceof INDArray array) {
      if (!array.isEmpty() && !array.isAttached()) { // a workspace's memory is the workspace's
        arrays.add(array);
      }
    } else if (object instanceof Pointer pointer) {
      if (isOwner(pointer)) {
        pointers.add(pointer);
      }
    } else {
      next.add(object);
    }
  }

  /** A pointer to memory that another owns has no deallocator. */
  private static boolean isOwner(Pointer pointer) {
    try {
      Field deallocator = Pointer.class.getDeclaredField("deallocator");
      deallocator.setAccessible(true);
      return deallocator.get(pointer) != null;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }
}
