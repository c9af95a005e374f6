package dev.traininghealth.detect.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScoreBlocksTest {
  private final ScoreBlocks blocks = new ScoreBlocks();

  @Test
  void shouldHoldEachScoreWhileThereAreFew() {
    for (int i = 0; i < ScoreBlocks.MAX_BLOCKS; i++) {
      blocks.observe(i);
    }

    assertThat(blocks.count()).isEqualTo(ScoreBlocks.MAX_BLOCKS);
    assertThat(blocks.span()).isEqualTo(ScoreBlocks.MAX_BLOCKS);
    assertThat(blocks.mean(5)).isEqualTo(5);
    assertThat(blocks.smallest()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 31, 32, 33, 34, 63, 64, 65, 100, 1000, 4096, 99_999})
  void shouldHoldTheMeansOfTheWholeRunInBoundedMemory(int scores) {
    for (int i = 0; i < scores; i++) {
      blocks.observe(i);
    }

    long span = blocks.span();
    long width = span / blocks.count();
    assertThat(blocks.count())
        .isBetween(Math.min(scores, ScoreBlocks.MAX_BLOCKS / 2), ScoreBlocks.MAX_BLOCKS);
    assertThat(span).isBetween(scores - width + 1, (long) scores);
    for (int b = 0; b < blocks.count(); b++) {
      double expected = b * width + (width - 1) / 2.0;
      assertThat(blocks.mean(b)).isCloseTo(expected, within(1e-6));
    }
    assertThat(blocks.smallest()).isEqualTo(blocks.mean(0));
  }

  @Test
  void shouldLeaveOutWhatIsNotFinite() {
    for (int i = 0; i < 500; i++) {
      blocks.observe(2);
      blocks.observe(i % 2 == 0 ? Double.NaN : Double.POSITIVE_INFINITY);
    }

    assertThat(blocks.span()).isLessThanOrEqualTo(500);
    for (int b = 0; b < blocks.count(); b++) {
      assertThat(blocks.mean(b)).isEqualTo(2);
    }
  }
}
