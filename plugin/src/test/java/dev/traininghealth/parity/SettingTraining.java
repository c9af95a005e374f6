package dev.traininghealth.parity;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;

/** A dense network with one setting, trained by {@code fit(DataSet)}. */
interface SettingTraining extends Training {
  /** Changes the configuration of the whole network. */
  void configure(NeuralNetConfiguration.Builder builder);

  default DataType type() {
    return DataType.FLOAT;
  }

  @Override
  default MultiLayerNetwork create() {
    NeuralNetConfiguration.Builder base = TinyNetwork.base().dataType(type());
    configure(base);
    return TinyNetwork.of(
        base, Shape.VECTOR, List.of(TinyNetwork.dense(), new DenseLayer.Builder().nOut(5).build()));
  }

  @Override
  default List<DataSet> data() {
    return Shape.VECTOR.data(type(), 5);
  }

  /** Settings of the step hardly concern these columns. */
  @Override
  default boolean isSlow(Column column) {
    return column == Column.NON_FINITE || column == Column.CLIPPED || column == Column.PAGE;
  }

  @Override
  default double accuracy() {
    return type() == DataType.FLOAT16 ? 1e-2 : 1e-4;
  }
}
