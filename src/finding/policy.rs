//! Which findings are kept, and how grave they are: what a reader of many reports asks for.
//!
//! A policy is applied once, to the findings of a report that was read: [`Reader::policy`](crate::Reader::policy). Verdicts, counts
//! and every writer look at the findings alone, so they agree. Cells are never changed by it.

use std::fmt;

use super::{Finding, Rule, Severity};
use crate::lang::Lang;

/// Rules by name: one id, a family such as `sum`, or all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    rules: Vec<Rule>,
    rank: Rank,
}

/// How closely a selector means a rule; the closer wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    All,
    Family,
    Id,
}

/// A name that no rule has and no family of rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownRule {
    /// The name that was asked for.
    pub name: String,
    /// The id or family that is most like it.
    pub nearest: Option<&'static str>,
}

impl Selector {
    /// The rules that `name` means: an id such as `sum.row`; the part of ids before the dot, as `sum` or `sum.*`; `all`.
    pub fn parse(name: &str) -> Result<Selector, UnknownRule> {
        let plain = name.trim();
        if plain == "all" {
            return Ok(Selector { rules: Rule::ALL.to_vec(), rank: Rank::All });
        }
        if let Some(rule) = Rule::from_id(plain) {
            return Ok(Selector { rules: vec![rule], rank: Rank::Id });
        }
        let family = plain.strip_suffix(".*").unwrap_or(plain);
        let rules: Vec<Rule> = Rule::ALL.iter().copied().filter(|rule| rule.family() == family).collect();
        match rules.is_empty() {
            true => Err(UnknownRule { name: name.to_owned(), nearest: nearest(family) }),
            false => Ok(Selector { rules, rank: Rank::Family }),
        }
    }

    /// The rules that are meant, in the order of [`Rule::ALL`].
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The one rule that was named by its id.
    pub fn single(&self) -> Option<Rule> {
        self.rules.first().copied().filter(|_| self.rank == Rank::Id)
    }
}

/// The id or family that is most like `name`, or whose other half was meant: `sum.balanc`, `balance`, `sums`.
fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase().replace(['_', '-', '/', ' '], ".");
    let ids = Rule::ALL.iter().map(|rule| rule.id());
    let halves = Rule::ALL.iter().filter_map(|rule| Some((rule.id().split_once('.')?.1, rule.id())));
    let named = ids.map(|id| (id, id)).chain(Rule::ALL.iter().map(|rule| (rule.family(), rule.family()))).chain(halves);
    named
        .map(|(like, id)| (strsim::normalized_damerau_levenshtein(like, &name), id))
        .filter(|(likeness, _)| *likeness >= 0.6)
        // Of two as like, the first: an id before a family, a family before half an id.
        .fold(None, |best: Option<(f64, &str)>, (likeness, id)| match best {
            Some((most, _)) if most >= likeness => best,
            _ => Some((likeness, id)),
        })
        .map(|(_, id)| id)
}

impl UnknownRule {
    /// The sentence in `lang`.
    pub fn message(&self, lang: Lang) -> String {
        let name = &self.name;
        match (lang, self.nearest) {
            (Lang::En, Some(nearest)) => format!("no rule is called {name}; did you mean {nearest}?"),
            (Lang::En, None) => format!("no rule is called {name}; nianbao rules lists them"),
            (Lang::Zh, Some(nearest)) => format!("没有名为 {name} 的规则；是否指 {nearest}？"),
            (Lang::Zh, None) => format!("没有名为 {name} 的规则；nianbao rules 可列出全部规则"),
        }
    }
}

impl fmt::Display for UnknownRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for UnknownRule {}

/// What becomes of a finding of each rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// In the order of [`Rule::ALL`].
    rules: Vec<Fate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fate {
    kept: bool,
    /// `None` where the finding's own holds.
    severity: Option<Severity>,
}

impl Default for Policy {
    /// Every finding is kept as it is.
    fn default() -> Policy {
        Policy::new(&[], &[], &[])
    }
}

impl Policy {
    /// Keeps what `select` names, or everything where it names nothing, without what `ignore` names, and gives the findings of a
    /// rule the severity that `severity` names for it.
    ///
    /// Where several name a rule, the closest wins: its id before its family, its family before `all`. Of two as close,
    /// `ignore` wins over `select`, and of severities the last.
    ///
    /// ```
    /// use nianbao::finding::{Policy, Rule, Selector, Severity};
    ///
    /// let [sum, row] = ["sum", "sum.row"].map(|name| Selector::parse(name).unwrap());
    /// let policy = Policy::new(&[], &[sum], &[(row.clone(), Severity::Warning)]);
    /// assert_eq!(policy.severity(Rule::SumRow), None);
    /// let policy = Policy::new(&[row.clone()], &[], &[(row, Severity::Warning)]);
    /// assert_eq!(policy.severity(Rule::SumRow), Some(Severity::Warning));
    /// assert_eq!(policy.severity(Rule::SumBalance), None);
    /// ```
    pub fn new(select: &[Selector], ignore: &[Selector], severity: &[(Selector, Severity)]) -> Policy {
        let closest = |selectors: &[Selector], rule: Rule| {
            selectors.iter().filter(|selector| selector.rules.contains(&rule)).map(|selector| selector.rank).max()
        };
        let fate = |&rule: &Rule| {
            let kept = match (closest(select, rule), closest(ignore, rule)) {
                (None, None) => select.is_empty(),
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (Some(selected), Some(ignored)) => selected > ignored,
            };
            // Of several with the same key the last is taken.
            let named = severity.iter().filter(|(selector, _)| selector.rules.contains(&rule));
            Fate { kept, severity: named.max_by_key(|(selector, _)| selector.rank).map(|(_, severity)| *severity) }
        };
        Policy { rules: Rule::ALL.iter().map(fate).collect() }
    }

    /// How grave a finding of `rule` usually is under this policy; `None` where it is dropped.
    pub fn severity(&self, rule: Rule) -> Option<Severity> {
        let fate = self.fate(rule);
        fate.kept.then(|| fate.severity.unwrap_or(rule.severity()))
    }

    /// Drops what is not wanted from `findings` and makes the others as grave as is wanted. Applied again, it changes nothing.
    pub fn apply(&self, findings: &mut Vec<Finding>) {
        findings.retain_mut(|finding| {
            let fate = self.fate(finding.rule);
            finding.severity = fate.severity.unwrap_or(finding.severity);
            fate.kept
        });
    }

    fn fate(&self, rule: Rule) -> Fate {
        self.rules.get(rule.index()).copied().unwrap_or(Fate { kept: true, severity: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Fact;

    fn selector(name: &str) -> Selector {
        Selector::parse(name).unwrap()
    }

    fn selectors(names: &[&str]) -> Vec<Selector> {
        names.iter().map(|name| selector(name)).collect()
    }

    fn kept(select: &[&str], ignore: &[&str]) -> Vec<&'static str> {
        let policy = Policy::new(&selectors(select), &selectors(ignore), &[]);
        Rule::ALL.iter().filter(|rule| policy.severity(**rule).is_some()).map(|rule| rule.id()).collect()
    }

    #[test]
    fn selectors_name_rules() {
        assert_eq!(selector("sum.row").rules(), [Rule::SumRow]);
        assert_eq!(selector("sum.row").single(), Some(Rule::SumRow));
        assert_eq!(
            selector("table").rules(),
            [Rule::TableMissing, Rule::TableElsewhere, Rule::TableRepeated, Rule::TableCaption]
        );
        assert_eq!(selector("table").single(), None);
        assert_eq!(selector(" sum.* "), selector("sum"));
        assert!(selector("sum").rules().iter().all(|rule| rule.id().starts_with("sum.")));
        assert_eq!(selector("all").rules(), Rule::ALL);
        for bad in ["", "su", "sum.", "sum.r", "Sum", "*", "sum.row.x", "汇总"] {
            assert!(Selector::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_slip_is_answered_with_what_was_meant() {
        for (slip, meant) in [
            ("sum.balanc", Some("sum.balance")),
            ("sum_balance", Some("sum.balance")),
            ("SUM.ROW", Some("sum.row")),
            ("sums", Some("sum")),
            ("balance", Some("sum.balance")),
            ("celll.*", Some("cell")),
            ("xyzzy", None),
            ("", None),
        ] {
            assert_eq!(Selector::parse(slip).unwrap_err().nearest, meant, "{slip}");
        }
        let unknown = Selector::parse("sums").unwrap_err();
        assert_eq!(unknown.to_string(), "no rule is called sums; did you mean sum?");
        assert_eq!(unknown.message(Lang::Zh), "没有名为 sums 的规则；是否指 sum？");
    }

    #[test]
    fn the_closest_name_wins() {
        assert_eq!(kept(&[], &[]).len(), Rule::ALL.len());
        assert_eq!(
            kept(&["sum.row", "table"], &[]),
            ["table.missing", "table.elsewhere", "table.repeated", "table.caption", "sum.row"]
        );
        assert_eq!(kept(&["sum.row"], &["sum"]), ["sum.row"]);
        assert!(kept(&["sum"], &["sum.row"]).iter().all(|id| id.starts_with("sum.") && *id != "sum.row"));
        assert_eq!(kept(&["all"], &["all"]), [""; 0]);
        assert_eq!(kept(&["sum.row"], &["sum.row"]), [""; 0]);
        assert_eq!(kept(&[], &["sum"]).len(), Rule::ALL.len() - selector("sum").rules().len());
    }

    #[test]
    fn the_closest_severity_wins_and_of_two_the_last() {
        let severity = |named: &[(&str, Severity)], rule: Rule| {
            let named: Vec<_> = named.iter().map(|(name, severity)| (selector(name), *severity)).collect();
            Policy::new(&[], &[], &named).severity(rule).unwrap()
        };
        use Severity::{Error, Note, Warning};
        assert_eq!(severity(&[], Rule::SumRow), Error);
        assert_eq!(severity(&[("sum.row", Note), ("sum", Warning), ("all", Error)], Rule::SumRow), Note);
        assert_eq!(severity(&[("sum.row", Note), ("sum", Warning)], Rule::SumBalance), Warning);
        assert_eq!(severity(&[("sum.row", Note), ("sum.row", Warning)], Rule::SumRow), Warning);
        assert_eq!(severity(&[("sum", Note)], Rule::CellBlank), Note);
    }

    #[test]
    fn findings_are_dropped_or_weighed_and_a_second_time_changes_nothing() {
        let fact = Fact::CellUnreadable { raw: "无数".into() };
        let before = vec![
            Finding::new(Rule::CellUnreadable, fact.clone()),
            Finding::new(Rule::SumRow, fact.clone()),
            Finding::new(Rule::CellBlank, fact),
        ];
        let mut untouched = before.clone();
        Policy::default().apply(&mut untouched);
        assert_eq!(untouched, before);

        let policy = Policy::new(&[], &selectors(&["cell.blank"]), &[(selector("cell"), Severity::Warning)]);
        let mut after = before;
        for _ in 0..2 {
            policy.apply(&mut after);
            let left: Vec<_> = after.iter().map(|finding| (finding.rule, finding.severity)).collect();
            assert_eq!(left, [(Rule::CellUnreadable, Severity::Warning), (Rule::SumRow, Severity::Error)]);
        }
    }
}
