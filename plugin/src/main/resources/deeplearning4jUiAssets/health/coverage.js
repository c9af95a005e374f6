// What the verdict covers: which checks were made, over which iterations, and which were not.

import { isResolved } from './diagnosis-text.js';
import { element } from './dom.js';
import { count } from './format.js';
import { label } from './labels.js';
import { say } from './message.js';

export const CHECKED = 'CHECKED';
export const TOO_EARLY = 'TOO_EARLY';
const NOT_CHECKED = 'NOT_CHECKED';
const STATES = [CHECKED, TOO_EARLY, NOT_CHECKED];

// Reasons that are worth a place in the verdict: something that any run could have had, short ones
// as well (the noise of gradients takes thousands of iterations).
const WITHHELD = /^say\.check\.(no\.(?!PROTECTION|JVM|GRADIENT_NOISE|baselineRun)|failed|trials)/;

const box = document.getElementById('coverage');
const title = element('summary');
const rows = element('tbody');
box.append(title, element('table', { class: 'table table-condensed' },
  element('thead', {}, element('tr', {},
    ...['check', 'seen', 'result'].map((name) =>
      element('th', { scope: 'col' }, label(`coverage.${name}`))))),
  rows));

/** How many checks are in a state. */
export const number = (checks, state) => checks.filter((check) => check.state === state).length;

export const isWithheld = ({ state, message }) =>
  state === NOT_CHECKED && WITHHELD.test(message.key);

export function drawCoverage({ checks, diagnoses, run }) {
  box.hidden = checks.length === 0;
  if (box.hidden) return;
  const last = Math.max(...checks.map((check) => check.last));
  const text = label('coverage.title', ...STATES.map((state) => count(number(checks, state))),
    count(last));
  if (title.textContent !== text) title.textContent = text;
  const sorted = STATES.flatMap((state) => checks.filter((check) => check.state === state));
  const drawn = sorted.map((check) => row(check, diagnoses.filter((each) =>
    each.detector === check.name && each.run === run.start)));
  // Keeps a selection of the user.
  if (rows.textContent !== drawn.map((each) => each.textContent).join('')) {
    rows.replaceChildren(...drawn);
  }
}

function row(check, found) {
  return element('tr', { 'data-check': check.name, 'data-state': check.state },
    element('td', {}, element('code', {}, check.name)),
    element('td', {}, seen(check)),
    element('td', {}, result(check, found)));
}

function seen({ state, first, last, message }) {
  if (state === CHECKED) return say(message);
  return first < 0 ? '–' : label('say.check.range', count(first), count(last));
}

function result({ state, message }, found) {
  const active = found.filter((each) => !isResolved(each)).length;
  const parts = found.length > 0
    ? [label('coverage.found', count(found.length), count(active))] : [];
  if (state === TOO_EARLY) parts.push(label('coverage.tooEarly', say(message)));
  else if (state === NOT_CHECKED) parts.push(label('coverage.missing', say(message)));
  else if (parts.length === 0) parts.push(label('coverage.clean'));
  return parts.join(' · ');
}
