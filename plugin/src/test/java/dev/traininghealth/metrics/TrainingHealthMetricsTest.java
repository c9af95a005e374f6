package dev.traininghealth.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.CapturedLog;
import dev.traininghealth.InjectedRun;
import dev.traininghealth.LearningNetwork;
import dev.traininghealth.TrainingHealthListener;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

/** The meters of a healthy and of a sick run. */
class TrainingHealthMetricsTest {
  private static final double RATE = 0.05;

  private final MeterRegistry registry = new SimpleMeterRegistry();

  private static InjectedRun run(boolean protecting) {
    var builder =
        TrainingHealthListener.builder(new InMemoryStatsStorage()).costBudget(InjectedRun.LAVISH);
    return new InjectedRun(
        LearningNetwork.MLP, new Sgd(RATE), protecting ? builder.protecting() : builder);
  }

  private static void poison(InjectedRun run) {
    DataSet batch = run.next();
    batch.getFeatures().putScalar(0, Float.NaN);
    run.net.fit(batch);
  }

  private double gauge(String name) {
    return registry.get(name).gauge().value();
  }

  private double counter(String name, String... tags) {
    FunctionCounter counter = registry.find(name).tags(tags).functionCounter();
    return counter == null ? Double.NaN : counter.count();
  }

  private List<String> names() {
    return registry.getMeters().stream().map(Meter::getId).map(Meter.Id::getName).toList();
  }

  @Test
  void shouldHaveTheNumbersOfAHealthyRun() {
    InjectedRun run = run(true);
    new TrainingHealthMetrics(run.listener).bindTo(registry);
    assertThat(gauge("dl4j.training.score")).isNaN();
    assertThat(names()).noneMatch(name -> name.startsWith("dl4j.training.layer."));

    run.until(20);

    assertThat(gauge("dl4j.training.score")).isEqualTo(run.net.score());
    assertThat(gauge("dl4j.training.learning.rate")).isEqualTo(RATE);
    double weights = run.net.params().norm2Number().doubleValue();
    assertThat(gauge("dl4j.training.weight.norm")).isCloseTo(weights, within(1e-5 * weights));
    double gradient = gauge("dl4j.training.gradient.norm");
    assertThat(gauge("dl4j.training.update.norm")).isCloseTo(RATE * gradient, within(1e-6));
    assertThat(counter("dl4j.training.iterations")).isEqualTo(20);
    assertThat(registry.find("dl4j.training.diagnoses").tag("severity", "critical").meters())
        .isEmpty();
    assertThat(counter("dl4j.training.interventions", "kind", "skip")).isZero();

    double squares = 0;
    for (int layer = 0; layer < 3; layer++) {
      double norm =
          registry
              .get("dl4j.training.layer.gradient.norm")
              .tag("layer", name(run, layer))
              .gauge()
              .value();
      assertThat(norm).isPositive();
      squares += norm * norm;
    }
    assertThat(Math.sqrt(squares)).isCloseTo(gradient, within(1e-9));
  }

  private static String name(InjectedRun run, int layer) {
    return Objects.requireNonNull(run.listener.live().latest()).layout().layers().get(layer).name();
  }

  @Test
  void shouldCountWhatIsFoundAndDoneInASickRun() {
    InjectedRun run = run(true);
    new TrainingHealthMetrics(run.listener).bindTo(registry);
    run.until(20);
    poison(run);
    poison(run);

    assertThat(counter("dl4j.training.diagnoses", "problem", "non_finite", "severity", "critical"))
        .isEqualTo(1);
    assertThat(counter("dl4j.training.interventions", "kind", "skip")).isEqualTo(2);
    assertThat(gauge("dl4j.training.gradient.norm")).isNaN();
    assertThat(gauge("dl4j.training.weight.norm")).isPositive();
  }

  @Test
  void shouldBeWrittenForPrometheus() {
    PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    InjectedRun run = run(true);
    new TrainingHealthMetrics(run.listener, Tags.of("network", "mlp")).bindTo(prometheus);
    run.until(20);
    poison(run);

    assertThat(prometheus.scrape())
        .contains("dl4j_training_iterations_total{network=\"mlp\"} 21.0")
        .contains(
            "dl4j_training_diagnoses_total{network=\"mlp\",problem=\"non_finite\","
                + "severity=\"critical\"} 1.0")
        .contains("dl4j_training_interventions_total{kind=\"skip\",network=\"mlp\"} 1.0")
        .contains("dl4j_training_gradient_norm{network=\"mlp\"} NaN")
        .contains("dl4j_training_layer_weight_norm{layer=\"" + name(run, 0) + "\",network=\"mlp\"}")
        .contains("dl4j_training_cost_ratio{network=\"mlp\"}");
  }

  @Test
  void shouldLimitTheLayers() {
    InjectedRun run = run(false);
    try (CapturedLog log = new CapturedLog(BoundMeters.class)) {
      new TrainingHealthMetrics(run.listener, Tags.empty(), 1).bindTo(registry);
      run.until(3);

      assertThat(registry.get("dl4j.training.layer.weight.norm").gauges())
          .extracting(gauge -> gauge.getId().getTag("layer"))
          .containsExactly(name(run, 0));
      assertThat(log.infos()).singleElement().asString().startsWith("2 layers");
    }
  }

  @Test
  void shouldMakeRoomForTheNextListener() {
    InjectedRun first = run(false);
    new TrainingHealthMetrics(first.listener).bindTo(registry);
    first.until(5);
    first.listener.close();
    assertThat(names()).isEmpty();

    InjectedRun second = run(false);
    TrainingHealthMetrics metrics = new TrainingHealthMetrics(second.listener);
    metrics.bindTo(registry);
    second.until(7);
    assertThat(gauge("dl4j.training.score")).isEqualTo(second.net.score());
    assertThat(counter("dl4j.training.iterations")).isEqualTo(7);

    metrics.close();
    second.until(8);
    assertThat(names()).isEmpty();
  }

  @Test
  void shouldReturnWhenTheNetworkIsTrainedFurther() {
    InjectedRun run = run(true);
    new TrainingHealthMetrics(run.listener).bindTo(registry);
    run.until(20);
    poison(run);
    run.listener.close();
    run.until(25);

    assertThat(counter("dl4j.training.iterations")).isEqualTo(25);
    assertThat(counter("dl4j.training.interventions", "kind", "skip")).isEqualTo(1);
    assertThat(gauge("dl4j.training.score")).isEqualTo(run.net.score());
  }

  @Test
  void shouldHoldNothingOfARunThatHasEnded() {
    InjectedRun run = run(true);
    new TrainingHealthMetrics(run.listener).bindTo(registry);
    run.until(5);
    assertThat(run.listener.live().latest()).isNotNull();
    run.listener.close();

    assertThat(run.listener.live().latest()).isNull();
    assertThat(run.listener.live().iterations()).isEqualTo(5);
  }

  @Test
  void shouldWarnOfAnotherListenerWithTheSameTags() {
    InjectedRun first = run(false);
    InjectedRun second = run(false);
    new TrainingHealthMetrics(first.listener).bindTo(registry);
    try (CapturedLog log = new CapturedLog(BoundMeters.class)) {
      new TrainingHealthMetrics(second.listener, Tags.of("network", "b")).bindTo(registry);
      assertThat(log.warnings()).isEmpty();

      new TrainingHealthMetrics(second.listener).bindTo(registry);
      assertThat(log.warnings()).singleElement().asString().contains("tags of its own");
      second.listener.close();
    }

    first.until(3);
    assertThat(gauge("dl4j.training.score")).isEqualTo(first.net.score());
  }

  @Test
  void shouldTrainOnIfTheRegistryFails() {
    InjectedRun run = run(false);
    registry
        .config()
        .onMeterAdded(
            meter -> {
              if (meter.getId().getName().contains(".layer.")) {
                throw new IllegalStateException("full");
              }
            });
    new TrainingHealthMetrics(run.listener).bindTo(registry);
    try (CapturedLog log = new CapturedLog("dev.traininghealth.guard.Guard")) {
      run.until(3);

      assertThat(log.warnings()).singleElement().asString().contains("full");
    }
    assertThat(run.net.getIterationCount()).isEqualTo(3);
  }

  @Test
  void shouldRefuseWhatCannotBeBound() {
    TrainingHealthListener listener = run(false).listener;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TrainingHealthMetrics(listener, Tags.empty(), -1))
        .withMessageContaining("-1");
  }
}
