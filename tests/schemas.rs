//! What is written is what the schemas say: documents that of `nianbao schema`, SARIF the one that OASIS publishes.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)] // A test may panic.

mod common;

use std::path::Path;
use std::process::Command;

use jsonschema::Validator;
use serde_json::{Value, json};

/// Runs the program in the folder of fixtures, and gives what it prints.
fn run(args: &[&str]) -> Vec<u8> {
    let output =
        Command::new(env!("CARGO_BIN_EXE_nianbao")).args(args).current_dir(common::fixtures()).output().unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "{args:?}: {output:?}");
    output.stdout
}

fn validator(schema: &[u8]) -> Validator {
    let mut schema: Value = serde_json::from_slice(schema).unwrap();
    if schema["title"].as_str().unwrap().contains("SARIF") {
        // Two patterns of OASIS have a bracket too many, and are none in the syntax that the schema names.
        for object in ["run", "toolComponent"] {
            schema["definitions"][object]["properties"]["language"].as_object_mut().unwrap().remove("pattern").unwrap();
        }
    }
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

/// Where `instance` is not what the schema says.
fn faults(validator: &Validator, instance: &Value) -> Vec<String> {
    validator.iter_errors(instance).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn every_document_is_what_the_schema_says() {
    let schema = validator(&run(&["schema"]));
    let mut documents = 0;
    for kind in ["valid", "invalid", "bytes"] {
        for case in common::cases(kind) {
            let file = case.join("report.txt");
            let document: Value = serde_json::from_slice(&run(&["parse", &file.to_string_lossy()])).unwrap();
            assert_eq!(faults(&schema, &document), Vec::<String>::new(), "{}", case.display());
            documents += 1;
        }
    }
    assert!(documents > 100, "{documents} documents");
    // A schema that allows anything would have passed all of this.
    let mut document: Value =
        serde_json::from_slice(&run(&["parse", "reports/valid/clean-rectangle/report.txt"])).unwrap();
    document["cells"][0]["status"] = json!("fine");
    document["summary"].as_object_mut().unwrap().remove("ok");
    assert_eq!(faults(&schema, &document).len(), 2);
}

#[test]
fn sarif_is_what_the_published_schema_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas/sarif-2.1.0.json");
    let schema = validator(&std::fs::read(file).unwrap());
    let dir = tempfile::tempdir().unwrap();
    // A name that must be encoded, in a report with findings of its own.
    let odd = dir.path().join("年报 100%#?<b>.txt");
    std::fs::copy(common::fixtures().join("reports/invalid/sum.row-received/report.txt"), &odd).unwrap();
    let odd = odd.to_string_lossy();
    for lang in ["en", "zh"] {
        let all = ["reports/invalid", "reports/bytes", &odd, "no such file.txt", "--lang", lang];
        for inputs in [&all[..], &["reports/valid/clean-rectangle", "--lang", lang]] {
            let log: Value = serde_json::from_slice(&run(&[&["check", "--format", "sarif"], inputs].concat())).unwrap();
            assert_eq!(faults(&schema, &log), Vec::<String>::new(), "{inputs:?}");
            // Not only allowed, but what readers of SARIF need.
            let run = &log["runs"][0];
            let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
            let results = run["results"].as_array().unwrap();
            assert_eq!(results.is_empty(), inputs.len() < 4);
            for result in results {
                let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
                assert_eq!(rule["id"], result["ruleId"]);
                assert!(!result["message"]["text"].as_str().unwrap().is_empty());
                let place = &result["locations"][0]["physicalLocation"];
                assert!(place["artifactLocation"]["uri"].as_str().unwrap().is_ascii());
                let region = |key: &str| place["region"][key].as_u64();
                let start = (region("startLine"), region("startColumn"));
                assert!(start <= (region("endLine"), region("endColumn")), "{place}");
                assert!(result["partialFingerprints"]["finding/v1"].is_string());
            }
        }
    }
    // The schema does refuse what is wrong.
    let mut log: Value = serde_json::from_slice(&run(&["check", "--format", "sarif", &odd])).unwrap();
    log["runs"][0]["results"][0]["level"] = json!("grave");
    log["runs"][0]["results"][0].as_object_mut().unwrap().remove("message");
    log["runs"][0]["tool"]["driver"].as_object_mut().unwrap().remove("name");
    assert_eq!(faults(&schema, &log).len(), 3);
}
