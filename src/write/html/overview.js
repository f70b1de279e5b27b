// The run at a glance: counts, findings by rule, inputs that could not be read.

const legend = (parts) =>
  make("ul", { class: "legend" }, parts.map(([kind, label, count, sign]) =>
    make("li", { class: count === 0 ? "none" : null },
      sign ? icon(kind) : make("i", { class: `swatch ${kind}`, "aria-hidden": "true" }),
      make("span", {}, label), make("b", {}, digits.format(count)))));

const tile = (title, total, parts) =>
  make("section", { class: "tile" },
    make("h2", {}, title), make("p", { class: "big" }, digits.format(total)), bar(parts.map(([kind, , count]) => [kind, count])),
    legend(parts));

const tiles = () => {
  const verdicts = [0, 0, 0, 0];
  for (const [, counts] of run.years) counts.forEach((count, at) => { verdicts[at] += count; });
  const cells = run.cells.reduce((sum, count) => sum + count, 0);
  const found = run.findings.reduce((sum, count) => sum + count, 0);
  return make("div", { class: "tiles" },
    tile(say("reports"), run.reports, [
      ...VERDICTS.map((verdict, at) => [verdict, say(`verdict.${verdict}`), verdicts[at], true]),
      ["failed", say("failed"), run.failed, true],
    ]),
    tile(say("cells"), cells, STATUSES.map((status, at) => [status, say(`status.${status}`), run.cells[at], false])),
    tile(say("findings"), found, LEVELS.map((level, at) => [level, say(`level.${level}s`), run.findings[at], true])));
};

// So many rules are shown before somebody asks for all.
const RULES_SHOWN = 12;

const byRule = (choose) => {
  const rules = [...run.rules].sort((a, b) => a[2] - b[2] || b[3] - a[3] || (a[1] < b[1] ? -1 : 1));
  const most = Math.max(...rules.map(([, , , count]) => count));
  const rows = rules.map(([at, id, level, count, among, says], place) => {
    const length = make("i", { class: LEVELS[level] });
    length.style.width = `${(100 * count) / most}%`;
    return make("tr", { hidden: place >= RULES_SHOWN },
      make("th", { scope: "row" },
        icon(LEVELS[level], say(`level.${LEVELS[level]}`)),
        make("button", { type: "button", class: "rule", title: say("rule.filter", { id }), onclick: () => choose(at) }, id)),
      make("td", { class: "says" }, says),
      make("td", { class: "number" }, digits.format(count)),
      make("td", { class: "length", "aria-hidden": "true" }, make("div", { class: "track" }, length)),
      make("td", { class: "number among" }, digits.format(among)));
  });
  const table = make("table", { class: "chart" },
    make("thead", {}, make("tr", {},
      make("th", { scope: "col", colspan: 2 }, say("rule")),
      make("th", { scope: "col", class: "number" }, say("findings")),
      make("td", {}),
      make("th", { scope: "col", class: "number" }, say("in.reports")))),
    make("tbody", {}, rows));
  rove(table, "button.rule");
  table.querySelectorAll("button.rule").forEach((button, at) => at > 0 && button.setAttribute("tabindex", "-1"));
  const whole = () => {
    rows.forEach((row) => { row.hidden = false; });
    table.parentElement.querySelector(".more")?.remove();
  };
  addEventListener("beforeprint", whole);
  const more = rules.length > RULES_SHOWN && make("button", {
    type: "button", class: "more",
    onclick: () => {
      whole();
      rows[RULES_SHOWN].querySelector("button").focus();
    },
  }, say("rules.all", { n: rules.length }));
  return make("section", { "aria-labelledby": "by-rule" },
    make("h2", { id: "by-rule" }, say("by.rule")),
    rules.length > 0 ? [table, more] : make("p", { class: "fine" }, icon("clean"), say("no.findings")));
};

const failed = () => run.failed > 0 && make("section", { "aria-labelledby": "failed" },
  make("h2", { id: "failed", tabindex: "-1" }, say("failed.inputs", { n: run.failed })),
  make("ul", { class: "failures" }, failures.map(([source, error]) =>
    make("li", {}, icon("failed"), make("code", {}, source), make("span", {}, error)))),
  failures.length < run.failed && make("p", { class: "notice" }, say("failed.cut", { n: run.failed - failures.length })));

// What the page leaves out, said in so many words.
const limits = () => {
  const lines = [];
  if (run.listed < run.reports) lines.push(say("limit.list", { listed: run.listed, reports: run.reports }));
  if (run.detailed < run.reports) lines.push(say("limit.details", { detailed: run.detailed, reports: run.reports }));
  return lines.length > 0 && make("div", { class: "notice", id: "limits" }, lines.map((line) => make("p", {}, line)));
};

