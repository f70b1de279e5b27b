//! Many inputs at once: which they are ([`inputs`]), how they are read side by side ([`reports`], by [`ordered`]), what a
//! run writes of them ([`streams`]) and where ([`output`], [`sinks`]), how it goes on after a kill ([`journal`]), and the run
//! itself ([`convert()`]); what stands there already is looked at before ([`standing`]). [`ndjson`] is the run that engines feed line by line.
//!
//! A bad file never stops a run: it becomes a [`Failure`](crate::write::summary::Failure) and a row of `failed.csv`.
//! Memory does not grow with the number of inputs, nor with what comes of them: lists wait in temporary files
//! ([`sort`]), results in a window of bounded size.

pub mod convert;
pub mod inputs;
pub mod joined;
pub mod journal;
pub mod ndjson;
pub mod ordered;
pub mod output;
pub mod read;
pub mod reports;
pub mod series;
pub mod sinks;
pub mod sort;
pub mod standing;
pub mod streams;

pub use convert::{ConvertError, Ended, Formats, Output, Watch, convert};
pub use inputs::{Entry, Input, ListError, Listing, Named, Pick, named};
pub use output::OutputError;
pub use read::{InputError, MAX_BYTES, report};
pub use reports::{Outcome, Reading};
