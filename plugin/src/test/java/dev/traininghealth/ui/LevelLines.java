package dev.traininghealth.ui;

/** The lines across a chart at a level: a threshold, a usual value, a budget. */
final class LevelLines {
  private LevelLines() {}

  /**
   * A JavaScript expression for the levels of a chart, each with "drawn", if there is a line across
   * the plot in its place, or "missing".
   *
   * @param chart an expression for the chart
   */
  static String of(String chart) {
    return """
      (chart => {
        const lines = chart.getZr().storage.getDisplayList(true, true)
          .filter(({ ignore, invisible, z }) => !ignore && !invisible && z === 5) // no grid
          .map(({ shape }) => shape)
          .filter((shape) => shape && shape.y1 !== undefined && Math.abs(shape.x2 - shape.x1) > 100);
        const levels = chart.getOption().series.flatMap((each) => each.markLine?.data ?? [])
          .map(({ yAxis }) => yAxis).filter((level) => level !== undefined);
        return levels.map((level) => {
          const y = chart.convertToPixel({ yAxisIndex: 0 }, level);
          return level + ' '
            + (lines.some(({ y1, y2 }) => y1 === y2 && Math.abs(y1 - y) < 1) ? 'drawn' : 'missing');
        }).join();
      })(%s)"""
        .formatted(chart);
  }
}
