// The Health page: requests changes every two seconds and makes the views draw them.

import { readRun, readView } from './address.js';
import { json, Refused, Unreachable, withParameters } from './api.js';
import { baseline, followSettings, onBaseline } from './baseline.js';
import { chosen, forget, keepSession, locate, onChoice, showWorkers, wireLanguages }
  from './selection.js';
import { showGone, showIdle, showMissingLibrary, showUnreadable, showRefused, showState }
  from './states.js';
import { completed, isDue, onDue, withoutParts } from './on-screen.js';
import './save.js';
import { asked } from './range.js';
import { reloadWhenPossible } from './reload.js';
import { on, set, view } from './view.js';
import { adopt } from './zoom.js';

const POLL_MILLIS = 2000;

let views = null;
let data = null;
let arrived = Date.now();
let askedFor = '';
let busy = false;
let again = false;

for (const link of document.querySelectorAll('.sidebar a[href="health"]')) {
  link.classList.add('active');
}
wireLanguages();
readView();
onChoice(() => {
  set('range', null);
  set('layer', null);
  poll();
});
onBaseline(poll);
on('range', poll);
on('quantity', poll);
onDue(poll);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) poll();
});
setInterval(() => {
  if (!document.hidden) poll();
}, POLL_MILLIS);

if (window.echarts) {
  poll();
} else {
  showMissingLibrary();
}

/** Requests the data again after a running request, so that the last click counts. */
async function poll() {
  if (!window.echarts) return;
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    await locate();
    await update();
    showGone(null);
    arrived = Date.now();
  } catch (failure) {
    if (failure instanceof Refused && forget(failure)) again = true;
    showRefused(failure instanceof Refused ? failure.message : null);
    showGone(failure instanceof Unreachable ? arrived : null);
    // Any other failure is an error of this page and belongs on the console.
    if (!(failure instanceof Refused || failure instanceof Unreachable)) throw failure;
  } finally {
    busy = false;
    if (again) {
      again = false;
      poll();
    }
  }
}

async function update() {
  const { session, worker } = chosen;
  const { quantity, range } = view;
  const against = { baseline: baseline.session, baselineWorker: baseline.worker };
  const wanted = JSON.stringify([session, worker, quantity, range, against]);
  const answer = await json(withParameters(`${window.location.pathname}/data`, {
    session,
    worker,
    quantity,
    ...against,
    ...asked(),
    since: wanted === askedFor && !isDue() ? data?.version : null,
    without: wanted === askedFor ? withoutParts(data) : null,
  }));
  showRefused(null);
  // Something else was chosen meanwhile, which the next request uses: the charts do not go back.
  if (view.range !== range || view.quantity !== quantity
    || chosen.session !== session || chosen.worker !== worker) return;
  if (answer.unchanged) {
    data.now = answer.now;
  } else {
    const isFirst = data?.state !== 'data';
    data = completed(answer, data);
    showState(data);
    if (followSettings(data)) again = true;
    keepSession(data.session);
    showWorkers(data.workers, data.worker ?? '', data.others);
    askedFor = JSON.stringify([chosen.session, chosen.worker, quantity, range, against]);
    showUnreadable(data.unreadable, data.baseline?.unreadable);
    if (data.state === 'data') {
      if (isFirst) readRun(data);
      await draw();
    }
  }
  showIdle(data);
}

async function draw() {
  // Loaded when there is data to draw: a chart in a hidden box has no size.
  try {
    views ??= await import('./views.js');
  } catch (failure) {
    reloadWhenPossible(failure);
    return;
  }
  adopt(data.range);
  views.draw(data);
  window.trainingHealth = { data, charts: views.charts() };
}
