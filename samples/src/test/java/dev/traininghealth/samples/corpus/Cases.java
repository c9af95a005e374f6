package dev.traininghealth.samples.corpus;

import java.util.Map;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** Cases to test with, each a small one with some of its fields replaced. */
final class Cases {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SMALL =
      """
      {"id": "small", "source": "here", "problem": "none", "accept": [], "repairTarget": null,
       "data": "points", "featureScale": 1, "inputShape": [2],
       "layers": [{"type": "dense", "units": 3, "activation": "tanh", "init": "xavier"},
                  {"type": "dense", "units": 1, "activation": "linear", "init": "xavier"}],
       "loss": "mse", "optimizer": "sgd", "learningRate": 0.01, "optimizerArgs": {},
       "batch": 4, "epochs": 2, "metric": "mse"}
      """;

  private Cases() {}

  /** The small case with this field, in JSON but for quotes that are single. */
  static FaultCase with(String key, String value) throws Exception {
    return with(Map.of(key, value));
  }

  /** The small case with these fields. */
  static FaultCase with(Map<String, String> fields) throws Exception {
    return FaultCase.of(JSON.readTree(line(fields)));
  }

  /** The line of the small case with these fields. */
  static String line(Map<String, String> fields) throws JsonProcessingException {
    ObjectNode json = (ObjectNode) JSON.readTree(SMALL);
    for (Map.Entry<String, String> field : fields.entrySet()) {
      json.set(field.getKey(), JSON.readTree(field.getValue().replace('\'', '"')));
    }
    return JSON.writeValueAsString(json);
  }
}
