package dev.traininghealth.metrics;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.live.LiveNumbers;
import dev.traininghealth.live.LiveNumbers.Found;
import dev.traininghealth.live.LiveNumbers.Latest;
import dev.traininghealth.numbers.Measurement;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a listener as meters of Micrometer, for Prometheus and other monitoring systems.
 *
 * <pre>{@code
 * new TrainingHealthMetrics(listener).bindTo(registry);
 * }</pre>
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>type</th><th>tags</th></tr>
 * <tr><td>{@code dl4j.training.score}, {@code .validation.score}, {@code .learning.rate}</td>
 *     <td>gauge</td><td></td></tr>
 * <tr><td>{@code dl4j.training.gradient.norm}, {@code .weight.norm}, {@code .update.norm}</td>
 *     <td>gauge</td><td></td></tr>
 * <tr><td>{@code dl4j.training.layer.gradient.norm}, {@code .weight.norm}, {@code .update.norm}</td>
 *     <td>gauge</td><td>{@code layer}</td></tr>
 * <tr><td>{@code dl4j.training.cost}, from 0 to 1</td><td>gauge</td><td></td></tr>
 * <tr><td>{@code dl4j.training.iterations}</td><td>counter</td><td></td></tr>
 * <tr><td>{@code dl4j.training.diagnoses}</td>
 *     <td>counter</td><td>{@code problem}, {@code severity}</td></tr>
 * <tr><td>{@code dl4j.training.interventions}</td><td>counter</td><td>{@code kind}</td></tr>
 * </table>
 *
 * <p>Gauges have the numbers of the network, or worker of this program, whose iteration ended last.
 * They are NaN before they are measured. Counters count over all runs of the listener and its
 * clones. A counter of diagnoses is registered when its problem is found for the first time.
 * Nothing is computed before a registry asks, so that training takes no longer.
 *
 * <p>Closing the listener, or this object, removes the meters, so that the next listener can be
 * bound under the same names. A network that is trained further with the closed listener brings
 * them back. Meters refer to the listener weakly: if it was neither closed nor used any more, they
 * are NaN.
 *
 * <p>Two listeners that are used at the same time need different tags. This class needs {@code
 * io.micrometer:micrometer-core}, an optional dependency; without it, all else works.
 */
public final class TrainingHealthMetrics implements MeterBinder, AutoCloseable {
  /**
   * Default limit of layers with meters of their own. With three meters for each, a listener then
   * has about 200 time series, as many as one class of a web application.
   */
  public static final int DEFAULT_MAX_LAYERS = 64;

  private final LiveNumbers numbers;
  private final Tags tags;
  private final int maxLayers;
  private final List<BoundMeters> registries = new CopyOnWriteArrayList<>();

  private final LiveNumbers.Watcher watcher =
      new LiveNumbers.Watcher() {
        @Override
        public void onChange() {
          updateAll();
        }

        @Override
        public void onClose() {
          removeAll();
        }
      };

  /**
   * Creates meters without tags of their own, of up to {@value #DEFAULT_MAX_LAYERS} layers.
   *
   * @param listener whose numbers they have
   */
  public TrainingHealthMetrics(TrainingHealthListener listener) {
    this(listener, Tags.empty());
  }

  /**
   * Creates meters with tags, of up to {@value #DEFAULT_MAX_LAYERS} layers.
   *
   * @param listener whose numbers they have
   * @param tags tags of all meters, for example to distinguish two networks
   */
  public TrainingHealthMetrics(TrainingHealthListener listener, Iterable<Tag> tags) {
    this(listener, tags, DEFAULT_MAX_LAYERS);
  }

  /**
   * Creates meters with tags and a limit of layers.
   *
   * @param listener whose numbers they have
   * @param tags tags of all meters
   * @param maxLayers most layers with meters of their own, from the input on; 0 for none
   * @throws IllegalArgumentException if the listener or the tags are null, or the limit is negative
   */
  public TrainingHealthMetrics(TrainingHealthListener listener, Iterable<Tag> tags, int maxLayers) {
    if (listener == null || tags == null) {
      throw new IllegalArgumentException(
          (listener == null ? "listener" : "tags")
              + " must not be null: pass the listener of the network, and Tags.empty() for no tags");
    }
    if (maxLayers < 0) {
      throw new IllegalArgumentException(
          "maxLayers must be 0 (no meters of layers) or more, was " + maxLayers);
    }
    numbers = listener.live();
    this.tags = Tags.of(tags);
    this.maxLayers = maxLayers;
  }

  /**
   * Registers the meters, and from now on those of layers and problems that become known.
   *
   * @param registry several registries may be bound, each once
   */
  @Override
  public synchronized void bindTo(MeterRegistry registry) {
    BoundMeters meters = new BoundMeters(this, registry, tags, maxLayers);
    if (registries.isEmpty()) {
      numbers.watch(watcher); // first, so that no change is missed
    }
    registries.add(meters);
    meters.update();
  }

  /** Removes the meters from all registries. */
  @Override
  public synchronized void close() {
    numbers.unwatch(watcher);
    removeAll();
    registries.clear();
  }

  private synchronized void updateAll() {
    registries.forEach(BoundMeters::update);
  }

  private synchronized void removeAll() {
    registries.forEach(BoundMeters::remove);
  }

  @Nullable Latest latest() {
    return numbers.latest();
  }

  Set<Found> found() {
    return numbers.diagnoses().keySet();
  }

  double of(ToDoubleFunction<Measurement> value) {
    Latest latest = numbers.latest();
    return latest == null ? Double.NaN : value.applyAsDouble(latest.measurement());
  }

  double norm(NormKind kind) {
    Latest latest = numbers.latest();
    return latest == null ? Double.NaN : kind.ofNetwork(latest);
  }

  double norm(NormKind kind, String layer) {
    Latest latest = numbers.latest();
    return latest == null ? Double.NaN : kind.ofLayer(latest, layer);
  }

  double iterations() {
    return numbers.iterations();
  }

  double count(Found found) {
    return count(numbers.diagnoses().get(found));
  }

  double count(Intervention.Kind kind) {
    return count(numbers.interventions().get(kind));
  }

  private static double count(@Nullable Long counted) {
    return counted == null ? 0 : counted;
  }
}
