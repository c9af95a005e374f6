package dev.traininghealth.text;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What a {@link Message} fills into its text: a value with its type, so that each language writes
 * it in its own way.
 */
public sealed interface Argument extends Serializable {
  /** {@return how it is written in English} */
  String english();

  /**
   * A measured number or a setting.
   *
   * @param value any, NaN and Infinity as well
   */
  record Value(double value) implements Argument {
    @Override
    public String english() {
      return NumberText.number(value);
    }
  }

  /**
   * A part of a whole, written in percent.
   *
   * @param value 1 for all
   */
  record Share(double value) implements Argument {
    @Override
    public String english() {
      return NumberText.percent(value);
    }
  }

  /**
   * An iteration, or how many there are of something.
   *
   * @param value any
   */
  record Count(long value) implements Argument {
    @Override
    public String english() {
      return NumberText.count(value);
    }
  }

  /**
   * What is the same in every language: a name, code, or a sentence of the user's own.
   *
   * @param value any text
   */
  record Text(String value) implements Argument {
    /** Checks that it is there. */
    public Text {
      Objects.requireNonNull(value, "value");
    }

    @Override
    public String english() {
      return value;
    }
  }

  /**
   * A layer, without the word for it: number, name if the user gave one, type and activation.
   *
   * @param index of the layer, from 0
   * @param name the user's name of it; empty without one
   * @param type DL4J's configuration class
   * @param activation DL4J's name of the activation function; empty without one
   */
  record Layer(int index, String name, String type, String activation) implements Argument {
    /** Checks that nothing is missing. */
    public Layer {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(type, "type");
      Objects.requireNonNull(activation, "activation");
    }

    /** {@return e.g. {@code 2 "hidden" (DenseLayer, relu)}} */
    @Override
    public String english() {
      return index
          + (name.isEmpty() ? "" : " \"" + name + "\"")
          + (" (" + type + (activation.isEmpty() ? "" : ", " + activation) + ")");
    }
  }

  /**
   * A text within the text.
   *
   * @param message what it says
   */
  record Phrase(Message message) implements Argument {
    /** Checks that it is there. */
    public Phrase {
      Objects.requireNonNull(message, "message");
    }

    @Override
    public String english() {
      return message.english();
    }
  }

  /**
   * Several arguments, listed as a sentence does.
   *
   * @param of in order
   */
  record Listing(List<Argument> of) implements Argument {
    /** Copies the list. */
    public Listing {
      of = List.copyOf(of);
    }

    /** {@return e.g. {@code 3, 17 and 31}} */
    @Override
    public String english() {
      return NumberText.list(of.stream().map(Argument::english).collect(Collectors.toList()));
    }
  }

  /**
   * Wraps a measured number or a setting.
   *
   * @param value any
   * @return the argument
   */
  static Argument number(double value) {
    return new Value(value);
  }

  /**
   * Wraps a part of a whole.
   *
   * @param value 1 for all
   * @return the argument
   */
  static Argument share(double value) {
    return new Share(value);
  }

  /**
   * Wraps an iteration or a count.
   *
   * @param value any
   * @return the argument
   */
  static Argument count(long value) {
    return new Count(value);
  }

  /**
   * Wraps a name or code.
   *
   * @param value the same in every language
   * @return the argument
   */
  static Argument text(String value) {
    return new Text(value);
  }

  /**
   * Wraps a message.
   *
   * @param key see {@link Message#of}
   * @param arguments of that message
   * @return the argument
   */
  static Argument phrase(String key, Argument... arguments) {
    return new Phrase(Message.of(key, arguments));
  }
}
