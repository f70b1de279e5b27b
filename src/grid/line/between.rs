//! What stands between the rows of a table that has a cell on each line: the label of a group, and the number of a page.

use super::{BELOW_GROUP, Kind, MOST_BLANK, Token, says_nothing};
use crate::span::Span;

/// The number of a page has no more digits.
const LONGEST_PAGE: usize = 3;

/// A value or a head stands right above, and below a label, its unit and its number.
pub(super) fn heads_units(tokens: &[Token], at: usize) -> bool {
    let above = at.checked_sub(1).map(|above| &tokens[above]);
    let inside = |token: &Token| token.is_value() || matches!(token.kind, Kind::Label | Kind::Unit);
    let is_label = |token: &&Token| matches!(token.kind, Kind::Label | Kind::Short | Kind::Numbered);
    let below = &tokens[at + 1..];
    let texts = below.iter().take(BELOW_GROUP).take_while(is_label).count();
    let unit = below.get(texts).is_some_and(|token| token.kind == Kind::Unit);
    above.is_some_and(inside) && texts > 0 && unit && below.get(texts + 1).is_some_and(Token::is_value)
}

/// A value, a unit or a head stands right above, and below a label with its number or unit: no section begins here,
/// for it would begin with a paragraph, or with a table that has a header.
pub(super) fn is_group(text: &str, tokens: &[Token], at: usize) -> bool {
    let is_value = |token: &Token| token.is_value() || (token.kind == Kind::Short && says_nothing(token.span.of(text)));
    let inside = |token: &Token| is_value(token) || matches!(token.kind, Kind::Label | Kind::Unit);
    let above = at.checked_sub(1).is_some_and(|above| inside(&tokens[above]));
    let below = tokens[at + 1..].iter().take(BELOW_GROUP);
    let is_label = |token: &&Token| matches!(token.kind, Kind::Label | Kind::Short) && !is_value(token);
    let texts = below.clone().take_while(is_label).count();
    above && texts > 0 && below.skip(texts).any(|token| is_value(token) || token.kind == Kind::Unit)
}

/// Empty lines stand above and below a number, but not between the unit and the numbers of the row above, nor in the row below, which has as
/// many.
pub(super) fn stands_apart(text: &str, tokens: &[Token], at: usize) -> bool {
    let short = |span: Span| span.len() <= LONGEST_PAGE && span.of(text).bytes().all(|byte| byte.is_ascii_digit());
    let (Some(below), true) = (tokens.get(at + 1), tokens[at].kind == Kind::Number && tokens[at].above > 0) else {
        return false;
    };
    if below.above == 0 || below.is_value() || !short(tokens[at].span) {
        return false;
    }
    let close = |token: &&Token| token.is_value() && token.above == 0;
    let own = tokens[..at].iter().rev().take(MOST_BLANK).take_while(close).count();
    let unit = |at: Option<usize>| at.and_then(|at| tokens.get(at)).is_some_and(|token| token.kind == Kind::Unit);
    let unit_below = (at + 2..=at + 1 + BELOW_GROUP).find(|&at| unit(Some(at)));
    let next = unit_below.map_or(0, |unit| tokens[unit + 1..].iter().take(MOST_BLANK).take_while(close).count());
    own > 0 && own == next && unit(at.checked_sub(own + 1))
}
