package dev.traininghealth.publish.stock;

import java.io.Serial;
import java.util.function.Supplier;
import org.agrona.MutableDirectBuffer;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsInitializationReport;
import org.jspecify.annotations.Nullable;

/**
 * A description of a run whose configuration becomes JSON when somebody reads it, which most runs
 * never see: it takes 0.2 s of the first second in a new JVM.
 *
 * <p>Only for a storage that keeps the object itself. Others store the name of its class, and make
 * an object of it when they are read, perhaps without this plugin.
 *
 * <p>Thread-safe for readers.
 */
final class LazyDescription extends SbeStatsInitializationReport {
  @Serial private static final long serialVersionUID = 1L;

  /** Null once it was asked. */
  private transient @Nullable Supplier<String> json;

  private LazyDescription(Supplier<String> json) {
    this.json = json;
  }

  /**
   * Creates an empty description. Its static type keeps the verifier from loading this class on the
   * training thread.
   *
   * @param json is asked at most once, on any thread
   */
  static SbeStatsInitializationReport create(Supplier<String> json) {
    return new LazyDescription(json);
  }

  @Override
  public synchronized String getModelConfigJson() {
    Supplier<String> supplier = json;
    if (supplier != null) {
      setModelConfigJson(supplier.get());
      json = null; // with the configuration to which it refers
    }
    return super.getModelConfigJson();
  }

  @Override
  public int encodingLengthBytes() {
    getModelConfigJson();
    return super.encodingLengthBytes();
  }

  @Override
  public void encode(MutableDirectBuffer buffer) {
    getModelConfigJson();
    super.encode(buffer);
  }

  /** {@return the same description as an object of DL4J's own class} */
  static SbeStatsInitializationReport plain(SbeStatsInitializationReport description) {
    SbeStatsInitializationReport plain = new SbeStatsInitializationReport();
    plain.decode(description.encode());
    return plain;
  }

  @Serial
  private Object writeReplace() {
    return plain(this);
  }
}
