// The formats of numbers and times on the page.

import { language } from './labels.js';

const whole = new Intl.NumberFormat(language);
// The sign between whole numbers and decimals.
const point = new Intl.NumberFormat(language).formatToParts(0.5)
  .find(({ type }) => type === 'decimal').value;
const localized = (text) => text.replace('.', point);
// English without a comma before the last item, as elsewhere on the page.
const listing = new Intl.ListFormat(language === 'en' ? 'en-GB' : language);
const compact = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 2 });

/** An iteration or a count: 12,345. */
export function count(value) {
  return value === null || value === undefined ? '–' : whole.format(value);
}

/** A count on an axis, with less space: 12.5K. */
export function short(value) {
  return Math.abs(value) < 10000 ? whole.format(value) : compact.format(value);
}

/** A complete list of items, as in: 3, 17 and 31. */
export const list = (things) => listing.format(things.map(String));

/**
 * A measured value to four significant digits, as in the plugin's log. NaN and Infinity are shown
 * as such.
 */
export function value(number) {
  if (number === null || number === undefined) return '–';
  return typeof number === 'string' ? number : rounded(number, 4);
}

/** In plain notation from 0.001 to 99,999, otherwise as 1.2e-4; without trailing zeros. */
function rounded(number, digits) {
  const short = Number(number.toPrecision(digits));
  const size = Math.abs(short);
  if (size === 0 || (size >= 1e-3 && size < 1e5)) return localized(String(short));
  return localized(short.toExponential().replace('e+', 'e'));
}

/** A tick of a logarithmic axis. */
export function tick(number) {
  if (number === 0) return '0';
  const size = Math.abs(number);
  if (size < 1e-3 || size >= 1e5) return localized(number.toExponential().replace(/\.\d{3,}e/, 'e'));
  return localized(String(Number(number.toPrecision(6))));
}

export function percent(share) {
  if (typeof share === 'string') return `${share} %`; // NaN or Infinity
  return typeof share === 'number' ? `${rounded(share * 100, 3)} %` : '–';
}

/** The format of DL4J's own pages: 2024-03-01 13:05:09, in the browser's time zone. */
export function time(millis) {
  if (!millis) return '–';
  const at = new Date(millis);
  const two = (part) => String(part).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

const LONG_PREFIX = 12; // characters; a UUID, as in the names of workers, has more

/** Names without a long common beginning, for example `…thread_0`. */
export function shortened(names) {
  const [first = '', ...others] = names;
  let length = others.length > 0 ? first.length : 0;
  for (const name of others) {
    while (!name.startsWith(first.slice(0, length))) length -= 1;
  }
  length = first.slice(0, length).search(/[^_.-]*[_.-]?$/); // its last word remains
  return new Map(names.map((name) => [name, length < LONG_PREFIX ? name : `…${name.slice(length)}`]));
}
