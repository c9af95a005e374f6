// The link that saves the shown run as one HTML file.

import { baseline } from './baseline.js';
import { isFile } from './embedded.js';
import { chosen } from './selection.js';
import { withParameters } from './api.js';

const link = document.getElementById('saveReport');
link.hidden = isFile;
link.addEventListener('click', () => {
  // Set when it is used, so that the file has what is shown.
  link.href = withParameters(`${window.location.pathname}/report.html`, {
    session: chosen.session,
    worker: chosen.worker,
    baseline: baseline.session,
    baselineWorker: baseline.worker,
  });
});
