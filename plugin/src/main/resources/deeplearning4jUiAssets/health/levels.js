// Lines across a chart at a level that matters: a threshold, a usual value, a budget.

/** ECharts rounds where it draws such a line, to two decimals unless told not to: 0.001 would be at 0. */
const EXACT = -1;

/** One line with its text. */
export const levelLine = (value, text, color, { type = 'dashed', width = 1.2, position = 'insideStartTop' } = {}) => ({
  yAxis: value,
  lineStyle: { color, type, width },
  label: { show: true, formatter: text, position, color },
});

/** ECharts' mark line of a series. */
export const markLine = (...lines) =>
  ({ silent: true, symbol: 'none', animation: false, precision: EXACT, data: lines });

/** A series of lines alone. */
export const lineSeries = (name, ...lines) =>
  ({ type: 'line', name, data: [], silent: true, markLine: markLine(...lines) });
