// The list of reports and the grid of organs and years: both show what the filter lets through.

const PAGE = 100;
const ORGANS_SHOWN = 12;
// On paper nobody can ask for more: so many are printed.
const PRINTED = 2000;

const filter = { text: "", rule: "", level: "", year: "", edition: "", agency: null };
const order = { by: null, down: false };

const passes = (report) =>
  (filter.text === "" || filter.text.toLowerCase().split(/\s+/).every((word) => report.sought.includes(word))) &&
  (filter.rule === "" || report.rules.includes(Number(filter.rule))) &&
  (filter.level === "" || (filter.level === "clean" ? report.verdict === "clean" : report.found[LEVELS.indexOf(filter.level)] > 0)) &&
  (filter.year === "" || String(report.year) === filter.year) &&
  (filter.edition === "" || String(report.edition) === filter.edition) &&
  (filter.agency === null || report.agency === filter.agency);

const COLUMNS = [
  { key: "name", label: "report", of: name, text: true },
  { key: "year", label: "year", of: (report) => report.year ?? -1 },
  { key: "edition", label: "form", of: (report) => report.edition ?? "", text: true },
  { key: "errors", label: "level.errors", of: (report) => report.found[0] },
  { key: "warnings", label: "level.warnings", of: (report) => report.found[1] },
  { key: "notes", label: "level.notes", of: (report) => report.found[2] },
  { key: "read", label: "cells.read", of: ({ cells: [ok, all] }) => (all === 0 ? -1 : ok / all) },
];

const sorted = (found) => {
  const column = COLUMNS.find(({ key }) => key === order.by);
  if (!column) return found;
  const compare = column.text ? collator.compare : (a, b) => a - b;
  const sign = order.down ? -1 : 1;
  return [...found].sort((a, b) => sign * compare(column.of(a), column.of(b)) || a.at - b.at);
};

// The reports that are shown, in their order: the list, the grid, and the way from report to report follow it.
let chosen = reports;
let filtered = false;

const choice = (id, label, options) => {
  const select = make("select", { id: `filter-${id}`, onchange: () => { filter[id] = select.value; refresh(); } },
    make("option", { value: "" }, say("any")),
    options.map(([value, text]) => make("option", { value }, text)));
  return make("label", { for: `filter-${id}` }, make("span", {}, label), select);
};

const filters = () => {
  const text = make("input", {
    type: "search", id: "filter-text", autocomplete: "off", spellcheck: "false", placeholder: say("filter.hint"),
    oninput: () => { filter.text = text.value.trim(); refresh(); },
    onkeydown: (event) => {
      if (event.key !== "Escape" || text.value === "") return;
      event.stopPropagation();
      event.preventDefault();
      text.value = filter.text = "";
      refresh();
    },
  });
  const counted = (label, count) => `${label} (${digits.format(count)})`;
  const years = run.years.map(([year, counts]) =>
    [String(year), counted(year ?? say("unknown"), counts.reduce((sum, count) => sum + count, 0))]);
  const editions = run.editions.map(([edition, count]) => [String(edition), counted(edition ?? say("no.form"), count)]);
  // A rule may be met in several severities.
  const rules = new Map(run.rules.map(([at, id]) => [at, id]));
  return make("form", { class: "filters", role: "search", "aria-label": say("filter"), onsubmit: (event) => event.preventDefault() },
    make("label", { for: "filter-text", class: "wide" }, make("span", {}, say("filter.text")), text),
    choice("rule", say("rule"), [...rules].map(([at, id]) => [String(at), id])),
    choice("level", say("severity"), [...LEVELS.map((level) => [level, say(`with.${level}s`)]), ["clean", say("verdict.clean")]]),
    choice("year", say("year"), years),
    choice("edition", say("form"), editions),
    make("button", { type: "button", id: "filter-reset", onclick: reset }, say("filter.reset")));
};

const reset = () => {
  Object.assign(filter, { text: "", rule: "", level: "", year: "", edition: "", agency: null });
  document.querySelector(".filters").reset();
  refresh();
  document.getElementById("filter-text").focus();
};

const setFilter = (values) => {
  Object.assign(filter, values);
  for (const id of ["rule", "level", "year", "edition"]) document.getElementById(`filter-${id}`).value = filter[id];
  refresh();
};

// What a cell of the grid means in words.
const verdictsOf = (list) =>
  VERDICTS.map((verdict) => [verdict, list.filter((report) => report.verdict === verdict).length]).filter(([, count]) => count > 0);

const gridCell = (organ, year, list) => {
  if (list.length === 0) return make("td", { class: "none" });
  const worst = VERDICTS.find((verdict) => list.some((report) => report.verdict === verdict));
  const words = verdictsOf(list).map(([verdict, count]) => (list.length === 1 ? say(`verdict.${verdict}`) : `${say(`verdict.${verdict}`)} ${digits.format(count)}`));
  const label = `${organ ?? say("unknown")}, ${year ?? say("unknown")}: ${words.join(", ")}`;
  const inside = [icon(worst), list.length > 1 && make("span", { "aria-hidden": "true" }, digits.format(list.length))];
  const one = list.length === 1;
  return make("td", { class: worst },
    one ? make("a", { class: "spot", href: link(list[0]), "aria-label": label, title: label, tabindex: "-1" }, inside)
      : make("button", {
        type: "button", class: "spot", "aria-label": label, title: label, tabindex: "-1",
        onclick: () => {
          setFilter({ year: String(year), agency: organ });
          document.querySelector("#list a")?.focus();
        },
      }, inside));
};

let organsShown = ORGANS_SHOWN;

const grid = () => {
  const organs = new Map();
  const years = new Set();
  for (const report of chosen) {
    years.add(report.year);
    if (!organs.has(report.agency)) organs.set(report.agency, new Map());
    const row = organs.get(report.agency);
    if (!row.has(report.year)) row.set(report.year, []);
    row.get(report.year).push(report);
  }
  const columns = [...years].sort((a, b) => (a ?? Infinity) - (b ?? Infinity));
  // The organs with most to look at come first.
  const weight = ([, row]) => [...row.values()].flat().reduce((sum, { found: [e, w, n] }) => sum + e * 1e6 + w * 1e3 + n, 0);
  const weighed = [...organs].map((organ) => [weight(organ), organ]);
  weighed.sort(([a, [one]], [b, [two]]) => b - a || collator.compare(one ?? "", two ?? ""));
  const shown = weighed.slice(0, organsShown).map(([, organ]) => organ);
  const totals = columns.map((year) => {
    // Without a filter the counts are those of the whole run, of reports that are not listed too.
    const whole = !filtered && run.years.find(([known]) => known === year);
    const counts = whole ? VERDICTS.map((verdict, at) => [verdict, whole[1][at]])
      : verdictsOf(chosen.filter((report) => report.year === year));
    const words = counts.filter(([, count]) => count > 0).map(([verdict, count]) => `${say(`verdict.${verdict}`)} ${digits.format(count)}`);
    return make("td", { class: "total", title: words.join(", ") },
      bar(counts), make("span", {}, digits.format(counts.reduce((sum, [, count]) => sum + count, 0))),
      make("span", { class: "hear" }, words.join(", ")));
  });
  const table = make("table", { class: "organs" },
    make("caption", { class: "hear" }, say("grid")),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, say("organ")),
      columns.map((year) => make("th", { scope: "col" }, year ?? say("unknown"))))),
    make("tbody", {},
      make("tr", { class: "totals" }, make("th", { scope: "row" }, say("organs", { n: organs.size })), totals),
      shown.map(([organ, row]) => make("tr", {},
        make("th", { scope: "row" }, organ ?? say("unknown")),
        columns.map((year) => gridCell(organ, year, row.get(year) ?? [])))),
      run.failed > 0 && make("tr", {},
        make("th", { scope: "row" }, say("failed")),
        make("td", { class: "failed", colspan: columns.length || 1 },
          make("button", { type: "button", class: "spot", tabindex: "-1", onclick: () => {
            const heading = document.getElementById("failed");
            heading.scrollIntoView();
            heading.focus();
          } }, icon("failed"), make("span", {}, digits.format(run.failed)))))));
  rove(table, ".spot");
  const left = organs.size - shown.length;
  return [
    make("div", { class: "scroll", role: "region", "aria-label": say("grid"), tabindex: "0" }, table),
    left > 0 && make("button", { type: "button", class: "more", onclick: () => {
      organsShown += 100;
      showGrid();
      document.querySelectorAll("#grid tr")[shown.length + 2].querySelector(".spot").focus();
    } }, say("organs.more", { n: Math.min(100, left) })),
    make("ul", { class: "legend inline" },
      [...VERDICTS, "failed"].map((verdict) => make("li", {}, icon(verdict), make("span", {}, say(verdict === "failed" ? verdict : `verdict.${verdict}`))))),
  ];
};

const showGrid = () => {
  const place = document.getElementById("grid");
  place.replaceChildren(...grid().filter(Boolean));
  // Where there is no room for all years the last ones are seen first.
  place.firstChild.scrollLeft = place.firstChild.scrollWidth;
};

const count = (label, value, kind) =>
  make("td", { class: `number ${value > 0 ? kind : "zero"}`, "data-label": say(label) }, digits.format(value));

const reportRow = (report) => {
  const { found, cells: [ok, all] } = report;
  return make("tr", { class: report.verdict },
    make("th", { scope: "row" },
      icon(report.verdict, say(`verdict.${report.verdict}`)),
      make("a", { href: link(report), tabindex: "-1", "data-at": report.at }, name(report)),
      report.agency && make("code", {}, report.id)),
    make("td", { "data-label": say("year") }, report.year ?? "–"),
    make("td", { "data-label": say("form") }, report.edition ?? "–"),
    count("level.errors", found[0], "error"), count("level.warnings", found[1], "warning"), count("level.notes", found[2], "note"),
    make("td", { class: "number", "data-label": say("cells.read") }, all === 0 ? "–" : `${digits.format(ok)} / ${digits.format(all)}`));
};

const list = () => {
  const body = make("tbody", {}, chosen.slice(0, PAGE).map(reportRow));
  const head = COLUMNS.map(({ key, label }, at) =>
    make("th", { scope: "col", class: at > 2 ? "number" : null, "aria-sort": order.by === key ? (order.down ? "descending" : "ascending") : "none" },
      make("button", {
        type: "button", class: "sort", "data-key": key,
        onclick: () => {
          // Counts are most wanted from the top: their first order is downward.
          if (order.by === key) order.down = !order.down;
          else Object.assign(order, { by: key, down: at > 2 && key !== "read" });
          refresh();
          document.querySelector(`.sort[data-key="${key}"]`).focus();
        },
      }, say(label))));
  const table = make("table", { class: "list" }, make("caption", { class: "hear" }, say("reports")),
    make("thead", {}, make("tr", {}, head)), body);
  rove(body, "a");
  if (chosen.length === 0) return [make("p", { class: "fine" }, say("none.match"))];
  const more = make("button", { type: "button", class: "more", onclick: () => {
    const shown = body.rows.length;
    lengthen(shown + PAGE * 5);
    body.rows[shown].querySelector("a").focus();
  } });
  const paper = make("p", { class: "paper" });
  lengthen = (most) => {
    body.append(...chosen.slice(body.rows.length, most).map(reportRow));
    const left = chosen.length - body.rows.length;
    more.textContent = say("list.more", { n: Math.min(PAGE * 5, left) });
    more.hidden = left === 0;
    paper.textContent = left === 0 ? "" : say("limit.paper", { shown: body.rows.length, n: chosen.length });
  };
  lengthen(PAGE);
  return [table, more, paper];
};

// Shows as many lines of the list as there are, up to `most`.
let lengthen = () => {};

addEventListener("beforeprint", () => {
  organsShown = Math.max(organsShown, PRINTED);
  showGrid();
  lengthen(PRINTED);
});

// Filters, sorts and shows again.
const refresh = () => {
  filtered = Object.values(filter).some((value) => value !== "" && value !== null);
  const found = filtered ? reports.filter(passes) : reports;
  chosen = sorted(found);
  organsShown = ORGANS_SHOWN;
  document.getElementById("found").textContent = filtered
    ? say("found", { found: found.length, reports: reports.length })
      + (filter.agency === null ? "" : say("found.of", { organ: filter.agency }))
    : say("found.all", { n: reports.length });
  showGrid();
  document.getElementById("list").replaceChildren(...list().filter(Boolean));
};

const reportsSection = () => make("section", { "aria-labelledby": "reports-head", class: "reports" },
  make("h2", { id: "reports-head" }, say("reports")),
  filters(),
  make("p", { id: "found", role: "status" }),
  make("h3", {}, say("grid")), make("div", { id: "grid" }),
  make("h3", {}, say("list")), make("div", { id: "list" }));

