//! The words of the page in both languages. `{name}` stands for a value; `one|many` is told apart by `{n}`.

use std::collections::BTreeMap;

use crate::lang::Lang;

/// Key, English, Chinese.
const TEXTS: &[(&str, &str, &str)] = &[
    ("title", "Validation summary of annual reports on information disclosure", "政府信息公开工作年度报告校验汇总"),
    ("skip", "Skip to the content", "跳到正文"),
    (
        "noscript",
        "This page needs JavaScript. It loads nothing from the network.",
        "本页需要启用 JavaScript；不会访问网络。",
    ),
    // The run.
    ("reports", "Reports", "报告"),
    ("report", "Report", "报告"),
    ("cells", "Cells of the form", "表格单元格"),
    ("findings", "Findings", "问题"),
    ("failed", "Could not be read", "无法读取"),
    ("verdict.error", "With errors", "有错误"),
    ("verdict.warning", "With warnings", "有警告"),
    ("verdict.note", "With notes only", "仅有提示"),
    ("verdict.clean", "Nothing found", "未发现问题"),
    ("status.ok", "Read", "已读出"),
    ("status.blank", "Blank", "空白"),
    ("status.unreadable", "Unreadable", "无法识别"),
    ("status.missing", "Missing", "缺失"),
    ("status.blank.short", "blank", "空"),
    ("status.unreadable.short", "unreadable", "无法识别"),
    ("status.missing.short", "missing", "缺"),
    ("level.error", "Error", "错误"),
    ("level.warning", "Warning", "警告"),
    ("level.note", "Note", "提示"),
    ("level.errors", "Errors", "错误"),
    ("level.warnings", "Warnings", "警告"),
    ("level.notes", "Notes", "提示"),
    ("by.rule", "Findings by rule", "按规则统计的问题"),
    ("rule", "Rule", "规则"),
    ("in.reports", "Reports", "涉及报告"),
    ("rule.filter", "Show the reports with {id}", "只看有 {id} 的报告"),
    ("rules.all", "Show all {n} rules", "显示全部 {n} 条规则"),
    ("no.findings", "Nothing was found.", "未发现问题。"),
    ("failed.inputs", "{n} input could not be read|{n} inputs could not be read", "{n} 个输入无法读取"),
    (
        "failed.cut",
        "{n} more is not listed here; failed.csv lists all.|{n} more are not listed here; failed.csv lists all.",
        "另有 {n} 个未在此列出，全部见 failed.csv。",
    ),
    (
        "limit.list",
        "So that this page stays small it lists {listed} of {reports} reports, those with errors first. The counts are those of all; reports.csv lists all.",
        "为控制页面大小，此处只列出 {reports} 份报告中的 {listed} 份，优先列出有错误的报告。统计数字包括全部报告；完整清单见 reports.csv。",
    ),
    (
        "limit.details",
        "It shows tables, findings and text of {detailed} of {reports} reports: examples of each rule first, then those with errors, with warnings, with notes. findings.csv lists every finding.",
        "{reports} 份报告中的 {detailed} 份附有表格、问题和原文：先是各条规则的示例，再依次为有错误、有警告、有提示的报告。全部问题见 findings.csv。",
    ),
    // The list and its filter.
    ("filter", "Filter the reports", "筛选报告"),
    ("filter.text", "Organ or file", "机关或文件"),
    ("filter.hint", "Words of the name", "名称中的字词"),
    ("filter.reset", "Clear", "清除"),
    ("any", "All", "全部"),
    ("severity", "Severity", "严重程度"),
    ("with.errors", "With errors", "有错误"),
    ("with.warnings", "With warnings", "有警告"),
    ("with.notes", "With notes", "有提示"),
    ("year", "Year", "年度"),
    ("form", "Form", "表样"),
    ("unknown", "Unknown", "不详"),
    ("no.form", "No known form", "表样不详"),
    ("organ", "Organ", "机关"),
    ("organs", "All of {n} organ|All of {n} organs", "全部 {n} 个机关"),
    ("grid", "Organs and years", "机关与年度"),
    ("organs.more", "Show {n} more organ|Show {n} more organs", "再显示 {n} 个机关"),
    ("list", "List", "清单"),
    ("list.more", "Show {n} more report|Show {n} more reports", "再显示 {n} 份报告"),
    ("limit.paper", "The first {shown} of {n} reports are printed.", "此处打印 {n} 份报告中的前 {shown} 份。"),
    ("none.match", "No report passes the filter.", "没有符合条件的报告。"),
    ("found.all", "{n} report|{n} reports", "{n} 份报告"),
    ("found", "{found} of {reports} reports pass the filter", "符合条件的报告：{found} / {reports}"),
    ("found.of", ", of {organ} only", "，仅限{organ}"),
    ("cells.read", "Cells read", "已读单元格"),
    // A report.
    ("back", "All reports", "全部报告"),
    ("previous", "Previous", "上一份"),
    ("next", "Next", "下一份"),
    ("file", "File", "文件"),
    ("period", "Period", "统计时段"),
    ("encoding", "Encoding", "编码"),
    ("errors", "{n} error|{n} errors", "{n} 个错误"),
    ("warnings", "{n} warning|{n} warnings", "{n} 个警告"),
    ("notes", "{n} note|{n} notes", "{n} 个提示"),
    ("line", "line {line}", "第 {line} 行"),
    ("whole", "the whole report", "整份报告"),
    ("expected", "Expected", "应为"),
    ("actual", "Printed", "实为"),
    ("stated", "Stated total", "所列合计"),
    ("part", "Part of the sum", "加数"),
    ("to.table", "Show the cell", "查看单元格"),
    ("to.text", "Show the line", "查看原文行"),
    (
        "findings.cut",
        "{n} more finding is not listed here.|{n} more findings are not listed here.",
        "另有 {n} 个问题未在此列出。",
    ),
    ("findings.table", "{n} finding|{n} findings", "{n} 个问题"),
    ("tables", "Tables of the form", "规定表格"),
    ("no.tables", "The report has no table.", "报告中没有表格。"),
    ("table.line", "Table on line {line}", "第 {line} 行的表格"),
    (
        "raw",
        "No known form matches this report; its tables are shown as they are printed.",
        "没有与本报告相符的表样；以下按原样显示其表格。",
    ),
    ("raw.cut", "The table is not shown in full.", "表格未完整显示。"),
    (
        "cell.hint",
        "Choose a cell to see its line, or a finding to see both.",
        "选择单元格可查看其所在行，选择问题可同时查看两者。",
    ),
    ("printed", "printed as {text}", "原文为 {text}"),
    ("source", "Text", "原文"),
    ("source.hint", "Every number that was read is underlined.", "已读出的数字均加下划线。"),
    ("text.cut", "The text ({n} KiB) is too long to be shown here.", "原文（{n} KiB）过长，未在此显示。"),
    (
        "without",
        "This page holds the tables, findings and text of {detailed} reports, and this one is not among them. nianbao check --format html with its file alone shows them.",
        "本页只附 {detailed} 份报告的表格、问题和原文，不包括这一份。对该文件单独运行 nianbao check --format html 即可查看。",
    ),
];

/// The words in `lang`.
pub(super) fn texts(lang: Lang) -> BTreeMap<&'static str, &'static str> {
    TEXTS.iter().map(|&(key, en, zh)| (key, lang.pick(en, zh))).collect()
}

/// The words named `key`; nothing where there are none.
pub(super) fn text(key: &str, lang: Lang) -> &'static str {
    TEXTS.iter().find(|(known, ..)| *known == key).map_or("", |&(_, en, zh)| lang.pick(en, zh))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use regex::Regex;

    use super::*;

    #[test]
    fn every_text_is_asked_for_and_every_asked_one_is_there() {
        let mut known = BTreeSet::new();
        let value = Regex::new(r"\{\w+\}").unwrap();
        for (key, en, zh) in TEXTS {
            assert!(known.insert(*key), "{key} stands twice");
            assert!(!en.is_empty() && !zh.is_empty(), "{key}");
            let values = |text: &str| -> BTreeSet<String> {
                value.find_iter(text).map(|found| found.as_str().to_owned()).collect()
            };
            assert_eq!(values(en), values(zh), "{key}");
        }
        // say("key"), {{key}} and label: "key"; a template such as say(`verdict.${…}`) asks for all that begin and end so.
        let source = [super::super::SCRIPT, super::super::SHELL].concat();
        let mut asked = BTreeSet::new();
        for found in Regex::new(r#"say\("([a-z.]+)"|\{\{([a-z.]+)\}\}|label: "([a-z.]+)"|count\("([a-z.]+)""#)
            .unwrap()
            .captures_iter(&source)
        {
            let key = found.iter().skip(1).flatten().next().unwrap().as_str();
            if !["lang", "policy", "style", "script", "data"].contains(&key) {
                assert!(known.contains(key), "{key} is asked for and has no text");
                asked.insert(key);
            }
        }
        for found in Regex::new(r"say\(`([a-z.]*)\$\{[^}]*\}([a-z.]*)`").unwrap().captures_iter(&source) {
            let (head, tail) = (&found[1], &found[2]);
            let of = known.iter().filter(|key| {
                key.strip_prefix(head).and_then(|rest| rest.strip_suffix(tail)).is_some_and(|name| {
                    ["error", "warning", "note", "clean", "ok", "blank", "unreadable", "missing"].contains(&name)
                })
            });
            asked.extend(of);
        }
        // Chosen by a condition.
        asked.insert("failed");
        let unasked: Vec<_> = known.difference(&asked).collect();
        assert!(unasked.is_empty(), "{unasked:?} are not asked for");
    }
}
