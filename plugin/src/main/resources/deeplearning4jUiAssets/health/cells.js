// The heatmap's numbers: one row per layer, one cell per column, with the kind of each value.

import { isResolved, rank } from './diagnosis-text.js';
import { isShare } from './view.js';

const DECADE = 1000; // the server sends thousandths of a decade
const SPREAD = 10; // and distances to the mean in hundredths
const ZERO_DECADES = -999; // the server sends less for exactly 0, which has no logarithm

/**
 * The rows of the heatmap by depth, which in a graph is the longest path from an input: cells, and
 * the active diagnoses of the layer, the worst first.
 */
export function rowsOf(data) {
  const { columns, quantity, rows } = data.heatmap;
  const hold = holdOf(rows.map((row) => row.mean));
  return rows.map((row) => ({
    layer: data.run.layers[row.layer],
    index: row.layer,
    found: data.diagnoses
      .filter((each) => each.layer === row.layer && !isResolved(each))
      .sort((a, b) => rank(b) - rank(a)),
    cells: cells(columns, row, isShare(quantity)),
    hold,
  })).sort((a, b) => depthOf(a) - depthOf(b));
}

/** The depth of a row's layer, which the server omits where it is the layer's index. */
export const depthOf = (row) => row.layer.depth ?? row.index;

function cells(columns, row, share) {
  const unit = share ? 1 : DECADE;
  let run = 0;
  return row.mean.map((mean, i) => {
    while (run < row.nonFinite.length && row.nonFinite[run][1] < columns.first[i]) run++;
    const found = row.nonFinite[run];
    const bad = found !== undefined && found[0] <= columns.last[i] ? found : null;
    if (mean === null) return bad ? { bad } : null;
    const at = mean / unit;
    const low = share ? (row.min?.[i] ?? mean) : (mean - SPREAD * (row.below?.[i] ?? 0)) / unit;
    const high = share ? (row.max?.[i] ?? mean) : (mean + SPREAD * (row.above?.[i] ?? 0)) / unit;
    return { at, low, high, bad, zero: !share && at < ZERO_DECADES };
  });
}

/** A cell represents as many of the usual distances between two measurements. */
const MAX_GAPS = 3;

/** A distance up to as many times the usual one is a usual one. */
const IRREGULAR = 1.5;

/**
 * The number of following columns, without a measurement, that a cell also represents. It is three
 * times the usual distance between two measurements of a layer, or unlimited if no layer was
 * measured twice.
 */
function holdOf(rows) {
  const gaps = [];
  for (const means of rows) {
    let last = -1;
    means.forEach((mean, i) => {
      if (mean === null) return;
      if (last >= 0) gaps.push(i - last);
      last = i;
    });
  }
  gaps.sort((a, b) => a - b);
  return gaps.length ? MAX_GAPS * gaps[gaps.length >> 1] : Infinity;
}

/**
 * The cell at a column or, if nothing was measured there, the one that represents it: [cell,
 * column].
 */
export function cellAt(row, i) {
  for (let at = i; at >= 0 && at > i - row.hold; at--) {
    if (row.cells[at]) return [row.cells[at], at];
  }
  return [null, i];
}

/**
 * The column whose measurement each column shows, or −1: a measurement stands until the next one,
 * but not longer than is usual between two.
 */
export function shownColumns({ cells, hold }) {
  const usual = Number.isFinite(hold) ? hold / MAX_GAPS : 1;
  const at = new Int32Array(cells.length).fill(-1);
  const measured = cells.flatMap((cell, i) => (cell ? [i] : []));
  measured.forEach((i, n) => {
    const next = measured[n + 1] ?? cells.length;
    const end = next - i <= IRREGULAR * usual ? next : Math.min(next, i + Math.round(usual));
    at.fill(i, i, Math.max(end, i + 1));
  });
  return at;
}

/** The number of a decade value. */
export const number = (quantity, at) =>
  isShare(quantity) ? at : at < ZERO_DECADES ? 0 : 10 ** at;
