package dev.traininghealth.ui;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.ParameterRole;
import dev.traininghealth.publish.DiagnosisFixtures;
import dev.traininghealth.publish.InterventionFixtures;
import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.Series.Scope;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsInitializationReport;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;

/** A training without a network: health records and stock reports as a listener would put them. */
public final class SimulatedTraining implements ObservedTraining {
  private static final String WORKER = "worker";

  private final StatsStorage storage;
  private final String session;
  private final List<String> layers;
  private final RunDescription run;
  private final List<Double> scores = new ArrayList<>();
  private final long startMillis;
  private final RecordFixtures.Rows rows;
  private final Map<Long, Long> keys = new HashMap<>();
  private final Map<Long, Long> interventionKeys = new HashMap<>();
  private final Map<Long, Long> times = new HashMap<>();
  private final Map<Intervention.Kind, Long> done = new EnumMap<>(Intervention.Kind.class);
  private long key;

  public SimulatedTraining(
      StatsStorage storage, String session, long startMillis, String... layers) {
    this(storage, session, startMillis, "observing", layers);
  }

  private SimulatedTraining(
      StatsStorage storage, String session, long startMillis, String mode, String... layers) {
    this.storage = storage;
    this.session = session;
    this.layers = List.of(layers);
    this.startMillis = startMillis;
    this.run =
        RecordFixtures.run(layout(), startMillis, Map.of("costBudget", "0.02", "mode", mode));
    this.rows = RecordFixtures.rows(run);
    this.key = startMillis + 1;
    storage.putStaticInfo(RecordFixtures.runRecord(session, WORKER, run));
    storage.putStaticInfo(stockStart());
  }

  /** A training that is protected, or a dry run. */
  static SimulatedTraining ofMode(
      String mode, StatsStorage storage, String session, long startMillis, String... layers) {
    return new SimulatedTraining(storage, session, startMillis, mode, layers);
  }

  @Override
  public void iterate(int iterations) {
    for (int i = 0; i < iterations; i++) {
      iterate(1 + 1.0 / (scores.size() + 1));
    }
  }

  @Override
  public void diverge() {
    iterate(Double.NaN);
  }

  @Override
  public List<Double> scores() {
    return scores;
  }

  @Override
  public double gradientNorm(int layer) {
    return gradientNorm(layer, scores.size() - 1);
  }

  /** Records a diagnosis, or what has become of one. */
  public void diagnose(Diagnosis diagnosis) {
    long place = keys.computeIfAbsent(diagnosis.id(), id -> key++);
    storage.putUpdate(
        DiagnosisFixtures.record(
            session, WORKER, place, DiagnosisFixtures.recorded(diagnosis, run)));
  }

  /** Records an intervention, or that it was done again. */
  public void intervene(Intervention intervention) {
    long place = interventionKeys.computeIfAbsent(intervention.id(), id -> key++);
    Long before = times.put(intervention.id(), intervention.times());
    long more = intervention.times() - (before == null ? 0 : before);
    long total = done.merge(intervention.kind(), more, Long::sum);
    storage.putUpdate(
        InterventionFixtures.record(
            session, WORKER, place, InterventionFixtures.recorded(intervention, run, total)));
  }

  /** An iteration whose gradient was clipped, at a part of the user's learning rate. */
  void iterateProtected(double score, double norm, double threshold, double factor) {
    row(score, factor)
        .set(Quantity.GLOBAL_GRADIENT_NORM, Scope.RUN, 0, norm)
        .set(Quantity.CLIP_THRESHOLD, Scope.RUN, 0, threshold)
        .set(Quantity.CLIPPED_GRADIENT_NORM, Scope.RUN, 0, Math.min(norm, threshold))
        .set(Quantity.LEARNING_RATE_FACTOR, Scope.RUN, 0, factor);
    put(score);
  }

  private static double gradientNorm(int layer, int iteration) {
    return 0.01 * (layer + 1) / (1 + 0.1 * iteration);
  }

  private void iterate(double score) {
    row(score, 1);
    put(score);
  }

  private RecordFixtures.Rows row(double score, double factor) {
    int iteration = scores.size();
    scores.add(score);
    rows.row(iteration, startMillis + 20L * iteration, 0)
        .set(Quantity.SCORE, Scope.RUN, 0, score)
        .set(Quantity.GRADIENT_NORM, Scope.RUN, 0, gradientNorm(layers.size(), iteration))
        .set(Quantity.BATCH_SIZE, Scope.RUN, 0, 16)
        .set(Quantity.STEP_MILLIS, Scope.RUN, 0, 20)
        .set(Quantity.COST_SHARE, Scope.RUN, 0, 0.03) // above the budget
        .set(Quantity.START_COST_SECONDS, Scope.RUN, 0, 0.4);
    for (int layer = 0; layer < layers.size(); layer++) {
      rows.set(Quantity.GRADIENT_NORM, Scope.LAYER, layer, gradientNorm(layer, iteration))
          .set(Quantity.LEARNING_RATE, Scope.LAYER, layer, 0.01 * factor)
          .set(Quantity.LARGEST_SINGULAR_VALUE, Scope.PARAMETER, layer, 0.8 + 0.1 * layer);
    }
    return rows;
  }

  private void put(double score) {
    storage.putUpdate(RecordFixtures.segmentRecord(session, WORKER, key++, rows.segment()));
    if (Double.isFinite(score)) {
      storage.putUpdate(stockUpdate(scores.size() - 1, score));
    }
  }

  private NetworkLayout layout() {
    List<NetworkLayout.Layer> ls = new ArrayList<>();
    List<NetworkLayout.Parameter> ps = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      ls.add(new NetworkLayout.Layer(layers.get(i), "DenseLayer", "tanh", false, i, 1));
      ps.add(new NetworkLayout.Parameter(i + "_W", "W", i, ParameterRole.WEIGHT, 16, false));
    }
    return new NetworkLayout("MultiLayerNetwork", ls, ps);
  }

  private SbeStatsInitializationReport stockStart() {
    NeuralNetConfiguration.ListBuilder network = new NeuralNetConfiguration.Builder().list();
    for (int i = 0; i < layers.size() - 1; i++) {
      network.layer(new DenseLayer.Builder().name(layers.get(i)).nIn(4).nOut(4).build());
    }
    MultiLayerConfiguration configuration =
        network.layer(new OutputLayer.Builder().name("output").nIn(4).nOut(4).build()).build();
    SbeStatsInitializationReport report = new SbeStatsInitializationReport();
    report.reportIDs(session, StatsListener.TYPE_ID, WORKER, startMillis);
    report.reportSoftwareInfo("", "", "", "", "", "", "", "", "", Map.of());
    report.reportHardwareInfo(1, 0, 1, 1, new long[0], new String[0], "");
    report.reportModelInfo(
        MultiLayerNetwork.class.getName(),
        configuration.toJson(),
        run.parameters().stream().map(RunDescription.Parameter::key).toArray(String[]::new),
        layers.size(),
        16L * layers.size());
    return report;
  }

  private SbeStatsReport stockUpdate(int iteration, double score) {
    Map<String, Double> magnitudes = new HashMap<>();
    run.parameters().forEach(parameter -> magnitudes.put(parameter.key(), 0.1));
    SbeStatsReport report = new SbeStatsReport();
    report.reportIDs(session, StatsListener.TYPE_ID, WORKER, startMillis + 1 + 20L * iteration);
    report.reportIterationCount(iteration);
    report.reportScore(score);
    report.reportMemoryUse(1, 2, 1, 2, new long[0], new long[0]);
    report.reportPerformance(20L * iteration, 16L * iteration, iteration, 800, 50);
    report.reportMeanMagnitudes(StatsType.Parameters, magnitudes);
    report.reportMeanMagnitudes(StatsType.Updates, magnitudes);
    return report;
  }
}
