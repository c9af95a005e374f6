// Layers over iterations: where and when a norm vanishes or explodes. It is painted on one canvas
// that ECharts places between its axes, because it has tens of thousands of cells.

import { cellAt, number, rowsOf, shownColumns } from './cells.js';
import * as colors from './colors.js';
import { color, oneLine, sign } from './diagnosis-text.js';
import { element, switchOf } from './dom.js';
import { exportMenu } from './export.js';
import { percent, tick, value } from './format.js';
import { label } from './labels.js';
import { columnAt, kinds, where } from './lines.js';
import { Plot } from './plot.js';
import { selectLayer } from './selected.js';
import { isShare, on, QUANTITIES, set, view } from './view.js';

const LABEL_WIDTH = 118;

const plot = new Plot('heatmap', 260);
plot.grid = { left: LABEL_WIDTH + 22, right: 14, top: 8, bottom: 26 };
const legend = element('div', { class: 'legend' });
plot.box.append(legend);

/** The current content, for the depth profile beside it. */
export const shown = { rows: [], scale: null, span: null, columns: null, quantity: null };
let data = null;

on('quantity', switchOf(plot.box,
  QUANTITIES.map((quantity) =>
    [quantity, label(`quantity.${quantity}`), label(`describe.${quantity}`)]),
  view.quantity,
  (quantity) => set('quantity', quantity)));
/** What the depth profile shows a column of. */
export const current = {
  data: () => data,
  tables: () => shown.rows.map((row) => ({
    name: row.layer.name,
    columns: shown.columns,
    // Made when it is read: of many layers only a few are told to those who do not see the chart.
    get series() {
      return numbersOf(row, shown.quantity, data);
    },
  })),
};
exportMenu(plot, current.tables, current.data);
on('cursor', read);
on('layer', () => data && drawHeatmap(data));
plot.pointerMoved = read;
plot.chart.getZr().on('click', ({ offsetX, offsetY }) => {
  const row = rowAt(offsetY);
  if (row && offsetX < plot.chart.getWidth() - plot.grid.right) selectLayer(row.index);
});

/** A row's numbers as a series, for its export. */
function numbersOf({ index, cells }, quantity, { heatmap }) {
  const measured = (cell) => cell && cell.at !== undefined;
  const part = (name) => cells.map((cell) => (measured(cell) ? number(quantity, cell[name]) : null));
  const { nonFinite } = heatmap.rows.find(({ layer }) => layer === index);
  return { mean: part('at'), min: part('low'), max: part('high'), nonFinite };
}

/** Pixels for a number of rows: each is readable, and a few do not become too high. */
export const heightFor = (rows) =>
  Math.round(Math.min(900, Math.max(230, rows * (rows > 30 ? 13 : 20) + 40)));

/** The axis of layers, input at the top. A long name is cut; the cursor shows it in full. */
export function layerAxis(rows) {
  return {
    type: 'category',
    inverse: true,
    data: rows.map((_, i) => String(i)),
    axisTick: { show: false },
    axisLine: { show: false },
    axisLabel: {
      color: (index) => (marked(rows[index]) ? color(rows[index].found[0].severity) : colors.ink('text-quiet')),
      interval: labeled(rows),
      width: LABEL_WIDTH,
      overflow: 'truncate',
      fontSize: rows.length > 30 ? 10 : 11,
      formatter: (index) => {
        const row = rows[index];
        return (marked(row) ? `${sign(row.found[0].severity)} ` : '') + (row?.layer.name ?? '');
      },
    },
  };
}

const marked = (row) => row?.found.length > 0;

/** The layers that are named if there is no space for all: those with a diagnosis first. */
function labeled(rows) {
  const apart = Math.ceil((rows.length * 13) / (heightFor(rows.length) - 34));
  if (apart === 1 || !rows.some(marked)) return 'auto';
  const named = [];
  const add = (i) => {
    if (named.every((other) => Math.abs(other - i) >= apart)) named.push(i);
  };
  rows.forEach((row, i) => marked(row) && add(i));
  rows.forEach((row, i) => i % apart === 0 && add(i));
  return (index) => named.includes(index);
}

/** Labels for the two ends of the layer axis. */
export const ends = (rows, left) => rows.length < 2 ? [] : [
  end(left, 10, `${label('input')} ▼`, 'top'),
  end(left, 30, `${label('output')} ▲`, 'bottom'),
];

function end(left, offset, text, where) {
  return {
    type: 'text',
    left,
    [where]: offset,
    rotation: Math.PI / 2,
    silent: true,
    style: { text, fill: colors.ink('text-quiet'), font: '10px sans-serif' },
  };
}

export function drawHeatmap(latest) {
  data = latest;
  const rows = rowsOf(data);
  const { columns, quantity } = data.heatmap;
  const finite = rows.flatMap((row) => row.cells)
    .filter((cell) => cell && cell.at !== undefined && !cell.zero);
  const low = finite.reduce((least, cell) => Math.min(least, cell.at), Infinity);
  const high = finite.reduce((most, cell) => Math.max(most, cell.at), -Infinity);
  const scale = colors.scaleOf(quantity, low, high);
  const span = {
    from: Math.min(scale.from, Math.floor(low)),
    to: Math.max(scale.to, Math.ceil(high)),
  };
  Object.assign(shown, { rows, columns, quantity, scale, span });
  plot.height(heightFor(rows.length));
  plot.draw({
    graphic: ends(rows, 4),
    xAxis: plot.iterationAxis(data.range),
    yAxis: layerAxis(rows),
    series: [{
      type: 'custom',
      data: [[data.range.from, 0]],
      silent: true,
      clip: true,
      renderItem: (params, api) => ({
        type: 'image',
        style: { image: paint(params.coordSys, api), ...box(params.coordSys) },
        silent: true,
      }),
    }],
  }, rows.every((row) => row.cells.every((cell) => cell === null)));
  drawLegend();
  read();
}

const box = ({ x, y, width, height }) => ({ x, y, width, height });

function paint(area, api) {
  const ratio = window.devicePixelRatio || 1;
  const canvas = element('canvas', {
    width: Math.max(1, Math.round(area.width * ratio)),
    height: Math.max(1, Math.round(area.height * ratio)),
  });
  const pen = canvas.getContext('2d');
  const { rows, columns } = shown;
  const striped = (color) => pen.createPattern(colors.stripes(color, colors.ink('surface'), ratio), 'repeat');
  const [nan, infinite] = [striped(colors.NOT_A_NUMBER), striped(colors.INFINITE)];
  // The axis of the moment, which a gesture moves.
  const start = api.coord([0, 0])[0];
  const wide = api.coord([1, 0])[0] - start;
  const along = (iteration) => (start + iteration * wide - area.x) * ratio;
  const tall = canvas.height / rows.length;
  rows.forEach((row, r) => {
    const top = Math.round(r * tall);
    const height = Math.max(1, Math.round((r + 1) * tall) - top - (tall > 8 ? 1 : 0));
    pen.fillStyle = colors.UNMEASURED;
    pen.fillRect(0, top, canvas.width, height);
    const nothing = row.cells.every((cell) => cell === null);
    if (nothing && row.layer.frozen) hatch(pen, top, height, canvas.width);
    const badCells = [];
    const columnOf = shownColumns(row);
    for (let i = 0; i < columns.first.length; i++) {
      if (columnOf[i] < 0) continue;
      const cell = row.cells[columnOf[i]];
      const left = along(columns.first[i] - 0.5);
      // Up to the next column, because iterations between two columns were not recorded.
      const right = i + 1 < columns.first.length
        ? along(columns.first[i + 1] - 0.5)
        : along(columns.last[i] + 0.5);
      if (cell.at !== undefined) {
        pen.fillStyle = cell.zero ? colors.ZERO : shown.scale.color(cell.at);
        pen.fillRect(left, top, right - left + 0.5, height);
      }
      if (row.cells[i]?.bad) badCells.push([left, right, row.cells[i]]);
    }
    // Drawn last and at least three pixels wide, so that one NaN in a million iterations is
    // visible.
    for (const [left, right, cell] of badCells) {
      pen.fillStyle = cell.bad[2] > 0 ? nan : infinite;
      pen.fillRect(left, top, Math.max(3 * ratio, right - left + 0.5), height);
    }
    if (row.index === view.layer) {
      pen.strokeStyle = colors.ink('text');
      pen.lineWidth = 2 * ratio;
      pen.strokeRect(ratio, top + ratio, canvas.width - 2 * ratio, height - 2 * ratio);
    }
  });
  return canvas;
}

function hatch(pen, top, height, width) {
  pen.save();
  pen.beginPath();
  pen.rect(0, top, width, height);
  pen.clip();
  pen.strokeStyle = colors.FROZEN;
  pen.lineWidth = 2;
  for (let x = -height; x < width; x += 9) {
    pen.beginPath();
    pen.moveTo(x, top + height);
    pen.lineTo(x + height, top);
    pen.stroke();
  }
  pen.restore();
}

const stripes = (color) =>
  `repeating-linear-gradient(135deg, ${color} 0 3px, var(--surface) 3px 4.5px)`;

function drawLegend() {
  const { scale, span, quantity, rows } = shown;
  const any = (test) => rows.some((row) => row.cells.some((cell) => cell && test(cell)));
  const ends = isShare(quantity)
    ? ['0 %', '100 %']
    : [
        (span.from < scale.from ? '≤ ' : '') + tick(10 ** scale.from),
        (span.to > scale.to ? '≥ ' : '') + tick(10 ** scale.to),
      ];
  const bar = element('span', { class: 'bar' });
  bar.style.background = scale.gradient;
  const swatches = [
    ['NaN', stripes(colors.NOT_A_NUMBER), any((cell) => cell.bad && cell.bad[2] > 0)],
    ['±Infinity', stripes(colors.INFINITE), any((cell) => cell.bad && cell.bad[2] === 0)],
    [label('zero'), colors.ZERO, any((cell) => cell.zero)],
    [label('unmeasured'), colors.UNMEASURED, rows.some((row) =>
      row.cells.some((_, i) => cellAt(row, i)[0] === null) && !row.layer.frozen)],
    [label('frozen'), `repeating-linear-gradient(135deg, ${colors.FROZEN} 0 2px, var(--surface) 2px 5px)`,
      rows.some((row) => row.layer.frozen && row.cells.every((cell) => cell === null))],
  ];
  legend.replaceChildren(
    element('span', { class: 'scale' }, ends[0], bar, ends[1]),
    ...swatches.filter(([, , present]) => present).map(([text, color]) => {
      const swatch = element('span', { class: 'swatch' });
      swatch.style.background = color;
      return element('span', {}, swatch, text);
    }));
}

/** The row at a height of the chart. */
function rowAt(y) {
  const inside = (y - plot.grid.top)
    / (plot.chart.getHeight() - plot.grid.top - plot.grid.bottom);
  return shown.rows[Math.floor(inside * shown.rows.length)];
}

function read() {
  if (!data || shown.rows.length === 0) return;
  const { rows, columns, quantity } = shown;
  let parts = [label(`describe.${quantity}`)];
  const pointer = plot.pointer;
  let row = null;
  if (pointer) {
    row = rowAt(pointer.y);
    if (row && view.cursor !== null) {
      const [cell, column] = cellAt(row, columnAt(columns, view.cursor));
      parts = [
        element('b', {}, `${row.layer.name} `),
        `(${row.layer.type}) · ${cellInWords(row, cell, quantity)} · `,
        where(columns.first[column], columns.last[column]),
      ];
    }
  }
  plot.frame.title = row ? row.found.map(oneLine).join('\n') : '';
  plot.readout.replaceChildren(...parts);
}

export function cellInWords(row, cell, quantity) {
  if (cell === null) return row.layer.frozen ? label('frozen') : label('unmeasured');
  if (cell.at === undefined) return kinds(cell.bad);
  const write = (at) =>
    isShare(quantity) ? percent(number(quantity, at)) : value(number(quantity, at));
  const spread = cell.low === cell.high ? '' : ` (${write(cell.low)} … ${write(cell.high)})`;
  return write(cell.at) + spread + (cell.bad ? `, ${kinds(cell.bad)}` : '');
}
