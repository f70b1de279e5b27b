//! 中文语句。用词照官方文件：部分、格式、合计、空白、勾稽关系、应为……实为……。
//!
//! 引用报告原文时加引号；勾稽关系中的项目名自带序号，不加引号。数字前后空一格，便于在终端里看清。

use std::fmt::{Result, Write};

use super::{MOST_NAMED, list};
use crate::finding::{Elsewhere, Fact, MetadataField, Obstacle, Shift, Within, YearSource};

pub(super) fn write(f: &mut impl Write, fact: &Fact) -> Result {
    match fact {
        Fact::Replaced { bytes, encoding, unlisted } => {
            write!(f, "字节 {bytes} 不符合 {encoding} 编码，已读作 U+FFFD")?;
            match unlisted {
                0 => Ok(()),
                _ => write!(f, "；其后还有 {unlisted} 处，不再逐一列出"),
            }
        }
        Fact::PrivateUse { first, count: 1 } => {
            write!(f, "{first} 是私用区字符，只有原件的字体知道是什么字（旧字体造成的乱码）")
        }
        Fact::PrivateUse { first, count } => {
            write!(f, "{first} 等 {count} 个私用区字符，只有原件的字体知道是什么字（旧字体造成的乱码）")
        }
        Fact::SectionMissing { number, title } => write!(f, "缺少“{number}、{title}”部分"),
        Fact::SectionDuplicate { title, first_line } => {
            write!(f, "“{title}”部分重复出现，首次出现在第 {first_line} 行")
        }
        Fact::SectionOrder { title, after } => write!(f, "“{title}”部分排在“{after}”之后，按格式应在其前"),
        Fact::SectionEmpty { title, text } if text.is_empty() => write!(f, "“{title}”部分没有内容"),
        Fact::SectionEmpty { title, text } => write!(f, "“{title}”部分只写了“{text}”，没有实际内容"),
        Fact::LabelsUnread { lines } => {
            write!(
                f,
                "自此起有 {lines} 行是统计表的项目名或计量单位，却不在任何可读出的表格中；报告所印的部分项目可能未列入单元格"
            )
        }
        Fact::CommasUnread => f.write_str(
            "以逗号分隔的各行未读取：此处的逗号可能分隔两格，也可能是一个数的千位分隔符；请给含逗号的单元格加引号，或改用制表符、分号分隔",
        ),
        Fact::SourceOfPage => {
            f.write_str("这是网页的源代码，本程序不解析网页；请提供网页的文字，例如在浏览器中复制或另存为文本")
        }
        Fact::FormUnknown { tables: 0 } => f.write_str("没有与之相符的格式：报告中没有表格，也没有格式规定的各部分"),
        Fact::FormUnknown { tables } => write!(f, "没有与之相符的格式（{tables} 张表），各单元格按原样给出"),
        Fact::FormMixed { title, edition, form } => {
            write!(f, "“{title}”部分的表格采用 {edition} 年版格式，其余表格采用 {form} 年版；已按各自的格式读取")
        }
        Fact::MetadataMissing { what: field, empty } => {
            let what = match field {
                MetadataField::Title => "报告标题",
                MetadataField::Agency => "行政机关名称",
                MetadataField::Year => "报告年度",
                MetadataField::Period => "统计期限",
            };
            write!(f, "未找到{what}")?;
            match field {
                MetadataField::Period => f.write_str("：所写日期不存在，或者截止日期早于起始日期"),
                _ if *empty => f.write_str("：输入中没有文字"),
                _ => Ok(()),
            }
        }
        Fact::MetadataYear { readings } => {
            f.write_str("报告所述年度前后不一：")?;
            list(f, readings, "，", |f, (source, year)| {
                let source = match source {
                    YearSource::Title => "标题",
                    YearSource::Period => "统计期限",
                    YearSource::Preface => "引言",
                    YearSource::Overview => "总体情况",
                };
                write!(f, "{source}为 {year} 年")
            })
        }
        Fact::TableMissing { title } => write!(f, "“{title}”部分缺少表格，或表格不是文字"),
        Fact::TableElsewhere { title, heading } => write!(
            f,
            "“{title}”部分（第 {heading} 行）没有表格，数字取自该部分以外的这张表；它可能属于其他年度或其他机关"
        ),
        Fact::ColumnLeftOut { label } => write!(f, "表头没有“{label}”一列，各行也没有该列的数字；各行数字归入其余各列"),
        Fact::ColumnsMoved { printed, label } => {
            write!(f, "表头在格式的“{label}”各列之处印的是“{printed}”，已按所印的表头读取")
        }
        Fact::TableContested { title } => write!(
            f,
            "“{title}”部分的表格印有不止一份，数字不同，也没有说明哪一份属于本报告；数字取自从此处开始的一份，它可能属于其他年度或其他机关"
        ),
        Fact::TableCaption { title, raw, year } => {
            write!(
                f,
                "“{title}”部分的表格之上标有“{raw}”，似属其他年度或其他机关；因没有另一份，仍按它读取；报告应列本机关"
            )?;
            year.map_or(Ok(()), |year| write!(f, " {year} 年度"))?;
            f.write_str("的表格")
        }
        Fact::TableEmpty { title } => write!(f, "“{title}”部分的表格只有表头，其下没有找到数据行"),
        Fact::RowMissing { label } => write!(f, "缺少“{label}”一行"),
        Fact::RowUnknown { printed } => write!(f, "格式中没有“{printed}”一行"),
        Fact::RowLabel { printed, label } => write!(f, "项目名“{printed}”与格式不符，已按“{label}”读取"),
        Fact::RowLabelRest { printed } => {
            write!(f, "项目名“{printed}”未说明统计的内容，可能是上方某个项目名的后半部分")
        }
        Fact::ColumnLabel { printed, label } => {
            write!(f, "表头“{printed}”与格式的“{label}”不符，该列已按所在位置读取")
        }
        Fact::RowShifted(shift) => f.write_str(self::shift(*shift)),
        Fact::CellBlank { blank: 1, of: 1 } => f.write_str("单元格空白；空白不等于零"),
        Fact::CellBlank { blank, of } if blank == of => {
            write!(f, "本行 {of} 个单元格全部空白；空白不等于零")
        }
        Fact::CellBlank { blank, of } => write!(f, "本行 {of} 个单元格中有 {blank} 个空白；空白不等于零"),
        Fact::CellUnreadable { raw } => write!(f, "“{raw}”不是数字"),
        Fact::CellNegative { raw, amount } => {
            write!(f, "“{raw}”是负数，{}不应小于零", if *amount { "金额" } else { "数量" })
        }
        Fact::CellFraction { raw } => write!(f, "“{raw}”带有小数，数量应为整数"),
        Fact::CellUnit { raw, printed, form } => {
            write!(f, "“{raw}”的计量单位为“{printed}”，格式要求为“{form}”；数值未作换算")
        }
        Fact::CellUnitUnknown { raw, units } => {
            write!(f, "“{raw}”没有注明计量单位；应为")?;
            list(f, units, "或", |f, unit| write!(f, "“{unit}”"))
        }
        Fact::NumberUnplaced { raw, more } => {
            f.write_str("表格中的 ")?;
            some_numbers(f, raw, *more)?;
            f.write_str(" 不属于格式的任何单元格")
        }
        Fact::NumberAlone { raw, more } => {
            f.write_str("表格各行之间的 ")?;
            some_numbers(f, raw, *more)?;
            f.write_str(" 单独成行，不属于任何一行；可能是邻近单元格丢失的数字")
        }
        Fact::TableRepeated { title, rows, numbers } => write!(
            f,
            "“{title}”部分的表格有 {rows} 行在此重复出现，其中 {numbers} 个数字未归入任何单元格；格式中每行只有一次"
        ),
        Fact::RowBare { numbers } => write!(
            f,
            "本行项目名之后没有单元格，其上或其下有 {numbers} 个数字不属于任何一行，可能是本行的数字；各单元格未视为空白"
        ),
        Fact::RowAmbiguous { raw, columns } => {
            write!(f, "本行印有 {} 个数字（", raw.len())?;
            list(f, raw, "、", |f, raw| f.write_str(raw))?;
            write!(f, "），对应 {columns} 列有不止一种读法，各数均未采用")
        }
        Fact::Sum { within, totals, stated, computed, addends, blank } => {
            self::within(f, within)?;
            labels(f, totals)?;
            write!(f, "应为 {computed}，实为 {stated}，勾稽关系不符：")?;
            match addends.len() {
                0 => f.write_str("各项均为 0")?,
                count if count > MOST_NAMED => write!(f, "{count} 个不为 0 的分项合计 {computed}")?,
                _ => {
                    list(f, addends, " + ", |f, addend| write!(f, "{} {}", addend.label, addend.value))?;
                    write!(f, " = {computed}")?;
                }
            }
            match blank {
                0 => Ok(()),
                _ => write!(f, "（{blank} 个空白单元格按 0 计）"),
            }
        }
        Fact::SumUnchecked { within, totals, parts, cell, obstacle } => {
            self::within(f, within)?;
            labels(f, totals)?;
            f.write_str("应等于")?;
            labels(f, parts)?;
            write!(f, "，但{cell}{}，勾稽关系无法核对", self::obstacle(*obstacle))
        }
        Fact::ProseTable { quote, said, figured } => {
            write!(f, "文字与表格不一致：“{quote}”称 {said}，而表格中")?;
            list(f, figured, "，", |f, figured| {
                labels(f, &figured.labels)?;
                if !figured.without.is_empty() {
                    f.write_str("（不含")?;
                    list(f, &figured.without, "、", |f, label| f.write_str(label))?;
                    f.write_str("）")?;
                }
                write!(f, "为 {}", figured.value)?;
                let mut remarks = Vec::new();
                if let Some(line) = figured.line {
                    remarks.push(format!("第 {line} 行"));
                }
                if figured.blank > 0 {
                    remarks.push(format!("{} 个空白单元格按 0 计", figured.blank));
                } else if figured.summed {
                    remarks.push("总计空白，按分项合计".to_owned());
                }
                if remarks.is_empty() { Ok(()) } else { write!(f, "（{}）", remarks.join("，")) }
            })
        }
        Fact::Series { label, printed, computed, earlier, of, plus, minus, blank } => {
            write!(f, "{label}应为 {computed}，实为 {printed}，与上年不衔接：")?;
            elsewhere(f, of)?;
            write!(f, "的{} {}", earlier.label, earlier.value)?;
            plus.iter().try_for_each(|addend| write!(f, " + {} {}", addend.label, addend.value))?;
            minus.iter().try_for_each(|addend| write!(f, " - {} {}", addend.label, addend.value))?;
            match blank {
                0 => Ok(()),
                _ => write!(f, "（{blank} 个空白单元格按 0 计）"),
            }
        }
        Fact::SeriesUnchecked { equations, row, column, obstacle, here, of } => {
            f.write_str("与 ")?;
            elsewhere(f, &Elsewhere { line: None, ..of.clone() })?;
            let whose = if *here { "本报告" } else { "该报告" };
            write!(f, "有 {equations} 项衔接关系无法核对：{whose}“{row}”的“{column}”{}", self::obstacle(*obstacle))
        }
        Fact::SeriesGap { from, to, of } => {
            match from == to {
                true => write!(f, "本次运行中没有 {from} 年度的报告；此前最近的是 ")?,
                false => write!(f, "本次运行中没有 {from} 至 {to} 年度的报告；此前最近的是 ")?,
            }
            elsewhere(f, of)
        }
        Fact::SeriesDuplicate { of, alike } => {
            write!(f, "同一机关 {} 年度的报告重复，前一份为“{}”；", of.year, of.file)?;
            f.write_str(match alike {
                true => "两者跨年衔接的数字相同，以前一份核对",
                false => "两者跨年衔接的数字不同，均未核对",
            })
        }
        Fact::ProseProse { quote, said, other, line } => {
            write!(f, "文字前后不一致：“{quote}”称 {said} 元，而第 {line} 行称 {other} 元")
        }
    }
}

fn obstacle(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::Missing => "缺失",
        Obstacle::Unreadable => "无法识别为数字",
        Obstacle::Blank => "空白",
        Obstacle::BlankTotal => "空白，而其分项并非空白",
    }
}

/// 本次运行中的另一份报告。
fn elsewhere(f: &mut impl Write, of: &Elsewhere) -> Result {
    write!(f, "{} 年度报告（{}", of.year, of.file)?;
    match of.line {
        Some(line) => write!(f, " 第 {line} 行）"),
        None => f.write_str("）"),
    }
}

fn shift(shift: Shift) -> &'static str {
    match shift {
        Shift::BlanksBetween => "数字之间夹有不属于任何列的空白单元格；各数已按先后次序读取",
        Shift::Arithmetic => "空白单元格有缺失或多余；只有这一种读法符合格式的勾稽关系，已照此读取",
        Shift::Split => "一个单元格内有多个数字；各数已按先后次序读取",
        Shift::Neighbours => "因空白单元格缺失，本行起始位置不明；已按相邻各行所用的列读取",
        Shift::NoCells => "本行项目名之后没有单元格，各单元格视为空白",
        Shift::Rest => "各数旁边的文字是格式中某项目名的一部分，未视为本行的数字",
        Shift::Plain => "本行已按单元格位置读取，但与格式的勾稽关系不符",
        Shift::Columns => "各数已按相邻各行所用的列读取",
        Shift::Spaced => "数字中间有空格，按一个数读取；本报告其他大数中间没有空格，因此可能是两个数",
        Shift::Glued => "数字紧接在项目名之后，其间没有分隔；可能不是本行的数字",
        Shift::Rows => "本行各数分印在上下几行；已按先后次序读取",
        Shift::Labelled => "各数之前印有格式中没有的项目名；可能不是格式所要求的数",
        Shift::Apart => "各数单独成行，位于项目名的上一行或下一行；可能属于其他行，也可能不属于任何一行",
    }
}

/// 勾稽关系在哪一行、哪一列。
/// Names numbers.
fn some_numbers(f: &mut impl Write, raw: &[String], more: usize) -> Result {
    list(f, raw, "、", |f, raw| f.write_str(raw))?;
    if more > 0 {
        write!(f, " 等 {} 个数字", raw.len() + more)?;
    }
    Ok(())
}

fn within(f: &mut impl Write, within: &Within) -> Result {
    match within {
        Within::Row(label) => write!(f, "“{label}”行，"),
        Within::Column(label) => write!(f, "“{label}”列，"),
        Within::Table => Ok(()),
    }
}

/// 勾稽关系一侧的各项。
fn labels(f: &mut impl Write, labels: &[String]) -> Result {
    match labels.len() {
        1 => list(f, labels, "", |f, label| f.write_str(label)),
        0..=MOST_NAMED => {
            list(f, labels, " + ", |f, label| f.write_str(label))?;
            f.write_str("之和")
        }
        count => write!(f, "其 {count} 项之和"),
    }
}
