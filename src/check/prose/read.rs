//! What a paragraph says about figures.
//!
//! The [`grammar`](super::grammar) understands clauses; here it is decided whether a clause that is understood speaks of the whole year and of all that
//! the report is about. What was said before it decides: 上年收到申请30件，办结30件 says nothing about this year, and neither 予以公开3件 behind
//! 其中网上申请5件 nor 答复12件 behind 收到网民留言12件 is a figure of the tables.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use rust_decimal::Decimal;

use super::grammar::{self, Kind, Said, bit, bits};
use super::itself::{Organ, Who, named_organ};
use super::sentence;
use super::squeeze::Squeezed;
use super::token::{self, Token, UNKNOWN};
use super::words::Words;
use crate::metadata::{Patterns, leftmost};

/// Whose report it is.
#[derive(Debug, Clone)]
pub(super) struct About {
    pub year: Option<i32>,
    pub organ: Organ,
}

/// A figure that prose names.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    /// The words that name it; the number is the sum of what they name.
    pub words: Vec<u16>,
    pub value: Decimal,
    /// It is an amount of 元.
    pub money: bool,
    /// What says so, the number or the word for none: bytes of the paragraph.
    pub number: Range<usize>,
    /// The sentence.
    pub sentence: Range<usize>,
    /// The clause.
    pub clause: Range<usize>,
    /// Who is spoken of.
    pub who: Who,
    /// It can only be the first of what its words may mean: 发生行政复议3件 counts those that are pending too.
    pub plainly: bool,
}

/// The figures that `paragraph` names in its [`sentences`](sentence::sentences). `topic`: it stands under a heading
/// about applications.
pub(super) fn read(
    paragraph: &str,
    sentences: impl Iterator<Item = Range<usize>>,
    about: &About,
    topic: bool,
    words: &Words,
) -> Vec<Reading> {
    read_on(paragraph, sentences, about, &mut State::new(topic), words)
}

/// The same of a paragraph behind others that it goes on: `state` is what holds there.
pub(super) fn read_on(
    paragraph: &str,
    sentences: impl Iterator<Item = Range<usize>>,
    about: &About,
    state: &mut State,
    words: &Words,
) -> Vec<Reading> {
    let mut readings = Vec::new();
    // Up to where the paragraph was searched for applications.
    let mut searched = 0;
    for place in sentences {
        state.topic = state.topic || sentence::names_applications(&paragraph[searched..place.end]);
        searched = place.end;
        let text = Squeezed::new(paragraph, place, about.year);
        state.sentence(&text, 0..text.text.len(), about, words, &mut readings);
    }
    readings
}

/// What the last number before a clause was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Number {
    None,
    /// It was understood.
    Known,
    /// It counts something else, or a part.
    Else,
}

/// What holds for the rest of a paragraph.
pub(super) struct State {
    /// It is about applications.
    pub topic: bool,
    /// Numbers without an object are about the applications of the organ.
    trusted: bool,
    last: Number,
    /// Things were counted that are no applications: 不予公开30件 may be so many of them.
    things: bool,
    /// What was counted last, of which parts may be told.
    counted: Counted,
}

/// What parts may be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    Nothing,
    Applications,
    /// Cases or documents, by their word; none where there are two of them. `parted`: parts of it were told.
    One {
        kind: Kind,
        word: Option<u16>,
        parted: bool,
    },
}

impl State {
    /// At the start of what stands under a heading; `topic`: it is about applications.
    pub(super) fn new(topic: bool) -> State {
        State { topic, trusted: true, last: Number::None, things: false, counted: Counted::Nothing }
    }

    /// Reads a sentence of `text`.
    fn sentence(
        &mut self,
        text: &Squeezed,
        place: Range<usize>,
        about: &About,
        words: &Words,
        readings: &mut Vec<Reading>,
    ) {
        if self.trusted && self.last == Number::Else {
            // What was broken down in the sentence before is done with.
            self.last = Number::None;
        }
        let tokens = token::tokens(&text.text[..place.end], place.start, words);
        let Some(last) = tokens.iter().rposition(Token::says) else { return };
        let mut reader = Reader { text, about, words, sentence: place, state: self, now: Now::default(), readings };
        reader.sentence(&tokens, last);
    }
}

/// What holds for the rest of a sentence.
#[derive(Default)]
struct Now {
    /// Another time than the whole year is spoken of.
    other_time: bool,
    /// The year is named.
    year: bool,
    /// Up to a date.
    until: bool,
    /// Another organ is spoken of.
    other_organ: bool,
    /// Who is, if it was said.
    who: Option<Who>,
    /// Some were late, so that 办结 may count the others alone.
    late: bool,
    /// The clause before says how applications came.
    channel: bool,
    /// The number of the clause is also that of words before it.
    joint: bool,
    /// Cases are being counted.
    cases: bool,
    /// Documents are being counted.
    issue: Option<u16>,
    /// Things are spoken of that are no applications.
    things: bool,
    /// What the organ published is being counted.
    disclosed: bool,
}

struct Reader<'a> {
    text: &'a Squeezed,
    about: &'a About,
    words: &'a Words,
    sentence: Range<usize>,
    state: &'a mut State,
    now: Now,
    readings: &'a mut Vec<Reading>,
}

/// Letters that the subject of a clause stands before.
const CORE: u64 = bits(b"iroReqhNMnDgGWwyPdabcCUYV");
/// How a clause may begin before its subject.
const BEFORE_SUBJECT: u64 = bits(b"tufkpmva");
/// A name is looked for in so many characters.
const LONGEST_SUBJECT: usize = 14;
/// Words of a sentence in which 答复 and 办结 may count only what was in time.
static LATE: LazyLock<Patterns> = LazyLock::new(|| leftmost(["延期", "逾期", "超期", "延长"]));

impl Reader<'_> {
    /// Reads the pieces of a sentence up to the one that holds the token `last`.
    fn sentence(&mut self, tokens: &[Token], last: usize) {
        // What held before each open bracket: what stands in brackets is about the number before it, and no longer.
        let mut outside: Vec<(Number, Counted, bool, bool, Option<Who>)> = Vec::new();
        let live = live_until(tokens);
        self.now.late = live > 0 && LATE.is_match(&self.text.text[self.sentence.clone()]);
        let mut from = 0;
        for at in 0..=tokens.len() {
            if tokens.get(at).is_some_and(|token| !token.is_mark()) {
                continue;
            }
            if from <= last && at <= live {
                self.piece(&tokens[from..at]);
            } else if from <= last {
                self.pass_over(&tokens[from..at]);
            }
            match tokens.get(at).map(|token| token.letter) {
                Some(b'(') => {
                    // 各镇（街道）均未收到: what stands behind the bracket goes on what stands before it.
                    self.now.other_organ |= self.is_each_of_others(&tokens[from..at]);
                    let State { last, counted, trusted, .. } = *self.state;
                    outside.push((last, counted, trusted, self.now.other_organ, self.now.who));
                }
                Some(b')') => {
                    if let Some((last, counted, trusted, other_organ, who)) = outside.pop() {
                        (self.state.last, self.state.counted, self.state.trusted) = (last, counted, trusted);
                        (self.now.other_organ, self.now.who) = (other_organ, who);
                    }
                }
                _ => {}
            }
            from = at + 1;
        }
    }

    /// What [`piece`](Reader::piece) does with clauses that are not understood, where no clause of the sentence is
    /// that stands behind them: what they say about time and organ holds for none, and only the next sentences are
    /// left.
    fn pass_over(&mut self, tokens: &[Token]) {
        for clause in tokens.split(|token| token.letter == b'l') {
            let has = |letter: u8| clause.iter().any(|token| token.letter == letter);
            if has(b'N') || has(b'M') {
                self.state.last = Number::Else;
                if !has(b'c') {
                    self.state.counted = Counted::Nothing;
                }
                if counts_else(&has) {
                    self.state.trusted = false;
                }
                self.state.things |= !has(b'o') && (has(b'z') || self.counts_information(clause, &has));
            }
        }
    }

    /// What stands between two marks: a clause, or several parted by 、.
    fn piece(&mut self, tokens: &[Token]) {
        if tokens.is_empty() {
            return;
        }
        let list = tokens.iter().any(|token| token.letter == b'l');
        let cases = tokens.iter().any(|token| token.letter == b'q');
        self.now.issue = None;
        if !list {
            self.clause(tokens, false);
            return;
        }
        // 行政复议、行政诉讼均为0件 is one clause.
        if cases && self.clause(tokens, true) {
            return;
        }
        // 本年新收、上年结转政府信息公开申请共12件: a number that is not of one word alone is of none.
        let mut pending: Vec<u16> = Vec::new();
        for clause in tokens.split(|token| token.letter == b'l').filter(|clause| !clause.is_empty()) {
            let named: Vec<u16> = clause.iter().filter_map(|token| token.word).collect();
            let counts = clause.iter().any(|token| matches!(token.letter, b'N' | b'M'));
            self.now.joint = counts && !pending.is_empty() && pending.iter().any(|word| !named.contains(word));
            self.clause(clause, false);
            if counts { pending.clear() } else { pending.extend(named) }
        }
        self.now.joint = false;
    }

    /// Reads a clause; whether it was understood. Where `only_if_understood`, nothing is concluded if it was not.
    fn clause(&mut self, tokens: &[Token], only_if_understood: bool) -> bool {
        let (tokens, named) = self.with_subject(tokens);
        let all = letters_of(&tokens);
        let has = |letter: u8| all & bit(letter) != 0;
        let said = grammar::understand(all, || tokens.iter().map(|token| char::from(token.letter)).collect());
        if only_if_understood && said.is_none() {
            return false;
        }
        self.time(&has);
        let counts = has(b'N') || has(b'M');
        if has(b'k') && (!self.now.year || self.now.until) {
            // 条例施行以来, 累计: over several years.
            (self.now.other_time, self.now.year) = (true, false);
        }
        let tells_how = !counts && (has(b'b') || has(b'D') || has(b'C'));
        let channel = std::mem::replace(&mut self.now.channel, tells_how);
        if let Some(who) = named.or_else(|| self.own_words(&tokens)) {
            (self.now.other_organ, self.now.who) = (false, Some(who));
        } else if let Some(who) = Some(()).filter(|()| !counts).and_then(|()| self.subject(&tokens)) {
            (self.now.other_organ, self.now.who) = (who.is_none(), who);
        }
        self.now.other_organ |= has(b'V') && !self.about.organ.acts_for_government();
        let information = self.counts_information(&tokens, &has);
        self.things(&tokens, &has, counts);
        let understood = said.filter(|said| {
            let here = !self.now.other_time && !self.now.other_organ && !self.now.joint;
            let applications = said.kind != Kind::Intake || !information;
            // 行政复议、行政诉讼均为0件 says that there was none.
            let none = said.none || tokens.iter().any(|token| token.letter == b'N' && token.value.is_zero());
            here && applications && self.is_about_the_whole(Said { none, ..*said }, &has, channel)
        });
        // 办结18件 behind 自然人申请16件: whose they are is not clear, but nothing else is spoken of.
        let passed_over =
            self.state.trusted && !self.now.other_time && said.is_some_and(|said| said.kind == Kind::Done);
        let read = match understood {
            Some(said) => self.push(said, &tokens),
            None => self.bare_documents(&tokens, &has),
        };
        if counts {
            let kind = understood.filter(|_| read).map(|said| said.kind);
            let part = matches!(kind, Some(Kind::Share | Kind::Outcome | Kind::Standing));
            self.state.last = if read && !part { Number::Known } else { Number::Else };
            if matches!(kind, Some(Kind::Intake | Kind::Done)) {
                self.state.trusted = true;
            } else if !read && !passed_over && counts_else(&has) {
                self.state.trusted = false;
            }
            self.state.things |= !read && !has(b'o') && (has(b'z') || information);
            self.now.disclosed |= kind == Some(Kind::Plain);
            if read && has(b'o') && matches!(kind, Some(Kind::Intake | Kind::Done | Kind::Part)) {
                (self.state.things, self.now.things, self.now.disclosed) = (false, false, false);
            }
            if !read && !has(b'c') {
                self.state.counted = Counted::Nothing;
            }
        }
        self.now.cases |= read && has(b'q');
        read
    }

    /// Whether what a clause speaks of, for the rest of its sentence, is no applications.
    fn things(&mut self, tokens: &[Token], has: &impl Fn(u8) -> bool, counts: bool) {
        if has(b'z') {
            // 建议提案办理结果如下: they are the subject; 涉及土地征收、行政处罚等方面 is said of applications.
            let first = tokens.iter().find(|token| BEFORE_SUBJECT & bit(token.letter) == 0);
            let listed = tokens.first().is_some_and(|first| self.text.text[..first.start].ends_with('、'));
            let subject = !listed && first.is_some_and(|token| token.letter == b'z');
            self.now.things |= if counts { !has(b'o') } else { subject };
        } else if !counts && has(b'o') {
            self.now.things = false;
        }
    }

    /// 收到信息2092条: what is counted is information, not applications for it.
    fn counts_information(&self, tokens: &[Token], has: &impl Fn(u8) -> bool) -> bool {
        let named = |token: &Token| token.letter == b'w' && self.text.text[token.start..token.end].ends_with("信息");
        has(b'N') && !b"oWGrRqhCUY".iter().any(|&letter| has(letter)) && tokens.iter().any(named)
    }

    /// The clause begins with 各镇, and says nothing more of an amount.
    fn is_each_of_others(&self, clause: &[Token]) -> bool {
        let first = clause.iter().find(|token| BEFORE_SUBJECT & bit(token.letter) == 0);
        first.is_some_and(|token| token.letter == b'j' && self.text.text[token.start..].starts_with('各'))
            && !clause.iter().any(Token::says)
    }

    /// What a clause says about time holds until the next that does. A comparison says nothing.
    fn time(&mut self, has: &impl Fn(u8) -> bool) {
        self.now.until |= has(b'u');
        if has(b'c') {
            return;
        }
        if has(b'p') || has(b'm') {
            (self.now.other_time, self.now.year) = (true, false);
        } else if has(b't') {
            (self.now.other_time, self.now.year) = (false, true);
        }
    }

    fn is_about_the_whole(&mut self, said: Said, has: &impl Fn(u8) -> bool, channel: bool) -> bool {
        let object = has(b'o') || has(b'W') || has(b'G');
        let State { topic, trusted, last, counted, .. } = *self.state;
        let things = self.state.things || self.now.things;
        // Without an object, the number may be one of what was spoken of before.
        let other = !has(b'o') && (things || self.now.disclosed);
        match said.kind {
            Kind::Intake => !channel && (object || topic && !other && (has(b't') || trusted && last != Number::Else)),
            Kind::Part => (topic || object) && trusted && !other && (!has(b'a') || last == Number::Known),
            Kind::Done => {
                let known = !other && last != Number::Else;
                !self.now.late && (topic || has(b'o')) && trusted && (has(b'o') || known)
            }
            Kind::Case => {
                let about = has(b'G') || has(b'W');
                (said.none || about || self.now.cases || topic && !things && has(b'g')) && (!has(b'i') || about)
            }
            Kind::Plain => !channel && (has(b'w') || !things),
            Kind::Issue => !channel,
            Kind::Fee => true,
            Kind::Share => !channel && !other && counted == Counted::Applications,
            Kind::Outcome => !channel && matches!(counted, Counted::One { kind: Kind::Case, word: Some(_), .. }),
            Kind::Standing => {
                !channel && (has(b'd') || matches!(counted, Counted::One { kind: Kind::Issue, word: Some(_), .. }))
            }
        }
    }

    /// Keeps what a clause says; false where it says it of no figure.
    fn push(&mut self, said: Said, tokens: &[Token]) -> bool {
        let number = tokens.iter().rfind(|token| matches!(token.letter, b'N' | b'M'));
        let none = tokens.iter().find(|token| token.letter == b'n');
        let Some(shown) = (if said.none { none } else { number }) else { return false };
        let value = if said.none { Decimal::ZERO } else { shown.value };
        let letter = match said.kind {
            Kind::Intake => b'i',
            Kind::Part => b'r',
            Kind::Done => b'R',
            Kind::Issue => b'e',
            Kind::Case => b'q',
            Kind::Fee => b'h',
            Kind::Plain => b'P',
            Kind::Share => b'C',
            Kind::Outcome => b'U',
            Kind::Standing => b'Y',
        };
        let of = |letter: u8| tokens.iter().filter(move |token| token.letter == letter).filter_map(|token| token.word);
        let mut named: Vec<u16> = of(letter).collect();
        if said.kind == Kind::Intake && named.is_empty() {
            // 无依申请公开: no verb says so.
            named.extend(self.words.index("intake"));
        }
        if matches!(said.kind, Kind::Intake | Kind::Done | Kind::Issue) {
            named.truncate(1);
        }
        named.dedup();
        if said.kind == Kind::Issue {
            self.now.issue = named.first().copied();
            // 制定规章2件: the document says what is counted, where it is none of the plain ones.
            named.splice(.., of(b'd').next().or(named.first().copied()));
        }
        if matches!(said.kind, Kind::Outcome | Kind::Standing) {
            let Some(word) = named.first().and_then(|&part| self.part_of_counted(part, tokens)) else { return false };
            named = vec![word];
        }
        if !said.none {
            self.state.counted = self.counted(said.kind, &named);
        }
        let text = |token: &Token| &self.text.text[token.start..token.end];
        // 发生, 被申请, 提起: those that are pending were too.
        let is_begun =
            |token: &Token| token.letter == b'g' || token.letter == b'q' && text(token).starts_with(['被', '申', '提']);
        let plainly = said.kind == Kind::Case && (said.none || tokens.iter().any(is_begun));
        let base = Reading {
            words: Vec::new(),
            value,
            money: said.kind == Kind::Fee,
            number: self.text.source(shown.start, shown.end),
            sentence: self.text.source(self.sentence.start, self.sentence.end),
            clause: self.text.source(tokens[0].start, tokens[tokens.len() - 1].end),
            who: self.now.who.unwrap_or(Who::Itself),
            plainly,
        };
        if said.kind == Kind::Case && named.len() > 1 {
            let together = tokens
                .iter()
                .any(|token| token.letter == b'f' && matches!(text(token), "共" | "共计" | "合计" | "总计" | "总共"));
            let each = tokens.iter().any(|token| token.letter == b'f' && matches!(text(token), "均" | "都" | "各"));
            match (value.is_zero() || each, together) {
                (true, _) => {
                    let each = named.into_iter().map(|word| Reading { words: vec![word], ..base.clone() });
                    self.readings.extend(each);
                }
                (false, true) => self.readings.push(Reading { words: named, ..base }),
                // 行政复议、行政诉讼3件: one of them, or both together.
                (false, false) => return false,
            }
            return true;
        }
        if named.is_empty() {
            return false;
        }
        self.readings.push(Reading { words: named, ..base });
        true
    }

    /// What parts may be told of behind a clause that names `words`.
    fn counted(&self, kind: Kind, words: &[u16]) -> Counted {
        let first = words.first().and_then(|&word| self.words.word(word));
        let is = |key: &str| first.is_some_and(|word| word.key == key);
        match (kind, self.state.counted) {
            (Kind::Intake | Kind::Part, _) if is("intake") || is("new") => Counted::Applications,
            (Kind::Share, counted) => counted,
            (Kind::Outcome | Kind::Standing, Counted::One { kind, word, .. }) => {
                Counted::One { kind, word, parted: true }
            }
            // 行政复议2件、行政诉讼1件，其中维持2件: of which of them is not said.
            (Kind::Case | Kind::Issue, Counted::One { kind: before, parted: false, .. }) if before == kind => {
                Counted::One { kind, word: None, parted: false }
            }
            (Kind::Case | Kind::Issue, _) => {
                let word = words.first().copied().filter(|_| words.len() == 1);
                Counted::One { kind, word, parted: false }
            }
            _ => Counted::Nothing,
        }
    }

    /// The word for a part of what was counted: 维持 behind 行政复议2件, 现行有效 before 规范性文件.
    fn part_of_counted(&self, part: u16, tokens: &[Token]) -> Option<u16> {
        let document = tokens.iter().find(|token| token.letter == b'd');
        let whole = match (document, self.state.counted) {
            (Some(document), _) => document.word.or_else(|| self.words.index("documents")),
            (None, Counted::One { word, .. }) => word,
            _ => None,
        };
        let key = |word: u16| self.words.word(word).map(|word| word.key.as_str());
        self.words.index(&format!("{}_{}", key(whole?)?, key(part)?))
    }

    /// 规范性文件5件 behind 制发规章2件、.
    fn bare_documents(&mut self, tokens: &[Token], has: &impl Fn(u8) -> bool) -> bool {
        let issue = self.now.issue.filter(|_| !self.now.other_time && !self.now.other_organ);
        if let (Some(word), &[document @ Token { letter: b'd', .. }, number @ Token { letter: b'N', .. }]) =
            (issue, tokens)
        {
            let said = Said { kind: Kind::Issue, none: false };
            let verb = Token { letter: b'e', word: Some(word), end: document.start, ..document };
            return self.push(said, &[verb, document, number]);
        }
        if has(b'e') && has(b'N') {
            let verb = tokens.iter().find(|token| token.letter == b'e').and_then(|token| token.word);
            self.now.issue = verb.or(self.now.issue);
        }
        false
    }

    /// The tokens with the name of the organ before the verb as one.
    fn with_subject<'t>(&self, tokens: &'t [Token]) -> (Cow<'t, [Token]>, Option<Who>) {
        let core = tokens.iter().position(|token| CORE & bit(token.letter) != 0).unwrap_or(tokens.len());
        let Some(last) = tokens[..core].iter().rposition(|token| token.letter == UNKNOWN) else {
            return (Cow::Borrowed(tokens), None);
        };
        let first = tokens.iter().position(|token| token.letter == UNKNOWN).unwrap_or(last);
        let begin = tokens[..first].iter().take_while(|token| BEFORE_SUBJECT & bit(token.letter) != 0).count();
        for from in (begin.min(first)..=first).chain((begin.saturating_sub(3)..begin).rev()) {
            // A word of the lists may end the name, as 计 begins none and 局 ends many.
            for to in last + 1..=core.min(last + 3) {
                let name = &self.text.text[tokens[from].start..tokens[to - 1].end];
                let Some(who) = self.about.organ.is(name) else { continue };
                let subject = Token { letter: b's', end: tokens[to - 1].end, ..tokens[from] };
                let tokens = tokens[..from].iter().chain([&subject]).chain(&tokens[to..]).copied().collect();
                return (Cow::Owned(tokens), Some(who));
            }
        }
        (Cow::Borrowed(tokens), None)
    }

    /// What the words that an organ calls itself by take in.
    fn own_words(&self, tokens: &[Token]) -> Option<Who> {
        let own = tokens.iter().find(|token| token.letter == b's')?;
        Some(self.about.organ.scope(&self.text.text[own.start..own.end]))
    }

    /// The organ that a clause without numbers begins with: `None` where it begins with none, `Some(None)` where that is another.
    fn subject(&self, tokens: &[Token]) -> Option<Option<Who>> {
        let begin = tokens.iter().take_while(|token| BEFORE_SUBJECT & bit(token.letter) != 0).count();
        let token = tokens.get(begin).filter(|token| token.letter == UNKNOWN)?;
        let end = tokens.last().map_or(token.end, |last| last.end);
        let text = &self.text.text[token.start..end];
        let text = text.char_indices().nth(LONGEST_SUBJECT).map_or(text, |(end, _)| &text[..end]);
        Some(self.about.organ.is(&named_organ(text)?))
    }
}

/// In a clause with a number that was not understood, something else is counted, or a part: what follows may be about
/// that.
fn counts_else(has: &impl Fn(u8) -> bool) -> bool {
    has(b'i') != has(b'R') || has(b'a') && has(b'r')
}

/// Where the last piece of a sentence ends in which a clause may be understood.
fn live_until(tokens: &[Token]) -> usize {
    let mut at = 0;
    tokens.split(Token::is_mark).fold(0, |live, piece| {
        let end = at + piece.len();
        at = end + 1;
        // A whole piece may be one clause too, and mostly is.
        let list = || piece.iter().any(|token| token.letter == b'l');
        if is_live(piece) || list() && piece.split(|token| token.letter == b'l').any(is_live) { end } else { live }
    })
}

/// The letters of tokens, a bit for each.
fn letters_of(tokens: &[Token]) -> u64 {
    tokens.iter().fold(0, |all, token| all | bit(token.letter))
}

/// The clause may be understood: it says something, and the grammar knows all letters from the first on that the name
/// of an organ stands before. Of those before, the name may take in the others.
fn is_live(clause: &[Token]) -> bool {
    let core = clause.iter().position(|token| CORE & bit(token.letter) != 0).unwrap_or(clause.len());
    let letters = letters_of(&clause[core..]);
    letters & bits(b"NMn") != 0 && grammar::may_understand(letters)
}

#[cfg(test)]
mod tests;
