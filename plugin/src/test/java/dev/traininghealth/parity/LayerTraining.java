package dev.traininghealth.parity;

import dev.traininghealth.NetworkBits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;

/** A network with one kind of layer, trained by {@code fit(DataSet)}. */
interface LayerTraining extends Training {
  Shape shape();

  /** {@return new layers, those before the output layer} */
  List<Layer> layers();

  @Override
  default MultiLayerNetwork create() {
    return TinyNetwork.of(TinyNetwork.base(), shape(), layers());
  }

  @Override
  default List<DataSet> data() {
    return shape().data(DataType.FLOAT, 5);
  }

  /** A truncated series has three segments; the last one is poisoned. */
  @Override
  default List<Integer> badIterations() {
    return List.of(shape().isTruncated() ? 3 * BAD + 2 : BAD);
  }

  @Override
  default List<DataSet> withoutBad() {
    List<DataSet> rest = new ArrayList<>(data());
    DataSet bad = rest.remove(BAD);
    if (shape().isTruncated()) {
      rest.add(BAD, Shape.twoSegments(bad));
    }
    return rest;
  }

  /** {@return the same training of the same network as a graph} */
  default Training asGraph() {
    return new AsGraph(this);
  }

  /** The same training of a ComputationGraph. */
  record AsGraph(LayerTraining of) implements Training {
    @Override
    public String title() {
      return of.title() + " in a graph";
    }

    @Override
    public org.deeplearning4j.nn.api.Model create() {
      return NetworkBits.graph(of.create());
    }

    @Override
    public List<DataSet> data() {
      return of.data();
    }

    @Override
    public Map<Column, String> impossible() {
      return of == VectorLayers.ONE_CLASS
          ? Map.of(Column.NON_FINITE, "DL4J returns the output of this layer as the graph's labels")
          : of.impossible();
    }

    @Override
    public void poison(DataSet batch) {
      of.poison(batch);
    }

    @Override
    public dev.traininghealth.numbers.NonFiniteOrigin.Place poisonedPlace() {
      return of.poisonedPlace();
    }

    @Override
    public List<Integer> badIterations() {
      return of.badIterations();
    }

    @Override
    public List<DataSet> withoutBad() {
      return of.withoutBad();
    }

    @Override
    public String toString() {
      return of + "_GRAPH";
    }
  }
}
