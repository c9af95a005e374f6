// The routes that the page reads. All are GET, and none changes a run. A page that was saved as a
// file has their answers.

import { isFile, jsonOf, textOf } from './embedded.js';

/** The server rejected the request; `message` is its text. */
export class Refused extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** The server did not answer. */
export class Unreachable extends Error {}

async function get(path) {
  let answer;
  try {
    answer = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(15000) });
  } catch (failure) {
    throw new Unreachable(failure.message);
  }
  if (!answer.ok) {
    throw new Refused((await answer.text()) || `${answer.status} ${answer.statusText}`, answer.status);
  }
  return answer;
}

export const text = async (path) => (isFile ? textOf(path) : (await get(path)).text());

export async function json(path) {
  if (!isFile) return (await get(path)).json();
  const answer = jsonOf(path);
  if (answer === null) throw new Refused(path, 404); // not in the file
  return answer;
}

/** A path with the parameters that have a value. */
export function withParameters(path, parameters) {
  const query = Object.entries(parameters)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  return query ? `${path}?${query}` : path;
}
