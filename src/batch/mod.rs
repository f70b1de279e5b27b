//! Many inputs at once: which they are ([`inputs()`]), how their bytes are had ([`mod@read`]), where the tables go
//! ([`mod@output`]), and the run itself ([`convert()`]).
//!
//! A bad file never stops a run: it becomes a [`Failure`](crate::write::summary::Failure) and a row of `failed.csv`.
//! One report is held at a time; what grows with the number of inputs is the list of their paths alone.

pub mod convert;
pub mod inputs;
pub mod output;
pub mod read;

pub use convert::{Formats, convert};
pub use inputs::{Entry, Input, Named, inputs, list};
pub use output::OutputError;
pub use read::{InputError, MAX_BYTES, bytes, list_bytes, report};
