package dev.traininghealth.samples.corpus;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a case's fault, in addition to the problem that shows it.
 *
 * @param element what has to be changed; null if unknown
 * @param fault a sentence on it; null if there is none
 * @param twin id of the repaired case, or null
 * @param rivals whether other tools found the fault, by their names
 */
record FaultLabel(
    @Nullable String element,
    @Nullable String fault,
    @Nullable String twin,
    Map<String, Boolean> rivals) {
  /** The problem of a case that has no label yet. */
  static final String MISSING = "unlabelled";

  static FaultLabel of(Fields fields) throws CorpusException {
    Map<String, Boolean> rivals = new TreeMap<>();
    Fields found = fields.child("rivals");
    if (found != null) {
      for (String rival : found.names()) {
        if (found.has(rival)) {
          rivals.put(rival, found.flag(rival, false));
        }
      }
    }
    return new FaultLabel(
        fields.optional("element"), fields.optional("fault"), fields.optional("twin"), rivals);
  }
}
