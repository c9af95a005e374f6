package dev.traininghealth.text;

import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What is said to the user, as data: the key of a text and what is filled into it. Log and API
 * write it in {@link #english}; the page writes it in the user's language.
 *
 * @param key what stands behind {@code train.health.} in the message files; empty for a sequence of
 *     the arguments, with the language's space between them
 * @param arguments what stands for {@code {0}}, {@code {1}}, … in the text
 */
public record Message(String key, List<Argument> arguments) implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** Checks that nothing is missing. */
  public Message {
    Objects.requireNonNull(key, "key");
    arguments = List.copyOf(arguments);
  }

  /**
   * Says a text of the message files.
   *
   * @param key what stands behind {@code train.health.} there
   * @param arguments what is filled in
   * @return the message
   */
  public static Message of(String key, Argument... arguments) {
    return new Message(key, List.of(arguments));
  }

  /**
   * Says what is in no message file, such as a sentence of the user's own detector: it is the same
   * in every language.
   *
   * @param text any
   * @return the message
   */
  public static Message literal(String text) {
    return of("", new Argument.Text(text));
  }

  /**
   * Says one sentence after the other.
   *
   * @param sentences in order
   * @return the message
   */
  public static Message sentences(List<Message> sentences) {
    return sentences.size() == 1
        ? sentences.get(0)
        : new Message(
            "", sentences.stream().map(Argument.Phrase::new).collect(Collectors.toList()));
  }

  /**
   * Says another sentence behind this.
   *
   * @param next the other sentence
   * @return both
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

  /**
   * Writes it in English; where the texts have no such key, the key and the arguments.
   *
   * @return one or more sentences
   */
  public String english() {
    List<String> written = arguments.stream().map(Argument::english).collect(Collectors.toList());
    return key.isEmpty()
        ? written.stream().filter(w -> !w.isEmpty()).collect(Collectors.joining(" "))
        : EnglishTexts.fill(key, written);
  }

  /** {@return it in English} */
  @Override
  public String toString() {
    return english();
  }
}
