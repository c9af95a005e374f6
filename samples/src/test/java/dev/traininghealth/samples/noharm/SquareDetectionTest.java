package dev.traininghealth.samples.noharm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.samples.noharm.SquareDetection.Content;
import java.util.Random;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

class SquareDetectionTest {
  @ParameterizedTest
  @EnumSource(Content.class)
  void shouldHaveNoScoreWithSwappedCornersAlone(Content content) {
    MultiLayerNetwork network = SquareDetection.network(1);

    network.fit(SquareDetection.images(new Random(1), 4, content));

    boolean lost = content == Content.SWAPPED_CORNERS;
    assertThat(Double.isNaN(network.score())).isEqualTo(lost);
    assertThat(Double.isNaN(network.params().sumNumber().doubleValue())).isEqualTo(lost);
  }

  @Test
  void shouldLabelTheCellOfTheMiddle() {
    DataSet images = SquareDetection.images(new Random(3), 20, Content.SQUARES);

    INDArray cells = images.getLabels().sum(1);
    assertThat(cells.gt(0).castTo(cells.dataType()).sumNumber().intValue()).isEqualTo(20);
    for (int image = 0; image < 20; image++) {
      INDArray ofImage = images.getLabels().slice(image).sum(1, 2);
      double width = ofImage.getDouble(2) - ofImage.getDouble(0);
      assertThat(width).isBetween(6 / 8.0, 14 / 8.0);
      assertThat(ofImage.getDouble(3) - ofImage.getDouble(1)).isEqualTo(width);
      assertThat(ofImage.getDouble(4) + ofImage.getDouble(5)).isEqualTo(1);
      int color = ofImage.getDouble(4) == 1 ? 0 : 1;
      INDArray bright = images.getFeatures().slice(image).slice(color).gt(0.9);
      assertThat(bright.castTo(cells.dataType()).sumNumber().doubleValue())
          .isEqualTo(64 * width * width);
    }
  }
}
