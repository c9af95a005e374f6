package dev.traininghealth.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.Networks;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.guard.MemoryBudget.Use;
import dev.traininghealth.network.Network;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;

class TrialMemoryTest {
  @Test
  void shouldTryNothingIfTheNetworkCannotBeCopied() {
    Network network = Network.of(Networks.MLP.create(new Adam(0.01), DataType.FLOAT));
    MemoryBudget budget = new MemoryBudget(network.copyBytes() - 1, () -> Long.MAX_VALUE);
    CostAccount account = new CostAccount(1, () -> 0);
    try (Trials trials = new Trials(1 << 20, 0.5, account, budget, copy -> factor -> {})) {
      assertThat(trials.isPossible()).isTrue();
      assertThat(trials.run(network, TrialQuestion.HARM, 0, new double[] {0.5}, List.of()))
          .isNull();
      assertThat(trials.isPossible()).isFalse();
      assertThat(budget.taken(Use.TRIAL_NETWORK)).isZero();
    }
  }
}
