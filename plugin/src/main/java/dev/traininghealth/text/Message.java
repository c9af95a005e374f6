package dev.traininghealth.text;

import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A message to the user as data: the key of a text and its arguments.
 *
 * <p>Log and API format it with {@link #english}. The page formats it in the user's language.
 *
 * @param key key of the text, without the prefix {@code train.health.} of the message files; empty
 *     for the sequence of the arguments, separated by the language's space
 * @param arguments values for the placeholders {@code {0}}, {@code {1}}, … of the text
 */
public record Message(String key, List<Argument> arguments) implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** Checks that nothing is missing. */
  public Message {
    Objects.requireNonNull(key, "key");
    arguments = List.copyOf(arguments);
  }

  /**
   * {@return a message with a text of the message files}
   *
   * @param key key of the text, without the prefix {@code train.health.}
   * @param arguments values for the placeholders
   */
  public static Message of(String key, Argument... arguments) {
    return new Message(key, List.of(arguments));
  }

  /**
   * {@return a message with a text that is in no message file and the same in every language}
   *
   * @param text any text, such as a sentence of a user's detector
   */
  public static Message literal(String text) {
    return of("", new Argument.Text(text));
  }

  /**
   * {@return a message that joins sentences}
   *
   * @param sentences the sentences in order
   */
  public static Message sentences(List<Message> sentences) {
    return sentences.size() == 1
        ? sentences.get(0)
        : new Message(
            "", sentences.stream().map(Argument.Phrase::new).collect(Collectors.toList()));
  }

  /**
   * {@return this message followed by another one}
   *
   * @param next the message that follows
   */
  public Message then(Message next) {
    List<Argument> both = new ArrayList<>();
    for (Message each : List.of(this, next)) {
      if (each.key.isEmpty()) {
        both.addAll(each.arguments);
      } else {
        both.add(new Argument.Phrase(each));
      }
    }
    return new Message("", both);
  }

  /** {@return the message in English, or key and arguments if no text has the key} */
  public String english() {
    List<String> written = arguments.stream().map(Argument::english).collect(Collectors.toList());
    return key.isEmpty()
        ? written.stream().filter(w -> !w.isEmpty()).collect(Collectors.joining(" "))
        : EnglishTexts.fill(key, written);
  }

  /** {@return the message in English} */
  @Override
  public String toString() {
    return english();
  }
}
