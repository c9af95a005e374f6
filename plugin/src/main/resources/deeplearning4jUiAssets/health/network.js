// The network as the user built it: its layers in a column, or its graph with all branches. Each
// layer has the color and the sign of its worst active diagnosis, and opens its detail.

import { cellAt, number, rowsOf } from './cells.js';
import { color, isResolved, layerOf, oneLine, rank, severityName, sign } from './diagnosis-text.js';
import { element, fill, shrinking } from './dom.js';
import { count, percent, value } from './format.js';
import { label } from './labels.js';
import { kinds } from './lines.js';
import { onSelect, selectLayer, selected } from './selected.js';
import { isShare, view } from './view.js';

const ROW = 50; // CSS pixels from a vertex of a graph to the one below
const HEIGHT = 30; // of a vertex
const MIN_WIDTH = 84; // of a vertex; a wider graph is scrolled
const MAX_WIDTH = 190;
const GAP = 10; // between vertices of a row
const FEW = 3; // layers up to which there is room for their numbers
const SVG = 'http://www.w3.org/2000/svg';

const box = document.getElementById('network');
const scroller = element('div', { class: 'network' });
const readout = element('p', { class: 'readout' });
box.append(scroller, readout);

/** The buttons of the layers in their order, by index. */
let buttons = new Map();
let built = '';
/** What places a graph's vertices, loaded for a graph; null before. */
let layout = null;
let data = null;

onSelect(markSelected);
scroller.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button) selectLayer(Number(button.dataset.layer));
});
scroller.addEventListener('keydown', move);
let width = 0;
new ResizeObserver(() => {
  if (width === box.clientWidth) return;
  width = box.clientWidth;
  if (!data?.run.vertices) return;
  built = ''; // the places of its vertices depend on the width
  drawNetwork(data);
}).observe(box);

export function drawNetwork(latest) {
  data = latest;
  const { session, worker, run } = data;
  if (run.vertices && layout === null) {
    load();
    return;
  }
  const now = JSON.stringify([session, worker, run.start, run.layers.length, run.vertices?.length]);
  const isNew = now !== built;
  if (isNew) build(run);
  built = now;
  const states = statesOf(data);
  for (const [layer, button] of buttons) show(button, run.layers[layer], states.get(layer) ?? []);
  if (hasRoom(run)) showNumbers();
  markSelected();
  fill(readout, ...summary(run, states));
  if (isNew) showWorst(states);
}

async function load() {
  ({ layout } = await import('./graph-layout.js'));
  drawNetwork(data);
}

/** The active diagnoses of each layer, the worst first. */
function statesOf({ diagnoses }) {
  const states = new Map();
  for (const each of diagnoses) {
    const layer = layerOf(each);
    if (isResolved(each) || layer < 0) continue;
    if (!states.has(layer)) states.set(layer, []);
    states.get(layer).push(each);
  }
  for (const found of states.values()) found.sort((a, b) => rank(b) - rank(a));
  return states;
}

function summary({ layers }, states) {
  const worst = [...states.values()].map(([first]) => first.severity);
  const counts = ['CRITICAL', 'WARNING', 'INFO']
    .map((severity) => [severity, worst.filter((each) => each === severity).length])
    .filter(([, number]) => number > 0)
    .map(([severity, number]) => `${sign(severity)} ${severityName(severity)}: ${count(number)}`);
  return [[`${label('layers')}: ${count(layers.length)}`, ...counts].join(' · ')];
}

function build(run) {
  buttons = new Map();
  if (run.vertices) buildGraph(run);
  else buildColumn(run);
  const [first] = buttons.values();
  if (first) first.tabIndex = 0;
}

function buildColumn(run) {
  scroller.replaceChildren(element('ol', { class: hasRoom(run) ? 'column few' : 'column' },
    ...run.layers.map((layer, i) => element('li', {}, buttonOf(layer, i)))));
}

const hasRoom = ({ layers, vertices }) => !vertices && layers.length <= FEW;

/** The latest numbers of each layer: its activation, the heatmap's quantity, and the update:parameter ratio. */
function showNumbers() {
  const { run, heatmap: { quantity }, updateRatios: { columns, lines } } = data;
  const rows = new Map(rowsOf(data).map((row) => [row.index, row]));
  const ratios = new Map(lines.map((each) => [each.layer, each]));
  for (const [layer, button] of buttons) {
    const row = rows.get(layer);
    const ratio = quantity === 'UPDATE_RATIO' ? undefined : ratios.get(layer);
    fill(button.querySelector('.numbers'), [
      run.layers[layer].activation,
      ...named(quantity, row ? ofCell(quantity, cellAt(row, row.cells.length - 1)[0]) : ''),
      ...named('UPDATE_RATIO', ratio ? newest(columns, ratio) : ''),
    ].filter(Boolean).join(' · '));
  }
}

const named = (quantity, text) => (text === '' ? [] : [`${label(`quantity.${quantity}`)} ${text}`]);

function ofCell(quantity, cell) {
  if (cell === null) return '';
  if (cell.bad) return kinds(cell.bad);
  return (isShare(quantity) ? percent : value)(number(quantity, cell.at));
}

/** The last value of a series, or what it is instead of a number by now. */
function newest({ last }, { mean, nonFinite }) {
  const at = mean.findLastIndex((each) => each !== null);
  const bad = nonFinite.at(-1);
  if (bad && (at < 0 || bad[1] >= last[at])) return kinds(bad);
  return at < 0 ? '' : value(mean[at]);
}

function buttonOf(layer, index) {
  const made = element('button', { type: 'button', class: 'layer', 'data-layer': index, tabindex: -1 },
    element('span', { class: 'sign' }),
    shrinking(layer.name),
    element('span', { class: 'type' }, layer.type.replace(/Layer$/, '')),
    element('span', { class: 'numbers' }));
  buttons.set(index, made);
  return made;
}

function buildGraph({ layers, vertices }) {
  const { places, edges, rows, width } = layout(vertices.map(({ inputs }) => inputs));
  const room = scroller.clientWidth - 2 * GAP;
  const unit = Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, room / width));
  const shift = GAP + Math.max(0, (room - unit * width) / 2);
  const left = (x) => shift + unit * x;
  const top = (row) => GAP + ROW * row;
  const canvas = element('div', { class: 'graph' });
  canvas.style.width = `${Math.round(left(width) + shift)}px`;
  canvas.style.height = `${top(rows - 1) + HEIGHT + GAP}px`;
  const lines = document.createElementNS(SVG, 'svg');
  lines.setAttribute('aria-hidden', 'true');
  for (const through of edges) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', curve(through.map(({ row, x }) => [left(x), top(row)])));
    lines.append(path);
  }
  canvas.append(lines, ...vertices.map(({ layer, name, type }, i) => {
    const made = layer >= 0
      ? buttonOf(layers[layer], layer)
      : element('span', { class: 'vertex', title: `${name} (${type})` }, shrinking(name));
    Object.assign(made.style, {
      left: `${Math.round(left(places[i].x) - unit / 2 + GAP / 2)}px`,
      top: `${top(places[i].row)}px`,
      width: `${Math.round(unit - GAP)}px`,
      height: `${HEIGHT}px`,
    });
    return made;
  }));
  scroller.replaceChildren(canvas);
}

/** A line down through places; it passes a bend straight. */
function curve(points) {
  const [[x, y], ...rest] = points;
  let path = `M${x} ${y + HEIGHT}`;
  let [fromX, fromY] = [x, y + HEIGHT];
  rest.forEach(([toX, toY], i) => {
    const middle = (fromY + toY) / 2;
    path += `C${fromX} ${middle} ${toX} ${middle} ${toX} ${toY}`;
    [fromX, fromY] = [toX, toY];
    if (i < rest.length - 1) {
      fromY = toY + HEIGHT;
      path += `V${fromY}`;
    }
  });
  return path;
}

function show(button, layer, found) {
  const worst = found[0];
  const state = worst?.severity ?? (layer.frozen ? 'FROZEN' : 'CLEAN');
  const described = `${layer.name} (${layer.type})`;
  const said = worst
    ? `${severityName(worst.severity)}: ${found.map(oneLine).join('; ')}`
    : label(layer.frozen ? 'frozen' : 'network.clean');
  if (button.dataset.state !== state) {
    button.dataset.state = state;
    button.style.setProperty('--state', worst ? color(worst.severity) : 'transparent');
    button.firstChild.textContent = worst ? sign(worst.severity) : '';
  }
  const text = `${described}, ${said}`;
  if (button.title !== text) {
    button.title = text;
    button.setAttribute('aria-label', text);
  }
}

function markSelected() {
  for (const [layer, button] of buttons) {
    button.setAttribute('aria-pressed', String(layer === view.layer));
  }
  const is = buttons.get(view.layer);
  if (is && selected()) scrollTo(is);
}

/** Scrolls the box, and not the page, until a button is within it. */
function scrollTo(button) {
  const [inner, outer] = [button, scroller].map((each) => each.getBoundingClientRect());
  scroller.scrollTop += Math.min(0, inner.top - outer.top) + Math.max(0, inner.bottom - outer.bottom);
  scroller.scrollLeft += Math.min(0, inner.left - outer.left) + Math.max(0, inner.right - outer.right);
}

/** Scrolls to the worst layer, once, if the network is longer than its box. */
function showWorst(states) {
  const ranked = [...states].sort(([, [a]], [, [b]]) => rank(b) - rank(a));
  const button = buttons.get(ranked[0]?.[0]);
  if (!button) return;
  const at = button.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  scroller.scrollTop += at - scroller.clientHeight / 2;
}

/** Arrow keys move the focus from layer to layer. */
function move(event) {
  const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  const all = [...scroller.querySelectorAll('button')];
  const at = all.indexOf(document.activeElement);
  const to = event.key === 'Home' ? 0
    : event.key === 'End' ? all.length - 1
      : event.key in steps ? at + steps[event.key] : -1;
  if (at < 0 || !all[to]) return;
  event.preventDefault();
  all[at].tabIndex = -1;
  all[to].tabIndex = 0;
  all[to].focus();
}
