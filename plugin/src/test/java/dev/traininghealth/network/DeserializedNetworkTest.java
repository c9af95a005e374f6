package dev.traininghealth.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.LearningNetwork;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Sgd;

/** A network that Java's serialization has written and read again. */
final class DeserializedNetworkTest {
  private static MultiLayerNetwork copy(MultiLayerNetwork net) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(net);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (MultiLayerNetwork) in.readObject();
    }
  }

  /** DL4J has no time of the data there, and throws when it is asked. */
  @Test
  void shouldHaveWaitedForNoData() throws Exception {
    MultiLayerNetwork net = LearningNetwork.MLP.create(new Sgd(0.01));
    net.setLastEtlTime(7);
    assertThat(Network.of(net).dataMillis()).isEqualTo(7);

    Network deserialized = Network.of(copy(net));
    assertThat(deserialized.dataMillis()).isZero();
    assertThat(deserialized.dataMillis()).isZero();
  }
}
