// The cost of the listener: its share of the training time, the budget, and the time of a step.

import { scaleSwitch } from './choices.js';
import { ink } from './colors.js';
import { exportMenu } from './export.js';
import { label } from './labels.js';
import { percent, value } from './format.js';
import { levelLine, markLine } from './levels.js';
import { band, columnAt, line, where } from './lines.js';
import { edgeMarks } from './outliers.js';
import { Plot, valueAxis } from './plot.js';
import { element } from './dom.js';
import { on, view } from './view.js';

const COST = ink('cost');
const STEP = ink('step');
const NOTHING = { mean: [], nonFinite: [] };
const USUAL_SHARE = 0.95; // share of the columns that an axis is made for
const HEADROOM = 1.6;
const ALL = 1; // of the axis of iterations: the largest value beyond it is marked, as there is no room for more

const plot = new Plot('cost', 280);
plot.grid = { ...plot.grid, right: 58 };
let data = null;
const isLog = scaleSwitch(plot, false, () => drawCost(data));
exportMenu(plot, ({ columns, series }) => [['recentCostShare', 'COST_SHARE'], ['step', 'STEP_MILLIS']]
  .filter(([, quantity]) => series[quantity])
  .map(([name, quantity]) => ({ name: label(name), columns, series: series[quantity] })), () => data);
on('cursor', read);

const inPercent = (share) => `${Number(share.toPrecision(2))} %`;
const inMillis = (millis) => `${Number(millis.toPrecision(3))} ${label('ms')}`;

/** The budget as a share, or null if it is not among the settings. */
function budget() {
  const set = Number.parseFloat(data.run.settings.costBudget);
  return Number.isFinite(set) ? set : null;
}

/** What most columns stay below: the start, or one pause, takes far longer and would flatten the rest. */
function usual({ mean }, scale) {
  const sorted = mean.filter((each) => each !== null).sort((a, b) => a - b);
  return (sorted[Math.floor(sorted.length * USUAL_SHARE)] ?? Infinity) * scale;
}

const largest = ({ max, mean }, scale) => (max ?? mean).reduce((all, each) => Math.max(all, each ?? 0), 0) * scale;

/** The end of a linear axis: just above what is usual and a level, with one digit, or undefined for all. */
function end(series, scale, level = 0) {
  const enough = Math.max(usual(series, scale), level) * HEADROOM;
  if (enough === 0 || !(largest(series, scale) > enough)) return undefined;
  const unit = 10 ** Math.floor(Math.log10(enough));
  return Math.ceil(enough / unit) * unit;
}

/** That of the share; the budget is in view even if the cost is far below it. */
function endOfShare(cost, limit) {
  if (limit !== null && largest(cost, 1) < limit * 1.2) return limit * 150;
  return end(cost, 100, limit === null ? 0 : limit * 100);
}

/** The ends of a logarithmic axis: powers of ten, which are labeled, around the values and a level. */
function decades(level) {
  const end = (value, round) => (value > 0 && Number.isFinite(value) ? 10 ** round(Math.log10(value)) : null);
  return {
    min: ({ min }) => end(Math.min(min, level ?? min), Math.floor),
    max: ({ max }) => end(Math.max(max, level ?? max), Math.ceil),
  };
}

export function drawCost(latest) {
  data = latest;
  const { columns, series } = data;
  const cost = series.COST_SHARE ?? NOTHING;
  const step = series.STEP_MILLIS ?? NOTHING;
  const limit = budget();
  const names = [label('recentCostShare'), label('step')];
  const log = isLog();
  const ends = log ? [] : [endOfShare(cost, limit), end(step, 1)];
  const linear = (i) => ({ min: 0, max: () => ends[i] ?? null });
  plot.draw({
    legend: { data: names, top: 2, left: 60, icon: 'roundRect', itemHeight: 3, itemWidth: 18 },
    xAxis: plot.iterationAxis(data.range),
    yAxis: [
      valueAxis(log, {
        ...(log ? decades(limit === null ? null : limit * 100) : linear(0)),
        axisLabel: { formatter: inPercent },
      }),
      valueAxis(log, {
        ...(log ? decades(null) : linear(1)),
        position: 'right',
        splitLine: { show: false },
        axisLabel: { formatter: inMillis },
      }),
    ],
    series: [
      ...band(names[1], columns, step, STEP, log, { yAxisIndex: 1 }),
      line(names[1], columns, step, STEP, log, { yAxisIndex: 1 }),
      line(names[0], columns, cost, COST, log, {
        markLine: limit === null ? undefined : markLine(
          levelLine(limit * 100, `${label('budget')} ${percent(limit)}`, COST, { width: 1, position: 'insideEndTop' })),
      }, 100),
      ...edgeMarks(names[0], columns, cost, { max: ends[0] }, COST, { scale: 100, text: inPercent, near: ALL }),
      ...edgeMarks(names[1], columns, step, { max: ends[1] }, STEP, { text: inMillis, near: ALL }),
    ],
  }, !series.COST_SHARE && !series.STEP_MILLIS);
  read();
}

function read() {
  if (!data) return;
  const { columns, series } = data;
  const i = columnAt(columns, view.cursor);
  const step = (series.STEP_MILLIS ?? NOTHING).mean[i];
  plot.readout.replaceChildren(
    element('b', {}, `${label('recentCostShare')}: `), percent((series.COST_SHARE ?? NOTHING).mean[i]),
    ' · ', element('b', {}, `${label('step')}: `),
    step === null || step === undefined ? '–' : `${value(step)} ${label('ms')}`,
    ' · ', where(columns.first[i], columns.last[i]));
}
