package dev.traininghealth.detect;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.ObjectStreamException;
import java.io.OutputStream;
import java.util.Set;

/**
 * Serialised state, of classes alone that do no harm when they are read: numbers, collections and
 * times of the JDK, the plugin's own, and those beside the state's owner. What must not be read
 * back is not written either, so that it is found out at once, and not when it is needed.
 */
final class DetectorState {
  private static final Set<String> PACKAGES =
      Set.of(
          "java.lang",
          "java.util",
          "java.util.concurrent",
          "java.util.concurrent.atomic",
          "java.util.concurrent.locks",
          "java.math",
          "java.time",
          "dev.traininghealth.detect",
          "dev.traininghealth.measure");

  private DetectorState() {}

  /**
   * Makes a stream that writes state.
   *
   * @param owner class whose package, and those of its superclasses, are written as well
   */
  static ObjectOutputStream writer(OutputStream out, Class<?> owner) throws IOException {
    return new Writer(out, owner);
  }

  /**
   * Makes a stream that reads state, and throws an {@link InvalidClassException} at any class that
   * is not allowed.
   *
   * @param owner class whose package, and those of its superclasses, are read as well
   */
  static ObjectInputStream reader(byte[] bytes, Class<?> owner) throws IOException {
    return new Reader(bytes, owner);
  }

  private static boolean isAllowed(Class<?> type, Class<?> owner) {
    String name = type.getPackageName();
    if (PACKAGES.contains(name)
        || type == IOException.class // what a stream writes of its own failure
        || ObjectStreamException.class.isAssignableFrom(type)) {
      return true;
    }
    for (Class<?> c = owner; c != null; c = c.getSuperclass()) {
      if (c.getPackageName().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static InvalidClassException refused(Class<?> type) {
    return new InvalidClassException(type.getName(), "not a class that statistics may hold");
  }

  private static final class Writer extends ObjectOutputStream {
    private final Class<?> owner;

    Writer(OutputStream out, Class<?> owner) throws IOException {
      super(out);
      this.owner = owner;
    }

    @Override
    protected void annotateClass(Class<?> type) throws IOException {
      if (!isAllowed(type, owner)) {
        throw refused(type);
      }
    }

    @Override
    protected void annotateProxyClass(Class<?> type) throws IOException {
      throw refused(type);
    }
  }

  private static final class Reader extends ObjectInputStream {
    private static final int DEEPEST = 100;

    private final Class<?> owner;

    Reader(byte[] bytes, Class<?> owner) throws IOException {
      super(new ByteArrayInputStream(bytes));
      this.owner = owner;
      // No array has more elements than bytes; what collections allocate is at most a few times
      // that.
      ObjectInputFilter limits =
          ObjectInputFilter.Config.createFilter(
              "maxdepth="
                  + DEEPEST
                  + ";maxrefs="
                  + bytes.length
                  + ";maxarray="
                  + (64 + 4L * bytes.length));
      setObjectInputFilter(
          info -> {
            Class<?> type = info.serialClass();
            return type == null || isAllowed(type, owner)
                ? limits.checkInput(info)
                : ObjectInputFilter.Status.REJECTED;
          });
    }

    /** A detector may have been loaded by another loader than the plugin. */
    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      Class<?> type;
      try {
        type = Class.forName(description.getName(), false, owner.getClassLoader());
      } catch (ClassNotFoundException e) {
        type = super.resolveClass(description);
      }
      if (!isAllowed(type, owner)) {
        throw refused(type); // the filter would not name it
      }
      return type;
    }

    @Override
    protected Class<?> resolveProxyClass(String[] interfaces) throws InvalidClassException {
      throw new InvalidClassException("statistics hold no proxies");
    }
  }
}
