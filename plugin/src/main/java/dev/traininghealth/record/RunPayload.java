package dev.traininghealth.record;

import dev.traininghealth.record.RunDescription.Layer;
import dev.traininghealth.record.RunDescription.Parameter;
import dev.traininghealth.record.Series.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A {@link RunDescription} as bytes. */
final class RunPayload {
  private RunPayload() {}

  static byte[] write(RunDescription run) {
    PayloadWriter out = new PayloadWriter();
    out.putLong(run.startMillis());
    out.putString(run.modelClass());
    out.putInt(run.layers().size());
    for (Layer layer : run.layers()) {
      out.putString(layer.name());
      out.putString(layer.type());
      out.putString(layer.activation());
      out.putByte(layer.frozen() ? 1 : 0);
      out.putInt(layer.firstParameter());
      out.putInt(layer.parameterCount());
    }
    out.putInt(run.parameters().size());
    for (Parameter parameter : run.parameters()) {
      out.putString(parameter.key());
      out.putString(parameter.name());
      out.putInt(parameter.layer());
      out.putString(parameter.role());
      out.putLong(parameter.length());
      out.putByte(parameter.frozen() ? 1 : 0);
    }
    out.putInt(run.series().size());
    for (Series series : run.series()) {
      out.putByte(series.quantity().code());
      out.putByte(series.scope().code());
      out.putInt(series.index());
    }
    out.putInt(run.settings().size());
    run.settings()
        .forEach(
            (name, value) -> {
              out.putString(name);
              out.putString(value);
            });
    return out.toBytes();
  }

  static RunDescription read(byte[] payload) throws RecordException {
    PayloadReader in = new PayloadReader(payload);
    long startMillis = in.getLong();
    String modelClass = in.getString();
    List<Layer> layers = new ArrayList<>();
    for (int n = in.getCount(21); n > 0; n--) {
      layers.add(
          new Layer(
              in.getString(),
              in.getString(),
              in.getString(),
              in.getByte() != 0,
              in.getInt(),
              in.getInt()));
    }
    List<Parameter> parameters = new ArrayList<>();
    for (int n = in.getCount(25); n > 0; n--) {
      parameters.add(
          new Parameter(
              in.getString(),
              in.getString(),
              in.getInt(),
              in.getString(),
              in.getLong(),
              in.getByte() != 0));
    }
    List<Series> series = new ArrayList<>();
    for (int n = in.getCount(6); n > 0; n--) {
      Quantity quantity = Quantity.ofCode(in.getByte());
      Scope scope = Scope.ofCode(in.getByte());
      int index = in.getInt();
      int end =
          switch (scope) {
            case RUN -> 1;
            case LAYER -> layers.size();
            case PARAMETER -> parameters.size();
          };
      series.add(new Series(quantity, scope, checkIndex(index, end)));
    }
    Map<String, String> settings = new LinkedHashMap<>();
    for (int n = in.getCount(8); n > 0; n--) {
      settings.put(in.getString(), in.getString());
    }
    in.expectEnd();
    for (Parameter parameter : parameters) {
      checkIndex(parameter.layer(), layers.size());
    }
    for (Layer layer : layers) {
      if (layer.firstParameter() < 0
          || layer.parameterCount() < 0
          || (long) layer.firstParameter() + layer.parameterCount() > parameters.size()) {
        throw new RecordException("broken record: a layer has parameters that do not exist");
      }
    }
    return new RunDescription(modelClass, layers, parameters, series, startMillis, settings);
  }

  private static int checkIndex(int index, int end) throws RecordException {
    if (index < 0 || index >= end) {
      throw new RecordException("broken record: number " + index + " of " + end);
    }
    return index;
  }
}
