package dev.traininghealth.samples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class WorkloadTest {
  @Test
  void shouldFindNetworksByName() {
    assertThat(Workload.named(List.of())).containsExactly(Workload.values());
    assertThat(Workload.named(List.of("lenet, XOR", "xor")))
        .containsExactly(Workload.XOR, Workload.LENET);
    assertThat(Workload.named(List.of("mlp3x256,mlp20x128,mlp4x1024,lenet,lstm,cnn32,cnn224,xor")))
        .hasSize(8);
    assertThat(Workload.named(List.of("iris,p467,resnet18,embedding,attention"))).hasSize(5);
  }

  @Test
  void shouldListTheNetworksIfANameIsUnknown() {
    assertThatThrownBy(() -> Workload.named(List.of("xor,alexnet", "vgg")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the name alexnet, vgg")
        .hasMessageContaining("xor, iris, p467, mlp3x256");
    assertThatThrownBy(() -> Workload.named(List.of("")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"XOR, 9", "IRIS, 83", "P467, 467", "MLP3X256, 335114", "LENET, 431080"})
  void shouldHaveTheParametersOfItsName(Workload workload, long parameters) {
    try (TrainedNetwork network = workload.network()) {
      assertThat(network.parameters().length()).isEqualTo(parameters);
    }
  }

  /** Large networks take too long for a test. */
  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"EMBEDDING", "CNN224", "MLP4X1024", "RESNET18"})
  void shouldBeEqualAtEachCallAndTrain(Workload workload) {
    try (Contender one = contender(workload);
        Contender other = contender(workload)) {
      one.train(1);
      assertThat(one.agreesWith(other)).as("trained").isFalse();

      other.train(1);
      assertThat(one.agreesWith(other)).as("equal").isTrue();
      assertThat(one.network().parameters().sumNumber().doubleValue()).isFinite();
    }
  }

  private static Contender contender(Workload workload) {
    return new Contender(
        dev.traininghealth.samples.benchmark.Mode.NONE,
        workload.network(),
        workload.minibatches().subList(0, 1));
  }
}
