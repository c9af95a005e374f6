package dev.traininghealth.metrics;

import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.live.LiveNumbers.Found;
import dev.traininghealth.live.LiveNumbers.Latest;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The meters of one listener in one registry. They refer to it weakly, so that the registry does
 * not hold a listener that nobody uses any more. Not thread-safe.
 */
final class BoundMeters {
  private static final Logger log = LoggerFactory.getLogger(BoundMeters.class);

  /** What all names begin with. */
  static final String PREFIX = "dl4j.training.";

  /** Unit of what is a share of something, from 0 to 1. */
  private static final String RATIO = "ratio";

  private final TrainingHealthMetrics source;
  private final MeterRegistry registry;
  private final Tags tags;
  private final int maxLayers;
  private final List<Meter> meters = new ArrayList<>();
  private final Set<String> layers = new HashSet<>();
  private final Set<Found> found = new HashSet<>();

  /** What was in the registry before the meters of the present call. */
  private Set<Meter.Id> before = Set.of();

  private boolean warnedOfTaken;
  private boolean loggedLimit;

  /**
   * @param source what the meters read
   * @param maxLayers most layers that have meters of their own
   */
  BoundMeters(TrainingHealthMetrics source, MeterRegistry registry, Tags tags, int maxLayers) {
    this.source = source;
    this.registry = registry;
    this.tags = tags;
    this.maxLayers = maxLayers;
  }

  /** Registers what the registry does not have yet: general meters, layers, kinds of diagnoses. */
  void update() {
    before = registry.getMeters().stream().map(Meter::getId).collect(Collectors.toSet());
    int taken = 0;
    if (meters.isEmpty()) {
      taken += general();
    }
    Latest latest = source.latest();
    if (latest != null) {
      taken += layers(latest.layout());
    }
    for (Found each : source.found()) {
      if (found.add(each)) {
        taken += diagnoses(each);
      }
    }
    if (taken > 0 && !warnedOfTaken) {
      warnedOfTaken = true;
      log.warn(
          "{} meters are not registered, because the registry has meters with their names and tags,"
              + " for example of another listener. Give each listener tags of its own: new"
              + " TrainingHealthMetrics(listener, Tags.of(\"network\", \"a\")).",
          taken);
    }
  }

  /** Removes all meters, so that another listener's may have their names. */
  void remove() {
    meters.forEach(registry::remove);
    meters.clear();
    layers.clear();
    found.clear();
  }

  /** {@return the number of meters whose names and tags are taken} */
  private int general() {
    int taken =
        gauge("score", "Score of the latest minibatch", null, m -> m.of(Measurement::score))
            + gauge(
                "validation.score",
                "Latest score on validation data",
                null,
                m -> m.of(Measurement::validationScore))
            + gauge(
                "learning.rate",
                "Largest learning rate of all parameters",
                null,
                m -> m.of(BoundMeters::learningRate))
            + gauge(
                "cost",
                "Share of the training time that the listener takes, without snapshots and trials",
                RATIO,
                m -> m.of(Measurement::recentCostShare))
            + counter(
                "iterations",
                "Completed iterations",
                Tags.empty(),
                TrainingHealthMetrics::iterations);
    for (NormKind kind : NormKind.values()) {
      taken +=
          gauge(
              kind.label + ".norm",
              kind.description + ", over all layers",
              null,
              m -> m.norm(kind));
    }
    for (Intervention.Kind kind : Intervention.Kind.values()) {
      taken +=
          counter(
              "interventions",
              "Changes that protection made to the run",
              Tags.of("kind", lowerCase(kind)),
              m -> m.count(kind));
    }
    return taken;
  }

  private int layers(NetworkLayout layout) {
    int taken = 0;
    int left = 0;
    for (NetworkLayout.Layer layer : layout.layers()) {
      if (layer.parameterCount() == 0 || layers.contains(layer.name())) {
        continue;
      }
      if (layers.size() >= maxLayers) {
        left++;
        continue;
      }
      layers.add(layer.name());
      for (NormKind kind : NormKind.values()) {
        if (kind.isOf(layout, layer)) {
          taken += layer(kind, layer.name());
        }
      }
    }
    if (left > 0 && maxLayers > 0 && !loggedLimit) {
      loggedLimit = true;
      log.info(
          "{} layers have no meters of their own, because no more than {} have. The third argument"
              + " of TrainingHealthMetrics is another limit.",
          left,
          maxLayers);
    }
    return taken;
  }

  private int layer(NormKind kind, String name) {
    return own(
        Gauge.builder(PREFIX + "layer." + kind.label + ".norm", source, m -> m.norm(kind, name))
            .description(kind.description + ", of a layer")
            .tags(tags.and("layer", name))
            .register(registry));
  }

  private int diagnoses(Found each) {
    return counter(
        "diagnoses",
        "Problems that were found",
        Tags.of("problem", each.problem(), "severity", lowerCase(each.severity())),
        m -> m.count(each));
  }

  private int gauge(
      String name,
      String description,
      @Nullable String unit,
      ToDoubleFunction<TrainingHealthMetrics> value) {
    return own(
        Gauge.builder(PREFIX + name, source, value)
            .description(description)
            .baseUnit(unit)
            .tags(tags)
            .register(registry));
  }

  private int counter(
      String name, String description, Tags more, ToDoubleFunction<TrainingHealthMetrics> value) {
    return own(
        FunctionCounter.builder(PREFIX + name, source, value)
            .description(description)
            .tags(tags.and(more))
            .register(registry));
  }

  /** A registry returns the meter that it has, if there is one with this name and these tags. */
  private int own(Meter meter) {
    if (before.contains(meter.getId())) {
      return 1;
    }
    meters.add(meter);
    return 0;
  }

  private static double learningRate(Measurement measurement) {
    double largest = Double.NaN;
    for (int p = 0; p < measurement.parameters(); p++) {
      double rate = measurement.learningRate(p);
      largest = largest >= rate || Double.isNaN(rate) ? largest : rate;
    }
    return largest;
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
