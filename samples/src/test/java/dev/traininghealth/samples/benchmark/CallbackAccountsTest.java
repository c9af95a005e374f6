package dev.traininghealth.samples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.samples.benchmark.ModeResult.Account;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class CallbackAccountsTest {
  private static final Effort SHORT = new Effort(0, 0, 0, 0, 1, 1, 0.2, 20, 2, 0, 1);

  private final Map<Mode, Contender> contenders = new EnumMap<>(Mode.class);

  @AfterEach
  void close() {
    contenders.values().forEach(Contender::close);
  }

  private static TrainedNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list(new OutputLayer.Builder().nIn(2).nOut(2).build())
                .build());
    network.init();
    return TrainedNetwork.of(network);
  }

  @Test
  void shouldGiveEachListenerItsOwnAccount() {
    List<DataSet> minibatches = List.of(new DataSet(Nd4j.ones(4, 2), Nd4j.ones(4, 2).mul(0.5)));
    for (Mode mode : Mode.values()) {
      contenders.put(
          mode,
          mode == Mode.COMPARING
              ? Contender.comparing(
                  network(), minibatches, Contender.recordBaseline(network(), minibatches, 0))
              : new Contender(mode, network(), minibatches));
    }

    Map<Mode, Account> accounts = new CallbackAccounts(contenders, 10, SHORT).take();

    assertThat(accounts)
        .doesNotContainKeys(Mode.NONE, Mode.NONE_AGAIN)
        .hasSize(Mode.values().length - 2);
    assertThat(accounts.values())
        .allSatisfy(account -> assertThat(account.selfShare()).isGreaterThan(0))
        .allSatisfy(account -> assertThat(account.micros()).isGreaterThan(0))
        .allSatisfy(account -> assertThat(account.cpuMicros()).isGreaterThan(0))
        .allSatisfy(account -> assertThat(account.medianMicros()).isGreaterThan(0));
    assertThat(contenders.values().stream().filter(Contender::hasPluginThreads))
        .extracting(Contender::mode)
        .containsExactly(Mode.OBSERVING, Mode.COMPARING, Mode.PROTECTING);
    assertThat(contenders.values().stream().filter(Contender::hasPluginThreads))
        .allSatisfy(contender -> assertThat(contender.summary()).contains("iterations watched"));
    assertThat(contenders.values().stream().filter(each -> each.mode() == Mode.COMPARING))
        .singleElement()
        .satisfies(
            contender ->
                assertThat(contender.summary())
                    .contains("departure")
                    .doesNotContain("no baseline run was set"));
  }
}
