package dev.traininghealth.intervene;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;

/** A clipping rule for each run, since rules keep state and settings are shared. */
final class Copies {
  private Copies() {}

  /**
   * Copies a rule by serialising it.
   *
   * @throws IllegalArgumentException if it cannot be serialised
   */
  static GradientClipping of(GradientClipping rule) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(rule);
    } catch (IOException e) {
      throw notSerializable(rule, e);
    }
    ClassLoader loader = rule.getClass().getClassLoader();
    try (ObjectInputStream in = new Reader(new ByteArrayInputStream(bytes.toByteArray()), loader)) {
      return (GradientClipping) in.readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw notSerializable(rule, e);
    }
  }

  private static IllegalArgumentException notSerializable(GradientClipping rule, Exception e) {
    return new IllegalArgumentException(
        "The clipping rule " + rule.name() + " must be serialisable, for each run has its own", e);
  }

  /** Knows the classes that the rule knows. */
  private static final class Reader extends ObjectInputStream {
    private final ClassLoader loader;

    Reader(InputStream in, ClassLoader loader) throws IOException {
      super(in);
      this.loader = loader;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(description.getName(), false, loader);
      } catch (ClassNotFoundException e) {
        return super.resolveClass(description);
      }
    }
  }
}
