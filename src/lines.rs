//! stub
/// What a line of the report was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// Nothing to be seen on it.
    Blank,
    /// The heading of a section.
    Heading,
    /// Part of a paragraph.
    Prose,
    /// A row of a table.
    Row,
    /// What the page put there, not the report: page numbers, running heads, buttons of a web page.
    Furniture,
}
