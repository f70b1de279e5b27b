//! The labels of a form without their ordinals: a program that takes the text out of a document leaves out the numbers which the word processor
//! counts by itself.

use std::sync::Arc;

use super::names::Names;
use super::{Columns, Form, FormRow, FormTable};
use crate::fold::key;
use crate::outline::ordinal::ordinal;

/// A form whose rows may be printed without the ordinals of their labels, and the names of its labels.
#[derive(Debug, Clone)]
pub(crate) struct Unnumbered {
    pub(super) form: Arc<Form>,
    pub(super) names: Names,
}

impl Form {
    /// The form with labels that have no ordinals beside its own; `None` where none of its rows is known without one.
    pub(super) fn unnumbered(&self) -> Option<&Unnumbered> {
        self.unnumbered.get_or_init(|| Unnumbered::new(self).map(Box::new)).as_deref()
    }
}

impl Unnumbered {
    fn new(form: &Form) -> Option<Unnumbered> {
        let mut form = form.clone();
        let tables = form.tables.iter_mut().filter(|table| table.columns == Columns::Form);
        let added: usize = tables.map(add).sum();
        let mut names = Names::default();
        form.enter(&mut names);
        (added > 0).then(|| Unnumbered { form: Arc::new(form), names })
    }
}

/// Adds to a table the labels of its rows and groups without their ordinals: those that are no other label of it. How many rows have one.
fn add(table: &mut FormTable) -> usize {
    let bare: Vec<Vec<String>> = table.rows.iter().map(bare).collect();
    let is_known = |label: &String| table.exact.contains_key(label) || table.header.contains_key(label);
    let is_only = |label: &String| bare.iter().filter(|labels| labels.contains(label)).count() == 1;
    let own: Vec<Vec<String>> = bare
        .iter()
        .map(|labels| labels.iter().filter(|&label| !is_known(label) && is_only(label)).cloned().collect())
        .collect();
    let groups = table.rows.iter().flat_map(|row| row.label.split(' ').rev().skip(1)).filter_map(without_ordinal);
    let groups: Vec<String> =
        groups.map(key).filter(|label| !is_known(label) && !bare.iter().any(|labels| labels.contains(label))).collect();
    table.groups.extend(groups.iter().cloned());
    table.header.extend(groups.into_iter().map(|label| (label.clone(), label)));
    let count = own.iter().filter(|labels| !labels.is_empty()).count();
    for (at, (row, labels)) in table.rows.iter_mut().zip(own).enumerate() {
        for label in labels {
            table.exact.insert(label.clone(), vec![at]);
            row.keys.push(label);
        }
    }
    count
}

/// What the row prints as its own label, without its ordinal, folded.
fn bare(row: &FormRow) -> Vec<String> {
    let own = row.label.rsplit(' ').next().unwrap_or_default();
    let Some(rest) = without_ordinal(own) else { return Vec::new() };
    let ordinal = key(&own[..own.len() - rest.len()]);
    let mut labels: Vec<String> = Vec::new();
    for label in row.keys.iter().filter_map(|label| label.strip_prefix(&ordinal)) {
        if !label.is_empty() && !labels.iter().any(|known| known == label) {
            labels.push(label.to_owned());
        }
    }
    labels
}

/// What stands behind the ordinal of a label.
fn without_ordinal(label: &str) -> Option<&str> {
    ordinal(label).map(|ordinal| ordinal.rest).filter(|rest| label.ends_with(rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Forms;

    #[test]
    fn rows_are_known_without_their_ordinals() {
        let forms = Forms::embedded();
        let unnumbered = forms.get("2021").unwrap().unnumbered().unwrap();
        let table = unnumbered.form.tables.iter().find(|table| table.key == "applications").unwrap();
        let row = |label: &str| table.exact.get(&key(label)).map(|rows| table.rows[rows[0]].label.as_str());
        assert_eq!(row("予以公开"), Some("三、本年度办理结果 （一）予以公开"));
        assert_eq!(
            row("部分公开"),
            Some("三、本年度办理结果 （二）部分公开（区分处理的，只计这一情形，不计其他情形）")
        );
        assert_eq!(row("重复申请"), Some("三、本年度办理结果 （五）不予处理 2.重复申请"));
        // They head columns.
        assert_eq!((row("总计"), row("其他")), (None, None));
        assert!(table.groups.contains(&key("不予公开")) && table.groups.contains(&key("本年度办理结果")));
        // As many slots, in the same order.
        let slots = |form: &Form| form.slots.iter().map(|slot| slot.path()).collect::<Vec<_>>();
        assert_eq!(slots(&unnumbered.form), slots(forms.get("2021").unwrap()));
    }

    /// Where the table of applications is missing, some other table with a few of its labels is not taken for it.
    #[test]
    fn a_few_labels_without_ordinals_are_those_of_another_table() {
        const CLEAN: &str = include_str!("../../fixtures/reports/valid/clean-rectangle/report.txt");
        let (start, rest) = CLEAN.split_once("（本列数据").unwrap();
        let end = rest.find("\n\n四、").unwrap();
        let labels = ["予以公开", "部分公开", "属于国家秘密", "重复申请", "信访举报投诉类申请", "结转下年度继续办理"];
        for (header, numbers) in
            [("类型\t1月\t2月\t3月\t4月\t5月\t6月\t7月", "\t3\t1\t4\t1\t5\t9\t2"), ("办理结果\t总计", "\t9")]
        {
            let rows: Vec<String> = labels.iter().map(|label| format!("{label}{numbers}")).collect();
            let text = format!("{start}{header}\n{}{}", rows.join("\n"), &rest[end..]);
            let report = crate::Reader::default().read(text.as_bytes(), None).unwrap();
            let mut cells = report.cells().filter(|cell| cell.table == "applications");
            assert!(cells.all(|cell| cell.status == crate::record::Status::Missing), "{header}");
            let missing = |finding: &crate::finding::Finding| finding.rule == crate::finding::Rule::TableMissing;
            assert!(report.findings.iter().any(missing), "{header}");
        }
    }
}
