package dev.traininghealth.network;

import java.util.LinkedHashMap;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.IUpdater;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network's configuration as DL4J's JSON, which may be written long after training has changed
 * the configuration. The suppliers refer to a copy of it only, so that they do not keep the network
 * in memory. A configuration that cannot be copied is written as it is when it is asked for.
 *
 * <p>DL4J's {@code clone()} shares what it takes for constant. What training changes or what refers
 * to the network is copied, or removed, here.
 */
final class ConfigurationJson {
  private static final Logger log = LoggerFactory.getLogger(ConfigurationJson.class);

  private ConfigurationJson() {}

  /** {@return writes the configuration as it is now} */
  static Supplier<String> of(MultiLayerConfiguration configuration) {
    try {
      MultiLayerConfiguration copy = configuration.clone();
      copy.getConfs().forEach(ConfigurationJson::separate);
      return copy::toJson;
    } catch (RuntimeException e) {
      return uncopied(configuration::toJson, e);
    }
  }

  /** {@return writes the configuration as it is now} */
  static Supplier<String> of(ComputationGraphConfiguration configuration) {
    try {
      ComputationGraphConfiguration copy = configuration.clone(); // which leaves these out:
      copy.setIterationCount(configuration.getIterationCount());
      copy.setEpochCount(configuration.getEpochCount());
      copy.setTopologicalOrder(configuration.getTopologicalOrder());
      copy.setTopologicalOrderStr(configuration.getTopologicalOrderStr());
      copy.setVertices(new LinkedHashMap<>(configuration.getVertices()));
      copy.getVertices().replaceAll((name, vertex) -> separated(vertex));
      return copy::toJson;
    } catch (RuntimeException e) {
      return uncopied(configuration::toJson, e);
    }
  }

  private static Supplier<String> uncopied(Supplier<String> json, RuntimeException cause) {
    log.debug("The configuration cannot be copied. It is written as it is then.", cause);
    return json;
  }

  /**
   * {@return a copy of a layer in a graph} Other vertices are shared, since copies of some lack
   * what they are configured with; the rates of an {@code AttentionVertex} are therefore those of
   * later.
   */
  private static GraphVertex separated(GraphVertex vertex) {
    if (vertex instanceof LayerVertex && vertex.clone() instanceof LayerVertex layer) {
      separate(layer.getLayerConf());
      return layer;
    }
    return vertex;
  }

  private static void separate(NeuralNetConfiguration copied) {
    separate(copied.getLayer());
  }

  /**
   * Separates a copied layer from the original: protection and {@code setLearningRate} change its
   * updaters.
   */
  private static void separate(Layer copied) {
    if (copied instanceof BaseWrapperLayer wrapper) {
      wrapper.setUnderlying(copy(wrapper.getUnderlying()));
    } else if (copied instanceof Bidirectional both) {
      both.setFwd(copy(both.getFwd()));
      both.setBwd(copy(both.getBwd()));
    } else if (copied instanceof AbstractSameDiffLayer own) {
      own.setUpdater(copy(own.getUpdater()));
      own.setBiasUpdater(copy(own.getBiasUpdater()));
    } else if (copied instanceof BaseLayer layer) {
      layer.setIUpdater(copy(layer.getIUpdater()));
      layer.setBiasUpdater(copy(layer.getBiasUpdater()));
    }
    if (copied instanceof OCNNOutputLayer output) {
      output.setLossFn(null); // refers to the layer, and is not in the JSON
    }
  }

  private static @Nullable Layer copy(@Nullable Layer layer) {
    if (layer == null) {
      return null;
    }
    Layer copy = layer.clone();
    separate(copy);
    return copy;
  }

  private static @Nullable IUpdater copy(@Nullable IUpdater updater) {
    return updater == null ? null : updater.clone();
  }
}
