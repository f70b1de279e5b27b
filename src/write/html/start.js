// Which of the two views is shown: the run, or a report. The address says which, so that back and forward work.

const overview = document.getElementById("overview");
const place = document.getElementById("report");
let view = null;
let cameFrom = null;

// Keeps what is chosen in the address, without a step in the history.
const remember = (report, rest) => history.replaceState(null, "", `${link(report)}${rest}`);

const showOverview = () => {
  place.hidden = true;
  overview.hidden = false;
  document.title = say("title");
  const row = cameFrom && overview.querySelector(`#list a[data-at="${cameFrom.at}"]`);
  cameFrom = null;
  view = null;
  if (!row) return scrollTo(0, 0);
  row.focus();
  row.scrollIntoView({ block: "center" });
};

const showReport = (report, what, which) => {
  if (view?.report !== report || place.hidden) {
    view = report.detailed ? new ReportView(report) : null;
    place.replaceChildren(reportHead(report, view?.detail), view?.element ?? withoutDetails(report));
    overview.hidden = true;
    place.hidden = false;
    document.title = `${name(report)} ${report.year ?? ""} – ${say("title")}`;
    scrollTo(0, 0);
    place.querySelector("h1").focus({ preventScroll: true });
    // Only what is in the document has a size and can be stepped through.
    place.querySelectorAll(".findings, table.form, .source").forEach((group) =>
      group.querySelector(".finding, td.cell, .read")?.setAttribute("tabindex", "0"));
  }
  cameFrom = report;
  if (!view) return;
  if (what === "finding" && view.detail.findings[which - 1]) view.chooseFinding(which - 1);
  if (what === "cell" && view.slotOf(which) >= 0) view.chooseCell(view.slotOf(which));
};

const decoded = (part) => {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
};

const route = () => {
  const [, page, at, what, which] = location.hash.split("/").map(decoded);
  if (page === "report" && reports[at]) showReport(reports[at], what, which);
  else showOverview();
};

overview.append(...[
  make("h1", { class: "hear" }, say("title")), limits(), tiles(),
  byRule((rule) => {
    setFilter({ rule: String(rule) });
    document.getElementById("reports-head").scrollIntoView();
    document.getElementById("filter-rule").focus({ preventScroll: true });
  }),
  reportsSection(), failed(),
].filter(Boolean));
refresh();

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("main").focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || place.hidden) return;
  if (view?.element.querySelector("[aria-current], .chosen")) {
    view.clear();
    remember(view.report, "");
  } else location.hash = "#/";
});
addEventListener("hashchange", route);
// The page of a single report opens on it.
if (location.hash === "" && reports.length === 1 && run.failed === 0) history.replaceState(null, "", link(reports[0]));
route();
