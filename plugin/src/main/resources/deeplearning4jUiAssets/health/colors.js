// Colors: those of palette.css for what is drawn by scripts, and the scales of the heatmap. Non-finite
// values have colors and stripes that no number has.

import { element } from './dom.js';
import { scaleName } from './view.js';

const palette = getComputedStyle(document.documentElement);

/** A color of the palette by its name. */
export const ink = (name) => palette.getPropertyValue(`--${name}`).trim();

// What has been drawn has the other colors; the address holds the view, so nothing is lost.
window.matchMedia('(prefers-color-scheme: dark)')
  .addEventListener('change', () => window.location.reload());

export const NOT_A_NUMBER = ink('nan');
export const INFINITE = ink('infinite');
export const ZERO = ink('zero');
export const UNMEASURED = ink('unmeasured');
export const FROZEN = ink('frozen');

/** The parts of a chart that ECharts colors itself. */
export const theme = {
  textStyle: { color: ink('text') },
  legend: {
    textStyle: { color: ink('text') },
    inactiveColor: ink('axis'),
    pageTextStyle: { color: ink('text-quiet') },
    pageIconColor: ink('text-quiet'),
    pageIconInactiveColor: ink('border'),
  },
  tooltip: {
    backgroundColor: ink('surface'),
    borderColor: ink('border'),
    textStyle: { color: ink('text') },
  },
  axisPointer: { label: { backgroundColor: ink('text-quiet'), color: ink('on-color') } },
};

const STRIPE = 6; // pixels from one stripe to the next

/** A tile of stripes, which is seen without colors, too. */
export function stripes(color, between, ratio = 1) {
  const size = Math.round(STRIPE * ratio);
  const tile = element('canvas', { width: size, height: size });
  const pen = tile.getContext('2d');
  pen.fillStyle = color;
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = between;
  pen.lineWidth = 1.4 * ratio;
  for (const x of [-size, 0, size]) {
    pen.beginPath();
    pen.moveTo(x, size);
    pen.lineTo(x + size, 0);
    pen.stroke();
  }
  return tile;
}

// Perceptually uniform from dark (small) to light (large).
const SEQUENTIAL = ['#2b0a4f', '#3b3b8c', '#2a6f97', '#1fa187', '#7ad151', '#f4e61e'];
// Diverging from a middle, for a quantity with a usual value such as update : parameter.
const DIVERGING = ['#1d4e89', '#5b9bd5', '#cfe3f3', '#f7f7f5', '#f6d9a8', '#d98e2b', '#7f4a0a'];
// From 0 to 100 %.
const SHARE = ['#f4f7fb', '#bcd0e5', '#7f9fc6', '#4a6a9f', '#22325c'];

const channel = (color, i) => parseInt(color.slice(1 + 2 * i, 3 + 2 * i), 16);

function ramp(stops) {
  const table = [];
  for (let i = 0; i < 256; i++) {
    const at = (i / 255) * (stops.length - 1);
    const low = Math.min(Math.floor(at), stops.length - 2);
    const mix = (c) => Math.round(
      channel(stops[low], c) + (at - low) * (channel(stops[low + 1], c) - channel(stops[low], c)));
    table.push(`rgb(${mix(0)},${mix(1)},${mix(2)})`);
  }
  return table;
}

const RAMPS = { sequential: ramp(SEQUENTIAL), diverging: ramp(DIVERGING), share: ramp(SHARE) };

/**
 * The scale of a quantity over its finite values: {from, to, color(value), gradient}. Values are
 * decades (log10) except for shares. The scale spans at least three whole decades, so that small
 * variations of a healthy network do not look extreme, and at most fourteen.
 */
export function scaleOf(quantity, low, high) {
  if (scaleName(quantity) === 'SHARE') return scale('share', 0, 1);
  if (scaleName(quantity) === 'RATIO') return scale('diverging', -6, 0);
  if (!(low <= high)) return scale('sequential', -3, 0);
  let to = Math.ceil(high);
  let from = Math.max(Math.floor(low), to - 14);
  if (to - from < 3) {
    const missing = 3 - (to - from);
    from -= Math.ceil(missing / 2);
    to += Math.floor(missing / 2);
  }
  return scale('sequential', from, to);
}

function scale(kind, from, to) {
  const table = RAMPS[kind];
  return {
    from,
    to,
    color: (value) =>
      table[Math.max(0, Math.min(255, Math.round(((value - from) / (to - from)) * 255)))],
    gradient: `linear-gradient(to right, ${table.filter((_, i) => i % 15 === 0).join(', ')})`,
  };
}
