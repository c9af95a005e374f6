package dev.traininghealth.samples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {
  private final Table table = new Table("name", "a", "long");

  @Test
  void shouldAlignColumns() {
    table.add("x", "123", "4");
    table.add("group");

    assertThat(table.text().lines())
        .containsExactly("name     a  long", "x      123     4", "group");
  }

  @Test
  void shouldWriteMarkdown() {
    table.add("x", "123", "4");

    assertThat(table.markdown().lines())
        .containsExactly("| name | a | long |", "| --- | ---: | ---: |", "| x | 123 | 4 |");
  }
}
