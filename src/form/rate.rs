//! Rates: what is worked out of the cells of a form, on demand. A rate is data of the form: `[[rate]]` in `form.toml`.

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::record::{Report, Status};

/// A share of a table: the sum of some cells over the sum of others.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Rate {
    /// Its key: its column in the output is `derived.KEY`.
    pub key: String,
    /// What it is called: 实质公开率.
    pub title: String,
    /// Key of its table.
    pub table: String,
    /// Cells that are added up, as `row.column`.
    pub parts: Vec<String>,
    /// Cells whose sum is the base.
    pub of: Vec<String>,
}

/// Places behind the point of a rate.
const PLACES: u32 = 6;

impl Rate {
    /// Name of its column.
    pub fn column(&self) -> String {
        format!("derived.{}", self.key)
    }

    /// How it is worked out, in names of columns: `(a.b.c + a.d.c) / a.e.c`.
    pub fn formula(&self) -> String {
        let sum = |cells: &[String]| {
            let names: Vec<String> = cells.iter().map(|cell| format!("{}.{cell}", self.table)).collect();
            if names.len() > 1 { format!("({})", names.join(" + ")) } else { names.concat() }
        };
        format!("{} / {}", sum(&self.parts), sum(&self.of))
    }

    /// The rate of `report`, exactly rounded to six places, half to even.
    ///
    /// Nothing is made up: every cell that enters must hold a whole number, zero or more. `None` where one is blank,
    /// unreadable or missing, where the base is zero, and where the parts exceed the base, since then the report
    /// contradicts itself.
    pub fn value(&self, report: &Report) -> Option<Decimal> {
        let parts = self.sum(report, &self.parts)?;
        let base = self.sum(report, &self.of)?;
        if base == 0 || parts > base {
            return None;
        }
        let scaled = parts.checked_mul(10u128.pow(PLACES))?;
        let (quotient, rest) = (scaled / base, scaled % base);
        let up = match (rest.checked_mul(2)?).cmp(&base) {
            std::cmp::Ordering::Less => 0,
            std::cmp::Ordering::Equal => quotient % 2,
            std::cmp::Ordering::Greater => 1,
        };
        Some(Decimal::from_i128_with_scale(i128::try_from(quotient + up).ok()?, PLACES))
    }

    fn sum(&self, report: &Report, cells: &[String]) -> Option<u128> {
        let form = report.form.as_ref()?;
        cells.iter().try_fold(0u128, |sum, name| {
            let cell = report
                .cells
                .iter()
                .find(|cell| form.slots.get(cell.slot).is_some_and(|slot| slot.is_at(&self.table, name)))?;
            let value = cell.value.filter(|_| cell.status == Status::Ok)?.normalize();
            if value.scale() > 0 {
                return None;
            }
            sum.checked_add(u128::try_from(value.mantissa()).ok()?)
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::Reader;

    fn rate(parts: &str, base: &str) -> Option<String> {
        let text = format!(
            "某市2021年政府信息公开工作年度报告\n行政复议\t行政诉讼\n结果维持\t结果纠正\t其他结果\t尚未审结\t总计\t未经复议直接起诉\t复议后起诉\n\
             结果维持\t结果纠正\t其他结果\t尚未审结\t总计\t结果维持\t结果纠正\t其他结果\t尚未审结\t总计\n\
             0\t{parts}\t0\t0\t{base}\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\n"
        );
        let report = Reader::default().read(text.as_bytes(), None).unwrap();
        let form = report.form.clone().unwrap();
        let rate = form.rates.iter().find(|rate| rate.key == "review_correction").unwrap();
        assert_eq!(rate.formula(), "review_litigation.review.corrected / review_litigation.review.total");
        rate.value(&report).map(|value| value.to_string())
    }

    #[test]
    fn rates_are_exact_or_absent() {
        let is = |parts, base, value: &str| assert_eq!(rate(parts, base).as_deref(), Some(value), "{parts}/{base}");
        is("1", "3", "0.333333");
        is("2", "3", "0.666667");
        is("3", "3", "1.000000");
        is("0", "7", "0.000000");
        is("1,095", "4380", "0.250000");
        // Half to even: 0.0000005 and 0.0000015.
        is("1", "2000000", "0.000000");
        is("3", "2000000", "0.000002");
        for (parts, base) in
            [("0", "0"), ("4", "3"), ("/", "3"), ("1", "/"), ("1.5", "3"), ("-1", "3"), ("见附表", "3")]
        {
            assert_eq!(rate(parts, base), None, "{parts}/{base}");
        }
    }
}
