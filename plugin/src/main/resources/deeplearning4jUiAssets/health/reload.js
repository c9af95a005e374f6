// What happens if a module of the page cannot be loaded. A browser does not request it a second time,
// so the page is loaded again as soon as the module can be. The address holds the view.

const RETRY_MILLIS = 2000;

let waiting = false;

/** Says that a part of the page is missing, and loads the page again when it is there. */
export function reloadWhenPossible(failure) {
  if (waiting) return;
  waiting = true;
  console.warn(`A part of the page could not be loaded: ${failure.message}`);
  const said = document.createElement('div');
  said.className = 'notice plain trouble';
  said.dataset.kind = 'module';
  said.textContent = JSON.parse(document.getElementById('labels').textContent).module;
  document.getElementById('notices').append(said);
  // The browser's message ends with the address of the module.
  const address = /https?:\S+\.js/.exec(failure.message)?.[0] ?? window.location.href;
  setInterval(async () => {
    const answer = await fetch(address, { cache: 'reload' }).catch(() => null);
    if (answer?.ok) window.location.reload();
  }, RETRY_MILLIS);
}
