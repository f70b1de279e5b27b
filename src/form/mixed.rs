//! Forms that are put together from the tables of several editions. Organs that mix editions mix the same ones, and to
//! put a form together takes longer than to read a report by it: so each is kept for the next report.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use super::{Form, Forms};

/// Where the tables of a mixed form come from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Parts {
    /// Which of the forms it is otherwise.
    pub(super) main: usize,
    /// For each of its tables, which of the forms has it, and which table it is there.
    pub(super) tables: Vec<(usize, usize)>,
}

/// The mixed forms that were met. Clones of [`Forms`] share them; whoever adds a form begins anew.
#[derive(Debug, Clone, Default)]
pub(super) struct Mixed(Arc<RwLock<HashMap<Parts, Arc<Form>>>>);

/// More mixed forms than are ever met in earnest.
const MOST_KEPT: usize = 64;

impl Mixed {
    /// The form that is put together so.
    pub(super) fn form(&self, forms: &Forms, parts: Parts) -> Arc<Form> {
        // Where another thread broke down, it is put together as if none were kept.
        if let Some(known) = self.0.read().ok().and_then(|kept| kept.get(&parts).cloned()) {
            return known;
        }
        let tables: Vec<(&Form, usize)> =
            parts.tables.iter().map(|&(form, table)| (&*forms.forms[form], table)).collect();
        let form = Arc::new(forms.forms[parts.main].compose(&tables));
        if let Ok(mut kept) = self.0.write()
            && kept.len() < MOST_KEPT
        {
            // Whichever thread was first: all then have the same one.
            return Arc::clone(kept.entry(parts).or_insert(form));
        }
        form
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mixed_form_is_put_together_once_and_anew_when_a_form_is_added() {
        let mut forms = Forms::embedded();
        forms.mixed = Mixed::default();
        let at = |key: &str| forms.iter().position(|form| form.key == key).unwrap();
        let (new, old) = (at("2021"), at("2019"));
        let parts = Parts { main: new, tables: vec![(new, 0), (old, 1), (new, 2)] };
        let first = forms.mixed.form(&forms, parts.clone());
        assert_eq!((&*first.key, &*first.tables[1].edition, &*first.tables[2].edition), ("2021", "2019", "2021"));
        let clone = forms.clone();
        assert!(Arc::ptr_eq(&first, &clone.mixed.form(&clone, parts.clone())));
        let added = Form::clone(forms.get("2021").unwrap());
        forms.add(added);
        assert!(!Arc::ptr_eq(&first, &forms.mixed.form(&forms, parts)));
    }
}
