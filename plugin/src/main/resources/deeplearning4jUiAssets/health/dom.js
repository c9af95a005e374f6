// Creates elements from data. Text is set as text and never parsed as markup.

/** An element with attributes (`class`, `hidden`, …), and children that are elements or texts. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, '');
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/**
 * A row of buttons, one of them pressed, in the header of a box. Returns a function that presses
 * another.
 */
export function switchOf(box, choices, current, chosen) {
  const buttons = choices.map(([value, text, hint]) =>
    element('button', {
      type: 'button',
      title: hint,
      'data-choice': value,
      'aria-pressed': String(value === current),
      onclick: () => {
        press(value);
        chosen(value);
      },
    }, text));
  const press = (value) => {
    for (const button of buttons) {
      button.setAttribute('aria-pressed', String(button.dataset.choice === value));
    }
  };
  box.querySelector('.chart-header').append(element('div', { class: 'choices' }, ...buttons));
  return press;
}
