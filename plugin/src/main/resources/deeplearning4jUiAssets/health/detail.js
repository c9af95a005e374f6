// The detail of what is selected, a layer, a diagnosis or an intervention: one panel at the lower
// edge of the window, so that network and charts stay in view.

import { json, Refused, Unreachable, withParameters } from './api.js';
import { drawDetailCharts } from './detail-charts.js';
import { badge, part, row, sections } from './diagnosis-card.js';
import { color, isResolved, keyOf, layerOf, place, problemName, rank, since }
  from './diagnosis-text.js';
import { element, fill } from './dom.js';
import { count } from './format.js';
import { card } from './interventions.js';
import { interventionKey, kindName, glyph, modeOf, reasonKey, when } from './intervention-text.js';
import { label } from './labels.js';
import { clearSelection, isByKeyboard, onSelect, restore, selectDiagnosis, selected, selectIntervention, selectLayer }
  from './selected.js';
import { drawRidgelines } from './ridgelines.js';
import { drawTrial } from './trial-chart.js';

const panel = document.getElementById('detail');
const title = element('h2', { tabindex: -1 });
const previous = element('button', { type: 'button', class: 'step', title: label('detail.previous'),
  'aria-label': label('detail.previous'), onclick: () => step(-1) }, '◀');
const next = element('button', { type: 'button', class: 'step', title: label('detail.next'),
  'aria-label': label('detail.next'), onclick: () => step(1) }, '▶');
const close = element('button', { type: 'button', class: 'close-detail', title: label('detail.close'),
  'aria-label': label('detail.close'), onclick: clearSelection }, '✕');
const text = element('div', { class: 'detail-text' });
const charts = element('div', { class: 'detail-charts' });
panel.append(element('header', {}, title, previous, next, close),
  element('div', { class: 'detail-body' }, text, charts));

let data = null;
let opener = null;
/** The numbers of the layer as the server sent them, with what was asked for. */
let numbers = null;
let asked = '';
let requests = 0;

onSelect(open);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && selected()) clearSelection();
});
text.addEventListener('click', (event) => {
  if (!window.getSelection().isCollapsed) return;
  const at = (selector) => event.target.closest(selector)?.dataset.key;
  const diagnosis = data.diagnoses.find((each) => keyOf(each) === at('.diagnosis'));
  if (diagnosis) selectDiagnosis(keyOf(diagnosis), layerOf(diagnosis));
  else if (at('.intervention')) selectIntervention(at('.intervention'));
});

/** Opens the panel for a selection, or closes it. The keyboard's focus goes along, and back. */
function open(selection) {
  const focused = document.activeElement;
  panel.hidden = selection === null;
  document.body.classList.toggle('with-detail', selection !== null);
  if (selection === null) {
    if (opener?.isConnected) opener.focus();
    opener = null;
    return;
  }
  draw();
  if (isByKeyboard() && !panel.contains(focused)) {
    opener = focused;
    title.focus();
  }
}

export function drawDetail(latest) {
  const other = data !== null && (data.session !== latest.session || data.worker !== latest.worker);
  data = latest;
  if (other) clearSelection();
  restore();
  if (panel.hidden && selected() !== null) open(selected());
  else draw();
}

function draw() {
  if (data === null || selected() === null) return;
  const shown = shownNow();
  if (shown === null) {
    clearSelection();
    return;
  }
  const layer = data.run.layers[shown.layer];
  panel.style.borderTopColor = shown.color;
  fill(title, ...shown.title);
  previous.hidden = next.hidden = layer === undefined;
  previous.disabled = shown.layer === 0;
  next.disabled = shown.layer === data.run.layers.length - 1;
  fill(text, element('div', { 'data-key': JSON.stringify(selected()) }, ...shown.content));
  const known = numbers?.layer === shown.layer ? numbers : null;
  drawTrial(charts, shown.trial);
  drawDetailCharts(charts, data, shown.diagnosis, layer ? known : null);
  drawRidgelines(charts, data, layer ? known : null);
  if (layer) load(shown.layer);
}

/** The content of the selection; null if it is no longer there. */
function shownNow() {
  const { layer, diagnosis: key, intervention: done } = selected();
  if (key !== undefined) {
    const diagnosis = data.diagnoses.find((each) => keyOf(each) === key);
    return diagnosis ? ofDiagnosis(diagnosis) : null;
  }
  if (done !== undefined) {
    const intervention = data.interventions.find((each) => interventionKey(each) === done);
    return intervention ? ofIntervention(intervention) : null;
  }
  return data.run.layers[layer] ? ofLayer(layer) : null;
}

function ofDiagnosis(diagnosis) {
  return {
    diagnosis,
    trial: data.interventions.find((each) => each.branches && reasonKey(each) === keyOf(diagnosis)),
    layer: layerOf(diagnosis),
    color: color(diagnosis.severity),
    title: [badge(diagnosis.severity), ` ${problemName(diagnosis)} · ${place(diagnosis)} · `,
      element('span', { class: 'hint' }, since(diagnosis))],
    content: [...sections(diagnosis), ...protection(diagnosis)],
  };
}

function ofIntervention(intervention) {
  const diagnosis = data.diagnoses.find((each) => keyOf(each) === reasonKey(intervention));
  return {
    diagnosis,
    trial: intervention,
    layer: diagnosis ? layerOf(diagnosis) : intervention.layer,
    color: 'var(--text-quiet)',
    title: [`${glyph(intervention.kind)} ${kindName(intervention.kind)} · `,
      element('span', { class: 'hint' }, when(intervention))],
    content: [
      card(intervention, null),
      ...(diagnosis ? [part(label('diagnoses.title'), row(diagnosis)), ...sections(diagnosis)] : []),
    ],
  };
}

function ofLayer(index) {
  const layer = data.run.layers[index];
  const found = data.diagnoses.filter((each) => layerOf(each) === index);
  const active = found.filter((each) => !isResolved(each));
  const worst = [...active].sort((a, b) => rank(b) - rank(a))[0]?.severity;
  const facts = [
    layer.activation ? `${layer.type}, ${layer.activation}` : layer.type,
    ...(layer.frozen ? [label('frozen')] : []),
    ...(numbers?.layer === index && numbers.parameters.all.length > 0
      ? [`${label('parameters')}: ${numbers.parameters.all
        .map(({ name, length }) => `${name} ${count(length)}`).join(', ')}`]
      : []),
  ];
  return {
    layer: index,
    color: worst ? color(worst) : 'var(--text-quiet)',
    title: [...(worst ? [badge(worst), ' '] : []), label('diagnosis.layer', layer.name)],
    content: [
      element('p', { class: 'hint' }, facts.join(' · ')),
      ...(active.length === 0 ? [element('p', {}, label('detail.clean'))] : []),
      ...(found.length > 0 ? [part(label('diagnoses.title'), ...found.map(row))] : []),
    ],
  };
}

/** What protection did about a diagnosis, and what its trials on copies showed. */
function protection(diagnosis) {
  const about = data.interventions.filter((each) => reasonKey(each) === keyOf(diagnosis));
  const trials = about.filter(({ kind }) => kind === 'TRIAL');
  const done = about.filter(({ kind }) => kind !== 'TRIAL');
  const parts = [];
  if (done.length > 0) {
    parts.push(part(label('detail.protection'), ...done.map((each) => card(each, null))));
  } else if (modeOf(data.run) !== 'observing') {
    parts.push(part(label('detail.protection'), element('p', {}, label('detail.nothing'))));
  }
  if (trials.length > 0) {
    parts.push(part(label('detail.trials'), ...trials.map((each) => card(each, null))));
  }
  return parts;
}

const step = (by) => selectLayer(shownNow().layer + by);

/** Asks for the numbers of a layer, once for each state of the run. */
async function load(layer) {
  const { session, worker, version } = data;
  const { from, to } = data.range;
  const wanted = JSON.stringify([session, worker, layer, from, to, version]);
  if (wanted === asked) return;
  asked = wanted;
  const number = ++requests;
  let answer = null;
  try {
    answer = await json(withParameters(`${window.location.pathname}/layer`,
      { session, worker, layer, from, to }));
  } catch (failure) {
    asked = '';
    // A file has no server; the rest of the page says if a server is gone.
    if (!(failure instanceof Refused || failure instanceof Unreachable)) throw failure;
  }
  if (number !== requests || answer === null) return;
  numbers = answer;
  draw();
}
