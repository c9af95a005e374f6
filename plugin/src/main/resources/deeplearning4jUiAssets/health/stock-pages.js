// On DL4J's own pages: fills the rows "Start time" and "Total runtime" of the Overview, for which
// DL4J has labels but no values. Does nothing on pages without them, or without health records.

(function () {
  'use strict';
  var start = document.getElementById('startTime');
  var runtime = document.getElementById('totalRuntime');
  if (!start || !runtime) return;

  var texts = new Map();

  function two(number) {
    return String(number).padStart(2, '0');
  }

  function time(millis) {
    var at = new Date(millis);
    return at.getFullYear() + '-' + two(at.getMonth() + 1) + '-' + two(at.getDate()) + ' '
      + two(at.getHours()) + ':' + two(at.getMinutes()) + ':' + two(at.getSeconds());
  }

  function duration(millis) {
    var seconds = Math.max(0, Math.round(millis / 1000));
    var days = Math.floor(seconds / 86400);
    return (days ? days + 'd ' : '') + two(Math.floor(seconds / 3600) % 24) + ':'
      + two(Math.floor(seconds / 60) % 60) + ':' + two(seconds % 60);
  }

  // The page empties both each time it draws.
  function fill(cell) {
    var text = texts.get(cell);
    if (text && cell.textContent !== text) cell.textContent = text;
  }

  function show(run) {
    texts.set(start, run.start ? time(run.start) : '');
    texts.set(runtime, run.start && run.last ? duration(run.last - run.start) : '');
    fill(start);
    fill(runtime);
  }

  function ask() {
    if (document.hidden) return;
    var parts = window.location.pathname.split('/'); // /train/overview or /train/:session/overview
    var multiSession = parts.length > 3;
    var path = '/train/' + (multiSession ? parts[2] + '/' : '') + 'health/run';
    var session = multiSession
      ? Promise.resolve('')
      : fetch('/train/sessions/current').then(function (answer) { return answer.text(); });
    session
      .then(function (id) {
        return fetch(path + (id ? '?session=' + encodeURIComponent(id) : ''));
      })
      .then(function (answer) { return answer.ok ? answer.json() : {}; })
      .then(show)
      .catch(function () { /* The page beside this says so itself when its server is gone. */ });
  }

  [start, runtime].forEach(function (cell) {
    new MutationObserver(function () { fill(cell); }).observe(cell, { childList: true });
  });
  ask();
  window.setInterval(ask, 2000);
})();
