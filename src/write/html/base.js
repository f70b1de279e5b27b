// What the rest is built from: the data of the page, texts, elements, and moving about with the keyboard.
// Whatever comes from a report becomes a text node or an attribute; nothing here parses markup.

const read = (id) => {
  const block = document.getElementById(id);
  return block && JSON.parse(block.textContent);
};

const run = read("run");
const failures = read("failures");
const LEVELS = ["error", "warning", "note"];
const VERDICTS = ["error", "warning", "note", "clean"];
const STATUSES = ["ok", "blank", "unreadable", "missing"];

// A line of the list of reports; where there are details, they stand in the block `report-<at>`.
const reports = read("reports").map(([id, agency, year, edition, found, cells, rules], at) => ({
  at, id, agency, year, edition, found, cells, rules,
  verdict: VERDICTS[found.findIndex((count) => count > 0)] ?? "clean",
  sought: `${agency ?? ""}\n${id}`.toLowerCase(),
  detailed: document.getElementById(`report-${at}`) !== null,
}));

const digits = new Intl.NumberFormat(run.lang);
const collator = new Intl.Collator(run.lang === "zh" ? "zh-CN" : ["en", "zh-CN"], { numeric: true });

// The text named `key`; `{name}` stands for a value. "one|many" is told apart by `n`.
const say = (key, values = {}) => {
  const forms = run.text[key].split("|");
  const form = values.n === 1 ? forms[0] : forms.at(-1);
  return form.replace(/\{(\w+)\}/g, (_, name) =>
    typeof values[name] === "number" ? digits.format(values[name]) : values[name]);
};

// An element. `on…` are listeners, `class` and the like attributes; null leaves one out.
const make = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
};

const SVG = "http://www.w3.org/2000/svg";

// The sign of a severity, a verdict or a failure; colour is never the only one. `label` where no text says the same.
const icon = (kind, label) => {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${kind}`);
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${kind}`);
  svg.append(use);
  return svg;
};

// A bar of parts, each as wide as its count. The numbers stand beside it, so it says nothing to a screen reader.
const bar = (parts) => {
  const element = make("div", { class: "bar", "aria-hidden": "true" });
  for (const [kind, count] of parts) {
    if (count === 0) continue;
    const part = make("i", { class: kind });
    part.style.flexGrow = count;
    element.append(part);
  }
  return element;
};

const name = (report) => report.agency ?? report.id;
const link = (report) => `#/report/${report.at}`;

// One stop of the Tab key for many things: the arrows move among the elements that `selector` finds in `container`,
// left and right by order, up and down by place. `moved` hears of each move.
const rove = (container, selector, moved = () => {}) => {
  const all = () => [...container.querySelectorAll(selector)].filter((item) => item.getClientRects().length > 0);
  const stop = (item) => {
    container.querySelectorAll(`${selector}[tabindex="0"]`).forEach((other) => other.setAttribute("tabindex", "-1"));
    item.setAttribute("tabindex", "0");
  };
  const vertical = (items, from, down) => {
    const here = from.getBoundingClientRect();
    let best = null;
    let least = [Infinity, Infinity];
    for (const item of items) {
      const there = item.getBoundingClientRect();
      const rows = down ? there.top - here.top : here.top - there.top;
      if (item === from || rows < 2 || (down ? there.top < here.bottom - 2 : there.bottom > here.top + 2)) continue;
      const aside = Math.abs(there.left + there.width / 2 - here.left - here.width / 2);
      if (rows < least[0] - 2 || (rows < least[0] + 2 && aside < least[1])) [best, least] = [item, [rows, aside]];
    }
    return best;
  };
  container.addEventListener("keydown", (event) => {
    const from = event.target.closest?.(selector);
    if (!from || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const items = all();
    const at = items.indexOf(from);
    const to = {
      ArrowRight: () => items[at + 1],
      ArrowLeft: () => items[at - 1],
      ArrowDown: () => vertical(items, from, true),
      ArrowUp: () => vertical(items, from, false),
      Home: () => items[0],
      End: () => items.at(-1),
    }[event.key];
    if (!to) return;
    event.preventDefault();
    const item = to();
    if (!item) return;
    stop(item);
    item.focus();
    moved(item);
  });
  container.addEventListener("focusin", (event) => {
    const item = event.target.closest?.(selector);
    if (item) stop(item);
  });
  const first = container.querySelector(selector);
  if (first && !container.querySelector(`${selector}[tabindex="0"]`)) first.setAttribute("tabindex", "0");
};

