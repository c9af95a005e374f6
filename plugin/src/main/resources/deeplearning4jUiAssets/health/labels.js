// The page's texts in the chosen language, as the server put them into the page.

const texts = JSON.parse(document.getElementById('labels').textContent);

/** The text of a key with {0}, {1} … filled in; the key itself where no text is known. */
export function label(key, ...values) {
  return (texts[key] ?? key).replace(/\{(\d)\}/g, (_, index) => String(values[index] ?? ''));
}

/** Whether there is a text of a key. */
export const hasText = (key) => key in texts;

export const language = document.documentElement.lang || 'en';
