// Messages of records in the page's language: the key of a text, and its arguments.

import { count, list, percent, value } from './format.js';
import { hasText, label, language } from './labels.js';

// These languages have no space between sentences.
const SPACE = ['zh', 'ja'].includes(language) ? '' : ' ';

/** A message as one text. A message without a key is the sequence of its arguments. */
export function say({ key, arguments: parts }) {
  const written = parts.map(argument);
  if (!key) return written.filter((text) => text !== '').join(SPACE);
  // An unknown key comes from a version that is newer than the page.
  if (!hasText(key)) return written.length > 0 ? `${key} (${written.join(', ')})` : key;
  return label(key, ...written);
}

function argument(part) {
  if ('number' in part) return value(part.number);
  if ('share' in part) return percent(part.share);
  if ('count' in part) return count(part.count);
  if ('layer' in part) return layer(part.layer);
  if ('message' in part) return say(part.message);
  if ('list' in part) return list(part.list.map(argument));
  return part.text ?? '';
}

/** Number, name if the user gave one, type and activation: 2 "hidden" (DenseLayer, relu). */
function layer({ index, name, type, activation }) {
  const named = name ? `${index} "${name}"` : index;
  return `${named} (${activation ? `${type}, ${activation}` : type})`;
}
