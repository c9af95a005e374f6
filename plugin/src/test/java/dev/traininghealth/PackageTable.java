package dev.traininghealth;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Set;

/** The table of packages in ARCHITECTURE.md. */
final class PackageTable {
  /**
   * Which of our packages each may know, by what stands behind the base package; the root's name is
   * empty.
   */
  static final Map<String, Set<String>> MAY_KNOW =
      Map.ofEntries(
          entry(
              "",
              Set.of(
                  "bundle",
                  "compare",
                  "compare.live",
                  "detect",
                  "guard",
                  "intervene",
                  "intervene.clip",
                  "measure.conditions",
                  "network",
                  "numbers",
                  "lines",
                  "live",
                  "report",
                  "run",
                  "setup",
                  "setup.data",
                  "text",
                  "trial")),
          entry(
              "run",
              Set.of(
                  "bundle",
                  "compare.live",
                  "detect",
                  "detect.diagnose",
                  "guard",
                  "intervene",
                  "intervene.workers",
                  "json",
                  "live",
                  "measure",
                  "measure.conditions",
                  "network",
                  "numbers",
                  "publish",
                  "text",
                  "trial",
                  "validate")),
          entry("array", Set.of("numbers")),
          entry("guard", Set.of()),
          entry("numbers", Set.of()),
          entry("network", Set.of("array", "numbers")),
          entry(
              "measure",
              Set.of(
                  "array",
                  "guard",
                  "measure.conditions",
                  "measure.noise",
                  "measure.spread",
                  "network",
                  "numbers")),
          entry("measure.noise", Set.of("array", "network")),
          entry("measure.spread", Set.of("array", "numbers")),
          entry("measure.conditions", Set.of("guard", "numbers")),
          entry("text", Set.of("numbers")),
          entry("detect", Set.of("numbers", "text")),
          entry("detect.statistics", Set.of("detect", "numbers")),
          entry("detect.advice", Set.of("detect", "numbers", "text")),
          entry("detect.fit", Set.of("detect", "detect.advice", "numbers", "text")),
          entry(
              "detect.builtin",
              Set.of(
                  "detect",
                  "detect.advice",
                  "detect.builtin.conditions",
                  "detect.builtin.representation",
                  "detect.fit",
                  "numbers",
                  "text")),
          entry(
              "detect.builtin.representation",
              Set.of("detect", "detect.advice", "numbers", "text")),
          entry(
              "detect.builtin.conditions",
              Set.of("detect", "detect.advice", "detect.fit", "numbers", "text")),
          entry(
              "detect.diagnose",
              Set.of(
                  "detect",
                  "detect.advice",
                  "detect.builtin",
                  "detect.statistics",
                  "guard",
                  "numbers",
                  "text")),
          entry("bundle", Set.of("array", "detect", "guard", "measure", "network", "numbers")),
          entry("trial", Set.of("array", "guard", "network", "text")),
          entry(
              "setup",
              Set.of(
                  "array",
                  "detect",
                  "detect.advice",
                  "detect.fit",
                  "guard",
                  "measure",
                  "network",
                  "numbers",
                  "setup.copies",
                  "setup.data",
                  "text",
                  "trial")),
          entry(
              "setup.copies",
              Set.of("array", "guard", "intervene.model", "network", "setup.data", "trial")),
          entry("setup.data", Set.of("array", "guard", "measure", "network", "numbers")),
          entry("intervene.clip", Set.of("numbers")),
          entry("intervene.model", Set.of("array", "intervene.clip", "network", "numbers")),
          entry("intervene.workers", Set.of("detect", "text")),
          entry(
              "intervene",
              Set.of(
                  "detect",
                  "guard",
                  "intervene.clip",
                  "intervene.model",
                  "intervene.workers",
                  "network",
                  "numbers",
                  "text",
                  "trial")),
          entry(
              "publish",
              Set.of(
                  "detect",
                  "guard",
                  "intervene",
                  "lines",
                  "numbers",
                  "publish.stock",
                  "record",
                  "text",
                  "trial")),
          entry("publish.stock", Set.of("guard", "numbers", "text")),
          entry("validate", Set.of("array", "guard", "network", "numbers", "text")),
          entry("json", Set.of("numbers")),
          entry("record", Set.of("json", "text")),
          entry("read", Set.of("record", "text")),
          entry("compare", Set.of("json", "read", "record", "text")),
          entry(
              "compare.live",
              Set.of("compare", "detect", "guard", "publish", "read", "record", "report", "text")),
          entry("lines", Set.of("guard", "json", "record", "text")),
          entry("live", Set.of("detect", "guard", "intervene", "numbers")),
          entry("metrics", Set.of("", "intervene", "live", "numbers")),
          entry("report", Set.of("compare", "lines", "read", "record", "text", "ui")),
          entry("ui", Set.of("compare", "read", "record", "text")),
          entry("ui.server", Set.of("read", "text", "ui")));

  private PackageTable() {}
}
