// Starts the page. The page's own modules are not imported but loaded, so that a failure is noticed.

import { reloadWhenPossible } from './reload.js';

import('./main.js').catch(reloadWhenPossible);
