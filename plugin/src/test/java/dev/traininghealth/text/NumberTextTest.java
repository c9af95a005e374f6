package dev.traininghealth.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NumberTextTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "3, 3",
    "-17, -17",
    "123456, 123456",
    "0.5, 0.500",
    "0.0123456, 0.0123",
    "2.71828, 2.72",
    "31.4159, 31.42",
    "314.159, 314",
    "31415.9, 31416",
    "-2.71828, -2.72",
    "0.0001234, 1.2e-04",
    "1e7, 1.0e+07",
    "1.5e300, 1.5e+300",
    "NaN, NaN",
    "-Infinity, -Infinity",
  })
  void shouldWriteNumbersShortly(double value, String words) {
    assertThat(NumberText.number(value)).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource({"0, 0 %", "1, 100 %", "0.5, 50 %", "0.333, 33 %", "0.021, 2.1 %", "0.995, 99.5 %"})
  void shouldWriteSharesInPercent(double share, String words) {
    assertThat(NumberText.percent(share)).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"''; ''", "3; 3", "3 17; 3 and 17", "3 17 31; 3, 17 and 31"})
  void shouldListAsASentenceDoes(String words, String listed) {
    assertThat(NumberText.list(List.of(words.split(" ")))).isEqualTo(listed);
  }

  @Test
  void shouldWriteTheSameWhateverTheLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(NumberText.number(2.71828)).isEqualTo("2.72");
      assertThat(NumberText.percent(0.021)).isEqualTo("2.1 %");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void shouldNameLayersAndParametersAsTheUserKnowsThem() {
    NetworkLayout layout =
        new NetworkLayout(
            "ComputationGraph",
            List.of(
                new NetworkLayout.Layer("layer0", "DenseLayer", "relu", false, 0, 0),
                new NetworkLayout.Layer("1", "BatchNormalization", "", false, 0, 0),
                new NetworkLayout.Layer("encoder", "LSTM", "tanh", false, 0, 0)),
            List.of());

    assertThat(LayerText.layer(layout, 0)).isEqualTo("layer 0 (DenseLayer, relu)");
    assertThat(LayerText.layer(layout, 1)).isEqualTo("layer 1 (BatchNormalization)");
    assertThat(LayerText.layer(layout, 2)).isEqualTo("layer 2 \"encoder\" (LSTM, tanh)");
    assertThat(LayerText.layers(layout, 0, 2))
        .isEqualTo("layers 0 (DenseLayer, relu) to 2 \"encoder\" (LSTM, tanh)");
    assertThat(LayerText.parameter(LayoutBuilder.classifier(1, "relu"), 1))
        .isEqualTo("0_b of layer 0 (DenseLayer, relu)");
  }
}
