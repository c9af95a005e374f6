package dev.traininghealth.samples.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of several parts of the cases, so that several processes can share the work.
 *
 * @param number from 1
 * @param of number of parts
 */
public record Shard(int number, int of) {
  /** The only part. */
  public static final Shard ALL = new Shard(1, 1);

  private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,3})/([1-9][0-9]{0,3})");

  /**
   * Parses a part of the command line.
   *
   * @param text such as {@code 2/4}
   * @throws CorpusException if it is none
   */
  public static Shard parse(String text) throws CorpusException {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()
        || Integer.parseInt(matcher.group(1)) > Integer.parseInt(matcher.group(2))) {
      throw new CorpusException("--shard must be I/N with I from 1 to N, was " + text);
    }
    return new Shard(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** Every so-manieth item, beginning with this part's number. */
  <T> List<T> select(List<T> items) {
    List<T> selected = new ArrayList<>();
    for (int i = number - 1; i < items.size(); i += of) {
      selected.add(items.get(i));
    }
    return selected;
  }
}
