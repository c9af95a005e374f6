package dev.traininghealth.parity;

/** What holds for a way of training; the columns of the README's table. */
public enum Column {
  BIT_IDENTICAL(
      "bit-identical",
      "Parameters, updater state, scores and random draws are those of the run without the"
          + " listener, if it observes and if it protects a healthy run."),
  NORMS(
      "norms",
      "Norms of gradients, weights and updates equal `norm2Number()` of DL4J's arrays, divided by"
          + " the batch size for gradients."),
  NON_FINITE(
      "NaN found",
      "A NaN in the data is found with its row, and a NaN in a weight with its layer and"
          + " parameter."),
  SKIPPED("skipped", "After a minibatch with NaN every bit is that of a run without this step."),
  CLIPPED("clipped", "A clipping rule scales the gradient that the updater uses, and no other."),
  RATES_LOWERED(
      "rates lowered",
      "After the rates were halved every bit is that of a run whose user halves them."),
  ROLLED_BACK("rolled back", "After a weight became NaN every bit is that of the snapshot."),
  PAGE(
      "pages",
      "The Health page and DL4J's own pages show the run, with DL4J's scores and all layers.");

  private final String header;
  private final String meaning;

  Column(String header, String meaning) {
    this.header = header;
    this.meaning = meaning;
  }

  String header() {
    return header;
  }

  String meaning() {
    return meaning;
  }
}
