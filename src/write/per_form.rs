//! What a writer has ready for each form: the pieces that all reports of the form have.

use std::sync::Arc;

use crate::form::Form;

/// So many forms are remembered: those that the program carries are few, those that reports print are met once.
pub(super) const REMEMBERED: usize = 8;

/// Forms of late, the last one first.
#[derive(Debug)]
pub(super) struct PerForm<T> {
    met: Vec<Met<T>>,
}

#[derive(Debug)]
struct Met<T> {
    form: Arc<Form>,
    /// Worth making where the form is met again.
    ready: Option<T>,
}

impl<T> PerForm<T> {
    pub(super) fn new() -> PerForm<T> {
        PerForm { met: Vec::new() }
    }

    /// What is ready for `form`, where it was met before; `make` makes it.
    pub(super) fn get(&mut self, form: &Arc<Form>, make: impl FnOnce(&Form) -> T) -> Option<&T> {
        let Some(at) = self.met.iter().position(|met| Arc::ptr_eq(&met.form, form)) else {
            self.met.truncate(REMEMBERED - 1);
            self.met.insert(0, Met { form: form.clone(), ready: None });
            return None;
        };
        self.met[..=at].rotate_right(1);
        self.met.first_mut().map(|met| &*met.ready.get_or_insert_with(|| make(form)))
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.met.len()
    }
}
