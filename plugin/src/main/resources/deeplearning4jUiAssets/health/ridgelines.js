// Histograms of a parameter over the run, the oldest at the back: each is as high as the others, so
// that its form and its width are seen.

import { ink } from './colors.js';
import { arrange, element, switchOf } from './dom.js';
import { exportMenu } from './export.js';
import { short, tick, value } from './format.js';
import { label } from './labels.js';
import { where } from './lines.js';
import { Plot } from './plot.js';

const HEIGHT = 220; // CSS pixels
const TOP = 34; // CSS pixels of the oldest, which has no other one above it
const OVERLAP = 2.4; // height of a histogram in distances to the next
const SPIKE = 3; // CSS pixels from the middle of a histogram without width
const MARGIN = 0.1; // of the value, beside histograms without width
const HIGHEST = 35; // the digit z
const KINDS = [['weights', 'WEIGHT_NORM'], ['updates', 'UPDATE_NORM']];

let kind = 'weights';
/** The name of the chosen parameter, which other layers may have too. */
let chosen = null;
let box = null;
let plot = null;
let names = null;
let numbers = null;
let data = null;
let shown = { name: '', ridges: [] };
let pointed = null;

/** Draws the histograms of a layer's parameters, or hides the chart without any. */
export function drawRidgelines(parent, latest, layer) {
  numbers = layer;
  data = latest;
  const some = numbers?.parameters.all.some(({ weights }) => weights?.length > 0) ?? false;
  if (!some && box === null) return;
  if (box === null) create(parent);
  box.hidden = !some;
  if (some) draw();
}

function create(parent) {
  names = element('div', { class: 'choices', onclick: ({ target }) => {
    chosen = target.closest('button')?.dataset.parameter ?? chosen;
    draw();
  } });
  box = element('section', { class: 'chart-box', id: 'detail-histograms' },
    element('div', { class: 'chart-header' }, element('h2', {}, label('detail.histograms')), names));
  parent.append(box);
  switchOf(box, KINDS.map(([each, quantity]) => [each, label(`quantity.${quantity}`), '']), kind, (other) => {
    kind = other;
    draw();
  });
  plot = new Plot(box.id, HEIGHT, false);
  plot.grid = { left: 66, right: 20, top: TOP, bottom: 26 };
  exportMenu(plot, tables, () => data);
  const surface = plot.chart.getZr();
  surface.on('mousemove', ({ offsetX, offsetY }) => {
    const inside = plot.chart.containPixel({ gridIndex: 0 }, [offsetX, offsetY]);
    pointed = inside ? Math.round(plot.chart.convertFromPixel({ yAxisIndex: 0 }, offsetY)) : null;
    read();
  });
  surface.on('globalout', () => {
    pointed = null;
    read();
  });
}

function draw() {
  const all = numbers.parameters.all.filter((each) => each.weights.length > 0);
  const parameter = all.find(({ name }) => name === chosen) ?? all[0];
  arrange(names, all.length < 2 ? [] : all.map(({ name }) => element('button', {
    type: 'button',
    'data-parameter': name,
    'aria-pressed': String(name === parameter.name),
  }, name)));
  shown = { name: parameter.name, ridges: parameter[kind] };
  const { ridges } = shown;
  plot.chart.resize(); // its box may have been hidden
  plot.draw({
    xAxis: {
      type: 'value',
      ...extent(ridges),
      splitLine: { lineStyle: { color: ink('grid') } },
      axisLabel: { formatter: tick, color: ink('text-quiet'), hideOverlap: true, showMinLabel: false, showMaxLabel: false },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: ridges.map(({ iteration }) => short(iteration)),
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { color: ink('text-quiet'), fontSize: 10 },
    },
    series: [{
      type: 'custom',
      silent: true,
      clip: false,
      data: ridges.map(({ min }, i) => [min, i]),
      renderItem: ({ dataIndex }, api) => ridge(ridges[dataIndex], dataIndex, ridges.length, api),
    }],
  }, ridges.length === 0);
  read();
}

/** The ends of the axis: the smallest and the largest value of all, or a little beside the only one. */
function extent(ridges) {
  if (ridges.length === 0) return {};
  const low = Math.min(...ridges.map(({ min }) => min));
  const high = Math.max(...ridges.map(({ max }) => max));
  const beside = low < high ? 0 : MARGIN * (Math.abs(low) || 1);
  return { min: low - beside, max: high + beside };
}

const digits = ({ heights }) => [...heights].map((each) => Number.parseInt(each, 36) / HIGHEST);

function ridge(histogram, i, of, api) {
  const { min, max } = histogram;
  const [left, base] = api.coord([min, i]);
  const [right] = api.coord([max, i]);
  const tall = OVERLAP * api.size([0, 1])[1];
  const bars = digits(histogram);
  const points = right - left < 2 * SPIKE
    ? [[left - SPIKE, base], [(left + right) / 2, base - tall], [right + SPIKE, base]]
    : [[left, base],
      ...bars.map((height, bin) => [left + ((bin + 0.5) / bars.length) * (right - left), base - height * tall]),
      [right, base]];
  return {
    type: 'polygon',
    shape: { points },
    z2: i,
    style: {
      fill: ink(kind === 'weights' ? 'weight' : 'update'),
      // The newest are the strongest.
      fillOpacity: 0.25 + (0.5 * (i + 1)) / of,
      stroke: ink('surface'),
      lineWidth: 1,
    },
  };
}

/** The mean of a histogram, as far as its bins show it. */
function meanOf(histogram) {
  const bars = digits(histogram);
  const wide = (histogram.max - histogram.min) / bars.length;
  const sum = bars.reduce((all, height) => all + height, 0);
  return bars.reduce((all, height, bin) => all + height * (histogram.min + (bin + 0.5) * wide), 0) / sum;
}

function tables() {
  const at = shown.ridges.map(({ iteration }) => iteration);
  return [{
    name: shown.name,
    columns: { first: at, last: at },
    series: {
      mean: shown.ridges.map(meanOf),
      min: shown.ridges.map(({ min }) => min),
      max: shown.ridges.map(({ max }) => max),
      nonFinite: [],
    },
  }];
}

function read() {
  const { name, ridges } = shown;
  const histogram = ridges[pointed ?? ridges.length - 1] ?? ridges.at(-1);
  plot.readout.replaceChildren(...(histogram
    ? [element('b', {}, `${name}: `), `${value(histogram.min)} … ${value(histogram.max)} · `,
      where(histogram.iteration, histogram.iteration)]
    : []));
}
