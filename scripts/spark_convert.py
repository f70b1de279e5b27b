#!/usr/bin/env python3
"""Reads a folder of reports on a Spark cluster and writes Parquet: a worked recipe.

    spark-submit --files target/release/nianbao scripts/spark_convert.py INPUT OUTPUT
    scripts/spark_convert.py INPUT OUTPUT --master 'local[2]' --program target/release/nianbao

INPUT is whatever Spark can list: hdfs://, s3a://, a local folder. OUTPUT gets a folder of Parquet each: documents, and made
from them reports, cells, sections and findings, partitioned by year, and failed. A child `nianbao parse --ndjson` for each
partition does the reading: the bytes of a file go in as a line of JSON, its document comes out as a line, in order. A report
with findings fails nothing; a file that is no report is a row of `failed`, and the job goes on. Each report is read by itself:
findings about the years of one organ, series.*, are those of `nianbao convert`.

Needs pyspark with pandas (below 3) and pyarrow, and the program on every executor: sent along with --files, or installed at the path
that --program gives.
"""

import argparse
import base64
import json
import os
import subprocess
import threading

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

# What the tables take of the document, as `nianbao schema` has it. A value has the digits that were printed.
METADATA = "title string, agency string, year int, edition string"
CELL = "table string, row string, column string, value decimal(38,10), unit string, raw string, status string, line int"
FINDING = (
    "rule string, severity string, message string, line int, table string, row string, column string, "
    "expected string, actual string"
)
SUMMARY = "cells_expected int, ok int, blank int, unreadable int, missing int, errors int, warnings int, notes int"
SECTION = "report string, agency string, year int, path string, level int, key string, number string, title string, line int, text string"


def struct(columns):
    return f"struct<{columns}>"


DOCUMENT = (
    f"source {struct('path string, sha256 string, encoding string')}, metadata {struct(METADATA)}, "
    f"cells array<{struct(CELL)}>, findings array<{struct(FINDING)}>, summary {struct(SUMMARY)}"
)


def reader(program, base):
    """A function for `mapInPandas`: files as (path, content) in, (report, document, error) out."""

    def read(batches):
        import pandas

        # Sent with --files it lies in the folder of the task, and may have lost its permission to run.
        here = os.path.join(os.getcwd(), program)
        path = here if os.path.exists(here) else program
        if not os.access(path, os.X_OK):
            os.chmod(path, 0o755)
        child = subprocess.Popen(
            [path, "parse", "--ndjson", "--jobs", "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for batch in batches:
            paths = list(batch["path"])

            def feed(files=list(zip(paths, batch["content"]))):
                for path, content in files:
                    line = {"path": path, "bytes": base64.b64encode(content).decode()}
                    child.stdin.write(json.dumps(line).encode() + b"\n")
                child.stdin.flush()

            # On a thread of its own: the child answers before it has read all.
            feeder = threading.Thread(target=feed)
            feeder.start()
            answers = [child.stdout.readline().decode() for _ in paths]
            feeder.join()
            if not all(answers):
                raise RuntimeError(f"{path} ended early, with status {child.wait()}")
            errors = [json.loads(answer).get("error") for answer in answers]
            errors = [error and error.removeprefix(f"{path}: ") for path, error in zip(paths, errors)]
            yield pandas.DataFrame(
                {
                    "report": [os.path.splitext(path.removeprefix(base).lstrip("/"))[0] for path in paths],
                    "source": paths,
                    "document": [None if error else answer for answer, error in zip(answers, errors)],
                    "error": errors,
                }
            )
        child.stdin.close()
        if child.wait() != 0:
            raise RuntimeError(f"{path} failed with status {child.returncode}")

    return read


def sections(batches):
    """For `mapInPandas`: a row for each section of a document, those inside others too."""
    import pandas

    def walk(head, tree, path):
        for number, section in enumerate(tree, 1):
            place = f"{path}.{number}" if path else str(number)
            text = "\n".join(paragraph["text"] for paragraph in section["paragraphs"])
            own = [section[key] for key in ("level", "key", "number", "title", "line")]
            yield (*head, place, *own, text)
            yield from walk(head, section["sections"], place)

    names = [column.split()[0] for column in SECTION.split(", ")]
    for batch in batches:
        rows = []
        for report, text in zip(batch["report"], batch["document"]):
            document = json.loads(text)
            metadata = document["metadata"]
            rows += walk((report, metadata["agency"], metadata["year"]), document["sections"], "")
        yield pandas.DataFrame(rows, columns=names).astype({"year": "Int32"})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input")
    parser.add_argument("output")
    parser.add_argument("--program", default="nianbao", help="the program, on the executors")
    parser.add_argument("--master", help="where to run; spark-submit says it otherwise")
    args = parser.parse_args()
    program = os.path.abspath(args.program) if os.path.exists(args.program) else args.program

    builder = SparkSession.builder.appName("nianbao")
    if args.master:
        builder = builder.master(args.master)
    spark = builder.getOrCreate()
    # A value that is not there is null, not the zero of its type.
    spark.conf.set("spark.sql.execution.arrow.pyspark.enabled", "true")
    # Some hundred files at a time to a child: their bytes and documents are in memory together.
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "200")

    files = (
        spark.read.format("binaryFile")
        .option("recursiveFileLookup", "true")
        .option("pathGlobFilter", "*.[tT][xX][tT]")
        .load(args.input)
        .select("path", "content")
    )
    folder = spark._jvm.org.apache.hadoop.fs.Path(args.input)
    base = folder.getFileSystem(spark._jsc.hadoopConfiguration()).makeQualified(folder).toString()
    out = args.output.rstrip("/")
    read = files.mapInPandas(reader(program, base), "report string, source string, document string, error string")
    # Written once, read for each table: the reports are not read again.
    read.write.mode("overwrite").parquet(f"{out}/documents")

    documents = spark.read.parquet(f"{out}/documents")
    documents.where("error is not null").select("source", "error").write.mode("overwrite").parquet(f"{out}/failed")
    documents = documents.where("error is null")
    parsed = documents.select("report", F.from_json("document", DOCUMENT).alias("d"))
    named = ["report", F.col("d.metadata.agency").alias("agency"), F.col("d.metadata.year").alias("year")]
    edition = F.col("d.metadata.edition").alias("edition")
    tables = {
        "reports": parsed.select(*named, edition, "d.metadata.title", "d.source.encoding", "d.source.sha256", "d.summary.*"),
        "cells": parsed.select(*named, edition, F.explode("d.cells").alias("c")).select("report", "agency", "year", "edition", "c.*"),
        "findings": parsed.select(*named, F.explode("d.findings").alias("f")).select("report", "agency", "year", "f.*"),
        "sections": documents.select("report", "document").mapInPandas(sections, SECTION),
    }
    for name, table in tables.items():
        table.write.mode("overwrite").partitionBy("year").parquet(f"{out}/{name}")
    spark.stop()


if __name__ == "__main__":
    main()
