// One report: its findings, its tables as the form lays them out, and its text. What is chosen in one is shown in all.

// Which findings speak of each slot and of each line.
const indexed = (detail) => {
  const bySlot = new Map();
  const byLine = new Map();
  const add = (map, key, at) => {
    if (!map.has(key)) map.set(key, []);
    if (!map.get(key).includes(at)) map.get(key).push(at);
  };
  detail.findings.forEach((finding, at) => {
    for (const slot of finding.cells ?? []) add(bySlot, slot, at);
    for (const [line] of [finding.at, ...(finding.covers ?? [])].filter(Boolean)) add(byLine, line, at);
  });
  return { bySlot, byLine };
};

const gravest = (detail, found) => LEVELS[Math.min(...found.map((at) => detail.findings[at].level))];

class ReportView {
  constructor(report) {
    this.report = report;
    this.detail = read(`report-${report.at}`);
    this.form = read(document.getElementById(`report-${report.at}`).dataset.form);
    Object.assign(this, indexed(this.detail));
    this.cells = this.detail.cells.map((cell) =>
      (cell === 3 ? { status: "missing" } : { status: STATUSES[cell[0]], shown: cell[1], at: cell[2], unit: cell[3] }));
    this.marks = new Map();
    this.cells.forEach(({ at }, slot) => {
      if (!at || at[1] === at[2]) return;
      if (!this.marks.has(at[0])) this.marks.set(at[0], []);
      this.marks.get(at[0]).push({ slot, from: at[1], to: at[2] });
    });
    this.marks.forEach((marks) => marks.sort((a, b) => a.from - b.from));
    this.tds = new Map();
    this.hit = [];
    this.element = make("div", { class: "panes" }, this.findings(), this.tables(), this.text());
  }

  // — names

  slotName(slot) {
    const [row, , column] = this.form.slots[slot];
    return [this.form.rows[row][2], column].filter(Boolean).join(" · ");
  }

  slotKey(slot) {
    const [row, key] = this.form.slots[slot];
    return `${this.form.rows[row][0]}.${this.form.rows[row][1]}.${key}`;
  }

  // — findings

  findings() {
    const { findings, unlisted } = this.detail;
    this.items = findings.map((finding, at) => this.finding(finding, at));
    const list = make("ol", { class: "findings" }, this.items);
    rove(list, ".finding", (item) => this.chooseFinding(Number(item.dataset.at)));
    return make("section", { class: "pane", id: "pane-findings", "aria-labelledby": "head-findings" },
      make("h2", { id: "head-findings" }, say("findings"), " ", make("span", { class: "count" }, digits.format(findings.length + unlisted))),
      make("div", { class: "body" },
        findings.length > 0 ? list : make("p", { class: "fine" }, icon("clean"), say("no.findings")),
        unlisted > 0 && make("p", { class: "notice" }, say("findings.cut", { n: unlisted }))));
  }

  finding(finding, at) {
    const level = LEVELS[finding.level];
    const [, id] = run.rules.find(([rule]) => rule === finding.rule) ?? [0, ""];
    const button = make("button", {
      type: "button", class: "finding", "data-at": at, tabindex: "-1", onclick: () => this.chooseFinding(at),
    },
      icon(level, say(`level.${level}`)), make("code", { class: "rule" }, id),
      make("span", { class: "line" }, finding.at ? say("line", { line: finding.at[0] + 1 }) : say("whole")),
      make("span", { class: "says" }, finding.says));
    return make("li", { class: level }, button, this.more(finding));
  }

  // What is behind a finding: the numbers compared, every cell of the sum, the printed line.
  more(finding) {
    const parts = [];
    if (finding.expected !== undefined && finding.actual !== undefined) {
      parts.push(make("dl", {},
        make("div", {}, make("dt", {}, say("expected")), make("dd", {}, finding.expected)),
        make("div", {}, make("dt", {}, say("actual")), make("dd", {}, finding.actual))));
    }
    if (finding.entered) {
      parts.push(make("table", { class: "entered" }, make("tbody", {}, finding.entered.map(([key, slot, value, at, stated]) =>
        make("tr", { class: stated ? "stated" : null },
          make("td", { class: "sign", title: stated ? say("stated") : say("part") }, stated ? "=" : "+"),
          make("td", { class: "number" }, value ?? say("status.blank")),
          make("td", {}, slot !== null && this.form
            ? make("button", { type: "button", class: "plain", title: key, onclick: () => this.chooseCell(slot) }, this.slotName(slot)) : key),
          make("td", { class: "at" }, at ? say("line", { line: at[0] + 1 }) : ""))))));
    }
    if (finding.at && this.detail.text) {
      const [line, from, to] = finding.at;
      parts.push(make("p", { class: "excerpt" }, ...excerpt(this.detail.text[line], from, to)));
    }
    const jump = (pane, label) => make("button", {
      type: "button", class: "jump", onclick: () => document.getElementById(pane).scrollIntoView(),
    }, label);
    parts.push(make("p", { class: "jumps" },
      (finding.cells || finding.entered) && jump("pane-tables", say("to.table")), finding.at && jump("pane-text", say("to.text"))));
    return make("div", { class: "about" }, parts);
  }

  // — tables

  tables() {
    this.where = make("p", { class: "where", role: "status" }, say("cell.hint"));
    const tables = this.form && this.cells.length > 0 ? this.form.tables.map((table) => this.table(table)) : this.rawTables();
    const words = ["blank", "unreadable", "missing"].map((status) =>
      make("li", {}, make("i", { class: `swatch cell ${status}` }), say(`status.${status}`)));
    return make("section", { class: "pane", id: "pane-tables", "aria-labelledby": "head-tables" },
      make("h2", { id: "head-tables" }, say("tables"), this.form && make("ul", { class: "legend inline" }, words)),
      make("div", { class: "body" }, tables), this.where);
  }

  table({ key, title, rows }) {
    const body = rows.map((cells) => {
      const heads = !cells.some(([holds]) => typeof holds === "number");
      return make("tr", {}, cells.map(([holds, columns, down]) => {
        const span = { colspan: columns > 1 ? columns : null, rowspan: down > 1 ? down : null };
        if (holds === null) return make("td", { ...span, class: "closed" });
        if (typeof holds === "number") return this.cell(holds, span);
        const scope = heads ? (columns > 1 ? "colgroup" : "col") : (down > 1 ? "rowgroup" : "row");
        return make("th", { ...span, scope }, holds);
      }));
    });
    const printed = this.detail.findings.filter((finding) => finding.table === key).length;
    const table = make("table", { class: "form", lang: "zh", role: "grid", "aria-readonly": "true", "aria-label": title }, make("tbody", {}, body));
    rove(table, "td.cell");
    return make("section", { class: "official", "data-table": key },
      make("h3", { lang: "zh" }, title, printed > 0 && make("span", { class: "count" }, say("findings.table", { n: printed }))),
      make("div", { class: "scroll" }, table));
  }

  cell(slot, span) {
    const { status, shown } = this.cells[slot];
    const found = this.bySlot.get(slot) ?? [];
    const level = found.length > 0 ? gravest(this.detail, found) : null;
    const words = [this.slotName(slot), status === "ok" ? shown : `${say(`status.${status}`)}${shown ? ` (${shown})` : ""}`];
    if (level) words.push(`${say(`level.${level}`)}: ${found.map((at) => this.detail.findings[at].says).join("; ")}`);
    const choose = () => this.chooseCell(slot);
    const td = make("td", {
      ...span, class: `cell ${status}${level ? ` flagged ${level}` : ""}`, tabindex: "-1",
      "data-slot": slot, "aria-label": words.join(", "), onclick: choose,
      onkeydown: (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        choose();
      },
    },
      level && icon(level),
      status === "ok" ? shown : [shown && make("span", { class: "printed" }, shown), make("em", {}, say(`status.${status}.short`))]);
    this.tds.set(slot, td);
    return td;
  }

  // No form knows the report: its tables as they are printed.
  rawTables() {
    if (this.detail.raw === undefined) return make("p", { class: "fine" }, say("no.tables"));
    return [make("p", { class: "notice" }, say("raw")), ...this.detail.raw.map(({ line, rows, cut }) =>
      make("section", { class: "official" },
        make("h3", {}, say("table.line", { line })),
        make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("table.line", { line }) },
          make("table", { class: "form" }, make("tbody", {}, rows.map((cells) => make("tr", {}, cells.map((cell) => make("td", {}, cell))))))),
        cut && make("p", { class: "notice" }, say("raw.cut"))))];
  }

  // — text

  text() {
    const { text, kinds, bytes } = this.detail;
    this.lines = (text ?? []).map((_, at) => {
      const found = this.byLine.get(at);
      const line = make("div", { class: `row ${{ H: "heading", F: "furniture" }[kinds[at]] ?? ""}`, "data-line": at + 1 },
        make("span", { class: "gutter" }, found && icon(gravest(this.detail, found), say(`level.${gravest(this.detail, found)}`)),
          make("span", {}, String(at + 1))),
        make("span", { class: "printed", lang: "zh" }));
      this.fill(line.lastChild, at, []);
      return line;
    });
    const source = make("div", { class: "source", tabindex: "0", role: "region", "aria-labelledby": "head-text" }, this.lines);
    rove(source, ".read");
    source.addEventListener("click", (event) => {
      const mark = event.target.closest(".read");
      if (mark) this.chooseCell(Number(mark.dataset.slot));
    });
    source.addEventListener("keydown", (event) => {
      const mark = event.target.closest(".read");
      if (!mark || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      this.chooseCell(Number(mark.dataset.slot));
    });
    return make("section", { class: "pane", id: "pane-text", "aria-labelledby": "head-text" },
      make("h2", { id: "head-text" }, say("source"), make("span", { class: "hint" }, say("source.hint"))),
      make("div", { class: "body" }, text ? source : make("p", { class: "notice" }, say("text.cut", { n: Math.ceil(bytes / 1024) }))));
  }

  // Puts the text of a line into `element`: each cell that was read is marked, and `hits` are highlighted.
  fill(element, line, hits) {
    const text = this.detail.text[line];
    const parts = [];
    let from = 0;
    for (const mark of this.marks.get(line) ?? []) {
      if (mark.from < from) continue;
      parts.push(...pieces(text, from, mark.from, hits));
      const { status } = this.cells[mark.slot];
      parts.push(make("span", {
        class: `read ${status}`, role: "button", tabindex: "-1", "data-slot": mark.slot, title: this.slotName(mark.slot),
      }, ...pieces(text, mark.from, mark.to, hits)));
      from = mark.to;
    }
    parts.push(...pieces(text, from, text.length, hits, true));
    element.replaceChildren(...parts);
  }

  // — what is chosen

  clear() {
    this.items.forEach((item) => item.firstChild.removeAttribute("aria-current"));
    this.element.querySelectorAll(".chosen, .part, .related").forEach((other) => other.classList.remove("chosen", "part", "related"));
    for (const line of this.hit) {
      this.lines[line].classList.remove("hit");
      this.refill(line, []);
    }
    this.hit = [];
    this.where.textContent = say("cell.hint");
  }

  // Fills a line again without losing the focus that one of its marks has.
  refill(line, hits) {
    const focused = document.activeElement;
    const slot = this.lines[line].contains(focused) ? focused.dataset.slot : undefined;
    this.fill(this.lines[line].lastChild, line, hits);
    if (slot !== undefined) this.lines[line].querySelector(`[data-slot="${slot}"]`)?.focus({ preventScroll: true });
  }

  // Highlights these places; the first of them is scrolled to.
  highlight(places) {
    if (this.lines.length === 0) return;
    const byLine = new Map();
    for (const [line, from, to] of places) {
      if (!byLine.has(line)) byLine.set(line, []);
      byLine.get(line).push([from, to]);
    }
    byLine.forEach((hits, line) => {
      this.refill(line, hits);
      this.lines[line].classList.add("hit");
      this.hit.push(line);
    });
    if (places.length > 0) show(this.lines[places[0][0]], this.lines[places[0][0]].querySelector("mark"));
  }

  chooseFinding(at) {
    const finding = this.detail.findings[at];
    this.clear();
    this.items[at].firstChild.setAttribute("aria-current", "true");
    const entered = (finding.entered ?? []).filter(([, slot]) => slot !== null && this.tds.has(slot));
    entered.forEach(([, slot]) => this.tds.get(slot).classList.add("part"));
    const cells = (finding.cells ?? []).filter((slot) => this.tds.has(slot));
    cells.forEach((slot) => this.tds.get(slot).classList.add("chosen"));
    const first = cells[0] ?? entered[0]?.[1];
    if (first !== undefined) {
      show(this.tds.get(first));
      if (cells.length === 1) this.tell(first);
    } else if (finding.table) {
      const table = this.element.querySelector(`.official[data-table="${CSS.escape(finding.table)}"]`);
      if (table) show(table);
    }
    // Where a finding has no place of its own, that of its first cell leads.
    const printed = [finding.at, ...(finding.covers ?? []), ...entered.map(([, , , place]) => place)].filter(Boolean);
    if (printed.length === 0) printed.push(...cells.map((slot) => this.cells[slot].at).filter(Boolean));
    this.highlight(printed);
    show(this.items[at]);
    remember(this.report, `/finding/${at + 1}`);
  }

  chooseCell(slot) {
    this.clear();
    const td = this.tds.get(slot);
    const { at } = this.cells[slot];
    td?.classList.add("chosen");
    if (td) show(td);
    const found = this.bySlot.get(slot) ?? [];
    found.forEach((finding) => this.items[finding].classList.add("related"));
    if (found.length > 0) show(this.items[found[0]]);
    this.highlight(at ? [at] : []);
    this.tell(slot);
    remember(this.report, `/cell/${encodeURIComponent(this.slotKey(slot))}`);
  }

  // Says which cell is chosen.
  tell(slot) {
    const { status, shown, at, unit } = this.cells[slot];
    const own = unit ?? this.form.slots[slot][3];
    const parts = [
      make("code", {}, this.slotKey(slot)),
      make("span", { lang: "zh" }, this.slotName(slot)),
      make("b", {}, status === "ok" ? `${shown}${own ? ` ${own}` : ""}` : say(`status.${status}`)),
    ];
    if (status !== "ok" && shown) parts.push(make("span", {}, say("printed", { text: shown })));
    if (at) parts.push(make("span", {}, say("line", { line: at[0] + 1 })));
    this.where.replaceChildren(...parts);
  }

  slotOf(key) {
    return this.form ? this.form.slots.findIndex((_, slot) => this.slotKey(slot) === key) : -1;
  }
}

// Scrolls the pane of `element` until it is seen; the page itself stays where it is.
const show = (element, inner) => {
  const pane = element.closest(".body");
  const frame = pane.getBoundingClientRect();
  const box = (inner ?? element).getBoundingClientRect();
  if (box.top < frame.top + 24 || box.bottom > frame.bottom - 24) {
    pane.scrollTop += box.top - frame.top - Math.max(24, (frame.height - box.height) / 2);
  }
  const scroll = element.closest(".scroll");
  if (!scroll) return;
  const aside = scroll.getBoundingClientRect();
  if (box.left < aside.left || box.right > aside.right) scroll.scrollLeft += box.left - aside.left - (aside.width - box.width) / 2;
};

// The text from `from` to `to`, what lies in one of `hits` as marks. A hit without extent is a mark without text.
const pieces = (text, from, to, hits, last = false) => {
  const cuts = new Set([from, to]);
  for (const [start, end] of hits) for (const cut of [start, end]) if (cut > from && cut < to) cuts.add(cut);
  const ends = [...cuts].sort((a, b) => a - b);
  const parts = [];
  const empty = (at) => hits.some(([start, end]) => start === at && end === at) && parts.push(make("mark", { class: "nothing" }));
  for (let i = 0; i + 1 < ends.length; i++) {
    const [start, end] = [ends[i], ends[i + 1]];
    empty(start);
    const inside = hits.some((hit) => hit[0] <= start && end <= hit[1]);
    parts.push(inside ? make("mark", {}, text.slice(start, end)) : text.slice(start, end));
  }
  if (last) empty(to);
  return parts;
};

// A line around its hit, short enough for a list.
const excerpt = (text, from, to) => {
  const before = text.slice(Math.max(0, from - 40), from);
  const hit = text.slice(from, Math.min(to, from + 80));
  const behind = text.slice(to, to + 40);
  return [from > 40 ? "…" : "", before, make("mark", {}, hit), to > from + 80 ? "…" : "", behind, text.length > to + 40 ? "…" : ""];
};

// What stands above the panes.
const reportHead = (report, detail) => {
  const at = chosen.indexOf(report);
  const step = (to, label, key) => {
    const other = chosen[at + to];
    return at >= 0 && other ? make("a", { href: link(other), class: key, title: name(other) }, label) : make("span", { class: key, "aria-hidden": "true" }, label);
  };
  const facts = [
    [say("file"), detail?.path ?? report.id],
    [say("form"), report.edition ?? say("no.form")],
    detail?.period && [say("period"), detail.period.join(" – ")],
    detail && [say("encoding"), detail.encoding],
    report.cells[1] > 0 && [say("cells.read"), `${digits.format(report.cells[0])} / ${digits.format(report.cells[1])}`],
  ];
  return make("header", { class: "report-head" },
    make("nav", { "aria-label": say("reports") }, make("a", { href: "#/", class: "back" }, say("back")),
      step(-1, say("previous"), "previous"), step(1, say("next"), "next")),
    make("h1", { tabindex: "-1" }, icon(report.verdict, say(`verdict.${report.verdict}`)),
      make("span", {}, name(report)), report.year && make("span", { class: "year" }, report.year)),
    make("p", { class: "counts" }, LEVELS.map((level, i) =>
      make("span", { class: report.found[i] > 0 ? level : "zero" }, say(`${level}s`, { n: report.found[i] })))),
    make("dl", { class: "facts" }, facts.filter(Boolean).map(([term, value]) =>
      make("div", {}, make("dt", {}, term), make("dd", {}, value)))));
};

// A report without details: what is known of it, and how to see the rest.
const withoutDetails = (report) => make("div", { class: "without" },
  make("p", { class: "notice" }, say("without", { detailed: run.detailed })),
  make("ul", {}, report.rules.map((rule) => {
    const [, id, level, , , says] = run.rules.find(([at]) => at === rule);
    return make("li", {}, icon(LEVELS[level], say(`level.${LEVELS[level]}`)), make("code", {}, id), " ", says);
  })));

