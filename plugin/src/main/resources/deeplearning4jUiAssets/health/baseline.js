// The baseline run: the choice of its session, or of another worker of the shown one, its pale lines behind the charts, and the table of
// what departs from it.

import { parameter, reject, remember } from './address.js';
import { element } from './dom.js';
import { isFile, saved } from './embedded.js';
import { count, shortened, value } from './format.js';
import { label } from './labels.js';
import { line } from './lines.js';
import { say } from './message.js';

const PARAMETER = 'baseline';
const WORKER = 'baselineWorker';
const IS_WORKER = '\u001f'; // before a worker among the choices; no session begins with it
const NAMES = {
  SCORE: 'score',
  VALIDATION_SCORE: 'validation',
  LEARNING_RATE: 'baseline.rate',
  STEP_MILLIS: 'baseline.step',
};
const MAX_DEPARTURES = 12;
const PALE = 0.35;

const box = document.getElementById('baseline');
const choice = document.getElementById('baselineSelectDiv');
const select = document.getElementById('baselineSelect');
const content = element('div', { class: 'baseline' });
box.append(content);

/** A file has the one with which it was saved. */
const opened = isFile ? saved : parameter;

/** The chosen session and worker; both empty for none, and the worker for that of the same name. */
export const baseline = { session: opened(PARAMETER), worker: opened(WORKER) };

const current = () => (baseline.worker ? IS_WORKER + baseline.worker : baseline.session);

/** Whether the user has picked a baseline run or none, here or in the address. */
let picked = baseline.session !== '';

/**
 * Chooses the session with which the listener itself compares the run, until another one is
 * picked. Returns whether that is another choice than before.
 */
export function followSettings(data) {
  const named = data.run?.settings.baselineSession ?? '';
  const configured = data.baselines?.includes(named) ? named : '';
  if (picked || baseline.session === configured) return false;
  baseline.session = configured;
  return true;
}

/** Calls back when another baseline run was picked. The address then names it. */
export function onBaseline(changed) {
  select.addEventListener('change', () => {
    picked = true;
    const isWorker = select.value.startsWith(IS_WORKER);
    baseline.session = isWorker ? shownSession : select.value;
    baseline.worker = isWorker ? select.value.slice(IS_WORKER.length) : '';
    remember(PARAMETER, baseline.session);
    remember(WORKER, baseline.worker);
    select.blur();
    changed();
  });
}

let shownSession = '';

/** Shows the sessions and the other workers among which a baseline run can be chosen. */
function showBaselines({ session, worker, workers, baselines }) {
  shownSession = session;
  const short = shortened(workers);
  const others = workers.filter((each) => each !== worker).map((each) => IS_WORKER + each);
  const names = ['', ...baselines, ...others];
  if (!names.includes(current())) names.push(current());
  const text = (name) => (name.startsWith(IS_WORKER)
    ? label('baseline.worker', short.get(name.slice(IS_WORKER.length)) ?? name.slice(IS_WORKER.length))
    : name || label('baseline.none'));
  const shown = Array.from(select.options, (option) => option.value);
  if (shown.length !== names.length || shown.some((name, i) => name !== names[i])) {
    select.replaceChildren(...names.map((name) => new Option(text(name), name)));
  }
  select.value = current();
  choice.hidden = names.length < 2;
}

/** The pale line of a quantity behind the run's own; none without a baseline run. */
export function paleLine(data, quantity, name, color, log) {
  const series = data.baseline?.lines?.[quantity];
  return series ? [pale(name, data, series, color, log)] : [];
}

/** The pale lines of the learning rates. */
export const paleRates = (data, color, log) =>
  (data.baseline?.rates ?? []).map((series) =>
    pale(label('baseline'), data, series, color, log, { step: 'end' }));

const pale = (name, data, series, color, log, more = {}) =>
  line(name, data.baseline.columns, series, color, log, {
    lineStyle: { width: 2.4, color, opacity: PALE },
    itemStyle: { color, opacity: PALE }, // of the legend
    z: 1,
    ...more,
  });

/** The name of a pale line in a legend; none without it. */
export const paleName = (data, quantity, name) =>
  data.baseline?.lines?.[quantity] ? [label('baseline.of', name)] : [];

export function drawBaseline(data) {
  showBaselines(data);
  box.hidden = !data.baseline;
  if (!data.baseline) return;
  const { session, worker, comparison } = data.baseline;
  if (baseline.worker && worker !== baseline.worker) {
    reject(WORKER, baseline.worker, worker || label('baseline.none'));
    baseline.worker = '';
  }
  const open = content.querySelector('details')?.open ?? false;
  const departing = comparison.series.filter((each) => each.departs);
  content.replaceChildren(
    element('p', { class: 'line' },
      pill(comparison),
      element('span', { class: 'sentence' }, say(comparison.message))),
    element('p', { class: 'remark' }, `${label('baseline')}: ${[session, baseline.worker].filter(Boolean).join(', ')}`),
    ...comparison.notes.map((note) => element('p', { class: 'remark' }, say(note.message))),
    ...(departing.length ? [table(data, departing.slice(0, MAX_DEPARTURES))] : []),
    ...(comparison.differences.length ? [settings(comparison.differences)] : []),
    ...(comparison.series.length > 0
      ? [element('details', { open },
          element('summary', {}, label('baseline.all', count(comparison.series.length))),
          table(data, comparison.series))]
      : []));
}

function pill({ possible, departs }) {
  const state = !possible ? 'impossible' : departs ? 'departs' : 'together';
  return element('span', { class: 'pill', 'data-state': state }, label(`baseline.${state}`));
}

function table(data, series) {
  const head = ['quantity', 'from', 'run', 'baseline', 'factor', 'last'].map((column) =>
    element('th', {}, label(column === 'baseline' ? column : `baseline.${column}`)));
  return scrolling(element('table', { class: 'table table-condensed' },
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...series.map((each) => row(data, each)))));
}

function row(data, each) {
  const { quantity, layer, departs } = each;
  return element('tr', { 'data-quantity': quantity, 'data-layer': layer, 'data-departs': String(departs) },
    element('td', {}, nameOf(data, each)),
    ...[
      departs ? count(each.iteration) : '–',
      value(each.value),
      value(each.baselineValue),
      factor(each.factor),
      factor(each.lastFactor),
    ].map((text) => element('td', { class: 'number' }, text)));
}

const factor = (number) => (typeof number === 'number' ? `× ${value(Number(number.toPrecision(2)))}` : '–');

function nameOf(data, { quantity, layer }) {
  const name = label(NAMES[quantity] ?? `quantity.${quantity}`);
  return layer < 0 ? name : `${name}: ${data.run.layers[layer]?.name ?? layer}`;
}

/** Settings in which the configurations differ. */
function settings(differences) {
  const head = ['setting', 'run', 'baseline'].map((column) =>
    element('th', {}, label(column === 'baseline' ? column : `baseline.${column}`)));
  return scrolling(element('table', { class: 'table table-condensed settings' },
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...differences.map((each) => element('tr', {},
      ...[each.setting, each.run || '–', each.baseline || '–'].map((text) =>
        element('td', {}, element('code', {}, text))))))));
}

const scrolling = (content) => element('div', { class: 'scrolling' }, content);
