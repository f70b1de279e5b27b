"""What scripts/check-data-tools asks of each tool: are numbers numbers, is nothing else one, are sums the same."""

import csv
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas
import polars

work = Path(sys.argv[1])
failures = 0


def check(holds, what):
    global failures
    print(("ok    " if holds else "WRONG ") + what)
    failures += not holds


def truth(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


for folder in sorted(path for path in work.iterdir() if (path / "wide.csv").exists()):
    wide, book = folder / "wide.csv", truth(folder / "codebook.csv")
    rows = truth(wide)
    kinds = {entry["column"]: entry["kind"] for entry in book}
    with open(wide, encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    check(list(kinds) == header, f"{folder.name}: codebook.csv names the {len(header)} columns of wide.csv, in their order")

    sums = {}
    for column, kind in kinds.items():
        if kind != "text":
            # A count may have been misprinted with decimals, or be negative: it is a number still.
            sums[column] = sum((Decimal(row[column]) for row in rows if row[column]), Decimal(0))
    filled = {column: any(row[column] for row in rows) for column in kinds}

    frame = pandas.read_csv(wide)
    table = polars.read_csv(wide)
    base = duckdb.sql(f"select * from '{wide}'")
    types = dict(zip(base.columns, map(str, base.dtypes)))
    read = {
        "pandas": (
            len(frame),
            {column: pandas.api.types.is_numeric_dtype(frame[column]) for column in frame.columns},
            lambda column: frame[column].sum(),
        ),
        "polars": (
            len(table),
            {column: table[column].dtype.is_numeric() for column in table.columns},
            lambda column: table[column].sum(),
        ),
        "duckdb": (
            base.count("*").fetchall()[0][0],
            {column: types[column] in {"BIGINT", "DOUBLE", "INTEGER", "HUGEINT"} for column in types},
            lambda column: base.sum(f'"{column}"').fetchall()[0][0],
        ),
    }
    for tool, (count, numeric, total) in read.items():
        check(count == len(rows), f"{folder.name}: {tool} reads {len(rows)} rows")
        wrong = [column for column in sums if filled[column] and not numeric.get(column)]
        check(not wrong, f"{folder.name}: {tool} has {len(sums)} columns of numbers {wrong[:3] if wrong else ''}")
        texts = [c for c, kind in kinds.items() if kind == "text" and c != "edition" and filled[c] and numeric.get(c)]
        check(not texts, f"{folder.name}: {tool} takes no text for a number {texts if texts else ''}")
        wrong = [
            column
            for column in sums
            if filled[column] and numeric.get(column) and abs(float(total(column) or 0) - float(sums[column])) > 1e-6
        ]
        check(not wrong, f"{folder.name}: {tool} adds up the same {wrong[:3] if wrong else ''}")
    years = frame["year"].dropna()
    check(len(years) > 0 and (years == years.astype(int)).all(), f"{folder.name}: years are whole numbers")

    # The long table, and a sum of the form in one line of SQL.
    cells = folder / "cells.csv"
    values = duckdb.sql(f"select typeof(value), typeof(year), typeof(line) from '{cells}' limit 1").fetchall()[0]
    check(values[0] == "DOUBLE" or values[0] == "BIGINT", f"{folder.name}: duckdb has numbers in cells.csv: {values}")
    check(values[1:] == ("BIGINT", "BIGINT"), f"{folder.name}: duckdb has whole years and lines in cells.csv")

    # Rates are what their formulas say.
    for entry in book:
        if entry["kind"] != "rate" or "；" in entry["formula"] or not entry["formula"]:
            continue
        parts, whole = (
            [name.strip("() ") for name in side.split("+")] for side in entry["formula"].split(" / ")
        )
        wrong, found = [], 0
        for row in rows:
            if row["edition"] not in entry["edition"]:
                continue
            cells_of = [row.get(name, "") for name in parts + whole]
            rate = row[entry["column"]]
            if rate:
                found += 1
                of = sum(Decimal(row[name]) for name in whole)
                expected = sum(Decimal(row[name]) for name in parts) / of
                wrong += [row["report"]] if abs(Decimal(rate) - expected) > Decimal("0.0000005") else []
            elif all(cells_of):
                of, some = sum(Decimal(row[name]) for name in whole), sum(Decimal(row[name]) for name in parts)
                wrong += [row["report"]] if of > 0 and 0 <= some <= of and min(map(Decimal, cells_of)) >= 0 else []
        check(not wrong, f"{folder.name}: {entry['column']} is right in {found} reports {wrong[:3] if wrong else ''}")

print()
if failures:
    sys.exit(f"{failures} checks failed")
print("all is loaded right")
