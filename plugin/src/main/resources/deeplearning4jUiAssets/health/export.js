// Keeps a chart: as a picture, or its numbers as CSV. Both are made in the browser.

import { element } from './dom.js';
import { count } from './format.js';
import { label } from './labels.js';

const HEADER = ['series', 'iteration_first', 'iteration_last', 'mean', 'min', 'max', 'nan',
  'positive_infinity', 'negative_infinity'];
const PIXEL_RATIO = 2;
const TITLE = 34; // CSS pixels above the chart in a picture
const MARGIN = 12;

/**
 * Adds the menu of a chart.
 *
 * @param tables gives what the chart shows: [{name, columns, series}], of the data
 * @param current gives the latest data
 */
export function exportMenu(plot, tables, current) {
  plot.tables = () => tables(current());
  const menu = element('details', { class: 'chart-menu' },
    element('summary', { 'aria-label': label('export.menu'), title: label('export.menu') }, '⋯'),
    element('div', {}, ...[
      ['PNG', 'png', () => picture(plot, current())],
      ['CSV', 'csv', () => csv(tables(current()))],
    ].map(([text, ending, make]) => element('button', {
      type: 'button',
      'data-export': ending,
      onclick: async () => {
        menu.open = false;
        save(await make(), `${current().session}-${plot.box.id}.${ending}`);
      },
    }, label('export.save', text)))));
  const close = (event) => {
    if (!menu.contains(event.relatedTarget)) menu.open = false;
  };
  menu.addEventListener('focusout', close);
  menu.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return;
    menu.open = false;
    menu.querySelector('summary').focus();
  });
  plot.box.querySelector('.chart-header').append(menu);
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = element('a', { href: address, download: name.replace(/[^\p{L}\p{N}._-]+/gu, '_') });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** The chart with its title, the session and its iterations. */
function picture({ box, chart }, { session, range }) {
  const style = getComputedStyle(box);
  const drawn = chart.renderToCanvas({ pixelRatio: PIXEL_RATIO });
  const canvas = element('canvas',
    { width: drawn.width, height: drawn.height + TITLE * PIXEL_RATIO });
  const pen = canvas.getContext('2d');
  const background = style.backgroundColor;
  pen.fillStyle = /rgba\(0, 0, 0, 0\)|transparent/.test(background) ? '#fff' : background;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(drawn, 0, TITLE * PIXEL_RATIO);
  pen.scale(PIXEL_RATIO, PIXEL_RATIO);
  pen.fillStyle = style.color;
  pen.textBaseline = 'middle';
  const title = box.querySelector('h2').textContent.trim();
  pen.font = 'bold 14px sans-serif';
  pen.fillText(title, MARGIN, TITLE / 2);
  const left = 2 * MARGIN + pen.measureText(title).width;
  pen.font = '12px sans-serif';
  pen.fillText(`${session} · ${label('range.shown', count(range.from), count(range.to))}`, left, TITLE / 2);
  return new Promise((resolve) => {
    canvas.toBlob(resolve, 'image/png');
  });
}

const csv = (tables) =>
  new Blob([csvOf(tables)], { type: 'text/csv;charset=utf-8' });

/** One row per series and column; a column without a measurement has none. */
export function csvOf(tables) {
  const rows = [HEADER];
  for (const { name, columns, series } of tables) {
    const bad = nonFinite(columns, series.nonFinite ?? []);
    for (let i = 0; i < columns.first.length; i++) {
      const mean = series.mean[i] ?? null;
      if (mean === null && bad[i].every((each) => each === 0)) continue;
      rows.push([name, columns.first[i], columns.last[i], mean, series.min?.[i] ?? mean,
        series.max?.[i] ?? mean, ...bad[i]]);
    }
  }
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** A name that a spreadsheet would take for a formula gets an apostrophe. */
function cell(value) {
  if (typeof value !== 'string') return value ?? '';
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * The numbers of non-finite values in each column. Those of a streak over several columns are
 * spread evenly over its iterations; their sum is kept.
 */
function nonFinite({ first, last }, streaks) {
  const out = first.map(() => [0, 0, 0]);
  for (const [from, to, ...kinds] of streaks) {
    let before = 0;
    for (let i = 0; i < first.length; i++) {
      const covered = Math.min(to, last[i]) - from + 1;
      if (covered <= 0 || first[i] > to) continue;
      const share = Math.min(1, covered / (to - from + 1));
      kinds.forEach((number, kind) => {
        out[i][kind] += Math.round(number * share) - Math.round(number * before);
      });
      before = share;
    }
  }
  return out;
}
