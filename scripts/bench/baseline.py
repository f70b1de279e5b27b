#!/usr/bin/env python3
"""What `nianbao convert --to csv` is measured against: a script as a competent person would write it, with re and csv.

    baseline.py INPUT DIR [--processes N]

It reads UTF-8 or GB18030, finds title, organ and year, the sections with their texts, tables parted by tabs or pipes, and
the cells of the 2021 form by their labels, adds up what the form says must add up, and writes reports.csv, sections.csv,
tables.csv, cells.csv and findings.csv. It knows one form, two layouts and no damage.
"""

import argparse
import csv
import hashlib
import multiprocessing
import re
from pathlib import Path

FORM = Path(__file__).resolve().parent.parent.parent / "src" / "form" / "data" / "2021"
TITLE = re.compile(r"^\s*(\S.*?(?:政府信息公开)\S*?(?:年度报告|年报|报告).*)$", re.M)
YEAR = re.compile(r"(20\d\d)\s*年")
AGENCY = re.compile(r"^(.*?)(?:20\d\d\s*年(?:度)?)?政府信息公开")
SECTION = re.compile(r"^\s*([一二三四五六七八九十]+)、\s*(\S.*)$")
SUBSECTION = re.compile(r"^\s*（([一二三四五六七八九十]+)）\s*(\S.*)$")
NUMBER = re.compile(r"^[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?$")
SLOT = re.compile(r"^\{(.+)\.([^.}]+)\}$")
BLANKS = re.compile(r"\s+")
COLUMNS = 7


def fold(text):
    return BLANKS.sub("", text).replace("(", "（").replace(")", "）")


def form():
    """Label of a row → rows that may have it, in order: (table, row, columns)."""
    rows = {}
    for table in ("proactive", "applications"):
        for line in (FORM / f"{table}.txt").read_text().splitlines():
            cells = line.split("\t")
            slots = [SLOT.match(cell) for cell in cells]
            slots = [slot.groups() for slot in slots if slot]
            labels = [fold(cell) for cell in cells if cell and not cell.startswith("{")]
            if slots and labels:
                rows.setdefault(labels[-1], []).append((table, slots[0][0], [column for _, column in slots]))
    line = (FORM / "review_litigation.txt").read_text().splitlines()[-1]
    review = [SLOT.match(cell).groups() for cell in line.split("\t") if cell.startswith("{")]
    return rows, review


ROWS, REVIEW = form()


def number(text):
    text = text.strip()
    return text.replace(",", "") if NUMBER.match(text) else None


def cells_of(rows):
    """The cells of the form in the rows of all tables."""
    used = {}
    for line, row in rows:
        labels = [cell for cell in row if cell and number(cell) is None]
        if not labels:
            values = [value for value in map(number, row) if value is not None]
            if len(values) == len(REVIEW):
                for (key, column), value in zip(REVIEW, values):
                    yield "review_litigation", key, column, value, value, line
            continue
        known = ROWS.get(fold(labels[-1]))
        if not known:
            continue
        # The same label may stand in several groups: they come in order.
        at = used.get(labels[-1], 0)
        used[labels[-1]] = at + 1
        table, key, columns = known[min(at, len(known) - 1)]
        last = max(i for i, cell in enumerate(row) if cell == labels[-1])
        values = row[last + 1 :]
        while len(values) > len(columns) and not values[0].strip():
            values.pop(0)
        for column, raw in zip(columns, values):
            yield table, key, column, number(raw), raw, line


def findings_of(cells):
    values = {(table, row, column): float(value or 0) for table, row, column, value, _, _ in cells}
    lines = {(table, row): line for table, row, _, _, _, line in cells}
    columns = ("natural_person", "business", "research", "nonprofit", "legal_services", "other_org", "total")
    for (table, row), line in lines.items():
        if table == "applications":
            total = values.get((table, row, "total"))
            parts = sum(values.get((table, row, column), 0) for column in columns[:-1])
            if total is not None and total != parts:
                yield "sum.row", table, row, "total", line, parts, total
    for column in columns:
        get = lambda row: values.get(("applications", row, column), 0)
        if get("received") + get("carried_in") != get("outcomes_total") + get("carried_out"):
            yield "sum.balance", "applications", "received", column, lines.get(("applications", "received")), "", ""


def read(job):
    path, report = job
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", "replace")
    title = TITLE.search(text)
    title = title.group(1).strip() if title else ""
    year = YEAR.search(title) or YEAR.search(text)
    year = year.group(1) if year else ""
    agency = AGENCY.match(title)
    agency = agency.group(1).strip() if agency else ""
    sections, tables, rows, current = [], [], [], []
    table_no, open_table = 0, False
    for line_no, line in enumerate(text.splitlines(), 1):
        cells = line.split("\t") if "\t" in line else line.strip().strip("|").split("|") if "|" in line else None
        if cells:
            if not open_table:
                table_no, open_table, row_no = table_no + 1, True, 0
            row_no += 1
            cells = [cell.strip() for cell in cells]
            rows.append((line_no, cells))
            for col_no, cell in enumerate(cells, 1):
                tables.append((report, table_no, row_no, col_no, cell, line_no))
            continue
        open_table = open_table and not line.strip()
        heading = SECTION.match(line)
        level = 1
        if not heading:
            heading, level = SUBSECTION.match(line), 2
        if heading:
            current = []
            sections.append((report, agency, year, level, heading.group(1), heading.group(2), line_no, current))
        elif line.strip():
            current.append(line.strip())
    found = list(cells_of(rows))
    cells = [
        (report, agency, year, "2021", table, row, column, value or "", "ok" if value else "blank", raw, line)
        for table, row, column, value, raw, line in found
    ]
    findings = [(report, agency, year, *finding) for finding in findings_of(found)]
    sections = [(*section[:-1], "\n".join(section[-1])) for section in sections]
    about = [(report, str(path), agency, year, title, len(cells), len(findings), hashlib.sha256(data).hexdigest())]
    return about, sections, tables, cells, findings


HEADERS = {
    "reports": "report,source,agency,year,title,cells,findings,sha256",
    "sections": "report,agency,year,level,number,title,line,text",
    "tables": "report,table_no,row_no,col_no,text,line",
    "cells": "report,agency,year,edition,table,row,column,value,status,raw,line",
    "findings": "report,agency,year,rule,table,row,column,line,expected,actual",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", type=Path)
    parser.add_argument("dir", type=Path)
    parser.add_argument("--processes", type=int, default=2)
    args = parser.parse_args()
    args.dir.mkdir(parents=True, exist_ok=True)
    jobs = [(path, str(path.relative_to(args.input).with_suffix(""))) for path in sorted(args.input.rglob("*.txt"))]
    files = [open(args.dir / f"{name}.csv", "w", newline="", encoding="utf-8") for name in HEADERS]
    writers = [csv.writer(file, lineterminator="\n") for file in files]
    for writer, header in zip(writers, HEADERS.values()):
        writer.writerow(header.split(","))
    with multiprocessing.Pool(args.processes) as pool:
        for tables in pool.imap(read, jobs, chunksize=32):
            for writer, rows in zip(writers, tables):
                writer.writerows(rows)
    for file in files:
        file.close()


if __name__ == "__main__":
    main()
