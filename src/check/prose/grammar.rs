//! What a clause says about a figure: a grammar over the classes of its words, a letter a word.
//!
//! A clause is understood as a whole or not at all, so that nothing is compared that a word in it narrows: 通过网络收到申请3件 has a word for
//! which these rules have no room.
//!
//! ```text
//! lead    = { this year | until | filler | cumulative | on behalf | itself [of itself] }
//! things  = { application | modifier | disclosure | filler | cause }
//! intake  = lead verb things N things                    全市共收办政府信息公开申请3607件; 收到3件申请
//!         | lead things verb N                           政府信息公开申请共收到12件
//!         | lead none [verb] application                 没有收到政府信息公开申请
//! part    = lead [其中] part { 和 part } things N        其中予以公开及部分公开258件
//!         | lead [其中] N things part                    另有30件顺延到下年度
//!         | lead none part                               没有上年结转的申请
//! done    = lead things (办结 | 答复) things N           答复申请805件
//! issue   = lead 制发 规范性文件 N                       制发规范性文件5件; in another order too
//! case    = lead cause { 行政复议 | 行政诉讼 } N         因政府信息公开被申请行政复议3件
//!         | lead none cause cases                        未发生行政复议、行政诉讼
//! share   = lead [其中] 自然人 things N               其中自然人申请11件
//! outcome = lead [其中] 维持 N                        其中维持1件
//! stock   = lead [其中] 废止 [规范性文件] N           废止3件; 现行有效规范性文件12件
//! fee     = lead [对 N things] 收取 信息处理费 M         收取信息处理费2950元
//!         | lead none 收取 信息处理费                    未收取信息处理费
//! ```

use std::sync::LazyLock;

use regex::Regex;

/// What a clause is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Intake,
    Part,
    Done,
    Issue,
    Case,
    Fee,
    Plain,
    Share,
    Outcome,
    Standing,
}

/// A clause that was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said {
    pub kind: Kind,
    /// It says that there is none; else it has a number.
    pub none: bool,
}

/// A way to say something. `L` stands for what may lead a clause, `A` for 其中 and 另有, `T` for what may follow its number.
struct Way {
    /// The letter that must stand in it.
    key: u8,
    kind: Kind,
    none: bool,
    pattern: &'static str,
}

/// The ways, the plainest first. The letters are those of [`Class::letter`](super::words::Class::letter); N counts things, M is money.
const WAYS: &[Way] = &[
    Way { key: b'i', kind: Kind::Intake, none: false, pattern: "Li(?:v?i|f)*[wfoWG]*N[fwoW]*T" },
    Way { key: b'i', kind: Kind::Intake, none: false, pattern: "L[wfWoG]*o[fwoW]*i(?:v?i|f)*NT" },
    Way { key: b'n', kind: Kind::Intake, none: true, pattern: "L[WGf]*nf*(?:[ig]f*)?[wfWG]*o[fwoW]*" },
    Way { key: b'r', kind: Kind::Part, none: false, pattern: "LA(?:Rf*)?r(?:vf*r)*[fwWoRiJt]*NT" },
    Way { key: b'r', kind: Kind::Part, none: false, pattern: "LAD?N[fwWoR]*r[fwWoRiJ]*" },
    Way { key: b'n', kind: Kind::Part, none: true, pattern: "Lnf*[wWo]*r[fwWoRiJ]*" },
    Way { key: b'R', kind: Kind::Done, none: false, pattern: "L[wfWo]*R(?:v?R|f)*[fwWo]*NT" },
    Way { key: b'd', kind: Kind::Issue, none: false, pattern: "Le(?:v?e|f)*df*NT" },
    Way { key: b'd', kind: Kind::Issue, none: false, pattern: "Lef*Nf*d" },
    Way { key: b'd', kind: Kind::Issue, none: false, pattern: "Ldf*e(?:v?e|f)*NT" },
    Way { key: b'd', kind: Kind::Issue, none: true, pattern: "Lnf*e(?:v?e|f)*df*" },
    Way {
        key: b'q',
        kind: Kind::Case,
        none: false,
        pattern: "L[gGwWofDv]*(?:i[gGwWof]*)?q(?:[vlgGwWof]*q)*[fgwWo]*N[fgw]*T",
    },
    Way { key: b'q', kind: Kind::Case, none: false, pattern: "L[gGwWofD]*N[fgGwWo]*q[fgw]*" },
    Way { key: b'q', kind: Kind::Case, none: true, pattern: "L[GWwf]*n[gGwWofiv]*q(?:[vlgGwWof]*q)*[fgwWo]*" },
    Way { key: b'q', kind: Kind::Case, none: true, pattern: "L[GwWfo]*q(?:[vlgGwWof]*q)*f*n[gf]*" },
    Way { key: b'h', kind: Kind::Fee, none: false, pattern: "L(?:DN[fwWo]*)?[fDw]*[yig][fwWo]*hf*M" },
    Way { key: b'h', kind: Kind::Fee, none: false, pattern: "L[fwW]*h[fyig]*Mf*" },
    Way { key: b'h', kind: Kind::Fee, none: true, pattern: "Ln[fwWogyiDv]*h[fwgyi]*" },
    Way { key: b'h', kind: Kind::Fee, none: true, pattern: "L[fwW]*hf*n[fygi]*" },
    Way { key: b'P', kind: Kind::Plain, none: false, pattern: "LPf*[wW]*f*NT" },
    Way { key: b'C', kind: Kind::Share, none: false, pattern: "LAC[fwo]*N" },
    Way { key: b'U', kind: Kind::Outcome, none: false, pattern: "LAUf*N" },
    Way { key: b'Y', kind: Kind::Standing, none: false, pattern: "LAYf*(?:df*)?N" },
];

const LEAD: &str = "v?(?:[tufkV]|s[jvsf]*)*";
const PART_OF: &str = "(?:[aB]f*)?";
const TAIL: &str = "f*(?:v[froRwiW]*)?";

static PATTERNS: LazyLock<Vec<Option<Regex>>> = LazyLock::new(|| {
    let pattern = |way: &Way| format!("^{}$", way.pattern.replace('L', LEAD).replace('A', PART_OF).replace('T', TAIL));
    // A broken pattern is caught by the test below, never by a user.
    WAYS.iter().map(|way| Regex::new(&pattern(way)).ok()).collect()
});

/// A bit for each letter of a word; what is no letter shares one.
pub(super) const fn bit(letter: u8) -> u64 {
    if letter.is_ascii_alphabetic() { 1 << (letter & 63) } else { 1 }
}

/// The bits of some letters.
pub(super) const fn bits(letters: &[u8]) -> u64 {
    let (mut all, mut at) = (0, 0);
    while at < letters.len() {
        all |= bit(letters[at]);
        at += 1;
    }
    all
}

/// The letters that stand in the ways, and those of their abbreviations: a clause with any other is not understood.
const KNOWN: u64 = {
    let (mut all, mut at) = (bits(LEAD.as_bytes()) | bits(PART_OF.as_bytes()) | bits(TAIL.as_bytes()), 0);
    while at < WAYS.len() {
        all |= bits(WAYS[at].pattern.as_bytes());
        at += 1;
    }
    all
};

/// A clause that has all of these letters, and maybe others, may be understood.
pub(super) fn may_understand(letters: u64) -> bool {
    letters & !KNOWN == 0
}

/// Understands a clause by the `letters` of its words, of which `all` are the bits. Most clauses are told by these.
pub(super) fn understand(all: u64, letters: impl FnOnce() -> String) -> Option<Said> {
    if !may_understand(all) {
        return None;
    }
    let has = |letter: u8| all & bit(letter) != 0;
    let number = if has(b'M') { Some(b'M') } else { Some(b'N').filter(|&n| has(n)) };
    if number.is_none() && !has(b'n') {
        return None;
    }
    let letters = letters();
    let ways = WAYS.iter().zip(PATTERNS.iter()).filter(|(way, _)| way.none != number.is_some() && has(way.key));
    ways.filter_map(|(way, pattern)| Some((way, pattern.as_ref()?)))
        .find(|(_, pattern)| pattern.is_match(&letters))
        .map(|(way, _)| Said { kind: way.kind, none: way.none })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_one() {
        assert!(PATTERNS.iter().all(Option::is_some));
    }

    #[test]
    fn a_clause_is_understood_as_a_whole() {
        let said = |letters: &str| {
            understand(bits(letters.as_bytes()), || letters.to_owned()).map(|said| (said.kind, said.none))
        };
        assert_eq!(said("stfioN"), Some((Kind::Intake, false)));
        assert_eq!(said("tnio"), Some((Kind::Intake, true)));
        assert_eq!(said("afrN"), Some((Kind::Part, false)));
        assert_eq!(said("GqN"), Some((Kind::Case, false)));
        assert_eq!(said("tfDNoyfhM"), Some((Kind::Fee, false)));
        for letters in ["tbioN", "xioN", "ioNx", "io", "", "pioN", "aioN", "ix", "nix", "cN"] {
            assert_eq!(said(letters), None, "{letters}");
        }
    }

    #[test]
    fn letters_that_stand_in_no_way_are_known() {
        for letter in ['x', 'p', 'm', 'c', 'b'] {
            assert_eq!(KNOWN & bit(letter as u8), 0, "{letter}");
            assert!(PATTERNS.iter().flatten().all(|pattern| !pattern.is_match(&letter.to_string())));
        }
    }
}
