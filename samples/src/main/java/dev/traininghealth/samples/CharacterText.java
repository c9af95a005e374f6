package dev.traininghealth.samples;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A text in the form that a character network reads: characters of a small alphabet. */
final class CharacterText {
  /** Maximum of characters that are read; more would only make an epoch longer. */
  private static final int MAX_LENGTH = 100_000;

  /** Maximum size of the alphabet; rarer characters share its last letter. */
  private static final int MAX_LETTERS = 200;

  private static final int RARE = '\uFFFD';

  /** Code point of each letter. */
  private final int[] alphabet;

  /** The text as indices of letters. */
  private final int[] letters;

  private CharacterText(int[] codePoints) {
    Map<Integer, Integer> counts = new HashMap<>();
    for (int codePoint : codePoints) {
      counts.merge(codePoint, 1, Integer::sum);
    }
    List<Integer> byCount = new ArrayList<>(counts.keySet());
    byCount.sort(
        Comparator.<Integer>comparingInt(c -> -counts.getOrDefault(c, 0))
            .thenComparing(Comparator.naturalOrder()));
    boolean rare = byCount.size() > MAX_LETTERS;
    if (rare) {
      byCount = new ArrayList<>(byCount.subList(0, MAX_LETTERS - 1));
      byCount.add(RARE);
    }
    Map<Integer, Integer> indices = new HashMap<>();
    for (int i = 0; i < byCount.size(); i++) {
      indices.put(byCount.get(i), i);
    }
    int last = byCount.size() - 1;
    alphabet = byCount.stream().mapToInt(Integer::intValue).toArray();
    letters = Arrays.stream(codePoints).map(c -> indices.getOrDefault(c, last)).toArray();
  }

  /**
   * Reads a text file in UTF-8.
   *
   * @param shortest minimum number of characters
   * @throws Failure if it is not a text file, or too short
   */
  static CharacterText read(Path file, int shortest) throws Failure {
    if (!Files.isRegularFile(file)) {
      throw Failure.of("No such file: " + file.toAbsolutePath());
    }
    StringBuilder text = new StringBuilder();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      char[] some = new char[8192];
      for (int n; text.length() < MAX_LENGTH && (n = reader.read(some)) >= 0; ) {
        text.append(some, 0, n);
      }
    } catch (CharacterCodingException e) {
      throw Failure.of("Not a text in UTF-8: " + file.toAbsolutePath());
    } catch (IOException e) {
      throw Failure.of("Cannot be read: " + file.toAbsolutePath() + " (" + e.getMessage() + ")");
    }
    int[] codePoints = text.codePoints().filter(c -> c != '\uFEFF').limit(MAX_LENGTH).toArray();
    if (Arrays.stream(codePoints)
        .anyMatch(c -> Character.isISOControl(c) && !Character.isWhitespace(c))) {
      throw Failure.of("Not a text but a binary file: " + file.toAbsolutePath());
    }
    if (codePoints.length < shortest || Arrays.stream(codePoints).distinct().count() < 2) {
      throw Failure.of(
          "Too little to learn from: "
              + file.toAbsolutePath()
              + " has "
              + codePoints.length
              + " characters, and at least "
              + shortest
              + " are needed, not all the same");
    }
    return new CharacterText(codePoints);
  }

  /** Number of characters of the text. */
  int length() {
    return letters.length;
  }

  /** Number of letters of the alphabet. */
  int alphabetSize() {
    return alphabet.length;
  }

  /** The index of the letter at a position of the text. */
  int letterAt(int position) {
    return letters[position];
  }

  /** The character of a letter. */
  String character(int letter) {
    return Character.toString(alphabet[letter]);
  }

  /**
   * Cuts the text into examples, shuffles them and groups them into minibatches. Features are
   * [example, letter, step]; the label of each step is the next letter.
   */
  List<DataSet> minibatches(int size, int steps, long seed) {
    List<Integer> starts = new ArrayList<>();
    for (int start = 0; start + steps < letters.length; start += steps) {
      starts.add(start);
    }
    Collections.shuffle(starts, new Random(seed));
    List<DataSet> minibatches = new ArrayList<>();
    for (int from = 0; from < starts.size(); from += size) {
      List<Integer> chosen = starts.subList(from, Math.min(from + size, starts.size()));
      INDArray features = Nd4j.zeros(chosen.size(), alphabet.length, steps);
      INDArray labels = Nd4j.zeros(chosen.size(), alphabet.length, steps);
      for (int example = 0; example < chosen.size(); example++) {
        for (int step = 0; step < steps; step++) {
          int position = chosen.get(example) + step;
          features.putScalar(example, letters[position], step, 1);
          labels.putScalar(example, letters[position + 1], step, 1);
        }
      }
      minibatches.add(new DataSet(features, labels));
    }
    return minibatches;
  }
}
