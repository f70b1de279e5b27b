//! stub
/// How the cells of a table are parted in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// By tabs.
    Tab,
}
impl Layout {
    /// The name in JSON and CSV.
    pub fn name(self) -> &'static str {
        match self {
            Layout::Tab => "tab",
        }
    }
}
