package dev.traininghealth.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes of JSON are not trusted: what they may claim, and what is said of what is wrong. */
final class RecordJsonTest {
  private static JsonFields read(String json) throws RecordException {
    return RecordJson.read(json.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertRefused(byte[] json, String message) {
    assertThatThrownBy(() -> RecordJson.read(json))
        .isInstanceOf(RecordException.class)
        .hasMessage("broken record: " + message);
  }

  private static void assertRefused(String json, String message) {
    assertRefused(json.getBytes(StandardCharsets.UTF_8), message);
  }

  @Test
  void shouldRefuseMoreBytesThanAnyRecordHasBeforeReadingThem() {
    byte[] blank = new byte[RecordJson.MAX_BYTES + 1];
    Arrays.fill(blank, (byte) ' ');

    assertRefused(blank, "it has 16777217 bytes of JSON, more than 16777216");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void shouldRefuseDeepNesting(String open) throws Exception {
    String close = open.equals("[") ? "]" : "}";
    int depth = RecordJson.MAX_DEPTH - 1;
    String deepest =
        "{\"b\":" + open.repeat(depth) + (open.equals("[") ? "" : "1") + close.repeat(depth);

    assertThat(read(deepest + "}").text("c", "none")).isEqualTo("none");
    assertRefused("{\"b\":" + open.repeat(1_000_000), "its JSON is nested deeper than 64");
  }

  @Test
  void shouldRefuseMoreValuesThanAnyRecordHas() {
    assertRefused(
        "{\"a\":[" + "0,".repeat(RecordJson.MAX_ENTRIES) + "0]}",
        "its JSON has more than 1000000 values");
  }

  /** A number is quadratic in its digits for who makes one of them. */
  @ParameterizedTest
  @ValueSource(strings = {"", "0.", "1e"})
  void shouldRefuseEndlessNumbers(String start) {
    assertRefused(
        "{\"a\":" + start + "7".repeat(1_000_000) + "}", "its JSON has a number longer than any");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "[]|it is no JSON object",
        "7|it is no JSON object",
        "{} {}|its JSON continues after its end",
        "{\"a\":1,\"a\":2}|its JSON has a name twice",
        "{\"a\":nul}|its JSON cannot be read at byte 9",
        "{\"a\":1|its JSON cannot be read at byte 6",
      })
  void shouldSayWhatIsWrong(String json, String message) {
    assertRefused(json, message);
  }

  @Test
  void shouldRefuseBytesThatAreNoText() {
    assertRefused(new byte[0], "it is no JSON object");
    assertThatThrownBy(() -> RecordJson.read(new byte[] {'{', '"', (byte) 0xc3, '"', '}'}))
        .isInstanceOf(RecordException.class)
        .hasMessageStartingWith("broken record: its JSON cannot be read at byte ");
  }

  @Test
  void shouldReadEachTypeAndTakeTheDefaultOfWhatIsMissing() throws Exception {
    JsonFields in =
        read(
            "{\"whole\":-9223372036854775808,\"flag\":true,\"text\":\"\u00fc\",\"null\":null,"
                + "\"rows\":[1,2],\"object\":{\"b\":\"2\",\"a\":\"1\"},\"objects\":[{\"x\":1.5}],"
                + "\"numbers\":{\"nan\":\"NaN\",\"plus\":\"Infinity\",\"minus\":\"-Infinity\","
                + "\"zero\":-0.0,\"int\":3,\"huge\":1234567890123456789012}}");

    assertThat(in.wholeNumber("whole")).isEqualTo(Long.MIN_VALUE);
    assertThat(in.flag("flag", false)).isTrue();
    assertThat(in.text("text")).isEqualTo("ü");
    assertThat(in.text("null", "none")).isEqualTo("none");
    assertThat(in.integers("rows")).containsExactly(1, 2);
    assertThat(in.texts("object")).containsExactly(Map.entry("b", "2"), Map.entry("a", "1"));
    assertThat(in.objects("objects").get(0).number("x", 0)).isEqualTo(1.5);
    JsonFields numbers = in.object("numbers");
    assertThat(numbers).isNotNull();
    assertThat(numbers.number("nan", 0)).isNaN();
    assertThat(numbers.number("plus", 0)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(numbers.number("minus", 0)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(1 / numbers.number("zero", 1)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(numbers.number("int", 0)).isEqualTo(3);
    assertThat(numbers.number("huge", 0)).isEqualTo(Double.parseDouble("1234567890123456789012"));

    assertThat(in.wholeNumber("no", 7)).isEqualTo(7);
    assertThat(in.integer("no", -1)).isEqualTo(-1);
    assertThat(in.number("no", Double.NaN)).isNaN();
    assertThat(in.flag("no", true)).isTrue();
    assertThat(in.object("no")).isNull();
    assertThat(in.objects("no")).isEmpty();
    assertThat(in.integers("no")).isEmpty();
    assertThat(in.texts("no")).isEmpty();
  }

  private interface Reading {
    void of(JsonFields in) throws RecordException;
  }

  @Test
  void shouldNameTheFieldThatIsWrong() throws Exception {
    JsonFields in =
        read(
            "{\"t\":\"x\",\"n\":2147483648,\"d\":0.5,\"list\":[\"x\"],\"nulls\":[null],\"o\":{\"k\":1}}");

    assertWrong(in, f -> f.wholeNumber("id"), "it has no id");
    assertWrong(in, f -> f.text("kind"), "it has no kind");
    assertWrong(in, f -> f.wholeNumber("d"), "its d is no whole number");
    assertWrong(in, f -> f.integer("n", 0), "its n is out of range: 2147483648");
    assertWrong(in, f -> f.number("t", 0), "its t is no number");
    assertWrong(in, f -> f.flag("t", false), "its t is neither true nor false");
    assertWrong(in, f -> f.text("n"), "its n is no text");
    assertWrong(in, f -> f.object("t"), "its t is no object");
    assertWrong(in, f -> f.objects("t"), "its t is no array");
    assertWrong(in, f -> f.objects("nulls"), "its nulls is no array of objects");
    assertWrong(in, f -> f.objects("list"), "its list is no array of objects");
    assertWrong(in, f -> f.integers("list"), "its list is no array of whole numbers");
    assertWrong(in, f -> f.texts("o"), "its k is no text");
  }

  private static void assertWrong(JsonFields in, Reading reading, String message) {
    assertThatThrownBy(() -> reading.of(in))
        .isInstanceOf(RecordException.class)
        .hasMessage("broken record: " + message);
  }

  /** A text that is cut to its length may end within a character. */
  @Test
  void shouldWriteHalfACharacter() throws Exception {
    byte[] json = RecordJson.write(out -> out.writeStringField("name", "a\ud83d\u2026\udc00"));

    assertThat(RecordJson.read(json).text("name")).isEqualTo("a?\u2026?");
  }

  @Test
  void shouldWriteControlCharactersAndMarkup() throws Exception {
    String text = "\u0000\n\"\\</script>\u2028\ud83d\ude00";
    for (String each : List.of(text, "")) {
      byte[] json = RecordJson.write(out -> out.writeStringField("name", each));

      assertThat(RecordJson.read(json).text("name")).isEqualTo(each);
    }
  }
}
