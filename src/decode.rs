//! stub
/// Why an input cannot be read as text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {}
/// An encoding by name.
#[derive(Debug, Clone, Copy)]
pub struct Encoding;
