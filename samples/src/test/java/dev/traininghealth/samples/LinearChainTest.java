package dev.traininghealth.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.samples.LinearChain.Row;
import java.util.List;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearChainTest {
  @ParameterizedTest
  @ValueSource(floats = {0.5f, 1, 1.5f, -0.8f})
  void shouldRecordWhatTheoryGives(float weight) throws Exception {
    List<Row> rows = LinearChain.compare(weight, new InMemoryStatsStorage());

    assertThat(rows).hasSize(20);
    assertThat(rows)
        .allSatisfy(row -> assertThat(row.difference()).isLessThan(LinearChain.TOLERANCE));
  }

  @Test
  void shouldKnowTheTheory() throws Exception {
    List<Row> rows = LinearChain.compare(0.5f, new InMemoryStatsStorage());

    // By hand: a_0 = 1, and a_k = a_(k-1)/2 + 1, so that a_1 = 1.5 and a_19 is 2 but for a trifle.
    // The gradient at the weight is that times 0.5^(20-k), at the bias 0.5^(20-k) alone.
    assertThat(rows.get(0).closedForm()).isEqualTo(Math.sqrt(2) * Math.pow(0.5, 19));
    assertThat(rows.get(1).closedForm()).isEqualTo(Math.sqrt(3.25) * Math.pow(0.5, 18));
    assertThat(rows.get(19).closedForm()).isEqualTo(Math.sqrt(5), within(1e-5));
  }

  @Test
  void shouldTellADifference() {
    assertThat(new Row(1, 1.1, 1).difference()).isEqualTo(0.1, within(1e-12));
    assertThat(new Row(1, 0, 0).difference()).isZero();
    assertThat(new Row(1, Double.NaN, 1).difference()).isNaN();
  }
}
