// Builds and updates elements; all text is set as text, never as markup.

/** Creates an element: attributes, then children, which are elements or text. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Sets text where it differs, so that a selection in other cells survives. */
export function say(element, text) {
  const string = String(text);
  if (element.textContent !== string) element.textContent = string;
}

/** Sets the children of an element where what they show differs. */
export function put(element, ...children) {
  const next = el('div', {}, ...children);
  if (element.innerHTML !== next.innerHTML) element.replaceChildren(...next.childNodes);
}

/** The width in pixels that a column needs on average; narrower tables show their rows as cards. */
const COLUMN = 110;

/** Observes the tables of the current page; an observer does not keep removed elements alive. */
const widths = new ResizeObserver((entries) => {
  for (const {target, borderBoxSize} of entries) {
    const columns = target.querySelectorAll('th').length;
    target.classList.toggle('cards', borderBoxSize[0].inlineSize < columns * COLUMN);
  }
});

/**
 * A table whose rows are updated in place, so that the focus stays where it is. Where it is too
 * narrow its rows are cards; the roles are given, since that removes those of the elements.
 */
export class Table {
  /** @param columns each has a title, text(row) or cell(row), and may be numeric or an alarm(row) */
  constructor(label, columns, key) {
    this.columns = columns;
    this.key = key;
    this.rows = new Map();
    this.body = el('tbody', {role: 'rowgroup'});
    this.empty = el('p', {class: 'hint'});
    this.head = columns.map((column) =>
      el('th', {role: 'columnheader', scope: 'col', class: column.numeric && 'number'},
        column.head ?? column.title));
    this.element = el('div', {class: 'table'},
      el('table', {role: 'table', 'aria-label': label},
        el('thead', {role: 'rowgroup'}, el('tr', {role: 'row'}, ...this.head)), this.body),
      this.empty);
    widths.observe(this.element);
  }

  /** Shows rows in their order; the text is shown if there are none. */
  show(rows, textIfNone = 'None.') {
    const kept = new Map();
    rows.forEach((row, index) => {
      const key = String(this.key(row));
      const line = this.rows.get(key) ?? this.line();
      kept.set(key, line);
      this.columns.forEach((column, i) => this.fill(line.children[i], column, row));
      if (this.body.children[index] !== line) this.body.insertBefore(line, this.body.children[index] ?? null);
    });
    for (const [key, line] of this.rows) {
      if (!kept.has(key)) line.remove();
    }
    this.rows = kept;
    say(this.empty, rows.length ? '' : textIfNone);
  }

  line() {
    return el('tr', {role: 'row'}, ...this.columns.map((column, index) =>
      el('td', {
        role: 'cell',
        class: [column.numeric && 'number', column.wide && 'wide', index === 0 && 'first']
          .filter(Boolean).join(' ') || null,
        'data-title': column.title,
      })));
  }

  fill(cell, column, row) {
    if (column.text) say(cell, column.text(row) ?? '–');
    else put(cell, ...[column.cell(row)].flat());
    if (column.alarm) cell.classList.toggle('alarm', column.alarm(row));
  }
}

const GOOD = new Set(['running', 'consuming', 'healthy', 'done']);
const BAD = new Set(['stuck', 'down', 'lost', 'unhealthy', 'failed', 'unknown']);

/** A state with its word; the color only repeats it. */
export function badge(state) {
  const kind = GOOD.has(state) ? 'good' : BAD.has(state) ? 'bad' : 'neutral';
  return el('span', {class: `badge ${kind}`}, state);
}

export function time(iso) {
  if (!iso) return el('span', {}, '–');
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  const text = at.toLocaleString([], {
    timeStyle: 'medium', hourCycle: 'h23', ...(today ? {} : {dateStyle: 'medium'})});
  return el('time', {datetime: iso, title: iso}, text);
}

export function number(value) {
  return value === null || value === undefined ? '?' : Math.round(value).toLocaleString();
}

export function perSecond(value) {
  return value.toLocaleString([], {maximumFractionDigits: value < 10 ? 1 : 0});
}

/** A duration in seconds with a fitting unit. */
export function seconds(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (value < 1) return `${(value * 1000).toLocaleString([], {maximumSignificantDigits: 3})} ms`;
  if (value < 120) return `${value.toLocaleString([], {maximumSignificantDigits: 3})} s`;
  if (value < 7200) return `${Math.round(value / 60)} min`;
  if (value < 172800) return `${Math.round(value / 3600)} h`;
  return `${Math.round(value / 86400)} days`;
}

/** The heading of a page, which gets the focus when the page is opened, and the page's buttons. */
export function heading(text, ...buttons) {
  return headed(el('h1', {tabindex: '-1'}, text), ...buttons);
}

/** A heading of any level with its buttons. */
export function headed(title, ...buttons) {
  return el('div', {class: 'heading'}, title,
    buttons.length ? el('div', {class: 'actions'}, ...buttons) : null);
}

export function button(text, action, attributes = {}) {
  return el('button', {type: 'button', class: 'quiet', onclick: action, ...attributes}, text);
}
