package dev.traininghealth.parity;

import dev.traininghealth.NetworkBits;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.impl.RemoteUIStatsStorageRouter;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingGraphTrainer;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.solvers.accumulation.encoding.threshold.FixedThresholdAlgorithm;
import org.deeplearning4j.parallelism.EarlyStoppingParallelTrainer;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;

/** Trainers around {@code fit}, other solvers, and networks that are partly trained. */
enum Trainers implements Training {
  EARLY_STOPPING("`EarlyStoppingTrainer`") {
    @Override
    public Model fit(Model model, List<DataSet> data) {
      new EarlyStoppingTrainer(stopping(data), (MultiLayerNetwork) model, Ways.iterator(data))
          .fit();
      return model;
    }
  },
  EARLY_STOPPING_GRAPH("`EarlyStoppingGraphTrainer`") {
    @Override
    public Model create() {
      return NetworkBits.graph((MultiLayerNetwork) super.create());
    }

    @Override
    public Model fit(Model model, List<DataSet> data) {
      new EarlyStoppingGraphTrainer(stopping(data), (ComputationGraph) model, Ways.iterator(data))
          .fit();
      return model;
    }
  },
  EARLY_STOPPING_PARALLEL("`EarlyStoppingParallelTrainer`") {
    @Override
    public Model fit(Model model, List<DataSet> data) {
      MultiLayerNetwork net = (MultiLayerNetwork) model;
      Replicas replicas = new Replicas(2);
      net.addListeners(replicas);
      new EarlyStoppingParallelTrainer<>(
              Trainers.<MultiLayerNetwork>stopping(data),
              net,
              replicas.iterator(data),
              null,
              2,
              0,
              1)
          .fit();
      return model;
    }
  },
  AVERAGING("`ParallelWrapper` (averaging)") {
    @Override
    public Model fit(Model model, List<DataSet> data) {
      return inParallel(model, data, TrainingMode.AVERAGING);
    }
  },
  AVERAGING_GRAPH("graph: `ParallelWrapper` (averaging)") {
    @Override
    public Model create() {
      return NetworkBits.graph((MultiLayerNetwork) super.create());
    }

    @Override
    public Model fit(Model model, List<DataSet> data) {
      return inParallel(model, data, TrainingMode.AVERAGING);
    }
  },
  SHARED_GRADIENTS("`ParallelWrapper` (shared gradients)") {
    @Override
    public Model fit(Model model, List<DataSet> data) {
      return inParallel(model, data, TrainingMode.SHARED_GRADIENTS);
    }

    @Override
    NeuralNetConfiguration.Builder base() {
      return super.base().updater(new Sgd(0.1)).l2(0);
    }
  },
  TRANSFER("transfer learning with frozen layers") {
    @Override
    public Model create() {
      return new TransferLearning.Builder((MultiLayerNetwork) super.create())
          .fineTuneConfiguration(
              new FineTuneConfiguration.Builder().seed(1).updater(new Adam(0.01)).build())
          .setFeatureExtractor(0)
          .build();
    }
  },
  TRANSFER_GRAPH("graph: transfer learning with frozen layers") {
    @Override
    public Model create() {
      return new TransferLearning.GraphBuilder(
              NetworkBits.graph((MultiLayerNetwork) super.create()))
          .fineTuneConfiguration(
              new FineTuneConfiguration.Builder().seed(1).updater(new Adam(0.01)).build())
          .setFeatureExtractor("0")
          .build();
    }
  },
  CONTINUED("a loaded model with its updater") {
    @Override
    public Model create() {
      MultiLayerNetwork net = (MultiLayerNetwork) super.create();
      net.fit(data().get(0));
      try {
        File file = File.createTempFile("parity", ".zip");
        file.deleteOnExit();
        net.save(file);
        MultiLayerNetwork loaded = MultiLayerNetwork.load(file, true);
        loaded.setIterationCount(0);
        return loaded;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  },
  FILE_STORAGE("records in a `FileStatsStorage`") {
    @Override
    public StatsStorageRouter storage() {
      try {
        File file = File.createTempFile("parity", ".bin");
        Files.delete(file.toPath()); // the storage creates it
        file.deleteOnExit();
        return new FileStatsStorage(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  },
  REMOTE_STORAGE("records sent by a `RemoteUIStatsStorageRouter`") {
    @Override
    public StatsStorageRouter storage() {
      return new RemoteUIStatsStorageRouter(ShownPages.shared().remoteAddress());
    }
  },
  LBFGS("`LBFGS`"),
  CONJUGATE_GRADIENT("`CONJUGATE_GRADIENT`"),
  LINE_GRADIENT_DESCENT("`LINE_GRADIENT_DESCENT`"),
  PRETRAINING("layer-wise pretraining") {
    @Override
    List<Layer> layers() {
      return List.of(new AutoEncoder.Builder(0.2).nOut(5).build());
    }

    @Override
    public Model fit(Model model, List<DataSet> data) {
      data.forEach(batch -> ((MultiLayerNetwork) model).pretrainLayer(0, batch.getFeatures()));
      return model;
    }
  },
  OWN_LOOP("a loop of your own around `computeGradientAndScore`") {
    @Override
    public Model fit(Model model, List<DataSet> data) {
      MultiLayerNetwork net = (MultiLayerNetwork) model;
      for (int i = 0; i < data.size(); i++) {
        DataSet batch = data.get(i);
        net.setInput(batch.getFeatures());
        net.setLabels(batch.getLabels());
        net.computeGradientAndScore();
        INDArray gradient = net.gradient().gradient();
        net.getUpdater()
            .update(
                net, net.gradient(), i, 0, batch.numExamples(), LayerWorkspaceMgr.noWorkspaces());
        net.params().subi(gradient);
      }
      return net;
    }
  };

  private static final String SOLVER =
      "the solver computes several gradients per iteration, so that the run is only observed";
  private static final String SHARED = "it would concern one worker alone";
  private static final String UNSEEN = "DL4J shows no listener what it trains";

  private final String title;

  Trainers(String title) {
    this.title = title;
  }

  private static <T extends Model> EarlyStoppingConfiguration<T> stopping(List<DataSet> data) {
    return new EarlyStoppingConfiguration.Builder<T>()
        .modelSaver(new InMemoryModelSaver<>())
        .scoreCalculator(new DataSetLossCalculator(Ways.iterator(data.subList(0, 1)), true))
        .epochTerminationConditions(new MaxEpochsTerminationCondition(1))
        .build();
  }

  private static Model inParallel(Model model, List<DataSet> data, TrainingMode mode) {
    Replicas replicas = new Replicas(2);
    model.addListeners(replicas);
    ParallelWrapper wrapper =
        new ParallelWrapper.Builder<>(model)
            .workers(2)
            .prefetchBuffer(0)
            .trainingMode(mode)
            .thresholdAlgorithm(new FixedThresholdAlgorithm(0x1p-10))
            .build();
    try {
      wrapper.fit(replicas.iterator(data));
    } finally {
      wrapper.shutdown();
    }
    return model;
  }

  private boolean isSolver() {
    return this == LBFGS || this == CONJUGATE_GRADIENT || this == LINE_GRADIENT_DESCENT;
  }

  NeuralNetConfiguration.Builder base() {
    NeuralNetConfiguration.Builder base = TinyNetwork.base();
    return isSolver()
        ? base.optimizationAlgo(OptimizationAlgorithm.valueOf(name())).updater(new NoOp())
        : base;
  }

  List<Layer> layers() {
    return List.of(TinyNetwork.dense(), new DenseLayer.Builder().nOut(5).build());
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public Model create() {
    return TinyNetwork.of(base(), Shape.VECTOR, layers());
  }

  @Override
  public int workers() {
    return this == AVERAGING
            || this == AVERAGING_GRAPH
            || this == EARLY_STOPPING_PARALLEL
            || this == SHARED_GRADIENTS
        ? 2
        : 1;
  }

  @Override
  public boolean isSlow(Column column) {
    return switch (this) {
      case AVERAGING -> column != Column.BIT_IDENTICAL && column != Column.SKIPPED;
      case FILE_STORAGE, REMOTE_STORAGE -> column != Column.BIT_IDENTICAL && column != Column.PAGE;
      default -> workers() > 1;
    };
  }

  @Override
  public List<DataSet> data() {
    return Shape.VECTOR.data(DataType.FLOAT, 5 * workers());
  }

  @Override
  public List<Integer> badIterations() {
    return List.of(BAD / workers());
  }

  /** The oracle of replicas undoes the step by hand, because the others go on. */
  @Override
  public List<DataSet> withoutBad() {
    List<DataSet> rest = new ArrayList<>(data());
    if (workers() == 1) {
      rest.remove(BAD);
    } else {
      poison(rest.get(BAD));
    }
    return rest;
  }

  @Override
  public Map<Column, String> impossible() {
    Map<Column, String> reasons = new EnumMap<>(Column.class);
    if (isSolver()) {
      for (Column column :
          List.of(Column.SKIPPED, Column.CLIPPED, Column.RATES_LOWERED, Column.ROLLED_BACK)) {
        reasons.put(column, SOLVER);
      }
    } else if (this == SHARED_GRADIENTS) {
      reasons.put(Column.ROLLED_BACK, SHARED);
    } else if (this == PRETRAINING || this == OWN_LOOP) {
      for (Column column : Column.values()) {
        reasons.put(column, UNSEEN);
      }
      reasons.remove(Column.BIT_IDENTICAL);
    }
    return reasons;
  }

  @Override
  public Map<Column, String> notes() {
    if (this == SHARED_GRADIENTS) {
      return Map.of(
          Column.SKIPPED,
          "the bad update is withheld before it is shared; those of other workers are applied",
          Column.RATES_LOWERED,
          "all workers change theirs together, after the next iteration");
    }
    return workers() == 1
        ? Map.of()
        : Map.of(Column.SKIPPED, "the worker's state is restored before the states are averaged");
  }

  @Override
  public int ratesDelay() {
    return this == SHARED_GRADIENTS ? 1 : 0;
  }
}
