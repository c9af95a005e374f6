package dev.traininghealth.text;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** A typed value in the text of a {@link Message}, which each language formats in its own way. */
public sealed interface Argument extends Serializable {
  /** {@return the value formatted in English} */
  String english();

  /**
   * A measured number or a setting.
   *
   * @param value any number, including NaN and Infinity
   */
  record Value(double value) implements Argument {
    @Override
    public String english() {
      return NumberText.number(value);
    }
  }

  /**
   * A share of a whole, formatted in percent.
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
   * An iteration or a count.
   *
   * @param value any whole number
   */
  record Count(long value) implements Argument {
    @Override
    public String english() {
      return NumberText.count(value);
    }
  }

  /**
   * Text that is the same in every language: a name, code, or the user's own sentence.
   *
   * @param value any text
   */
  record Text(String value) implements Argument {
    /** Checks that the text is not null. */
    public Text {
      Objects.requireNonNull(value, "value");
    }

    @Override
    public String english() {
      return value;
    }
  }

  /**
   * A layer: its number, the user's name if there is one, type and activation. The word for "layer"
   * is part of the message.
   *
   * @param index index of the layer, from 0
   * @param name the user's name for it; empty for none
   * @param type simple name of DL4J's configuration class
   * @param activation DL4J's name of the activation function; empty for none
   */
  record Layer(int index, String name, String type, String activation) implements Argument {
    /** Checks that nothing is missing. */
    public Layer {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(type, "type");
      Objects.requireNonNull(activation, "activation");
    }

    /** {@return the layer, e.g. {@code 2 "hidden" (DenseLayer, relu)}} */
    @Override
    public String english() {
      return index
          + (name.isEmpty() ? "" : " \"" + name + "\"")
          + (" (" + type + (activation.isEmpty() ? "" : ", " + activation) + ")");
    }
  }

  /**
   * A message inside a message.
   *
   * @param message the inner message
   */
  record Phrase(Message message) implements Argument {
    /** Checks that the message is not null. */
    public Phrase {
      Objects.requireNonNull(message, "message");
    }

    @Override
    public String english() {
      return message.english();
    }
  }

  /**
   * Several arguments, listed as in a sentence.
   *
   * @param of the arguments in order
   */
  record Listing(List<Argument> of) implements Argument {
    /** Copies the list. */
    public Listing {
      of = List.copyOf(of);
    }

    /** {@return the list, e.g. {@code 3, 17 and 31}} */
    @Override
    public String english() {
      return NumberText.list(of.stream().map(Argument::english).collect(Collectors.toList()));
    }
  }

  /**
   * {@return an argument for a measured number or a setting}
   *
   * @param value any number, including NaN and Infinity
   */
  static Argument number(double value) {
    return new Value(value);
  }

  /**
   * {@return an argument for a share, formatted in percent}
   *
   * @param value 1 for all
   */
  static Argument share(double value) {
    return new Share(value);
  }

  /**
   * {@return an argument for an iteration or a count}
   *
   * @param value any whole number
   */
  static Argument count(long value) {
    return new Count(value);
  }

  /**
   * {@return an argument for a name or code}
   *
   * @param value text that is the same in every language
   */
  static Argument text(String value) {
    return new Text(value);
  }

  /**
   * {@return an argument for a message}
   *
   * @param key see {@link Message#of}
   * @param arguments the arguments of that message
   */
  static Argument phrase(String key, Argument... arguments) {
    return new Phrase(Message.of(key, arguments));
  }
}
