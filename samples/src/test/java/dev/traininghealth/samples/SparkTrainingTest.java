package dev.traininghealth.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.record.DiagnosisRecord;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.run.TrainingRun;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.config.DL4JSystemProperties;
import org.deeplearning4j.core.util.UIDProvider;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.spark.impl.SparkListenable;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SparkTrainingTest {
  private static final int EPOCHS = 3;
  private static final int POISONED_EPOCH = 1;
  private static final int ITERATIONS = EPOCHS * SparkTraining.AVERAGING_FREQUENCY;

  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();
  private TrainingHealthListener health = listener();
  private final List<DataSet> minibatches = new ArrayList<>();

  @BeforeEach
  void readFlowers() throws Exception {
    SparkTraining.split(minibatches);
  }

  @AfterEach
  void close() {
    health.close();
  }

  private TrainingHealthListener listener() {
    return TrainingHealthListener.builder(storage)
        .sessionId(UUID.randomUUID().toString())
        .protecting()
        .build();
  }

  /** Trains one epoch. */
  private interface Fit {
    void epoch(JavaRDD<DataSet> data);
  }

  private void fit(JavaSparkContext spark, Fit fit) {
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      List<DataSet> data =
          epoch == POISONED_EPOCH ? SparkTraining.withOneOfNaN(minibatches) : minibatches;
      fit.epoch(spark.parallelize(data, SparkTraining.WORKERS));
    }
  }

  private void watch(SparkListenable network) {
    network.setListeners(health.sparkRouter(), health);
  }

  private static ComputationGraphConfiguration graph() {
    return new NeuralNetConfiguration.Builder()
        .seed(42)
        .updater(new Adam(1e-2))
        .activation(Activation.TANH)
        .graphBuilder()
        .addInputs("in")
        .addLayer("hidden", new DenseLayer.Builder().nOut(16).build(), "in")
        .addLayer(
            "out",
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build(),
            "hidden")
        .setOutputs("out")
        .setInputTypes(InputType.feedForward(4))
        .build();
  }

  private double score(SparkDl4jMultiLayer network) {
    return network.getNetwork().score(DataSet.merge(minibatches));
  }

  /** That each iteration has arrived, and that one worker has skipped the poisoned step. */
  private void assertGathered(INDArray averaged) {
    assertThat(averaged.isNaN().any()).as("NaN in the averaged network").isFalse();
    assertThat(health.runs())
        .hasSize(SparkTraining.WORKERS)
        .allMatch(run -> run.summary().iterations() == ITERATIONS);
    String worker =
        health.runs().stream()
            .filter(run -> run.summary().interventions().getOrDefault(Kind.SKIP, 0L) == 1)
            .map(TrainingRun::workerId)
            .findAny()
            .orElseThrow();
    assertThat(health.diagnoses())
        .singleElement()
        .matches(d -> d.problem().name().equals("non_finite") && d.isResolved())
        .extracting(Diagnosis::sentence)
        .asString()
        .contains("features", "rows of the minibatch: 7");
    assertThat(health.interventions()).singleElement().matches(i -> i.kind() == Kind.SKIP);
    assertThat(storage.listWorkerIDsForSessionAndType(health.getSessionID(), HealthRecord.TYPE_ID))
        .hasSize(SparkTraining.WORKERS);
    assertThat(
            storage.getAllUpdatesAfter(
                health.getSessionID(), HealthRecord.TYPE_ID, worker, Long.MIN_VALUE))
        .as("what the page shows of that worker")
        .anyMatch(record -> record instanceof DiagnosisRecord);
  }

  @Test
  void shouldProtectAveragedNetworksInOneProgram() {
    try (JavaSparkContext spark = new JavaSparkContext(SparkTraining.local())) {
      SparkDl4jMultiLayer alone =
          new SparkDl4jMultiLayer(spark, SparkTraining.perceptron(), SparkTraining.master());
      fit(spark, alone::fit);
      assertThat(alone.getNetwork().params().isNaN().any()).as("without the plugin").isTrue();

      SparkDl4jMultiLayer network =
          new SparkDl4jMultiLayer(spark, SparkTraining.perceptron(), SparkTraining.master());
      final double before = score(network);
      watch(network);
      fit(spark, network::fit);
      assertGathered(network.getNetwork().params());
      assertThat(score(network)).isLessThan(before);
      health.close();

      health = listener();
      SparkComputationGraph graph =
          new SparkComputationGraph(spark, graph(), SparkTraining.master());
      watch(graph);
      fit(spark, graph::fit);
      assertGathered(graph.getNetwork().params());
      assertThat(health.diagnoses().get(0).iteration())
          .as("counted on from round to round")
          .isBetween(5L, 9L);
    }
  }

  /** The executor of this cluster is a program of its own. */
  @Test
  void shouldProtectWorkersInAnotherProgram(@TempDir Path home) throws Exception {
    Files.createDirectory(home.resolve("jars")); // all that Spark looks for there
    SparkConf cluster =
        SparkTraining.local()
            .setMaster("local-cluster[1," + SparkTraining.WORKERS + ",1024]")
            .set("spark.executor.memory", "1g")
            .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .set("spark.executorEnv.SPARK_SCALA_VERSION", "2.12");
    System.setProperty("spark.testing", "1"); // Spark then writes to this home alone
    System.setProperty("spark.test.home", home.toString());
    try (JavaSparkContext spark = new JavaSparkContext(cluster)) {
      SparkDl4jMultiLayer network =
          new SparkDl4jMultiLayer(spark, SparkTraining.perceptron(), SparkTraining.master());
      watch(network);
      fit(spark, network::fit);
      assertGathered(network.getNetwork().params());
      assertThat(health.runs())
          .noneMatch(run -> run.workerId().startsWith(UIDProvider.getJVMUID()));
    } finally {
      System.clearProperty("spark.testing");
      System.clearProperty("spark.test.home");
    }
  }

  @Test
  void shouldPrintWhatTheWorkersFound() throws Exception {
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setProperty(DL4JSystemProperties.UI_SERVER_PORT_PROPERTY, "0");
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      assertThat(SparkTraining.SAMPLE.run("--exit", "--epochs", "5")).isZero();
    } finally {
      System.setOut(out);
      System.clearProperty(DL4JSystemProperties.UI_SERVER_PORT_PROPERTY);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .containsPattern("worker .*: 25 iterations watched.*steps skipped: 1")
        .contains("Step skipped", "accuracy on unseen flowers");
  }
}
