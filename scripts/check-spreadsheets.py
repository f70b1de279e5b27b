"""What scripts/check-spreadsheets compares: each table as plain CSV against the same table by another way."""

import csv
import sys
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas

work = Path(sys.argv[1])
tables = ["reports", "cells", "wide", "codebook", "sections", "tables", "findings", "failed"]
failures = []


def check(holds, what):
    print(("ok    " if holds else "WRONG ") + what)
    if not holds:
        failures.append(what)


def plain(table):
    return pandas.read_csv(work / "plain" / f"{table}.csv", dtype=str, keep_default_na=False)


def is_spoilt(text):
    """What Excel would spoil has a mark in CSV for Excel, and in that alone."""
    return text.isascii() and text.isdigit() and (len(text) > 15 or len(text) > 1 and text.startswith("0"))


numbers = {"value", "year", "line", "level", "row_no", "col_no", "table_no"}
numbers |= {f"cells_{status}" for status in ["ok", "blank", "unreadable", "missing"]} | {"errors", "warnings", "notes"}


def marked(frame):
    marked = frame.copy()
    for column in set(frame.columns) - numbers:
        marked[column] = [f"'{text}" if is_spoilt(text) else text for text in frame[column]]
    return marked


def equal(one, other):
    return list(one.columns) == list(other.columns) and one.values.tolist() == other.values.tolist()


# pandas: every text of every table.
for table in tables:
    expected = plain(table)
    frame = pandas.read_csv(work / "excel" / f"{table}.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    check(equal(frame, marked(expected)), f"pandas reads {table}.csv of --excel")
    frame = pandas.read_csv(work / "gb18030" / f"{table}.csv", dtype=str, keep_default_na=False, encoding="gb18030")
    check(equal(frame, marked(expected)), f"pandas reads {table}.csv in GB18030")
    for name, between in [("semicolon", ";"), ("tab", "\t")]:
        frame = pandas.read_csv(work / name / f"{table}.csv", dtype=str, keep_default_na=False, sep=between)
        check(equal(frame, expected), f"pandas reads {table}.csv with --delimiter {name}")
raw = (work / "excel" / "reports.csv").read_bytes()
check(raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\r\n") == raw.count(b"\n"), "--excel has a mark and CRLF")
check("𠀀龘" in (work / "gb18030" / "sections.csv").read_bytes().decode("gb18030"), "GB18030 holds rare characters")
check("'012000" in raw.decode("utf-8-sig"), "the zero of a postcode is kept for Excel")
check("'=1+1" in raw.decode("utf-8-sig"), "a formula is guarded in CSV")


def same(shown, text):
    """A cell of a spreadsheet shows a CSV field: the same text, or the same number."""
    if shown is None or shown == "":
        return text == ""
    if isinstance(shown, bool):
        return False
    if isinstance(shown, (int, float)):
        try:
            return Decimal(repr(shown)) == Decimal(text)
        except ArithmeticError:
            return False
    return str(shown) == text


def rows(path):
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    return [[cell for cell in row] for row in sheet.iter_rows()]


# LibreOffice: every cell of what it made of the CSV tables.
for name in ["excel", "gb18030"]:
    for table in ["reports", "cells", "sections"]:
        expected = marked(plain(table))
        cells = rows(work / f"shown-{name}" / f"{table}.xlsx")
        header = [cell.value for cell in cells[0]]
        good = header == list(expected.columns) and len(cells) == len(expected) + 1
        wrong = [
            (cell.coordinate, cell.value, text)
            for row, record in zip(cells[1:], expected.itertuples(index=False))
            for key, cell, text in zip(header, row, record)
            # A spreadsheet takes 1.10 and 0001 in a column of anything for numbers; dates for dates.
            if key not in {"path", "section", "period_from", "period_to", "raw"} and not same(cell.value, text)
        ]
        formulas = [cell.coordinate for row in cells for cell in row if cell.data_type == "f"]
        check(good and not wrong, f"LibreOffice shows {table}.csv of {name} {wrong[:3] if wrong else ''}")
        check(not formulas, f"LibreOffice runs nothing in {table}.csv of {name}")
        if table == "reports":
            texts = {cell.value for row in cells for cell in row}
            check("'=1+1市人民政府" in texts, f"=1+1 is a text in {table}.csv of {name}")

# The workbook: by pandas, by openpyxl, and as LibreOffice shows it.
book = work / "excel" / "reports.xlsx"
names = {"reports": "Reports", "sections": "Sections", "findings": "Findings", "wide": "Wide"}
for table, sheet in names.items():
    expected = plain(table)
    frame = pandas.read_excel(book, sheet_name=sheet, header=1, dtype=object, na_filter=False)
    good = len(frame) == len(expected) and set(expected.columns) <= set(frame.columns)
    wrong = [
        (column, at, shown, text)
        for column in expected.columns
        if good
        for at, (shown, text) in enumerate(zip(frame[column], expected[column]))
        if not same(shown, text[1:] if text[:2] in {"'=", "'+", "'-", "'@"} else text)
    ]
    check(good and not wrong, f"pandas reads the sheet {sheet} {wrong[:3] if wrong else ''}")

loaded = openpyxl.load_workbook(book)
check(all(sheet.freeze_panes for sheet in loaded.worksheets[1:]), "headers are frozen")
check(all(sheet.auto_filter.ref for sheet in loaded.worksheets[1:]), "filters are on")
formulas = [
    cell.value for sheet in loaded.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
]
check(formulas and all(formula.startswith("=HYPERLINK(\"#'") for formula in formulas), "the only formulas are links")
table = loaded["Table 2"]
header = {cell.value: cell.column for cell in table[2]}
places, shades = 0, {}
for row in table.iter_rows(min_row=3):
    value, raw, status = (row[header[key] - 1] for key in ["value", "raw", "status"])
    if status.value == "ok" and isinstance(value.value, (int, float)) and "." in str(raw.value):
        decimals = len(str(raw.value).rstrip("万元").split(".")[1])
        places += value.number_format == "0." + "0" * decimals
    if status.value != "ok":
        shades.setdefault(status.value, set()).add(value.fill.fgColor.rgb)
check(places > 2, f"numbers have the printed decimals ({places} with some)")
check(len({frozenset(shade) for shade in shades.values()}) == len(shades) >= 2, f"cells are shaded by status {shades}")
reports = loaded["Reports"]
header = {cell.value: cell.column for cell in reports[2]}
quoted = [row[header["agency"] - 1] for row in reports.iter_rows(min_row=3)]
quoted = [cell for cell in quoted if cell.value == "=1+1市人民政府"]
check(len(quoted) == 1 and quoted[0].quotePrefix and quoted[0].data_type == "s", "=1+1 is a quoted text")
postcodes = [row[header["postcode"] - 1] for row in reports.iter_rows(min_row=3)]
check(any(cell.value == "012000" and cell.number_format == "@" for cell in postcodes), "a postcode keeps its zero")
years = [row[header["year"] - 1] for row in reports.iter_rows(min_row=3)]
check(all(cell.number_format in {"0", "General"} for cell in years), "years are plain")


def shown(folder, sheet):
    with open(work / folder / f"reports-{sheet}.csv", encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


lines = shown("shown-xlsx", "Reports")
at = lines[1].index("agency")
check("=1+1市人民政府" in {line[at] for line in lines}, "LibreOffice shows =1+1 in the workbook")
at = lines[1].index("year")
check(all(line[at].isdigit() and len(line[at]) == 4 for line in lines[2:] if line[at]), "LibreOffice shows years as 2023")
cells = {text for line in shown("shown-one", "Table 2") for text in line}
check({"59237.2449", "126"} <= cells, "LibreOffice shows the table of one report, decimals as printed")

print()
if failures:
    sys.exit(f"{len(failures)} checks failed")
print("all is read back right")
