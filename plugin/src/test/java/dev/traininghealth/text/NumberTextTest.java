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
    "12345, 12350",
    "123456, 1.235e5",
    "0.5, 0.5",
    "0.0123456, 0.01235",
    "0.001, 0.001",
    "2.71828, 2.718",
    "31.4159, 31.42",
    "314.159, 314.2",
    "31415.9, 31420",
    "99994, 99990",
    "99999, 1e5",
    "-2.71828, -2.718",
    "0.0001, 1e-4",
    "0.00012345678, 1.235e-4",
    "1e7, 1e7",
    "1.5e300, 1.5e300",
    "NaN, NaN",
    "-Infinity, -Infinity",
  })
  void shouldWriteNumbersShortly(double value, String words) {
    assertThat(NumberText.number(value)).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 %",
    "1, 100 %",
    "0.5, 50 %",
    "0.3333, 33.3 %",
    "0.021, 2.1 %",
    "0.995, 99.5 %",
    "NaN, NaN %",
  })
  void shouldWriteSharesInPercent(double share, String words) {
    assertThat(NumberText.percent(share)).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "999, 999", "-1000, '-1,000'", "1234567, '1,234,567'"})
  void shouldWriteCountsInGroups(long value, String words) {
    assertThat(NumberText.count(value)).isEqualTo(words);
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
      assertThat(NumberText.number(2.71828)).isEqualTo("2.718");
      assertThat(NumberText.percent(0.021)).isEqualTo("2.1 %");
      assertThat(NumberText.count(12345)).isEqualTo("12,345");
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

    assertThat(LayerText.layer(layout, 0).english()).isEqualTo("0 (DenseLayer, relu)");
    assertThat(LayerText.layer(layout, 1).english()).isEqualTo("1 (BatchNormalization)");
    assertThat(LayerText.layer(layout, 2).english()).isEqualTo("2 \"encoder\" (LSTM, tanh)");
    NetworkLayout classifier = LayoutBuilder.classifier(1, "relu");
    assertThat(LayerText.key(classifier, 1).english()).isEqualTo("0_b");
    assertThat(LayerText.layerOf(classifier, 1).english()).isEqualTo("0 (DenseLayer, relu)");
  }
}
