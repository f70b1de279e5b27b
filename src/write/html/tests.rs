use super::*;
use crate::write::sample;

fn page(reports: &[(&str, Report)], failures: &[(&str, &str)], lang: Lang) -> String {
    let mut run = Run::default();
    let mut page = Page::new(lang);
    for (id, report) in reports {
        run.report(report);
        page.add(page.wants().leaf(id, report).unwrap()).unwrap();
    }
    for (source, error) in failures {
        run.failure();
        page.failure(&Failure { source: (*source).into(), error: (*error).into() }).unwrap();
    }
    let mut out = Vec::new();
    page.finish(&run, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The data of the block `id`.
fn block(page: &str, id: &str) -> Option<serde_json::Value> {
    let (_, rest) = page.split_once(&format!("<script type=\"application/json\" id=\"{id}\""))?;
    let (_, rest) = rest.split_once('>')?;
    let (json, _) = rest.split_once("</script>")?;
    Some(serde_json::from_str(json).unwrap())
}

#[test]
fn the_page_holds_the_run() {
    let page = page(&[("甲", sample::report())], &[("乙.txt", "there is no such file")], Lang::En);
    let run = block(&page, "run").unwrap();
    assert_eq!((&run["reports"], &run["failed"]), (&1.into(), &1.into()));
    assert_eq!(run["cells"], serde_json::json!([2, 1, 0, 1]));
    assert_eq!(run["findings"], serde_json::json!([1, 1, 0]));
    assert_eq!(run["years"], serde_json::json!([[2021, [1, 0, 0, 0]]]));
    assert_eq!(run["rules"][1][1], "sum.row");
    assert_eq!(block(&page, "reports").unwrap()[0][0], "甲");
    assert_eq!(block(&page, "failures").unwrap()[0][0], "乙.txt");
    assert!(page.contains("id=\"report-0\" data-form=\"form-0\">"));
    assert_eq!(block(&page, "form-0").unwrap()["slots"].as_array().unwrap().len(), 4);
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">") && page.trim_end().ends_with("</html>"));
    let blank = regex::Regex::new(r"\{\{[a-z]+\}\}").unwrap();
    assert!(!blank.is_match(&page), "a part of the shell was not filled");
}

#[test]
fn the_language_is_that_of_the_whole_page() {
    let page = page(&[("甲", sample::report())], &[], Lang::Zh);
    assert!(page.contains("<html lang=\"zh-CN\">") && page.contains("<title>政府信息公开工作年度报告校验汇总</title>"));
    assert_eq!(block(&page, "run").unwrap()["text"]["findings"], "问题");
}

#[test]
fn the_policy_allows_the_own_style_and_script_alone() {
    let page = page(&[], &[], Lang::En);
    let between = |start: &str, end: &str| page.split_once(start).unwrap().1.split_once(end).unwrap().0;
    let policy = between("http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert!(policy.contains(&format!("style-src {};", embed::source(between("<style>", "</style>")))), "{policy}");
    let script = embed::source(between("<script type=\"module\">", "</script>"));
    assert!(policy.contains(&format!("script-src {};", script)), "{policy}");
    for part in [SCRIPT, STYLE, SHELL] {
        assert!(!part.contains('\r'), "a browser would hash other line ends");
    }
    for way in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "<!--", "</script"] {
        assert!(!SCRIPT.contains(way), "{way}");
    }
    for address in ["http:", "https:", "//cdn", "@import", "url("] {
        let found = [SHELL, STYLE].iter().any(|part| part.contains(address));
        assert!(!found, "{address}");
    }
}

#[test]
fn a_report_can_put_no_markup_into_the_page() {
    let evil = "</script><script>alert(1)</script><!--<script>";
    let mut report = sample::report();
    report.text = sample::TEXT.replace("全年无事", evil);
    report.index = crate::span::LineIndex::new(&report.text);
    report.metadata.agency = Some(evil.into());
    let page = page(&[(evil, report)], &[(evil, evil)], Lang::En);
    assert!(!page.contains("<script>alert") && !page.contains("<!--"));
    assert_eq!(block(&page, "reports").unwrap()[0][0], evil);
    assert_eq!(block(&page, "report-0").unwrap()["text"][2], format!("={evil}。"));
    // The blocks of data and the script; nothing else opens one.
    assert_eq!(page.matches("<script").count(), page.matches("</script>").count());
    assert_eq!(page.matches("<script").count(), 6);
}

/// The sample with other findings.
fn with(rules: &[Rule]) -> Report {
    let mut report = sample::report();
    let sum = report.findings[0].clone();
    report.findings =
        rules.iter().map(|&rule| crate::finding::Finding { rule, severity: rule.severity(), ..sum.clone() }).collect();
    report
}

#[test]
fn details_go_to_examples_of_each_rule_then_to_the_gravest() {
    let clean = with(&[]);
    let note = with(&[Rule::CellBlank]);
    let error = with(&[Rule::SumRow]);
    let mut reports: Vec<(String, Report)> = Vec::new();
    reports.extend((0..400).map(|i| (format!("clean{i}"), clean.clone())));
    reports.extend((0..400).map(|i| (format!("note{i}"), note.clone())));
    reports.extend((0..400).map(|i| (format!("error{i}"), error.clone())));
    reports.push(("rare".into(), with(&[Rule::EncodingReplaced])));
    let mut page = Page::new(Lang::En);
    let mut run = Run::default();
    for (id, report) in &reports {
        run.report(report);
        page.add(page.wants().leaf(id, report).unwrap()).unwrap();
    }
    let mut out = Vec::new();
    page.finish(&run, &mut out).unwrap();
    let page = String::from_utf8(out).unwrap();
    let rows = block(&page, "reports").unwrap();
    assert_eq!(rows.as_array().unwrap().len(), reports.len());
    let detailed = |name: &str| {
        let of = |(at, row): (usize, &serde_json::Value)| {
            row[0].as_str().unwrap().starts_with(name) && block(&page, &format!("report-{at}")).is_some()
        };
        rows.as_array().unwrap().iter().enumerate().filter(|pair| of(*pair)).count()
    };
    assert_eq!(
        [detailed("clean"), detailed("note"), detailed("error"), detailed("rare")],
        [0, EXAMPLES, MOST_DETAILS - EXAMPLES - 1, 1]
    );
    assert_eq!(block(&page, "run").unwrap()["detailed"], MOST_DETAILS);
}

#[test]
fn leaves_that_were_made_long_before_change_nothing() {
    let kinds = [with(&[]), with(&[Rule::CellBlank]), with(&[Rule::SumRow]), with(&[Rule::EncodingReplaced])];
    let reports = || (0..2000).map(|i| (format!("{i}"), &kinds[if i == 1700 { 3 } else { i % 7 / 3 }]));
    let made = |page: Page| {
        let mut run = Run::default();
        reports().for_each(|(_, report)| run.report(report));
        let mut out = Vec::new();
        page.finish(&run, &mut out).unwrap();
        out
    };
    let mut page = Page::new(Lang::En);
    let before: Vec<Leaf> = reports().map(|(id, report)| page.wants().leaf(&id, report).unwrap()).collect();
    for leaf in before {
        page.add(leaf).unwrap();
    }
    let early = made(page);
    let mut page = Page::new(Lang::En);
    let mut spared = 0;
    for (id, report) in reports() {
        let leaf = page.wants().leaf(&id, report).unwrap();
        spared += usize::from(leaf.detail.is_none());
        page.add(leaf).unwrap();
    }
    assert!(made(page) == early);
    assert!(spared > 500, "{spared} details were not made");
}

#[test]
fn a_long_run_stays_small_and_its_counts_whole() {
    let (clean, mut error) = (with(&[]), with(&[Rule::SumRow]));
    // Large details, and a name that takes room.
    error.text.push_str(&"长".repeat(60_000));
    let name = "名".repeat(100);
    let mut page = Page::new(Lang::En);
    let mut run = Run::default();
    for i in 0..30_000 {
        let report = if i % 10 == 9 { &error } else { &clean };
        run.report(report);
        page.add(page.wants().leaf(&format!("{name}{i}"), report).unwrap()).unwrap();
    }
    for i in 0..5000 {
        run.failure();
        page.failure(&Failure { source: format!("{name}{i}"), error: "there is no such file".into() }).unwrap();
    }
    let kept = page.rows.bytes + page.details.bytes;
    assert!(kept < LIST + DETAILS, "{kept}");
    let mut out = Vec::new();
    page.finish(&run, &mut out).unwrap();
    assert!(out.len() < MOST_BYTES, "{}", out.len());
    let page = String::from_utf8(out).unwrap();
    let head = block(&page, "run").unwrap();
    assert_eq!((&head["reports"], &head["failed"]), (&30_000.into(), &5000.into()));
    assert_eq!(head["years"], serde_json::json!([[2021, [3000, 0, 0, 27_000]]]));
    let rows = block(&page, "reports").unwrap();
    assert_eq!(head["listed"], rows.as_array().unwrap().len());
    // Reports with errors are listed before those without.
    let errors = rows.as_array().unwrap().iter().filter(|row| row[4][0] == 1).count();
    assert_eq!(errors, 3000);
    assert!(block(&page, "failures").unwrap().as_array().unwrap().len() < 5000);
}

#[test]
fn a_huge_report_leaves_room_for_others() {
    let mut huge = with(&[Rule::SumRow]);
    // Written as six characters each.
    huge.text.push_str(&"\u{1}".repeat(900_000));
    huge.index = crate::span::LineIndex::new(&huge.text);
    let page = page(&[("huge", huge), ("other", with(&[Rule::SumRow]))], &[], Lang::En);
    assert!(block(&page, "report-0").unwrap()["text"].is_null());
    assert!(block(&page, "report-1").unwrap()["text"].is_array());
}

#[test]
fn the_bounds_leave_room_for_the_rest_of_the_page() {
    let shell = SHELL.len() + STYLE.len() + SCRIPT.len();
    let texts = 40_000;
    // Lines of reports that have details may stand beyond the room of the list.
    assert!(LIST + DETAILS + SERIES + FORMS + FAILURES + shell + texts + MOST_DETAILS * 200 < MOST_BYTES, "{shell}");
}
