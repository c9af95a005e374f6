// Learning rates in effect, and where an intervention changed them. Layers whose rates are always
// equal share a line.

import { paleRates } from './baseline.js';
import { scaleSwitch } from './choices.js';
import { ink } from './colors.js';
import { exportMenu } from './export.js';
import { interventionMarks } from './intervention-marks.js';
import { change, oneLine, shade } from './intervention-text.js';
import { label } from './labels.js';
import { columnAt, line, marks, reading, union, where } from './lines.js';
import { marksTooltip, pickMarks } from './marks-tooltip.js';
import { say } from './message.js';
import { Plot, valueAxis } from './plot.js';
import { element } from './dom.js';
import { on, view } from './view.js';

const COLORS = ['validation', 'update', 'weight', 'threshold', 'gradient', 'step', 'clipped', 'brown'].map(ink);
const NAMED = 3;
const CHANGES = ['LOWER_LEARNING_RATE', 'RAISE_LEARNING_RATE'];

const plot = new Plot('rates', 180);
let data = null;
on('cursor', read);
const redraw = () => drawRates(data);
plot.widthChanged = redraw;
const isLog = scaleSwitch(plot, false, redraw);
exportMenu(plot, ({ learningRates: { columns, lines } }) =>
  lines.map((each) => ({ name: named(each), columns, series: each })), () => data);
pickMarks(plot);

export function drawRates(latest) {
  data = latest;
  if (!data) return;
  const { columns, lines } = data.learningRates;
  const log = isLog();
  const done = interventionMarks(plot, data, CHANGES);
  plot.draw({
    legend: {
      type: 'scroll',
      data: [...lines.map(named), ...(data.baseline?.rates?.length ? [label('baseline')] : [])],
      top: 2,
      left: 60,
      right: 20,
      icon: 'roundRect',
      itemHeight: 3,
      itemWidth: 18,
      textStyle: { width: 260, overflow: 'truncate' },
    },
    tooltip: marksTooltip,
    xAxis: plot.iterationAxis(data.range),
    yAxis: valueAxis(log),
    series: [
      ...paleRates(data, COLORS[0], log),
      ...lines.map((each, i) =>
        line(named(each), columns, each, COLORS[i % COLORS.length], log, { step: 'end' })),
      ...marks('', union(...lines.map((each) => each.nonFinite))),
      ...done,
    ],
  }, lines.length === 0);
  read();
}

/** The name of a line: all of its layers, or the first few and the number of the others. */
function named(each) {
  const layers = data.run.layers;
  const trained = layers.filter((layer) => layer.parameters > 0 && !layer.frozen).length;
  const names = each.layers.map((index) => layers[index].name);
  if (names.length > 1 && names.length === trained) return `${label('layers')}: ${names.length}`;
  const more = names.length - NAMED;
  return names.slice(0, NAMED).join(', ') + (more > 0 ? ` +${more}` : '');
}

function read() {
  if (!data) return;
  const { columns, lines } = data.learningRates;
  const i = columnAt(columns, view.cursor);
  const parts = lines.slice(0, 4).flatMap((each) =>
    [element('b', {}, `${named(each)}: `), reading(columns, each, i), ' · ']);
  if (lines.length > 4) parts.push(`${label('marks.more', lines.length - 4)} · `);
  if (lines.length) parts.push(where(columns.first[i], columns.last[i]));
  const changed = lastChange(view.cursor ?? data.range.to);
  if (changed) parts.push(' · ', changed);
  plot.readout.replaceChildren(...parts);
}

/** The last change of the learning rates up to an iteration, with its reason. */
function lastChange(iteration) {
  const changes = data.interventions.filter((each) =>
    CHANGES.includes(each.kind) && each.iteration <= iteration);
  const last = changes.sort((a, b) => b.iteration - a.iteration || b.id - a.id)[0];
  if (!last) return null;
  const made = element('span', { class: 'changed' },
    `${oneLine(last)}: ${change(last)}. ${say(last.message)}`);
  made.style.borderColor = shade(last.kind);
  return made;
}
