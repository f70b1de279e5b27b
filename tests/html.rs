//! summary.html, opened from disk in a headless Chromium and used with mouse and keyboard.
//!
//! Without a Chromium nothing is tested, and each test says so; where `NIANBAO_REQUIRE_CHROMIUM` is set, as in CI, that
//! is a failure. Pictures of the pages, to look at, are written to `target/html` by
//! `cargo test --test html -- --ignored`.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)] // A test may panic.

mod html {
    pub mod browser;
}

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Instant;

use html::browser::Tab;
use serde_json::json;

/// One browser at a time: they are large.
static TURN: Mutex<()> = Mutex::new(());

/// Runs `test` with a browser and a folder for files, and then asks whether the page complained.
fn with_browser(test: impl FnOnce(&mut Tab, &Path)) {
    let _turn = TURN.lock().unwrap_or_else(|held| held.into_inner());
    let Some(mut tab) = Tab::new() else { return };
    let dir = tempfile::tempdir().unwrap();
    tab.window(1280, 900, false);
    test(&mut tab, dir.path());
    let complaints = tab.complaints();
    assert!(complaints.is_empty(), "the page complains:\n{}", complaints.join("\n"));
}

/// The page that `check` makes of `inputs`, in the folder `dir`. Paths begin in the folder of fixtures.
fn page(dir: &Path, inputs: &[&str], lang: &str) -> PathBuf {
    let output = Command::new(env!("CARGO_BIN_EXE_nianbao"))
        .args(["check", "--format", "html", "--lang", lang])
        .args(inputs)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"))
        .output()
        .unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&output.stderr));
    let path = dir.join(format!("summary-{lang}.html"));
    fs::write(&path, output.stdout).unwrap();
    path
}

const INVALID: &[&str] = &["reports/invalid", "no-such-file.txt"];

/// The report in the list whose line says so.
fn row(name: &str) -> String {
    format!(
        "[...document.querySelectorAll('#list tbody tr')].find((row) => row.textContent.includes({})).querySelector('a')",
        json!(name)
    )
}

/// Whether an element can be seen in the pane that it stands in.
fn in_sight(tab: &mut Tab, selector: &str) -> bool {
    let seen = format!(
        "(() => {{ const e = document.querySelector({}); const r = e.getBoundingClientRect();
          const p = e.closest('.body').getBoundingClientRect();
          return r.height > 0 && r.top >= p.top - 1 && r.bottom <= p.bottom + 1 && r.left >= p.left - 1
            && r.right <= p.right + 1 && r.bottom <= innerHeight && r.right <= innerWidth; }})()",
        json!(selector)
    );
    tab.eval(&seen) == true
}

#[test]
fn the_run_is_counted_filtered_and_sorted() {
    with_browser(|tab, dir| {
        let reports = fs::read_dir("fixtures/reports/invalid").unwrap().count() as u64;
        tab.open(&page(dir, INVALID, "en"), "");
        assert_eq!(tab.text(".tile .big"), reports.to_string());
        assert_eq!(tab.count("#list tbody tr"), reports);
        assert!(tab.text("#found").starts_with(&format!("{reports} reports")));
        assert!(tab.text(".failures").contains("no-such-file.txt"));
        assert!(tab.count(".chart tbody tr") >= 12 && tab.count(".organs td.error") > 0);

        // By the words of a name, and back.
        tab.click("#filter-text");
        tab.type_in("SUM.ROW 2019");
        assert_eq!(tab.count("#list tbody tr"), 1);
        assert!(tab.text("#list tbody").contains("sum.row-2019-not-held"));
        assert_eq!(tab.count(".organs tbody tr"), 3, "all organs, the one organ, the failed input");
        tab.press("Escape");
        assert_eq!(tab.count("#list tbody tr"), reports);

        // By a rule, from the chart; then by a year on top of it.
        let rule = "document.querySelector('.chart tbody tr:first-child .rule').textContent";
        let (rule, among) = (tab.eval(rule), tab.text(".chart tbody tr:first-child .among"));
        tab.click(".chart tbody tr:first-child .rule");
        assert_eq!(tab.count("#list tbody tr").to_string(), among);
        assert_eq!(tab.eval("document.getElementById('filter-rule').selectedOptions[0].textContent"), rule);
        tab.eval("(() => { const s = document.getElementById('filter-year'); s.value = '2019'; s.dispatchEvent(new Event('change')) })()");
        let both = tab.count("#list tbody tr");
        assert!(both > 0 && both.to_string() < among, "{both} of {among}");
        tab.click("#filter-reset");
        assert_eq!(tab.count("#list tbody tr"), reports);

        // By severity and by edition.
        for (filter, value, class) in [("level", "error", "tr.error"), ("level", "clean", "tr.clean")] {
            tab.eval(&format!("setTimeout(() => {{ const s = document.getElementById('filter-{filter}'); s.value = '{value}'; s.dispatchEvent(new Event('change')) }})"));
            tab.eval("new Promise((done) => setTimeout(done, 20))");
            assert_eq!(tab.count("#list tbody tr"), tab.count(&format!("#list tbody {class}")), "{value}");
        }
        tab.click("#filter-reset");

        // By errors, the most first; then the fewest.
        let errors = "[...document.querySelectorAll('#list tbody tr')].map((row) => Number(row.cells[3].textContent))";
        tab.click(".sort[data-key=errors]");
        let most = tab.eval(errors).as_array().unwrap().clone();
        assert!(most[0].as_u64() > most[most.len() - 1].as_u64());
        assert!(most.is_sorted_by(|a, b| a.as_u64() >= b.as_u64()), "{most:?}");
        assert_eq!(tab.eval("document.activeElement.closest('th').getAttribute('aria-sort')"), "descending");
        tab.press("Enter");
        let fewest = tab.eval(errors).as_array().unwrap().clone();
        assert!(fewest.is_sorted_by(|a, b| a.as_u64() <= b.as_u64()), "{fewest:?}");
    });
}

#[test]
fn a_finding_leads_to_its_cell_and_its_line() {
    with_browser(|tab, dir| {
        tab.open(&page(dir, INVALID, "en"), "");
        tab.eval(&format!("{}.click()", row("sum.row-received")));
        tab.eval("new Promise((done) => setTimeout(done, 50))");
        tab.click("li.error .finding");
        // The stated total and its line, as tests/cli and the README have them.
        assert_eq!(tab.text("td.chosen"), "16");
        assert_eq!(tab.count("td.part"), 7);
        assert_eq!(tab.text(".row.hit .gutter span"), "57");
        assert_eq!(tab.text(".row.hit mark"), "14");
        assert_eq!(tab.count(".row.hit mark"), 7);
        assert!(tab.text("[aria-current] + .about").contains("Expected17Printed16"));
        assert!(in_sight(tab, "td.chosen") && in_sight(tab, ".row.hit mark") && in_sight(tab, "[aria-current]"));
        assert!(tab.eval("location.hash").as_str().unwrap().ends_with("/finding/1"));
        assert!(tab.text(".where").contains("applications.received.total"));

        // A cell leads to its line, a number in the text to its cell, and both to the findings about them.
        let cell = "document.querySelector('td.chosen').dataset.slot";
        tab.click(".official[data-table=review_litigation] td.cell");
        assert_ne!(tab.text(".row.hit .gutter span"), "57");
        assert!(in_sight(tab, ".row.hit mark") && in_sight(tab, "td.chosen"));
        assert_eq!(tab.count(".finding[aria-current]"), 0);
        tab.eval("document.querySelector('.row[data-line=\"57\"]').scrollIntoView()");
        tab.click(".row[data-line='57'] .read:last-of-type");
        assert_eq!(tab.text("td.chosen"), "16");
        assert!(in_sight(tab, "td.chosen"));
        assert_eq!(tab.count(".findings .related"), 1);
        let slot = tab.eval(cell);

        // The address leads there again.
        let hash = tab.eval("location.hash").as_str().unwrap().to_owned();
        assert!(hash.ends_with("/cell/applications.received.total"), "{hash}");
        tab.open(&dir.join("summary-en.html"), &hash);
        assert_eq!(tab.eval(cell), slot);

        // Back and forward are those of the browser.
        tab.eval("location.hash = '#/'");
        tab.eval("new Promise((done) => setTimeout(done, 50))");
        assert_eq!((tab.count("#report"), tab.count("#overview")), (0, 1));
        tab.eval("new Promise((done) => { addEventListener('hashchange', done, { once: true }); history.back() })");
        assert_eq!((tab.count("#report"), tab.count("#overview")), (1, 0));
    });
}

#[test]
fn the_tables_are_those_of_the_form_with_every_cell_by_its_status() {
    with_browser(|tab, dir| {
        tab.open(
            &page(dir, &["reports/invalid/cell.unreadable-see-annex", "reports/valid/blank-cells"], "en"),
            "#/report/0",
        );
        assert_eq!(tab.count(".official"), 3);
        assert_eq!(tab.count("td.cell"), 200);
        assert_eq!(tab.count("td.cell.unreadable.flagged.error"), 1);
        let group =
            "[...document.querySelectorAll('th')].find((cell) => cell.textContent === '三、本年度办理结果').rowSpan";
        assert_eq!(tab.eval(group), 22);
        // All that was read is marked in the text, each with its cell.
        let same = "[...document.querySelectorAll('.read.ok')].every((mark) => mark.textContent.replaceAll(',', '') ===
            document.querySelector(`td[data-slot='${mark.dataset.slot}']`).textContent)";
        assert_eq!(tab.eval(same), true);
        assert_eq!(tab.count(".read.ok"), tab.count("td.ok"));

        tab.eval("location.hash = '#/report/1'");
        tab.eval("new Promise((done) => setTimeout(done, 50))");
        let blank = tab.count("td.cell.blank");
        assert!(blank > 0 && tab.count("td.cell") == 200);
        assert_eq!(
            tab.eval(
                "[...document.querySelectorAll('td.cell.blank em')].every((word) => word.textContent === 'blank')"
            ),
            true
        );
    });
}

#[test]
fn the_keyboard_suffices() {
    with_browser(|tab, dir| {
        let focus = "(() => { const e = document.activeElement; return e.id || e.className || e.tagName })()";
        let outlined = "getComputedStyle(document.activeElement).outlineStyle !== 'none'";
        tab.open(&page(dir, INVALID, "en"), "");
        tab.press("Tab");
        assert_eq!(tab.eval(focus), "skip");
        assert!(tab.eval("document.activeElement.getBoundingClientRect().top").as_f64().unwrap() >= 0.0);
        tab.press("Enter");
        assert_eq!(tab.eval(focus), "main");
        // The chart is one stop, then more rules, the five parts of the filter, the button.
        tab.press("Tab");
        assert_eq!((tab.eval(focus), tab.eval(outlined)), (json!("rule"), json!(true)));
        let first = tab.eval("document.activeElement.textContent");
        tab.press("ArrowDown");
        assert_ne!(tab.eval("document.activeElement.textContent"), first);
        let mut stops = Vec::new();
        for _ in 0..30 {
            tab.press("Tab");
            stops.push(tab.eval(focus).as_str().unwrap().to_owned());
            assert_eq!(tab.eval(outlined), true, "{stops:?}");
            if tab.eval("document.activeElement.matches('#list a')") == true {
                break;
            }
        }
        let filter: Vec<&String> = stops.iter().filter(|stop| stop.starts_with("filter-")).collect();
        let expected = ["filter-text", "filter-rule", "filter-level", "filter-year", "filter-edition", "filter-reset"];
        assert_eq!(filter, expected.iter().collect::<Vec<_>>());
        assert!(stops.iter().any(|stop| stop == "spot") && stops.len() < 25, "{stops:?}");

        // Down the list to a report with several findings, into it, along its findings.
        let at = "document.activeElement.dataset.at";
        tab.press("End");
        let last = tab.eval(at);
        tab.press("ArrowUp");
        assert_eq!(
            tab.eval(at).as_str().unwrap().parse::<u64>().unwrap() + 1,
            last.as_str().unwrap().parse::<u64>().unwrap()
        );
        tab.press("Home");
        tab.eval(&format!("{}.focus()", row("cell.negative-received")));
        let chosen = tab.eval(at);
        tab.press("Enter");
        tab.eval("new Promise((done) => setTimeout(done, 50))");
        assert_eq!(tab.eval("document.activeElement.tagName"), "H1");
        tab.press("Tab");
        assert!(tab.eval(focus).as_str().unwrap().starts_with("finding"));
        tab.press("ArrowDown");
        assert_eq!(tab.count(".finding[aria-current]"), 1);
        assert_eq!(tab.eval("document.activeElement.dataset.at"), "1");
        assert!(tab.count(".row.hit") > 0);

        // Into the tables: by arrows over merged cells, Enter shows the line.
        for _ in 0..20 {
            tab.press("Tab");
            if tab.eval("document.activeElement.matches('td.cell')") == true {
                break;
            }
        }
        assert_eq!(tab.eval("document.activeElement.matches('td.cell')"), true);
        let slot = "Number(document.activeElement.dataset.slot)";
        let from = tab.eval(slot).as_u64().unwrap();
        tab.press("ArrowRight");
        assert_eq!(tab.eval(slot), from + 1);
        tab.press("ArrowDown");
        assert_eq!(tab.eval(slot), from + 4, "the second of three columns, a row below");
        tab.press("Enter");
        assert_eq!(tab.eval(slot), from + 4);
        assert_eq!(tab.eval("document.activeElement === document.querySelector('td.chosen')"), true);
        assert!(in_sight(tab, ".row.hit mark"));

        // Into the text: Enter on a number shows its cell, and the focus stays.
        for _ in 0..20 {
            tab.press("Tab");
            if tab.eval("document.activeElement.matches('.read')") == true {
                break;
            }
        }
        tab.press("ArrowRight");
        tab.press("Enter");
        assert_eq!(tab.eval("document.activeElement.matches('.read') && document.activeElement.dataset.slot === document.querySelector('td.chosen').dataset.slot"), true);

        // Out again: first of the choice, then of the report, to where it was opened.
        tab.press("Escape");
        assert_eq!((tab.count("td.chosen"), tab.count(".row.hit"), tab.count("#report")), (0, 0, 1));
        tab.press("Escape");
        tab.eval("new Promise((done) => setTimeout(done, 50))");
        assert_eq!(tab.count("#overview"), 1);
        assert_eq!(tab.eval(at), chosen);
    });
}

#[test]
fn markup_in_a_report_is_text() {
    with_browser(|tab, dir| {
        let evil = "</script><script>window.hacked = 1</script><!-- <script> <img src=x onerror='window.hacked = 2'>";
        let report = fs::read_to_string("fixtures/reports/invalid/sum.row-received/report.txt").unwrap();
        let report = report
            .replacen("一、总体情况", &format!("{evil}\n一、总体情况"), 1)
            .replacen("行政许可", &format!("行政许可{evil}"), 1)
            .replacen("\t0\t", &format!("\t{evil}\t"), 1);
        // Not a name that every system allows, but one that this one may have.
        let file = dir.join("<img src=x onerror=alert(1)>&amp;.txt");
        fs::write(&file, report).unwrap();
        let missing = dir.join("<script>window.hacked = 3<").to_string_lossy().into_owned();
        tab.open(&page(dir, &[&file.to_string_lossy(), &missing], "en"), "");
        assert!(tab.text(".failures").contains("<script>window.hacked = 3<"));
        tab.eval("location.hash = '#/report/0'");
        tab.eval("new Promise((done) => setTimeout(done, 50))");
        assert!(tab.text(".source").contains(evil));
        assert!(tab.text(".facts").contains("<img src=x onerror=alert(1)>&amp;.txt"));
        let findings = tab.count(".finding");
        for at in 0..findings {
            tab.click(&format!(".finding[data-at='{at}']"));
        }
        assert_eq!(tab.eval("typeof window.hacked"), "undefined");
        assert_eq!(tab.eval("document.querySelectorAll('img, main script').length"), 0);
    });
}

/// Text whose colour stands too little against what is behind it (WCAG 2.1, level AA), and things without a name.
const FAULTS: &str = r"(() => {
  const faults = [];
  const parse = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || seen.has(element) || element.getClientRects().length === 0) continue;
    if (element.closest('.hear, option, [aria-hidden=true], script, style')) continue;
    seen.add(element);
    const style = getComputedStyle(element);
    const [a, b] = [light(parse(style.color)), light(behind(element))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    const large = parseFloat(style.fontSize) >= 24;
    if (contrast < (large ? 3 : 4.5)) faults.push(`${element.className || element.tagName}: ${contrast.toFixed(2)} ${style.color}`);
  }
  for (const element of document.querySelectorAll('a, button, input, select, [role=region], [role=grid]')) {
    const label = element.getAttribute('aria-label') || element.textContent.trim() || element.labels?.[0]?.textContent
      || document.getElementById(element.getAttribute('aria-labelledby'))?.textContent;
    if (!label) faults.push(`${element.outerHTML.slice(0, 80)} has no name`);
  }
  if (document.documentElement.scrollWidth > innerWidth) {
    const wide = [...document.querySelectorAll('main *')].filter((e) => e.getBoundingClientRect().right > innerWidth && !e.closest('.scroll'));
    faults.push(`wider than the window: ${wide.map((e) => e.className || e.tagName).slice(0, 5)}`);
  }
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
  faults.push(...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `${id} stands twice`));
  return [...new Set(faults)];
})()";

#[test]
fn it_can_be_read_in_light_and_dark_wide_and_narrow_in_both_languages() {
    with_browser(|tab, dir| {
        for lang in ["en", "zh"] {
            let page = page(dir, &["reports/invalid", "reports/valid", "no-such-file.txt"], lang);
            for (width, dark) in [(1280, false), (1280, true), (360, false), (360, true)] {
                tab.window(width, 800, dark);
                // The run; a sum, a mixed form, cells without a number, a report that no form knows.
                let about = [
                    "sum.row-received",
                    "form.mixed-other",
                    "cell.unreadable-see",
                    "row.missing-carried",
                    "form.unknown",
                ];
                tab.open(&page, "");
                assert_eq!(tab.eval("document.documentElement.lang"), if lang == "en" { "en" } else { "zh-CN" });
                assert_eq!(tab.eval(FAULTS), json!([]), "{lang}, {width} wide, dark: {dark}");
                for name in about {
                    let hash = tab.eval(&format!("{}.hash", row(name)));
                    tab.eval(&format!("location.hash = {hash}"));
                    tab.eval("new Promise((done) => setTimeout(done, 30))");
                    tab.eval("document.querySelector('.finding')?.click()");
                    assert_eq!(tab.eval(FAULTS), json!([]), "{name}, {lang}, {width} wide, dark: {dark}");
                    tab.eval("location.hash = '#/'");
                    tab.eval("new Promise((done) => setTimeout(done, 30))");
                }
            }
        }
    });
}

#[test]
fn thousands_of_reports_are_quick_and_nothing_is_left_out_in_silence() {
    with_browser(|tab, dir| {
        const REPORTS: usize = 2000;
        let cases = [
            "invalid/sum.row-received",
            "valid/clean-rectangle",
            "valid/value-notations",
            "invalid/row.missing-penalties",
        ];
        let texts = cases.map(|case| fs::read(format!("fixtures/reports/{case}/report.txt")).unwrap());
        let folder = dir.join("reports");
        fs::create_dir(&folder).unwrap();
        for i in 0..REPORTS {
            fs::write(folder.join(format!("{i:05}.txt")), &texts[i % texts.len()]).unwrap();
        }
        let page = page(dir, &[&folder.to_string_lossy()], "en");
        assert!(fs::metadata(&page).unwrap().len() < 5_000_000);
        let start = Instant::now();
        tab.open(&page, "");
        let ready = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd";
        let ready = tab.eval(ready).as_f64().unwrap();
        assert!(ready < 5000.0, "ready after {ready} ms");
        println!("{REPORTS} reports: ready after {ready:.0} ms, open in {:?}", start.elapsed());
        assert_eq!(tab.text(".tile .big"), "2,000");
        assert!(tab.text("#limits").contains("of 2,000 reports"), "{}", tab.text("#limits"));
        assert_eq!(tab.count("#list tbody tr"), 100);
        let takes = "(() => { const start = performance.now(); const input = document.getElementById('filter-text');
            input.value = '1999'; input.dispatchEvent(new Event('input')); return performance.now() - start; })()";
        let takes = tab.eval(takes).as_f64().unwrap();
        assert!(takes < 1000.0, "the filter takes {takes} ms");
        assert_eq!(tab.count("#list tbody tr"), 1);
        // A report without details says what to do.
        let without = tab.eval("!document.getElementById(`report-${document.querySelector('#list a').dataset.at}`)");
        assert_eq!(without, true);
        tab.click("#list a");
        tab.eval("new Promise((done) => setTimeout(done, 50))");
        assert!(tab.text(".without").contains("nianbao check --format html"));
    });
}

#[test]
#[ignore = "writes pictures to look at into target/html"]
fn pictures() {
    with_browser(|tab, dir| {
        let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/html");
        fs::create_dir_all(&out).unwrap();
        let save = |name: &str, base64: &serde_json::Value| {
            let name = out.join(name);
            fs::write(&name, decode(base64.as_str().unwrap())).unwrap();
            println!("{}", name.display());
        };
        for lang in ["en", "zh"] {
            let page = page(dir, &["reports/invalid", "reports/valid", "no-such-file.txt"], lang);
            for (form, width, height, dark) in
                [("light", 1280, 900, false), ("dark", 1280, 900, true), ("narrow", 360, 1400, false)]
            {
                tab.window(width, height, dark);
                tab.open(&page, "");
                save(&format!("run-{lang}-{form}.png"), &tab.call("Page.captureScreenshot", json!({}))["data"]);
                let hash = tab.eval(&format!("{}.hash", row("sum.row-received")));
                tab.open(&page, &format!("{}/finding/1", hash.as_str().unwrap()));
                save(&format!("report-{lang}-{form}.png"), &tab.call("Page.captureScreenshot", json!({}))["data"]);
            }
            let pdf = json!({"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": true});
            save(&format!("report-{lang}.pdf"), &tab.call("Page.printToPDF", pdf.clone())["data"]);
            tab.open(&page, "");
            save(&format!("run-{lang}.pdf"), &tab.call("Page.printToPDF", pdf)["data"]);
        }
    });
}

/// The bytes of a text in base64.
fn decode(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let letters: Vec<u8> = text.bytes().filter(|&byte| byte != b'=').collect();
    let bytes = letters.chunks(4).flat_map(|chunk| {
        let bits =
            chunk.iter().fold(0_u32, |bits, &byte| bits << 6 | u32::from(value(byte))) << (6 * (4 - chunk.len()));
        bits.to_be_bytes()[1..].iter().copied().take(chunk.len() - 1).collect::<Vec<u8>>()
    });
    bytes.collect()
}
