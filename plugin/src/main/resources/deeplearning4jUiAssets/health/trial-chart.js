// What a trial on copies of the network has shown: the scores of its branches over their steps.

import { ink } from './colors.js';
import { element } from './dom.js';
import { count, short, value } from './format.js';
import { label } from './labels.js';
import { Plot, valueAxis } from './plot.js';

const COLORS = ['step', 'weight', 'update', 'validation', 'threshold', 'gradient', 'clipped', 'brown'].map(ink);
const HEIGHT = 170;
const DECADES = 1000; // ratio of the scores from which on their axis is logarithmic

const STARTS = {
  PRESENT: () => label('trial.asItIs'),
  SNAPSHOT: ({ snapshot }) => label('trial.fromSnapshot', count(snapshot)),
  BEGINNING: () => label('trial.fromBeginning'),
};

let box = null;
let plot = null;

/** Draws the branches of a trial, or hides the chart without one. */
export function drawTrial(parent, trial) {
  const empty = !trial?.branches?.length;
  if (empty && box === null) return;
  if (box === null) {
    box = element('section', { class: 'chart-box', id: 'detail-trial' },
      element('div', { class: 'chart-header' }, element('h2', {}, label('detail.trials'))));
    parent.prepend(box);
    plot = new Plot(box.id, HEIGHT, false);
  }
  box.hidden = empty;
  if (empty) return;
  const scores = trial.branches.flatMap((branch) => branch.scores)
    .filter((score) => typeof score === 'number');
  const log = Math.min(...scores) > 0 && Math.max(...scores) > DECADES * Math.min(...scores);
  plot.chart.resize(); // its box may have been hidden
  plot.draw({
    legend: {
      type: 'scroll',
      data: trial.branches.map(nameOf),
      top: 2,
      left: 50,
      right: 10,
      icon: 'roundRect',
      itemHeight: 3,
      itemWidth: 18,
    },
    xAxis: {
      type: 'value',
      minInterval: 1,
      splitLine: { show: false },
      axisLabel: { formatter: short, color: ink('text-quiet') },
    },
    yAxis: valueAxis(log),
    series: trial.branches.map((branch, i) => ({
      type: 'line',
      name: nameOf(branch),
      data: branch.steps.map((step, k) =>
        [step, typeof branch.scores[k] === 'number' ? branch.scores[k] : null]),
      color: COLORS[i % COLORS.length],
      symbol: 'circle',
      symbolSize: 3,
      lineStyle: { width: branch.adopted ? 2.6 : 1.4 },
      emphasis: { disabled: true },
      silent: true,
    })),
  });
  plot.readout.replaceChildren(...trial.branches.flatMap((branch, i) => [
    i ? ' · ' : '', element('b', {}, `${nameOf(branch)}: `), value(branch.scores.at(-1))]));
}

/** What a branch changed; the adopted one has a sign. */
function nameOf(branch) {
  const { start, factor, leftOut, adopted } = branch;
  const parts = [STARTS[start]?.(branch) ?? start];
  if (factor !== 1) parts.push(label('trial.withRate', value(factor)));
  if (leftOut > 0) parts.push(label('trial.withoutRows', count(leftOut)));
  return (adopted ? '✔\ufe0e ' : '') + parts.join(', ');
}
