// Session, worker and language, chosen as on DL4J's own pages and through the same routes.

import { json, text } from './api.js';
import { sign } from './diagnosis-text.js';
import { shortened } from './format.js';

const INFO_POLLS = 5; // polls per request of the list of sessions, which is expensive for the server

const sessionBox = document.getElementById('sessionSelectDiv');
const sessionSelect = document.getElementById('sessionSelect');
const workerBox = document.getElementById('workerSelectDiv');
const workerSelect = document.getElementById('workerSelect');

const ALARMS = ['CRITICAL', 'WARNING'];

let multiSession = null;
let polls = 0;

/** The current choice; `session` is empty while DL4J has none. */
export const chosen = { session: '', worker: '' };

const encoded = encodeURIComponent;

function sessionOfAddress() {
  const match = /\/train\/([^/]+)\/health/.exec(window.location.pathname);
  return match ? decodeURIComponent(match[1]) : '';
}

/** Asks the server for the current session. A new session starts at its first worker. */
export async function locate() {
  if (multiSession === null) multiSession = (await text('/train/multisession')) === 'true';
  const session = multiSession ? sessionOfAddress() : await text('/train/sessions/current');
  if (session !== chosen.session) {
    chosen.session = session;
    chosen.worker = '';
  }
  if (!multiSession && polls++ % INFO_POLLS === 0) await listSessions();
}

async function listSessions() {
  const sessions = Object.keys(await json('/train/sessions/info'));
  fill(sessionSelect, sessions, chosen.session, readable);
  sessionBox.hidden = sessions.length < 2;
}

/** Shows the workers that recorded the session. */
export function showWorkers(workers, worker, others = []) {
  chosen.worker = worker;
  fill(workerSelect, workers, worker);
  nameWorkers(workers, others);
  workerBox.hidden = workers.length < 2;
}

/** Shortens the names, and marks workers with an alarm, which the shown one need not have. */
function nameWorkers(workers, others) {
  const status = new Map(others.map((each) => [each.worker, each.status.toUpperCase()]));
  const names = shortened(workers);
  for (const option of workerSelect.options) {
    const severity = status.get(option.value);
    const name = names.get(option.value) ?? option.value;
    const text = ALARMS.includes(severity) ? `${sign(severity)} ${name}` : name;
    if (option.text !== text) option.text = text;
  }
}

/** The session as its user named it: in that of the stock pages, ~ and two digits are a byte. */
function readable(session) {
  if (!/^[A-Za-z0-9 ._,=@()+~-]*$/.test(session)) return session;
  try {
    return decodeURIComponent(session.replace(/~([0-9A-F]{2})/g, '%$1'));
  } catch {
    return session; // another program's
  }
}

function fill(select, names, current, text = (name) => name) {
  const shown = Array.from(select.options, (option) => option.value);
  if (shown.length !== names.length || shown.some((name, i) => name !== names[i])) {
    // Option() treats its text as text: a session's name is never markup.
    select.replaceChildren(...names.map((name) => new Option(text(name), name)));
  }
  if (document.activeElement !== select || select.value === '') select.value = current;
}

/** Calls back when another session or worker was picked. */
export function onChoice(changed) {
  sessionSelect.addEventListener('change', async () => {
    await text(`/train/sessions/set/${encoded(sessionSelect.value)}`);
    sessionSelect.blur();
    changed();
  });
  workerSelect.addEventListener('change', async () => {
    chosen.worker = workerSelect.value;
    // DL4J numbers workers in the order of their names.
    await text(`/train/workers/setByIdx/${workerSelect.selectedIndex}`);
    workerSelect.blur();
    changed();
  });
}

/** The language menu, which returns to this page as DL4J's menus return to theirs. */
export function wireLanguages() {
  const menu = document.getElementById('languages');
  menu.querySelector('.nav-dropdown-toggle').addEventListener('click', (event) => {
    event.preventDefault();
    menu.classList.toggle('open');
  });
  for (const link of menu.querySelectorAll('[data-language]')) {
    link.addEventListener('click', async (event) => {
      event.preventDefault();
      const of = multiSession ? `${encoded(chosen.session)}/` : '';
      await text(`/setlang/${of}${link.dataset.language}`);
      window.location.reload();
    });
  }
}
