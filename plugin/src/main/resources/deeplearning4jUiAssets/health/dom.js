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

/**
 * Puts nodes into an element in this order, and removes all others. A node that is in its place is
 * not touched, so that it keeps its focus and what is selected in it.
 */
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) {
    if (!wanted.has(child)) child.remove();
  }
  nodes.forEach((node, i) => {
    if (parent.childNodes[i] !== node) parent.insertBefore(node, parent.childNodes[i] ?? null);
  });
}

/** Makes the content of an element like the given one; what is equal is not touched. */
export function fill(parent, ...children) {
  become(parent, element(parent.localName, {}, ...children), false);
}

/**
 * Makes an element like another one in place. Elements of the same name and the same `data-key` are
 * kept, with their listeners, which must therefore not depend on data; and so is a fold's state.
 */
export function become(old, made, attributes = true) {
  if (attributes) copyAttributes(old, made);
  const children = [...made.childNodes];
  children.forEach((child, i) => {
    const there = old.childNodes[i];
    if (there === undefined) old.append(child);
    else if (!isAlike(there, child)) there.replaceWith(child);
    else if (child.nodeType !== Node.TEXT_NODE) become(there, child);
    else if (there.data !== child.data) there.data = child.data;
  });
  while (old.childNodes.length > children.length) old.lastChild.remove();
}

const isAlike = (old, made) =>
  old.nodeName === made.nodeName && old.dataset?.key === made.dataset?.key;

function copyAttributes(old, made) {
  for (const { name, value } of [...made.attributes]) {
    if (name !== 'open' && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (name !== 'open' && !made.hasAttribute(name)) old.removeAttribute(name);
  }
}

const TAIL = 8; // characters at the end of a name that stay if there is no space for all
const LONG_NAME = 14;

/** A name of which the middle is left out if there is no space; the whole name is its text. */
export function shrinking(name) {
  const letters = [...name];
  if (letters.length <= LONG_NAME) return element('span', { class: 'shrinking' }, name);
  const cut = letters.length - TAIL;
  return element('span', { class: 'shrinking' },
    element('span', { class: 'head' }, letters.slice(0, cut).join('')),
    element('span', { class: 'tail' }, letters.slice(cut).join('')));
}
