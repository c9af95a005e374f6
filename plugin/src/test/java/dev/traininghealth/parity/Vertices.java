package dev.traininghealth.parity;

import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Vertices of a ComputationGraph. */
enum Vertices implements Training {
  ATTENTION("`AttentionVertex`", Shape.SERIES) {
    @Override
    void build(GraphBuilder graph) {
      graph
          .addLayer("lstm", lstm(6), "in")
          .addVertex(
              "vertex",
              new AttentionVertex.Builder()
                  .nInKeys(6)
                  .nInQueries(6)
                  .nInValues(6)
                  .nOut(6)
                  .nHeads(2)
                  .projectInput(true)
                  .build(),
              "lstm",
              "lstm",
              "lstm")
          .addLayer("out", seriesOutput(), "vertex")
          .setOutputs("out");
    }
  },
  SAME_DIFF("`SameDiffVertex`", Shape.SERIES) {
    @Override
    void build(GraphBuilder graph) {
      graph
          .addLayer("lstm", lstm(6), "in")
          .addVertex("vertex", new SameDiffLayers.Scaling(), "lstm")
          .addLayer("out", seriesOutput(), "vertex")
          .setOutputs("out");
    }
  },
  COMBINED(
      "`MergeVertex`, `ElementWiseVertex`, `SubsetVertex`, `ScaleVertex`, `ShiftVertex`,"
          + " `L2NormalizeVertex`",
      Shape.VECTOR) {
    @Override
    void build(GraphBuilder graph) {
      graph
          .addLayer("first", dense(4), "in")
          .addLayer("second", dense(4), "in")
          .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "first", "second")
          .addVertex("merged", new MergeVertex(), "sum", "second")
          .addVertex("subset", new SubsetVertex(1, 6), "merged")
          .addVertex("scaled", new ScaleVertex(0.5), "subset")
          .addVertex("shifted", new ShiftVertex(0.1), "scaled")
          .addVertex("normalized", new L2NormalizeVertex(), "shifted")
          .addLayer("out", output(), "normalized")
          .setOutputs("out");
    }
  },
  STACKED("`StackVertex` and `UnstackVertex`", Shape.VECTOR) {
    @Override
    void build(GraphBuilder graph) {
      graph
          .addLayer("first", dense(4), "in")
          .addLayer("second", dense(4), "in")
          .addVertex("stacked", new StackVertex(), "first", "second")
          .addLayer("shared", dense(5), "stacked")
          .addVertex("left", new UnstackVertex(0, 2), "shared")
          .addVertex("right", new UnstackVertex(1, 2), "shared")
          .addLayer("out", output(), "left", "right")
          .setOutputs("out");
    }
  },
  SERIES(
      "`LastTimeStepVertex`, `DuplicateToTimeSeriesVertex`, `ReverseTimeSeriesVertex`",
      Shape.SERIES) {
    @Override
    void build(GraphBuilder graph) {
      graph
          .addLayer("lstm", lstm(4), "in")
          .addVertex("last", new LastTimeStepVertex("in"), "lstm")
          .addVertex("again", new DuplicateToTimeSeriesVertex("in"), "last")
          .addVertex("reversed", new ReverseTimeSeriesVertex("in"), "lstm")
          .addLayer("out", seriesOutput(), "again", "reversed")
          .setOutputs("out");
    }
  },
  SEVERAL_DATA("several inputs and outputs", Shape.VECTOR) {
    @Override
    void build(GraphBuilder graph) {
      graph
          .addInputs("other")
          .addLayer("first", dense(4), "in")
          .addLayer("second", dense(4), "other")
          .addLayer("both", dense(5), "first", "second")
          .addLayer("out", output(), "both")
          .addLayer("out2", output(), "second")
          .setOutputs("out", "out2");
    }

    @Override
    InputType[] inputs() {
      return new InputType[] {Shape.VECTOR.input(), Shape.VECTOR.input()};
    }

    @Override
    public Model fit(Model model, List<DataSet> data) {
      for (DataSet batch : data) {
        ((ComputationGraph) model)
            .fit(
                new MultiDataSet(
                    new INDArray[] {batch.getFeatures(), batch.getFeatures().mul(0.5)},
                    new INDArray[] {batch.getLabels(), batch.getLabels().dup()}));
      }
      return model;
    }
  };

  private final String title;
  private final Shape shape;

  Vertices(String title, Shape shape) {
    this.title = title;
    this.shape = shape;
  }

  /** Adds the layers and vertices between the input {@code in} and the outputs. */
  abstract void build(GraphBuilder graph);

  InputType[] inputs() {
    return new InputType[] {shape.input()};
  }

  private static LSTM lstm(int units) {
    return new LSTM.Builder().nOut(units).build();
  }

  private static DenseLayer dense(int units) {
    return new DenseLayer.Builder().nOut(units).build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static RnnOutputLayer seriesOutput() {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public Model create() {
    GraphBuilder builder = TinyNetwork.base().graphBuilder().addInputs("in");
    build(builder);
    ComputationGraph graph = new ComputationGraph(builder.setInputTypes(inputs()).build());
    graph.init();
    return graph;
  }

  @Override
  public List<DataSet> data() {
    return shape.data(DataType.FLOAT, 5);
  }
}
