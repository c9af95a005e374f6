package dev.traininghealth.samples.corpus;

/**
 * A case whose network DL4J cannot build, which therefore counts as missed.
 *
 * @param id its name
 * @param why the reason
 * @param label what is known of its fault
 */
record UnportableCase(String id, String why, FaultLabel label) {
  static UnportableCase of(Fields fields) throws CorpusException {
    return new UnportableCase(
        fields.text("id"), fields.text("why", "no reason given"), FaultLabel.of(fields));
  }
}
