package dev.traininghealth.parity;

import dev.traininghealth.NetworkBits;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** The forms of {@code fit} of a MultiLayerNetwork and a ComputationGraph. */
enum Ways implements Training {
  ARRAYS("`fit(INDArray, INDArray)`") {
    @Override
    void fit(MultiLayerNetwork net, List<DataSet> data) {
      data.forEach(batch -> net.fit(batch.getFeatures(), batch.getLabels()));
    }
  },
  MASKED_ARRAYS("`fit(INDArray, INDArray, INDArray, INDArray)` with masks") {
    @Override
    void fit(MultiLayerNetwork net, List<DataSet> data) {
      for (DataSet b : data) {
        net.fit(b.getFeatures(), b.getLabels(), b.getFeaturesMaskArray(), b.getLabelsMaskArray());
      }
    }

    @Override
    Shape shape() {
      return Shape.MASKED_SERIES;
    }
  },
  CLASSES("`fit(INDArray, int[])`") {
    @Override
    void fit(MultiLayerNetwork net, List<DataSet> data) {
      data.forEach(b -> net.fit(b.getFeatures(), b.getLabels().argMax(1).toIntVector()));
    }
  },
  MASKED_DATA_SET("`fit(DataSet)` with masks") {
    @Override
    void fit(MultiLayerNetwork net, List<DataSet> data) {
      data.forEach(net::fit);
    }

    @Override
    Shape shape() {
      return Shape.MASKED_SERIES;
    }
  },
  ITERATOR("`fit(DataSetIterator)`") {
    @Override
    void fit(MultiLayerNetwork net, List<DataSet> data) {
      net.fit(iterator(data));
    }
  },
  EPOCHS("`fit(DataSetIterator, 2)`") {
    @Override
    void fit(MultiLayerNetwork net, List<DataSet> data) {
      net.fit(iterator(data), 2);
    }
  },
  MULTI("`fit(MultiDataSet)`") {
    @Override
    void fit(MultiLayerNetwork net, List<DataSet> data) {
      data.forEach(batch -> net.fit(batch.toMultiDataSet()));
    }
  },
  MULTI_ITERATOR("`fit(MultiDataSetIterator)`") {
    @Override
    void fit(MultiLayerNetwork net, List<DataSet> data) {
      net.fit(multi(data));
    }
  },
  MULTI_EPOCHS("`fit(MultiDataSetIterator, 2)`") {
    @Override
    void fit(MultiLayerNetwork net, List<DataSet> data) {
      net.fit(multi(data), 2);
    }
  },
  TRUNCATED("truncated BPTT") {
    @Override
    void fit(MultiLayerNetwork net, List<DataSet> data) {
      data.forEach(net::fit);
    }

    @Override
    Shape shape() {
      return Shape.TRUNCATED_SERIES;
    }
  },
  TRUNCATED_ITERATOR("truncated BPTT by `fit(DataSetIterator)`") {
    @Override
    void fit(MultiLayerNetwork net, List<DataSet> data) {
      net.fit(iterator(data));
    }

    @Override
    Shape shape() {
      return Shape.TRUNCATED_SERIES;
    }
  },
  GRAPH("graph: `fit(DataSet)`") {
    @Override
    void fit(ComputationGraph graph, List<DataSet> data) {
      data.forEach(graph::fit);
    }
  },
  GRAPH_ARRAYS("graph: `fit(INDArray[], INDArray[])`") {
    @Override
    void fit(ComputationGraph graph, List<DataSet> data) {
      data.forEach(b -> graph.fit(arrays(b.getFeatures()), arrays(b.getLabels())));
    }
  },
  GRAPH_MASKED("graph: `fit` of arrays with masks") {
    @Override
    void fit(ComputationGraph graph, List<DataSet> data) {
      for (DataSet b : data) {
        graph.fit(
            arrays(b.getFeatures()),
            arrays(b.getLabels()),
            arrays(b.getFeaturesMaskArray()),
            arrays(b.getLabelsMaskArray()));
      }
    }

    @Override
    Shape shape() {
      return Shape.MASKED_SERIES;
    }
  },
  GRAPH_ITERATOR("graph: `fit(DataSetIterator)`") {
    @Override
    void fit(ComputationGraph graph, List<DataSet> data) {
      graph.fit(iterator(data));
    }
  },
  GRAPH_EPOCHS("graph: `fit(DataSetIterator, 2)`") {
    @Override
    void fit(ComputationGraph graph, List<DataSet> data) {
      graph.fit(iterator(data), 2);
    }
  },
  GRAPH_MULTI("graph: `fit(MultiDataSet)`") {
    @Override
    void fit(ComputationGraph graph, List<DataSet> data) {
      data.forEach(batch -> graph.fit(batch.toMultiDataSet()));
    }
  },
  GRAPH_MULTI_ITERATOR("graph: `fit(MultiDataSetIterator)`") {
    @Override
    void fit(ComputationGraph graph, List<DataSet> data) {
      graph.fit(multi(data));
    }
  },
  GRAPH_MULTI_EPOCHS("graph: `fit(MultiDataSetIterator, 2)`") {
    @Override
    void fit(ComputationGraph graph, List<DataSet> data) {
      graph.fit(multi(data), 2);
    }
  },
  GRAPH_TRUNCATED("graph: truncated BPTT") {
    @Override
    void fit(ComputationGraph graph, List<DataSet> data) {
      data.forEach(graph::fit);
    }

    @Override
    Shape shape() {
      return Shape.TRUNCATED_SERIES;
    }
  };

  private final String title;

  Ways(String title) {
    this.title = title;
  }

  /** Trains a MultiLayerNetwork; a constant overrides this method or the next one. */
  void fit(MultiLayerNetwork net, List<DataSet> data) {
    throw new UnsupportedOperationException(name());
  }

  void fit(ComputationGraph graph, List<DataSet> data) {
    throw new UnsupportedOperationException(name());
  }

  Shape shape() {
    return Shape.VECTOR;
  }

  private boolean isOfGraph() {
    return name().startsWith("GRAPH");
  }

  private boolean hasTwoEpochs() {
    return name().endsWith("EPOCHS");
  }

  static DataSetIterator iterator(List<DataSet> data) {
    return new ExistingDataSetIterator(data);
  }

  private static MultiDataSetIterator multi(List<DataSet> data) {
    return new MultiDataSetIteratorAdapter(iterator(data));
  }

  private static INDArray[] arrays(INDArray array) {
    return new INDArray[] {array};
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public Model create() {
    MultiLayerNetwork net =
        TinyNetwork.of(
            TinyNetwork.base(),
            shape(),
            shape() == Shape.VECTOR
                ? List.of(TinyNetwork.dense(), new DenseLayer.Builder().nOut(5).build())
                : List.of(
                    new LSTM.Builder().nOut(4).build(), new DenseLayer.Builder().nOut(5).build()));
    return isOfGraph() ? NetworkBits.graph(net) : net;
  }

  @Override
  public boolean isSlow() {
    return this == TRUNCATED_ITERATOR
        || this == MULTI_EPOCHS
        || this == GRAPH_MASKED
        || this == GRAPH_MULTI_EPOCHS
        || this == GRAPH_TRUNCATED;
  }

  @Override
  public List<DataSet> data() {
    return shape().data(DataType.FLOAT, 5);
  }

  @Override
  public Model fit(Model model, List<DataSet> data) {
    if (model instanceof MultiLayerNetwork net) {
      fit(net, data);
    } else {
      fit((ComputationGraph) model, data);
    }
    return model;
  }

  @Override
  public List<Integer> badIterations() {
    int perBatch = shape().isTruncated() ? 3 : 1;
    int last = perBatch * BAD + perBatch - 1;
    return hasTwoEpochs()
        ? IntStream.of(last, last + perBatch * data().size()).boxed().toList()
        : List.of(last);
  }

  @Override
  public List<DataSet> withoutBad() {
    List<DataSet> rest = new ArrayList<>(data());
    DataSet bad = rest.remove(BAD);
    if (shape().isTruncated()) {
      rest.add(BAD, Shape.twoSegments(bad));
    }
    return rest;
  }
}
