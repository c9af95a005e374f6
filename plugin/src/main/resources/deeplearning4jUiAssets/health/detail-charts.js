// The charts of the detail: the evidence of a diagnosis with its threshold, and what was measured of
// a layer over the iterations.

import { ink } from './colors.js';
import { color } from './diagnosis-text.js';
import { element, switchOf } from './dom.js';
import { exportMenu } from './export.js';
import { percent, tick, value } from './format.js';
import { label } from './labels.js';
import { levelLine, lineSeries } from './levels.js';
import { band, columnAt, line, marks, pointedIfFew, reading, union, where } from './lines.js';
import { Plot, valueAxis } from './plot.js';
import { isShare, on, view } from './view.js';

const COLORS = ['gradient', 'weight', 'update', 'validation', 'threshold', 'step', 'clipped', 'brown'].map(ink);
const HEIGHT = 170;
const MAX_TICKS = 5; // labels that fit beside a chart of that height
const PERCENT = 100;
const NEAR = 0.01; // relative difference up to which a recorded value is the observed one

/** Problems of the score: their evidence is its course, even if another number was observed. */
const OF_THE_SCORE = ['loss_spike', 'diverging_score', 'moving_objective', 'oscillating_score',
  'not_learning', 'plateau', 'overfitting', 'non_finite', 'constant_output', 'drifting'];
const OF_THE_RUN = ['SCORE', 'VALIDATION_SCORE', 'GRADIENT_NORM'];
const NAMES = { SCORE: 'score', VALIDATION_SCORE: 'validation' };

/** What the chart of the parameters compares. */
const COMPARED = ['GRADIENT_NORM', 'WEIGHT_NORM', 'UPDATE_NORM'];
let compared = COMPARED[0];

const charts = new Map();
let redraw = () => {};
let shown = null; // the data that were drawn last
on('cursor', () => charts.forEach((chart) => chart.read()));

const named = (quantity) => label(NAMES[quantity] ?? `quantity.${quantity}`);

/** Draws the charts of a diagnosis, if there is one, and of a layer, if its numbers are known. */
export function drawDetailCharts(parent, data, diagnosis, numbers) {
  redraw = () => drawDetailCharts(parent, data, diagnosis, numbers);
  const evidence = diagnosis ? evidenceOf(diagnosis, data, numbers) : null;
  draw(parent, data, 'evidence', label('diagnosis.evidence'), evidence);
  draw(parent, data, 'norms', label('detail.norms'), numbers && {
    log: true,
    lines: linesOfLayer(numbers, ['GRADIENT_NORM', 'WEIGHT_NORM', 'UPDATE_NORM']),
  });
  draw(parent, data, 'parameters', label('parameters'), numbers && {
    log: true,
    lines: linesOfParameters(numbers),
  });
  draw(parent, data, 'ratio', label('quantity.UPDATE_RATIO'), numbers && {
    log: true,
    lines: linesOf(numbers, ['UPDATE_RATIO']),
    level: 1e-3,
    levelName: label('ratios.usual'),
  });
  draw(parent, data, 'activation', label('detail.activations'), numbers && {
    log: true,
    lines: linesOf(numbers, ['ACTIVATION_RMS', 'ACTIVATION_RANK']),
  });
  draw(parent, data, 'shares', label('detail.shares'), numbers && {
    share: true,
    lines: linesOf(numbers, Object.keys(numbers.series).filter(isShare)),
  });
  draw(parent, data, 'singular', label('singular.title'), numbers && {
    log: true,
    lines: linesOf(numbers, ['LARGEST_SINGULAR_VALUE']),
    level: 1,
    levelName: '1',
  });
}

const linesOfLayer = ({ columns, series }, quantities) =>
  quantities.filter((quantity) => series[quantity])
    .map((quantity) => ({ name: named(quantity), columns, series: series[quantity] }));

/** The lines of some quantities, of the layer and of each of its parameters. */
function linesOf(numbers, quantities) {
  const lines = linesOfLayer(numbers, quantities);
  for (const parameter of numbers.parameters.all) {
    for (const quantity of quantities.filter((each) => parameter.series[each])) {
      lines.push({
        name: quantity === 'LARGEST_SINGULAR_VALUE'
          ? parameter.name : `${parameter.name}: ${named(quantity)}`,
        columns: numbers.parameters.columns,
        series: parameter.series[quantity],
      });
    }
  }
  return lines;
}

/** The chosen norm of each parameter; a single one is the layer's. */
function linesOfParameters({ parameters: { columns, all } }) {
  return all.length < 2 ? [] : all.filter(({ series }) => series[compared])
    .map(({ name, series }) => ({ name, columns, series: series[compared] }));
}

/**
 * The series that shows a diagnosis. Its threshold is drawn only if the series holds the observed
 * value: a detector may have compared something else, such as a ratio of two of them.
 */
function evidenceOf(diagnosis, data, numbers) {
  const { shownBy, iteration, observed, threshold, problem } = diagnosis;
  const ofLayer = numbers?.series[shownBy]
    ? [{ quantity: shownBy, columns: numbers.columns, series: numbers.series[shownBy] }] : [];
  const ofRun = OF_THE_RUN.filter((quantity) => data.series[quantity])
    .map((quantity) => ({ quantity, columns: data.columns, series: data.series[quantity] }));
  const holding = [...ofLayer, ...ofRun].find((each) => holds(each, iteration, observed));
  const shown = holding ?? ofLayer[0] ?? (OF_THE_SCORE.includes(problem) ? ofRun[0] : undefined);
  if (!shown) return null;
  const share = isShare(shown.quantity);
  const drawn = holding && typeof threshold === 'number';
  const validation = shown.quantity === 'SCORE' && problem === 'overfitting'
    ? ofRun.filter(({ quantity }) => quantity === 'VALIDATION_SCORE') : [];
  return {
    share,
    log: !share && !OF_THE_RUN.slice(0, 2).includes(shown.quantity),
    lines: [shown, ...validation].map((each) => ({ ...each, name: named(each.quantity) })),
    start: iteration,
    startColor: color(diagnosis.severity),
    ...(drawn
      ? {
          level: threshold,
          levelName: label('detail.threshold', share ? percent(threshold) : value(threshold)),
        }
      : {}),
  };
}

function holds({ columns, series }, iteration, observed) {
  if (typeof observed !== 'number') return false;
  const i = columnAt(columns, iteration);
  const mean = series.mean[i];
  if (mean === null || mean === undefined) return false;
  const low = Math.min(mean, series.min?.[i] ?? mean);
  const high = Math.max(mean, series.max?.[i] ?? mean);
  const near = NEAR * Math.abs(observed);
  return low - near <= observed && observed <= high + near;
}

/** One chart: created when it is first needed, hidden if there is nothing to draw. */
function draw(parent, data, id, title, content) {
  shown = data;
  const empty = !content || content.lines.length === 0;
  let chart = charts.get(id);
  if (!chart) {
    if (empty) return;
    const box = element('section', { class: 'chart-box', id: `detail-${id}` },
      element('div', { class: 'chart-header' }, element('h2', {}, title)));
    const after = [...parent.children].find((each) => ORDER.indexOf(each.id) > ORDER.indexOf(box.id));
    parent.insertBefore(box, after ?? null);
    const plot = new Plot(box.id, HEIGHT);
    chart = { plot, box, lines: [], read: () => {} };
    charts.set(id, chart);
    if (id === 'parameters') {
      switchOf(box, COMPARED.map((each) => [each, named(each), label(`describe.${each}`)]), compared, (chosen) => {
        compared = chosen;
        redraw();
      });
    }
    exportMenu(plot, () => chart.lines, () => shown);
  }
  chart.box.hidden = empty;
  chart.lines = empty ? [] : content.lines;
  if (empty) return;
  const { plot } = chart;
  const scale = content.share ? PERCENT : 1;
  const level = content.level === undefined ? undefined : content.level * scale;
  plot.chart.resize(); // its box may have been hidden
  plot.draw({
    legend: {
      type: 'scroll',
      data: content.lines.map(({ name }) => name),
      top: 2,
      left: 50,
      right: 10,
      icon: 'roundRect',
      itemHeight: 3,
      itemWidth: 18,
    },
    xAxis: plot.iterationAxis(data.range),
    yAxis: valueAxis(content.log ?? false, content.share
      ? { min: 0, max: PERCENT, axisLabel: { formatter: (share) => `${share} %` } }
      : { ...within(level, content.log), ...(content.log ? decades(content.lines, level) : {}) }),
    series: [
      ...content.lines.flatMap(({ name, columns, series }, i) => {
        const shade = COLORS[i % COLORS.length];
        return [
          ...band(name, columns, series, shade, content.log, {}, scale),
          pointedIfFew(line(name, columns, series, shade, content.log, content.share && i % 2 === 1
            ? { lineStyle: { width: 1.6, color: shade, type: 'dashed' } } // over one of the same height
            : {}, scale)),
        ];
      }),
      ...marks('', union(...content.lines.map(({ series }) => series.nonFinite))),
      ...guides(content, level),
    ],
  });
  chart.read = () => read(chart, scale);
  chart.read();
}

const ORDER = ['evidence', 'norms', 'parameters', 'ratio', 'activation', 'shares', 'singular', 'histograms'].map((id) => `detail-${id}`);

/**
 * Of many decades every second, third and so on is a tick: ECharts has one for each of up to nine,
 * and then one for every tenth, beside those of both ends.
 */
function decades(lines, level) {
  let [low, high] = level === undefined ? [Infinity, 0] : [level, level];
  for (const { series } of lines) {
    for (const each of [...series.mean, ...(series.min ?? []), ...(series.max ?? [])]) {
      if (!(each > 0)) continue;
      low = Math.min(low, each);
      high = Math.max(high, each);
    }
  }
  if (!(low < high)) return {};
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  if (to - from <= MAX_TICKS) return {};
  const step = Math.ceil((to - from) / MAX_TICKS);
  const first = step * Math.floor(from / step);
  return {
    logBase: 10 ** step,
    min: 10 ** first,
    max: 10 ** (step * Math.ceil(to / step)),
    // ECharts rounds ticks below 1e-10 to 0.
    axisLabel: { showMaxLabel: true, formatter: (_, i) => tick(10 ** (first + step * i)) },
  };
}

/** Keeps a level in view: whether a value is above or below it is what matters. */
function within(level, log) {
  if (level === undefined) return {};
  // A logarithmic axis ends at a power of ten, so that it is labeled at all.
  const low = (least) => (log ? 10 ** Math.floor(Math.log10(least)) : least);
  const high = (most) => (log ? 10 ** Math.ceil(Math.log10(most)) : most);
  return {
    min: ({ min }) => low(Math.min(min, level)),
    max: ({ max }) => high(Math.max(max, level * 1.05)),
  };
}

/** The line of a threshold, and the iteration at which a diagnosis started. */
function guides({ start, startColor, levelName }, height) {
  const lines = [
    ...(height === undefined ? [] : [levelLine(height, levelName, ink('threshold'))]),
    ...(start === undefined ? [] : [{
      xAxis: start,
      lineStyle: { color: startColor, type: 'dashed', width: 1.2 },
      label: { show: false },
    }]),
  ];
  return lines.length === 0 ? [] : [lineSeries('guides', ...lines)];
}

function read({ plot, lines }, scale) {
  if (lines.length === 0) return;
  const parts = lines.flatMap(({ name, columns, series }, n) => {
    const i = columnAt(columns, view.cursor);
    return [n ? ' · ' : '', element('b', {}, `${name}: `), reading(columns, series, i, scale),
      ...(scale === PERCENT ? [' %'] : [])];
  });
  const [{ columns }] = lines;
  const i = columnAt(columns, view.cursor);
  plot.readout.replaceChildren(...parts, ' · ', where(columns.first[i], columns.last[i]));
}
