// Session, worker and language, chosen as on DL4J's own pages. The address holds session and worker,
// so that tabs do not disturb each other; the server is told, so that DL4J's pages show the same.

import { parameter, reject, remember } from './address.js';
import { json, text } from './api.js';
import { sign } from './diagnosis-text.js';
import { shortened } from './format.js';
import { label } from './labels.js';

const INFO_POLLS = 5; // polls per request of the list of sessions, which is expensive for the server

const sessionBox = document.getElementById('sessionSelectDiv');
const sessionSelect = document.getElementById('sessionSelect');
const workerBox = document.getElementById('workerSelectDiv');
const workerSelect = document.getElementById('workerSelect');

const ALARMS = ['CRITICAL', 'WARNING'];

let multiSession = null;
let polls = 0;

/** The current choice; `session` is empty while DL4J has none. */
export const chosen = { session: '', worker: parameter('worker') };

const encoded = encodeURIComponent;

function sessionOfAddress() {
  const match = /\/train\/([^/]+)\/health/.exec(window.location.pathname);
  return match ? decodeURIComponent(match[1]) : '';
}

/** Finds the session to show: that of the address, or the one that DL4J's pages show. */
export async function locate() {
  if (multiSession === null) {
    multiSession = (await text('/train/multisession')) === 'true';
    chosen.session = multiSession ? sessionOfAddress() : parameter('session');
  }
  if (chosen.session === '') chosen.session = await text('/train/sessions/current');
  if (!multiSession && polls++ % INFO_POLLS === 0) await listSessions();
}

/** Keeps the session that is shown, even if another tab chooses another. */
export function keepSession(session) {
  if (multiSession || !session) return;
  chosen.session = session;
  remember('session', session);
}

/** Forgets what the server does not know, and says so; false if nothing can be forgotten. */
export function forget(refusal) {
  if (refusal.status !== 404) return false;
  // Its text for a session that it does not know, as that of an earlier process.
  const ofSession = refusal.message.startsWith('Unknown session');
  if (!ofSession && chosen.worker !== '') {
    reject('worker', chosen.worker, label('address.firstWorker'));
    chosen.worker = '';
    return true;
  }
  if (multiSession || chosen.session === '') return false;
  reject('session', chosen.session, label('address.currentSession'));
  chosen.session = '';
  chosen.worker = '';
  remember('worker', '');
  return true;
}

async function listSessions() {
  const sessions = Object.keys(await json('/train/sessions/info'));
  fill(sessionSelect, sessions, chosen.session, readable);
  sessionBox.hidden = sessions.length < 2;
}

/** Shows the workers that recorded the session. */
export function showWorkers(workers, worker, others = []) {
  chosen.worker = worker;
  remember('worker', workers.length > 1 ? worker : '');
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

/** Shows a worker that is named elsewhere on the page, as if it was picked. */
export function chooseWorker(worker) {
  workerSelect.value = worker;
  workerSelect.dispatchEvent(new Event('change'));
}

/** Calls back when another session or worker was picked. */
export function onChoice(changed) {
  sessionSelect.addEventListener('change', async () => {
    chosen.session = sessionSelect.value;
    chosen.worker = '';
    remember('session', chosen.session);
    sessionSelect.blur();
    changed();
    await text(`/train/sessions/set/${encoded(chosen.session)}`);
  });
  workerSelect.addEventListener('change', async () => {
    chosen.worker = workerSelect.value;
    remember('worker', chosen.worker);
    workerSelect.blur();
    changed();
    // DL4J numbers workers in the order of their names.
    await text(`/train/workers/setByIdx/${workerSelect.selectedIndex}`);
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
