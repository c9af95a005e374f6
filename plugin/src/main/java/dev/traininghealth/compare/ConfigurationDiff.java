package dev.traininghealth.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Compares two configurations that DL4J has written as JSON, setting by setting. No list of DL4J's
 * settings is needed: whatever differs is named by its path.
 */
final class ConfigurationDiff {
  /** Counts of training and DL4J's own names of layers, which are no settings. */
  private static final Pattern NO_SETTING =
      Pattern.compile(
          ".*\\b(iterationCount|epochCount|layerName|cacheMode|trainingWorkspaceMode"
              + "|inferenceWorkspaceMode)");

  /** What stands around the settings of each layer, in a network and in a graph. */
  private static final Pattern LAYER =
      Pattern.compile("(?:confs\\.(\\d+)|vertices\\.([^.]+)\\.layerConf)\\.(?:layer\\.)?(.*)");

  /** DL4J's names of loss functions in a configuration, and of the weights of their outputs. */
  private static final Pattern LOSS = Pattern.compile("(?i).*\\blossf(?:n|unction)(?:\\.weights)?");

  private static final int MAX_CHARACTERS = 200;

  private ConfigurationDiff() {}

  /** The differing settings, in the order of their names; none if a configuration is unknown. */
  static List<ConfigurationDifference> of(Map<String, Object> baseline, Map<String, Object> run) {
    if (baseline.isEmpty() || run.isEmpty()) {
      return List.of();
    }
    Map<String, String> before = settings(baseline);
    Map<String, String> after = settings(run);
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    List<ConfigurationDifference> differences = new ArrayList<>();
    for (String name : names) {
      String one = before.getOrDefault(name, "");
      String other = after.getOrDefault(name, "");
      if (!one.equals(other)) {
        differences.add(new ConfigurationDifference(name, one, other));
      }
    }
    return differences;
  }

  /** All loss functions with the weights of their outputs, in the order of the layers. */
  static List<String> losses(Map<String, Object> configuration) {
    List<String> losses = new ArrayList<>();
    settings(configuration)
        .forEach(
            (name, value) -> {
              if (LOSS.matcher(name).matches()) {
                losses.add(value);
              }
            });
    return losses;
  }

  private static Map<String, String> settings(Map<String, Object> configuration) {
    Map<String, String> settings = new TreeMap<>();
    add("", configuration, settings);
    return settings;
  }

  private static void add(String path, @Nullable Object value, Map<String, String> to) {
    if (value instanceof Map<?, ?> map) {
      map.forEach((name, each) -> add(joined(path, String.valueOf(name)), each, to));
    } else if (value instanceof List<?> list) {
      if (list.stream().noneMatch(each -> each instanceof Map<?, ?> || each instanceof List<?>)) {
        put(path, list.toString(), to);
        return;
      }
      for (int i = 0; i < list.size(); i++) {
        add(joined(path, String.valueOf(i)), list.get(i), to);
      }
    } else if (value != null) {
      put(path, String.valueOf(value), to);
    }
  }

  private static String joined(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static void put(String path, String value, Map<String, String> to) {
    if (NO_SETTING.matcher(path).matches()) {
      return;
    }
    var layer = LAYER.matcher(path);
    String name = path;
    if (layer.matches()) {
      String of = Objects.requireNonNullElse(layer.group(1), layer.group(2));
      name = "layer " + of + ": " + layer.group(3);
    }
    boolean isClass = name.endsWith("@class");
    name = isClass ? name.replaceFirst("[.]?@class$", "").replaceFirst(": $", ": type") : name;
    String text = isClass ? value.substring(value.lastIndexOf('.') + 1) : value;
    to.put(name, text.length() <= MAX_CHARACTERS ? text : text.substring(0, MAX_CHARACTERS) + "…");
  }
}
