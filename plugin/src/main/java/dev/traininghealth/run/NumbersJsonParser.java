package dev.traininghealth.run;

import dev.traininghealth.numbers.SavedNumbers;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonToken;

/**
 * Reads the text and the arrays of {@link NumbersJson}, from bytes that are not trusted: token by
 * token, with a bound for depth, entries and the length of each number, and none of Jackson's
 * binding to classes.
 */
final class NumbersJsonParser {
  /** The longest number that is written has 25 characters. */
  private static final int MAX_NUMBER_LENGTH = 32;

  private static final Pattern ARRAY = Pattern.compile("(long|double)\\[([0-9]{1,9})]");

  private final JsonParser json;
  private final ByteBuffer arrays;
  private int entries;

  private NumbersJsonParser(JsonParser json, ByteBuffer arrays) {
    this.json = json;
    this.arrays = arrays;
  }

  /**
   * Parses a text.
   *
   * @param arrays the larger arrays, which must be used up in the end
   */
  static SavedNumbers parse(byte[] bytes, int offset, int length, ByteBuffer arrays)
      throws IOException {
    try (JsonParser json = NumbersJson.factory().createParser(bytes, offset, length)) {
      NumbersJsonParser parser = new NumbersJsonParser(json, arrays);
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw parser.unexpected();
      }
      SavedNumbers numbers = parser.section(1);
      if (json.nextToken() != null || arrays.hasRemaining()) {
        throw new InvalidObjectException("it goes on after its end");
      }
      return numbers;
    }
  }

  private SavedNumbers section(int depth) throws IOException {
    if (depth > NumbersJson.MAX_DEPTH) {
      throw new InvalidObjectException("it is nested deeper than " + NumbersJson.MAX_DEPTH);
    }
    SavedNumbers numbers = new SavedNumbers();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.getCurrentName();
      countEntry();
      if (numbers.has(name)) {
        throw new InvalidObjectException("it has the same name twice");
      }
      JsonToken token = json.nextToken();
      if (token == JsonToken.START_OBJECT) {
        numbers.put(name, section(depth + 1));
      } else if (token == JsonToken.START_ARRAY) {
        array(numbers, name);
      } else if (token == JsonToken.VALUE_NUMBER_INT) {
        numbers.put(name, wholeNumber());
      } else if (token == JsonToken.VALUE_STRING && text().endsWith("]")) {
        largeArray(numbers, name, text());
      } else {
        numbers.put(name, number(token));
      }
    }
    if (json.currentToken() != JsonToken.END_OBJECT) {
      throw unexpected();
    }
    return numbers;
  }

  /** Whole numbers alone, or others alone. */
  private void array(SavedNumbers numbers, String name) throws IOException {
    long[] longs = new long[NumbersJson.MAX_INLINE];
    double[] doubles = new double[NumbersJson.MAX_INLINE];
    int length = 0;
    int whole = 0;
    for (JsonToken token = json.nextToken();
        token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      countEntry();
      if (length == NumbersJson.MAX_INLINE) {
        throw new InvalidObjectException("an array in its text has more than " + length);
      }
      if (token == JsonToken.VALUE_NUMBER_INT) {
        longs[length] = wholeNumber();
        whole++;
      } else {
        doubles[length] = number(token);
      }
      length++;
    }
    if (length == 0 || (whole > 0 && whole < length)) {
      throw new InvalidObjectException("an array in its text is empty or of two types");
    }
    if (whole > 0) {
      numbers.put(name, Arrays.copyOf(longs, length));
    } else {
      numbers.put(name, Arrays.copyOf(doubles, length));
    }
  }

  private void largeArray(SavedNumbers numbers, String name, String text) throws IOException {
    Matcher type = ARRAY.matcher(text);
    if (!type.matches()) {
      throw unexpected();
    }
    long length = Long.parseLong(type.group(2));
    if (8 * length > arrays.remaining()) {
      throw new InvalidObjectException("it ends within an array of " + length);
    }
    if (type.group(1).equals("long")) {
      long[] array = new long[(int) length];
      for (int i = 0; i < array.length; i++) {
        array[i] = arrays.getLong();
      }
      numbers.put(name, array);
    } else {
      double[] array = new double[(int) length];
      for (int i = 0; i < array.length; i++) {
        array[i] = arrays.getDouble();
      }
      numbers.put(name, array);
    }
  }

  private long wholeNumber() throws IOException {
    checkLength();
    return json.getLongValue();
  }

  private double number(@Nullable JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_NUMBER_FLOAT) {
      checkLength();
      return json.getDoubleValue();
    }
    if (token == JsonToken.VALUE_STRING) {
      return switch (text()) {
        case "NaN" -> Double.NaN;
        case "Infinity" -> Double.POSITIVE_INFINITY;
        case "-Infinity" -> Double.NEGATIVE_INFINITY;
        default -> throw unexpected();
      };
    }
    throw unexpected();
  }

  private String text() throws IOException {
    checkLength();
    return json.getText();
  }

  /** Before a number is made of it: one of a million digits would take minutes. */
  private void checkLength() throws IOException {
    if (json.getTextLength() > MAX_NUMBER_LENGTH) {
      throw new InvalidObjectException("a number in its text is longer than any");
    }
  }

  private void countEntry() throws InvalidObjectException {
    entries++;
    if (entries > NumbersJson.MAX_ENTRIES) {
      throw new InvalidObjectException(
          "it has more than " + NumbersJson.MAX_ENTRIES + " names and numbers");
    }
  }

  private InvalidObjectException unexpected() {
    return new InvalidObjectException(
        "its text is not as expected at byte " + json.getCurrentLocation().getByteOffset());
  }
}
