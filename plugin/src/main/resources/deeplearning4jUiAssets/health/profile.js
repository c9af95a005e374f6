// The depth profile: the heatmap's quantity by layer at one iteration. A slope towards the input is
// a gradient that vanishes or explodes on the backward pass.

import { cellAt, depthOf, number } from './cells.js';
import { scaleSwitch } from './choices.js';
import * as colors from './colors.js';
import { element } from './dom.js';
import { exportMenu } from './export.js';
import { tick } from './format.js';
import { label } from './labels.js';
import { cellInWords, current, ends, heightFor, layerAxis, shown } from './heatmap.js';
import { columnAt, kinds, where } from './lines.js';
import { Plot } from './plot.js';
import { isShare, on, view } from './view.js';

const LINE = colors.ink('profile');

const plot = new Plot('profile', 260, false);
plot.grid = { left: 140, right: 26, top: 8, bottom: 26 };
const AXIS_LABEL = { color: colors.ink('text-quiet'), hideOverlap: true };
// Without an interval, which is kept from the axis before and is one of decades.
const shares = {
  min: 0,
  max: 1,
  interval: null,
  axisLabel: { ...AXIS_LABEL, formatter: (share) => `${Math.round(share * 100)} %` },
};
let pending = false;

const isLog = scaleSwitch(plot, true, () => drawProfile());
const scales = plot.box.querySelector('.choices');
exportMenu(plot, current.tables, current.data);

on('cursor', () => {
  // The pointer moves more often than a chart can be drawn.
  if (pending) return;
  pending = true;
  requestAnimationFrame(() => {
    pending = false;
    drawProfile();
  });
});

export function drawProfile() {
  const { rows, columns, quantity, span } = shown;
  if (!columns || columns.first.length === 0 || rows.length === 0) {
    plot.draw({ xAxis: { type: 'value' }, yAxis: { type: 'category' }, series: [] }, true);
    plot.readout.replaceChildren();
    return;
  }
  const column = columnAt(columns, view.cursor);
  const share = isShare(quantity);
  scales.hidden = share; // it is from 0 to 1
  const linear = !share && !isLog();
  const found = rows.map((row) => cellAt(row, column)[0]);
  const cells = linear ? found.map((cell) => onLinear(quantity, cell)) : found;
  const drawable = (cell) => cell && cell.at !== undefined && !cell.zero;
  const axis = share ? shares : linear ? fromZero(rows, quantity) : decades(span);
  const inside = (at) => Math.max(axis.min, Math.min(axis.max, at));
  plot.height(heightFor(rows.length));
  plot.draw({
    graphic: ends(rows, 4),
    xAxis: { type: 'value', splitLine: { lineStyle: { color: colors.ink('grid') } }, ...axis },
    yAxis: layerAxis(rows),
    series: [
      {
        type: 'custom',
        silent: true,
        data: rows.map((_, i) => [axis.min, i]),
        renderItem: (params, api) =>
          extent(rows[params.dataIndex], cells[params.dataIndex], params, api, inside),
      },
      {
        type: 'scatter',
        silent: true,
        data: cells.map((cell, i) => [drawable(cell) ? inside(cell.at) : null, i]),
        color: LINE,
        symbol: 'circle',
        symbolSize: rows.length > 30 ? 5 : 7,
        z: 3,
      },
      {
        type: 'line',
        silent: true,
        data: byDepth(rows, cells.map((cell) => (drawable(cell) ? inside(cell.at) : null))),
        color: LINE,
        symbol: 'none',
        lineStyle: { width: 1.6 },
        z: 3,
      },
    ],
  }, cells.every((cell) => cell === null));
  say(rows, found, column);
}

/** A cell whose positions are numbers and not their logarithms. */
const onLinear = (quantity, cell) => (cell === null || cell.at === undefined ? cell : {
  ...cell,
  at: number(quantity, cell.at),
  low: number(quantity, cell.low),
  high: number(quantity, cell.high),
  zero: false,
});

let highest = { rows: null, at: 0 };

/** A linear axis up to the largest number of all iterations, so that it stays as the cursor moves. */
function fromZero(rows, quantity) {
  if (highest.rows !== rows) {
    const finite = rows.flatMap((row) => row.cells).filter((cell) => cell && cell.at !== undefined);
    highest = { rows, at: finite.reduce((most, { high }) => Math.max(most, number(quantity, high)), 0) };
  }
  return { min: 0, max: highest.at || 1, interval: null, axisLabel: { ...AXIS_LABEL, formatter: tick, showMaxLabel: false } };
}

/** The mean position at each depth, where a graph may have several layers; [null, row] for none. */
function byDepth(rows, positions) {
  const depths = new Map();
  rows.forEach((row, i) => {
    if (!depths.has(depthOf(row))) depths.set(depthOf(row), []);
    depths.get(depthOf(row)).push(i);
  });
  const mean = (values) => values.reduce((sum, each) => sum + each, 0) / values.length;
  return [...depths.values()].map((at) => {
    const measured = at.filter((i) => positions[i] !== null);
    return measured.length
      ? [mean(measured.map((i) => positions[i])), mean(measured)]
      : [null, mean(at)];
  });
}

/** An axis of decades: positions are log10, labels are the numbers. */
function decades({ from, to }) {
  const interval = Math.max(1, Math.ceil((to - from) / 4));
  return {
    min: to - interval * Math.ceil((to - from) / interval),
    max: to,
    interval,
    axisLabel: { ...AXIS_LABEL, formatter: (at) => tick(10 ** at) },
  };
}

/** The spread of a layer's values in the column, or the text that replaces a number. */
function extent(row, cell, params, api, inside) {
  const area = params.coordSys;
  const [, y] = api.coord([api.value(0), params.dataIndex]);
  if (cell === null) {
    return row.layer.frozen ? word(label('frozen'), area.x + 4, y, 'left', colors.ink('text-quiet')) : null;
  }
  if (cell.at === undefined || cell.zero) {
    return cell.zero
      ? word('0', area.x + 4, y, 'left', colors.ZERO)
      : word(kinds(cell.bad), area.x + area.width - 4, y, 'right',
          cell.bad[2] > 0 ? colors.NOT_A_NUMBER : colors.INFINITE);
  }
  if (cell.low === cell.high) return null;
  const left = api.coord([inside(cell.low), params.dataIndex])[0];
  const right = api.coord([inside(cell.high), params.dataIndex])[0];
  return {
    type: 'rect',
    shape: { x: left, y: y - 3, width: Math.max(1, right - left), height: 6 },
    style: { fill: LINE, opacity: 0.25 },
  };
}

const word = (text, x, y, textAlign, fill) => ({
  type: 'text',
  style: { text, x, y, textAlign, textVerticalAlign: 'middle', fill, font: 'bold 11px sans-serif' },
});

function say(rows, cells, column) {
  const { columns, quantity } = shown;
  const at = where(columns.first[column], columns.last[column]);
  const [first, last] = [0, rows.length - 1];
  const parts = [
    element('b', {}, view.cursor === null ? `${label('latest')}, ${at}` : at),
  ];
  if (rows.length > 1) {
    parts.push(` · ${label('input')}: ${cellInWords(rows[first], cells[first], quantity)}`,
      ` · ${label('output')}: ${cellInWords(rows[last], cells[last], quantity)}`);
  }
  plot.readout.replaceChildren(...parts);
}
