//! `nianbao rules`: the rules that findings are instances of, and each of them explained.

use std::io::{self, Write};

use serde::Serialize;
use textwrap::{Options, WordSplitter};

use super::args::{Global, Rules as Args, RulesFormat};
use super::{Out, Stop, Verdict, style};
use crate::Reader;
use crate::finding::{Policy, Rule, Selector, Severity};
use crate::lang::Lang;
use crate::write::grid::{self, Cell};
use crate::write::text::Style;

/// Text wider than this is hard to read.
const WIDEST: usize = 100;

pub(super) fn run(reader: &Reader, global: &Global, args: &Args, out: &mut Out) -> Result<Verdict, Stop> {
    let (style, policy) = (style(global), reader.findings_policy());
    let asked = args.rule.as_deref().unwrap_or("all");
    let selector = Selector::parse(asked).map_err(|err| Stop::error(err.message(style.lang)))?;
    match (args.format, selector.single()) {
        (RulesFormat::Text, Some(rule)) => explain(rule, policy, style, out)?,
        (RulesFormat::Text, None) => list(selector.rules(), policy, style, out)?,
        (RulesFormat::Json, Some(rule)) => json(&Told::of(rule, policy, style.lang), out)?,
        (RulesFormat::Json, None) => {
            let rules = selector.rules().iter();
            json(&rules.map(|&rule| Told::of(rule, policy, style.lang)).collect::<Vec<_>>(), out)?;
        }
    }
    Ok(Verdict::Well)
}

/// A rule in JSON.
#[derive(Serialize)]
struct Told {
    rule: &'static str,
    /// `null` where the policy drops it.
    severity: Option<Severity>,
    title: &'static str,
    explanation: &'static str,
    basis: &'static str,
    good: &'static str,
    bad: &'static str,
}

impl Told {
    fn of(rule: Rule, policy: &Policy, lang: Lang) -> Told {
        let (doc, example) = (rule.doc(lang), rule.example());
        Told {
            rule: rule.id(),
            severity: policy.severity(rule),
            title: &doc.title,
            explanation: &doc.explanation,
            basis: &doc.basis,
            good: &example.good,
            bad: &example.bad,
        }
    }
}

fn json(told: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, told)?;
    writeln!(out)
}

/// How grave, under the policy.
fn gravity(rule: Rule, policy: &Policy, lang: Lang) -> &'static str {
    policy.severity(rule).map_or(lang.pick("ignored", "忽略"), |severity| severity.word(lang))
}

fn list(rules: &[Rule], policy: &Policy, style: Style, out: &mut impl Write) -> io::Result<()> {
    let row = |rule: &Rule| {
        vec![
            Cell::left(rule.id()),
            Cell::left(gravity(*rule, policy, style.lang)),
            Cell::left(rule.doc(style.lang).title.as_str()),
        ]
    };
    grid::write(out, "", &rules.iter().map(row).collect::<Vec<_>>())
}

fn explain(rule: Rule, policy: &Policy, style: Style, out: &mut impl Write) -> io::Result<()> {
    let (lang, doc, id) = (style.lang, rule.doc(style.lang), rule.id());
    let gravity = gravity(rule, policy, lang);
    let head = match policy.severity(rule) {
        Some(severity) => style.severity(severity, format!("{gravity}[{id}]")),
        None => format!("{gravity}[{id}]").into(),
    };
    writeln!(out, "{head} {}\n", style.bold(doc.title.as_str()))?;
    let paragraphs = |text: &str, out: &mut dyn Write| -> io::Result<()> {
        for line in text.lines() {
            write_wrapped(line, style.columns.min(WIDEST), out)?;
        }
        Ok(())
    };
    paragraphs(&doc.explanation, out)?;
    writeln!(out, "\n{}", style.bold(lang.pick("What it rests on", "依据")))?;
    paragraphs(&doc.basis, out)?;

    let example = rule.example();
    let [good, bad] = excerpts([&example.good, &example.bad])?;
    writeln!(out, "\n{}\n{good}", style.bold(lang.pick("A report that keeps it", "正例")))?;
    writeln!(out, "{}\n{bad}", style.bold(lang.pick("A report that breaks it", "反例")))?;
    let hint = match lang {
        Lang::En => format!("--ignore {id} leaves it out, --severity {id}=LEVEL makes it error, warning or note."),
        Lang::Zh => format!("--ignore {id} 可忽略此规则，--severity {id}=级别 可改为 error、warning 或 note。"),
    };
    paragraphs(&hint, out)
}

/// `line` in lines of at most `columns`, by the rules of Unicode, which let Chinese be broken between any two characters that
/// are no punctuation.
fn write_wrapped(line: &str, columns: usize, out: &mut dyn Write) -> io::Result<()> {
    let options = Options::new(columns).word_splitter(WordSplitter::NoHyphenation);
    match line.is_empty() {
        true => writeln!(out),
        false => textwrap::wrap(line, options).iter().try_for_each(|line| writeln!(out, "{line}")),
    }
}

/// Excerpts of reports, indented, their cells aligned with each other as a tab does not.
fn excerpts(texts: [&str; 2]) -> io::Result<[String; 2]> {
    let rows = || texts.iter().flat_map(|text| text.lines());
    let tabbed: Vec<Vec<Cell<'_>>> =
        rows().filter(|line| line.contains('\t')).map(|line| line.split('\t').map(Cell::left).collect()).collect();
    let mut aligned = Vec::new();
    grid::write(&mut aligned, "    ", &tabbed)?;
    let aligned = String::from_utf8_lossy(&aligned);
    let mut aligned = aligned.lines();
    Ok(texts.map(|text| {
        let mut excerpt = String::new();
        for line in text.lines() {
            match line.contains('\t') {
                true => excerpt.push_str(aligned.next().unwrap_or_default()),
                false if line.is_empty() => {}
                false => excerpt.extend(["    ", line]),
            }
            excerpt.push('\n');
        }
        excerpt
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::width;

    fn shown(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_rule_fits_a_line_of_the_list() {
        for lang in Lang::ALL {
            let style = Style { lang, ..Style::default() };
            let text = shown(|out| list(Rule::ALL, &Policy::default(), style, out));
            assert_eq!(text.lines().count(), Rule::ALL.len());
            text.lines().for_each(|line| assert!(width(line) <= 80, "{line}"));
        }
    }

    #[test]
    fn every_rule_is_explained_in_80_columns() {
        for lang in Lang::ALL {
            let style = Style { lang, columns: 80, ..Style::default() };
            for &rule in Rule::ALL {
                let text = shown(|out| explain(rule, &Policy::default(), style, out));
                text.lines().for_each(|line| assert!(width(line) <= 80, "{rule}: {line}"));
                assert!(!text.contains('\t') && !text.contains("\n\n\n"), "{text}");
            }
        }
    }

    #[test]
    fn a_policy_is_seen() {
        let policy = Policy::new(
            &[],
            &[Selector::parse("row").unwrap()],
            &[(Selector::parse("cell.blank").unwrap(), Severity::Error)],
        );
        let text = shown(|out| list(&[Rule::RowLabel, Rule::CellBlank], &policy, Style::default(), out));
        assert!(text.starts_with("row.label   ignored  ") && text.contains("\ncell.blank  error    "), "{text}");
    }
}
