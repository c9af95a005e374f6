package dev.traininghealth.parity;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The rows of the README's table. */
public final class Trainings {
  private Trainings() {}

  /** {@return the rows below each heading} */
  static Map<String, List<Training>> byHeading() {
    Map<String, List<Training>> all = new LinkedHashMap<>();
    all.put("layers of vectors", List.of(VectorLayers.values()));
    all.put("layers of series", List.of(SeriesLayers.values()));
    all.put("layers of images and volumes", List.of(SpatialLayers.values()));
    all.put("vertices of a graph", List.of(Vertices.values()));
    all.put("updaters, schedules, data types", List.of(Updaters.values()));
    all.put("settings", List.of(Settings.values()));
    all.put("forms of `fit`", List.of(Ways.values()));
    all.put("trainers", List.of(Trainers.values()));
    return all;
  }

  static Stream<Training> all() {
    return byHeading().values().stream().flatMap(List::stream);
  }

  /** {@return trainings of a MultiLayerNetwork by {@code fit(DataSet)}} */
  public static Stream<Training> networks() {
    return Stream.<Training[]>of(
            VectorLayers.values(),
            SeriesLayers.values(),
            SpatialLayers.values(),
            Updaters.values(),
            Settings.values())
        .flatMap(Arrays::stream);
  }

  static Stream<LayerTraining> layers() {
    return Stream.<LayerTraining[]>of(
            VectorLayers.values(), SeriesLayers.values(), SpatialLayers.values())
        .flatMap(Arrays::stream);
  }
}
