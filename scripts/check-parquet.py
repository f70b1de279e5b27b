"""What scripts/check-parquet asks of DuckDB and polars: every value of the CSV files, and the types."""

import csv
import datetime
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import polars

one, years = map(Path, sys.argv[1:])
INTEGERS = {"year", "level", "line", "errors", "warnings", "notes"}
DATES = {"period_from", "period_to"}
csv.field_size_limit(1 << 30)
failures = 0


def check(holds, what):
    global failures
    print(("ok    " if holds else "WRONG ") + what)
    failures += not holds


def kind(table, column):
    if column in INTEGERS or column.startswith("cells_"):
        return "integer"
    if column in DATES:
        return "date"
    return "decimal" if column == "value" or table == "wide" and "." in column else "text"


def typed(table, column, text):
    """What a field of the CSV file is in the other; the apostrophe before a formula is one of CSV alone."""
    if text == "":
        return None
    match kind(table, column):
        case "integer":
            return int(text)
        case "date":
            return datetime.date.fromisoformat(text)
        case "decimal":
            return Decimal(text)
    return text[1:] if text[0] == "'" and text[1:2] in tuple("=+-@\t\r") else text


TYPES = {
    "duckdb": {"integer": "INTEGER", "date": "DATE", "decimal": "DECIMAL(38,10)", "text": "VARCHAR"},
    "polars": {"integer": "Int32", "date": "Date", "decimal": "Decimal(precision=38, scale=10)", "text": "String"},
}

for table in ("reports", "cells", "wide", "sections", "findings"):
    with open(one / f"{table}.csv", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        truth = [tuple(typed(table, column, text) for column, text in zip(header, row)) for row in rows]
    check(len(truth) > 0, f"{table}: {len(truth)} rows of {len(header)} columns")

    whole = str(one / f"{table}.parquet")
    relation = duckdb.sql(f"select * from '{whole}'")
    frame = polars.read_parquet(whole)
    read = {
        "duckdb": (relation.columns, [str(type) for type in relation.types], relation.fetchall()),
        "polars": (frame.columns, [str(type) for type in frame.dtypes], frame.rows()),
    }
    for tool, (columns, types, got) in read.items():
        check(list(columns) == header, f"{table}: {tool} has the columns of the CSV file")
        expected = [TYPES[tool][kind(table, column)] for column in header]
        wrong = [(c, t) for c, t, e in zip(columns, types, expected) if t != e]
        check(not wrong, f"{table}: {tool} has their types {wrong[:3] if wrong else ''}")
        wrong = next(((number, a, b) for number, (a, b) in enumerate(zip(got, truth)) if tuple(a) != b), None)
        check(len(got) == len(truth) and not wrong, f"{table}: {tool} has every value, in order {wrong or ''}")

    # Parted by year: the same rows, in their order within a year.
    parts = f"{years / table}/*/*.parquet"
    at = header.index("year")
    order = sorted(truth, key=lambda row: (row[at] is not None, row[at] or 0))
    names = ", ".join(f'"{column}"' for column in header)
    got = []
    folders = sorted(path.name for path in (years / table).iterdir())
    for folder in folders:
        part = duckdb.sql(f"select {names} from read_parquet('{years / table / folder}/*.parquet', hive_partitioning=true)")
        got += [tuple(int(v) if n == at and v is not None else v for n, v in enumerate(row)) for row in part.fetchall()]
    got.sort(key=lambda row: (row[at] is not None, row[at] or 0))
    check(got == order, f"{table}: duckdb has every value in {len(folders)} folders of years")
    count = duckdb.sql(f"select count(*) from read_parquet('{parts}', hive_partitioning=true) where year = 2023").fetchall()
    check(count[0][0] == sum(row[at] == 2023 for row in truth), f"{table}: duckdb takes the year from the folder")
    if table != "wide":
        frame = polars.scan_parquet(f"{years / table}/", hive_partitioning=True).filter(polars.col("year") == 2023).collect()
        check(len(frame) == count[0][0], f"{table}: polars takes the year from the folder")

# One line of SQL, over numbers that are numbers.
query = f"select sum(value) from '{one}/cells.parquet' where \"table\" = 'applications' and \"row\" = 'received'"
total = duckdb.sql(query).fetchall()[0][0]
check(isinstance(total, Decimal) and total > 0, f"a sum is an exact decimal: {total}")
sys.exit(failures > 0)
