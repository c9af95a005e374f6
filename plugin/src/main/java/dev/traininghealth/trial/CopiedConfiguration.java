package dev.traininghealth.trial;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import org.deeplearning4j.nn.api.Layer;
import org.jspecify.annotations.Nullable;

/**
 * Copies a network's configuration with all that it refers to, by serialization.
 *
 * <p>Layers of the network itself are left out. The loss function of DL4J's {@code OCNNOutputLayer}
 * refers to its layer, and so to the network and its listeners. The copied network sets a new one.
 */
final class CopiedConfiguration {
  private CopiedConfiguration() {}

  /**
   * Copies a configuration.
   *
   * @throws UncheckedIOException if a part of it is not serializable
   */
  static <T extends Serializable> T of(T configuration) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      try (ObjectOutputStream out = new WithoutLayers(bytes)) {
        out.writeObject(configuration);
      }
      try (ObjectInputStream in =
          new OfClassLoader(
              new ByteArrayInputStream(bytes.toByteArray()),
              configuration.getClass().getClassLoader())) {
        @SuppressWarnings("unchecked") // it has the class of what was written
        T copy = (T) in.readObject();
        return copy;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("The configuration refers to an unknown class", e);
    }
  }

  /** Writes null for a layer of a network. */
  private static final class WithoutLayers extends ObjectOutputStream {
    WithoutLayers(OutputStream out) throws IOException {
      super(out);
      enableReplaceObject(true);
    }

    @Override
    protected @Nullable Object replaceObject(Object object) {
      return object instanceof Layer ? null : object;
    }
  }

  /** Finds classes by the loader of DL4J, of the thread, or of the plugin. */
  private static final class OfClassLoader extends ObjectInputStream {
    private final @Nullable ClassLoader loader;

    OfClassLoader(InputStream in, @Nullable ClassLoader loader) throws IOException {
      super(in);
      this.loader = loader;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass described)
        throws IOException, ClassNotFoundException {
      for (ClassLoader each :
          new @Nullable ClassLoader[] {loader, Thread.currentThread().getContextClassLoader()}) {
        try {
          return Class.forName(described.getName(), false, each);
        } catch (ClassNotFoundException e) {
          // The next loader, or the plugin's.
        }
      }
      return super.resolveClass(described);
    }
  }
}
