package dev.traininghealth.samples.soak;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.intervene.ProtectionSettings;
import dev.traininghealth.samples.benchmark.CallbackGauge;
import dev.traininghealth.samples.benchmark.PluginThreads;
import dev.traininghealth.samples.corpus.QuietDiagnoses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.deeplearning4j.config.DL4JSystemProperties;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.SerializationFeature;

/** Trains the network, with a storage in a file and an open page, and takes the figures. */
public final class SoakTraining {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Number of rows. */
  public static final int ROWS = 10;

  private static final long SEED = 42;
  private static final int UNITS = 24;

  private final int iterations;
  private final SoakState state;
  private final Consumer<String> progress;
  private final SoakData data = new SoakData(SEED);
  private final PluginThreads pluginThreads = new PluginThreads();
  private Map<String, Long> interventions = Map.of();
  private long polls;
  private long failedPolls;

  private SoakTraining(int iterations, SoakState state, Consumer<String> progress) {
    this.iterations = iterations;
    this.state = state;
    this.progress = progress;
  }

  /**
   * Trains.
   *
   * @param iterations of the whole run, at least {@value #ROWS}
   * @param out the output file for the figures, as JSON; the state is in a folder beside it
   * @param resume whether to continue an interrupted run; without one it starts anew
   * @param progress receives a line for each row
   */
  public static SoakReport run(int iterations, Path out, boolean resume, Consumer<String> progress)
      throws Exception {
    Path folder = out.resolveSibling(out.getFileName() + ".state");
    SoakState saved = resume ? SoakState.read(folder) : null;
    SoakTraining training =
        new SoakTraining(iterations, saved == null ? SoakState.empty(folder) : saved, progress);
    if (training.state.iterations() < iterations) {
      try (QuietDiagnoses quiet = new QuietDiagnoses()) {
        quiet.start();
        training.train();
      }
    }
    SoakReport report =
        new SoakReport(
            training.state.rows(), training.interventions, training.polls, training.failedPolls);
    Files.write(
        out,
        JSON.writeValueAsBytes(
            Map.of(
                "rows", training.state.rows(),
                "interventions", training.interventions,
                "verdict", report.verdict())));
    return report;
  }

  private void train() throws Exception {
    if (System.getProperty(DL4JSystemProperties.UI_SERVER_PORT_PROPERTY) == null) {
      System.setProperty(DL4JSystemProperties.UI_SERVER_PORT_PROPERTY, "0"); // any free one
    }
    StatsStorage storage =
        new FileStatsStorage(state.storageFolder().resolve("records.bin").toFile());
    UIServer ui = UIServer.getInstance();
    ui.attach(storage);
    try (PagePoller page = new PagePoller(ui.getAddress());
        TrainingHealthListener listener =
            TrainingHealthListener.builder(storage)
                .sessionId("soak")
                .workerId("soak")
                .protecting(
                    ProtectionSettings.builder().stop(false).policy(new SoakPolicy()).build())
                .build()) {
      train(listener);
      interventions = byName(listener);
      polls = page.answers();
      failedPolls = page.failures();
    } finally {
      UIServer.stopInstance();
      storage.close();
    }
  }

  private void train(TrainingHealthListener listener) throws Exception {
    MultiLayerNetwork network;
    if (state.iterations() == 0) {
      network = network();
    } else {
      network = state.network();
      listener.restore(state.listenerFile());
    }
    CallbackGauge gauge = new CallbackGauge(listener, System::nanoTime);
    network.setListeners(gauge);
    long nanosBefore = 0;
    int iterationsBefore = state.iterations();
    final long interventionsBefore = state.interventions();
    for (int i = state.iterations(); i < iterations; i++) {
      network.fit(data.minibatch(i));
      if (SoakData.damagesAfter(i)) {
        network.params().putScalar(0, Double.NaN);
      }
      int done = i + 1;
      if (isRowDue(done)) {
        listener.flush();
        long nanos = gauge.total() + pluginThreads.cpuNanos();
        double micros = (nanos - nanosBefore) / 1e3 / (done - iterationsBefore);
        addRow(done, micros, interventionsBefore + count(listener));
        state.save(network, listener);
        nanosBefore = nanos;
        iterationsBefore = done;
      }
    }
  }

  private void addRow(int done, double micros, long count)
      throws IOException, InterruptedException {
    ResourceUse row = ResourceUse.now(done, state.process(), state.storageFolder(), micros, count);
    state.rows().add(row);
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%,10d iterations", done));
    for (Column column : Column.values()) {
      line.append(", ").append(column.shortTitle()).append(' ').append(column.cell(row));
    }
    progress.accept(line.toString());
  }

  /** Whether a row is due after each tenth of the run. */
  private boolean isRowDue(int done) {
    long part = (long) done * ROWS / iterations;
    long before = (long) (done - 1) * ROWS / iterations;
    return part > before;
  }

  private static long count(TrainingHealthListener listener) {
    return listener.summary().interventions().values().stream().mapToLong(n -> n).sum();
  }

  private static Map<String, Long> byName(TrainingHealthListener listener) {
    Map<String, Long> byName = new TreeMap<>();
    listener
        .summary()
        .interventions()
        .forEach((kind, n) -> byName.put(kind.name().toLowerCase(Locale.ROOT), n));
    return byName;
  }

  /** 291 parameters. */
  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(SEED)
                .weightInit(WeightInit.RELU)
                .activation(Activation.RELU)
                .updater(new Adam(1e-3))
                .list()
                .layer(new DenseLayer.Builder().nOut(UNITS).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(SoakData.CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.feedForward(SoakData.FEATURES))
                .build());
    network.init();
    return network;
  }
}
