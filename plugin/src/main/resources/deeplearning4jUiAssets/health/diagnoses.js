// The list of diagnoses: active alarms first, the worst on top, each with its effects below it.
// Notes and resolved diagnoses follow. Many equal ones are one row, which can be unfolded.

import { badge, row } from './diagnosis-card.js';
import { causeKey, color, isResolved, keyOf, layerOf, place, problemName, rank, worstActive }
  from './diagnosis-text.js';
import { arrange, become, element } from './dom.js';
import { count } from './format.js';
import { label } from './labels.js';
import { where } from './lines.js';
import { lookAt } from './range.js';
import { onSelect, selectDiagnosis, selected } from './selected.js';
import { QUANTITIES, set } from './view.js';

const MAX_GROUPS = 5; // groups listed before the user requests all
const MAX_OPEN_EFFECTS = 4; // effects listed without a click
const MIN_SAME = 3; // equal diagnoses from which on they are one row
const MAX_PLACES = 3; // places named in such a row

const box = document.getElementById('diagnoses');
const list = element('div', { class: 'diagnoses' });
box.append(list);

/** The open or closed state of each fold, by key; it is kept while training continues. */
const opened = new Map();
/** The elements drawn last, by key, which are changed in place. */
let elements = new Map();
let before = elements;
let drawn = '';
let data = null;

list.addEventListener('click', (event) => {
  const of = event.target.closest('.diagnosis');
  if (!of) return;
  const diagnosis = data.diagnoses.find((each) => keyOf(each) === of.dataset.key);
  if (!diagnosis) return;
  if (event.target.closest('.when')) show(diagnosis);
  else if (window.getSelection().isCollapsed) select(diagnosis);
});
onSelect(markSelected);

export function drawDiagnoses(latest) {
  data = latest;
  const { session, worker, diagnoses, counts, status } = data;
  const now = JSON.stringify([session, worker, diagnoses, counts, status]);
  if (now === drawn) return;
  drawn = now;
  box.hidden = diagnoses.length === 0;
  before = elements;
  elements = new Map();
  const groups = groupsOf(diagnoses);
  const alarms = groups.filter((group) => group.worstRank > 0);
  const notes = groups.filter((group) => group.worstRank === 0);
  const resolved = groups.filter((group) => group.worstRank < 0);
  arrange(list, [
    ...limited('alarms', alarms),
    ...section('notes', notes, alarms.length === 0),
    ...section('resolved', resolved, false),
    ...(counts.omitted > 0
      ? [kept('omitted', element('p', { class: 'hint' },
          label('diagnoses.omitted', count(counts.omitted))))]
      : []),
  ]);
  // The verdict has said its sentence.
  const told = worstActive(data);
  for (const each of list.querySelectorAll('.diagnosis')) {
    each.classList.toggle('told', told !== undefined && each.dataset.key === keyOf(told));
  }
  markSelected();
}

function markSelected() {
  for (const each of list.querySelectorAll('.diagnosis')) {
    const is = selected()?.diagnosis === each.dataset.key;
    if (is) each.setAttribute('aria-current', 'true');
    else each.removeAttribute('aria-current');
  }
}

/**
 * Diagnoses with their effects: {diagnosis, effects, worstRank, newest}. `worstRank` is the worst
 * rank among the active diagnoses of the group, or -1 if all are resolved.
 */
function groupsOf(diagnoses) {
  const nodes = new Map(diagnoses.map((diagnosis) => [keyOf(diagnosis), {
    diagnosis,
    effects: [],
    worstRank: isResolved(diagnosis) ? -1 : rank(diagnosis),
    newest: diagnosis.iteration,
  }]));
  const roots = [];
  for (const node of nodes.values()) {
    const cause = nodes.get(causeKey(node.diagnosis));
    if (cause && !leadsTo(nodes, cause, node)) cause.effects.push(node);
    else roots.push(node);
  }
  roots.forEach(aggregate);
  return sorted(roots);
}

/** Whether an effect is among its cause's own causes, which happens only in a damaged record. */
function leadsTo(nodes, from, node) {
  const seen = new Set();
  for (let at = from; at && !seen.has(at); at = nodes.get(causeKey(at.diagnosis))) {
    if (at === node) return true;
    seen.add(at);
  }
  return false;
}

function aggregate(node) {
  node.effects.forEach(aggregate);
  node.worstRank = Math.max(node.worstRank, ...node.effects.map((effect) => effect.worstRank));
  node.newest = Math.max(node.newest, ...node.effects.map((effect) => effect.newest));
  node.effects = sorted(node.effects);
}

const sorted = (nodes) =>
  nodes.sort((a, b) => b.worstRank - a.worstRank || b.newest - a.newest);

/** The element of a key: the one drawn before, made like the new one, or else the new one. */
function kept(key, made) {
  const there = before.get(key);
  if (there && there.localName === made.localName) become(there, made);
  const is = there?.localName === made.localName ? there : made;
  elements.set(key, is);
  return is;
}

function section(name, groups, open) {
  if (groups.length === 0) return [];
  return [folding(`section:${name}`, { class: 'section', 'data-fold': name }, open,
    [`${label(`diagnoses.${name}`)} (${count(groups.length)})`], limited(name, groups))];
}

/** The first few groups, and a button for the rest. */
function limited(name, groups) {
  const entries = together(name, groups);
  const all = opened.get(`all:${name}`) || entries.length <= MAX_GROUPS + 1;
  const made = (all ? entries : entries.slice(0, MAX_GROUPS)).map((entry) => entry());
  if (!all) {
    made.push(kept(`all:${name}`, element('button', {
      type: 'button',
      class: 'all',
      onclick: () => {
        opened.set(`all:${name}`, true);
        drawn = '';
        drawDiagnoses(data);
      },
    }, label('diagnoses.all', count(groups.length)))));
  }
  return made;
}

/** What makes each entry of a list: a group, or many equal diagnoses as one. */
function together(name, groups) {
  const alike = new Map();
  for (const group of groups.filter(({ effects }) => effects.length === 0)) {
    const of = signature(group.diagnosis);
    if (!alike.has(of)) alike.set(of, []);
    alike.get(of).push(group);
  }
  const entries = [];
  for (const group of groups) {
    const same = group.effects.length === 0 ? alike.get(signature(group.diagnosis)) : [group];
    if (same.length < MIN_SAME) entries.push(() => grouped(group));
    else if (same[0] === group) entries.push(() => merged(name, same));
  }
  return entries;
}

const signature = (diagnosis) =>
  `${diagnosis.problem} ${diagnosis.severity} ${isResolved(diagnosis)}`;

/** Equal diagnoses in one row, with their places and times. */
function merged(name, groups) {
  const all = groups.map((group) => group.diagnosis);
  const places = [...new Set(all.map(place))];
  const more = places.length - MAX_PLACES;
  const first = Math.min(...all.map((each) => each.iteration));
  const last = Math.max(...all.map((each) => (isResolved(each) ? each.end : each.iteration)));
  const made = folding(`same:${name}:${signature(all[0])}`, { class: 'same' }, false, [
    element('span', { class: 'line' },
      badge(all[0].severity),
      element('b', { class: 'problem' }, problemName(all[0])),
      element('b', { class: 'times' }, label('intervention.times', count(all.length))),
      element('span', { class: 'place' }, places.slice(0, MAX_PLACES).join('; ')
        + (more > 0 ? `; ${label('marks.more', count(more))}` : '')),
      element('span', { class: 'hint' }, where(first, last))),
  ], groups.map(grouped));
  made.style.borderLeftColor = color(all[0].severity);
  return made;
}

function grouped({ diagnosis, effects }) {
  const key = keyOf(diagnosis);
  const made = before.get(`group:${key}`) ?? element('div', { class: 'group' });
  elements.set(`group:${key}`, made);
  arrange(made, [
    kept(key, row(diagnosis)),
    ...(effects.length > 0
      ? [folding(`effects:${key}`, { class: 'effects' }, effects.length <= MAX_OPEN_EFFECTS,
          [`${label('diagnoses.effects')} (${count(effects.length)})`],
          together(key, effects).map((entry) => entry()))]
      : []),
  ]);
  return made;
}

/** Something that can be unfolded; the user's choice is remembered by its key. */
function folding(key, attributes, open, title, children) {
  let made = before.get(key);
  if (!made) {
    made = element('details', { ...attributes, open: opened.get(key) ?? open },
      element('summary', {}, ...title));
    made.addEventListener('toggle', () => opened.set(key, made.open));
  } else {
    become(made.firstChild, element('summary', {}, ...title));
  }
  elements.set(key, made);
  arrange(made, [made.firstChild, ...children]);
  return made;
}

const select = (diagnosis) => selectDiagnosis(keyOf(diagnosis), layerOf(diagnosis));

/** Selects a diagnosis, opens everything it is folded into, and scrolls to it. */
export function reveal(key) {
  for (const name of ['alarms', 'notes', 'resolved']) opened.set(`all:${name}`, true);
  drawn = '';
  drawDiagnoses(data);
  const made = elements.get(key);
  if (!made) return;
  for (let at = made; at !== list; at = at.parentElement) {
    if (at.localName === 'details') at.open = true;
  }
  select(data.diagnoses.find((each) => keyOf(each) === key));
  made.scrollIntoView({ block: 'center' });
  made.querySelector('.pick').focus({ preventScroll: true });
}

/** Shows a diagnosis's iterations in the charts, and its layer in the heatmap. */
function show(diagnosis) {
  select(diagnosis);
  const inLayer = diagnosis.layer >= 0;
  if (inLayer && QUANTITIES.includes(diagnosis.shownBy)) set('quantity', diagnosis.shownBy);
  lookAt(data.range, diagnosis.iteration, isResolved(diagnosis) ? diagnosis.end : diagnosis.iteration,
    diagnosis.iteration);
  document.getElementById(inLayer ? 'heatmap' : 'score')
    .scrollIntoView({ block: 'nearest' });
}
