package dev.traininghealth.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StockPageTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"cv-run2", "4a5fb6a4-2f3e-4b8e-9a53-2f0c8d1b1c11", "run 1 (lr=1e-3, b_2)", "v1.0"})
  void shouldKeepUsualSessions(String session) {
    assertThat(StockPageText.session(session)).isEqualTo(session);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "<img src=x onerror='a\">|~3Cimg src=x onerror=~27a~22~3E",
        "a/b?c#d%e|a~2Fb~3Fc~23d~25e",
        "lr:1&2\\3|lr~3A1~262~5C3",
        "a~2Fb|a~7E2Fb",
        "ä€😀|~C3~A4~E2~82~AC~F0~9F~98~80",
        "..|~2E~2E",
        "` a `|~20a~20"
      })
  void shouldReplaceWhatLinksMarkupAndHeadersCannotHold(String session, String written) {
    assertThat(StockPageText.session(session)).isEqualTo(written);
    assertThat(StockPageText.isChanged(written)).isTrue();
  }

  @Test
  void shouldEscapeTheStringsOfJson() throws Exception {
    String name = "<img src=x onerror='a(\"b\")'>&\\\" \\\\\n";
    ObjectMapper mapper = new ObjectMapper();
    String json = mapper.writeValueAsString(Map.of(name, new Object[] {1.5, true, name, "\\"}));

    JsonNode escaped = mapper.readTree(StockPageText.json(json));

    String expected = Html.escape(name);
    assertThat(escaped.fieldNames()).toIterable().containsExactly(expected);
    assertThat(escaped.get(expected))
        .hasToString(mapper.writeValueAsString(new Object[] {1.5, true, expected, "\\"}));
    assertThat(StockPageText.json("{\"plain\": [\"a\", {}]}"))
        .isEqualTo("{\"plain\": [\"a\", {}]}");
    assertThat(StockPageText.json("")).isEmpty();
  }
}
