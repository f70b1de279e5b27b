//! stub
#[cfg(feature = "cli")]
pub mod cli;
pub mod decode;
pub mod finding;
pub mod fold;
pub mod form;
pub mod grid;
pub mod lines;
pub mod metadata;
pub mod outline;
pub mod record;
pub mod span;
use form::Forms;
use record::Report;

/// Reads reports.
#[derive(Debug, Clone)]
pub struct Reader {
    forms: Forms,
    encoding: Option<decode::Encoding>,
}
impl Reader {
    /// A reader with these forms.
    pub fn new(forms: Forms) -> Reader {
        Reader { forms, encoding: None }
    }

    /// Decodes every input by `encoding`, whatever it looks like.
    pub fn encoding(mut self, encoding: decode::Encoding) -> Reader {
        self.encoding = Some(encoding);
        self
    }

    /// The forms that it knows.
    pub fn forms(&self) -> &Forms {
        &self.forms
    }

    /// Reads one report. `path` is only recorded.
    pub fn read(&self, bytes: &[u8], path: Option<&str>) -> Result<Report, decode::DecodeError> {
        let _ = (bytes, path, self.encoding);
        unimplemented!()
    }
}
