package dev.traininghealth.lines;

import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.Series.Scope;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The names of a line's fields. They are read again, and therefore never change. */
final class LineNames {
  /** The kind of a line: one of the five below. */
  static final String TYPE = "type";

  static final String RUN = "run";
  static final String ITERATION = "iteration";
  static final String DIAGNOSIS = "diagnosis";
  static final String INTERVENTION = "intervention";

  /** Nothing more comes of the worker, unless a later line continues it or starts another run. */
  static final String END = "end";

  static final String SESSION = "session";
  static final String WORKER = "worker";

  /** A record's own fields, as a storage keeps them. */
  static final String RECORD = "record";

  static final String EPOCH = "epoch";
  static final String TIME_MILLIS = "timeMillis";

  /** The first iteration of several; missing for one. */
  static final String FIRST_ITERATION = "firstIteration";

  /** Values of the layers and of the parameters. */
  static final String LAYERS = "layers";

  static final String PARAMETERS = "parameters";

  /** Index of a layer or a parameter in the description of the run. */
  static final String INDEX = "index";

  static final String NAME = "name";

  private static final Map<Quantity, String> NAMES = new EnumMap<>(Quantity.class);
  private static final Map<String, Quantity> QUANTITIES = new HashMap<>();

  static {
    for (Quantity quantity : Quantity.values()) {
      String name = camelCase(quantity.name());
      NAMES.put(quantity, name);
      QUANTITIES.put(name, quantity);
    }
  }

  private LineNames() {}

  private static String camelCase(String constant) {
    StringBuilder name = new StringBuilder();
    boolean isFirst = false; // of a word after the first
    for (int i = 0; i < constant.length(); i++) {
      char c = constant.charAt(i);
      if (c == '_') {
        isFirst = true;
      } else {
        name.append(isFirst ? c : Character.toLowerCase(c));
        isFirst = false;
      }
    }
    return name.toString();
  }

  /** {@return a quantity's name: {@code gradientNorm} for {@code GRADIENT_NORM}} */
  static String of(Quantity quantity) {
    return Objects.requireNonNull(NAMES.get(quantity));
  }

  /** {@return the quantities by name} */
  static Map<String, Quantity> quantitiesByName() {
    return QUANTITIES;
  }

  /** {@return the field that has the values of a scope; empty for the line itself} */
  static String fieldOf(Scope scope) {
    return switch (scope) {
      case RUN -> "";
      case LAYER -> LAYERS;
      case PARAMETER -> PARAMETERS;
    };
  }
}
