// The page's texts in the chosen language, which the server puts into the page.

const texts = JSON.parse(document.getElementById('labels').textContent);

/** The text of a key with {0}, {1} … filled in; the key itself if it has no text. */
export function label(key, ...values) {
  return (texts[key] ?? key).replace(/\{(\d)\}/g, (_, index) => String(values[index] ?? ''));
}

/** Whether a key has a text. */
export const hasText = (key) => key in texts;

export const language = document.documentElement.lang || 'en';
