//! `nianbao man`: one page with every command, made from the words of the command line.

use std::io::{self, Write};

use clap::CommandFactory;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::args::Cli;

/// Exit statuses and what they mean.
const EXIT: [(&str, &str); 3] = [
    ("0", "All went well; check: and no finding is an error; diff: and nothing differs."),
    (
        "1",
        "convert, check: an input could not be read. check, and parse and convert with --strict: a report has findings of \
         severity error. diff: the reports differ.",
    ),
    ("2", "Bad usage, the one input of the command cannot be read, or the output cannot be written."),
];

/// What the program asks the environment.
const ENVIRONMENT: [(&str, &str); 2] = [
    ("LC_ALL, LC_MESSAGES, LANG", "Where the first of them that is set names Chinese, messages are Chinese."),
    ("NO_COLOR", "Where it is set, nothing is coloured unless --color always is given."),
];

pub(super) fn write(out: &mut impl Write) -> io::Result<()> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let man = Man::new(command.clone()).manual("nianbao").source(format!("nianbao {}", env!("CARGO_PKG_VERSION")));
    man.render_title(out)?;
    man.render_name_section(out)?;
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;

    let mut page = Roff::new();
    page.control("SH", ["COMMANDS"]);
    for command in command.get_subcommands() {
        page.control("SS", [command.get_name()]);
        page.text([roman(command.get_about().map(ToString::to_string).unwrap_or_default())]);
        page.control("PP", []);
        let usage = command.clone().render_usage().to_string();
        page.text([bold(usage.trim_start_matches("Usage: ").to_owned())]);
        for arg in command.get_arguments().filter(|arg| !arg.is_global_set() && arg.get_id() != "help") {
            page.control("TP", []);
            page.text([bold(term(arg))]);
            page.text([roman(arg.get_help().map(ToString::to_string).unwrap_or_default())]);
        }
        if let Some(examples) = command.get_before_help() {
            let text = examples.to_string();
            // Examples stand line by line; a paragraph may stand below them.
            let (examples, below) = text.split_once("\n\n").unwrap_or((&text, ""));
            page.control("PP", []);
            page.control("nf", []);
            for line in examples.lines() {
                page.text([roman(line.to_owned())]);
            }
            page.control("fi", []);
            if !below.is_empty() {
                page.control("PP", []);
                page.text([roman(below.to_owned())]);
            }
        }
    }
    listed(&mut page, "EXIT STATUS", &EXIT);
    listed(&mut page, "ENVIRONMENT", &ENVIRONMENT);
    page.to_writer(out)
}

fn listed(page: &mut Roff, title: &str, items: &[(&str, &str)]) {
    page.control("SH", [title]);
    for (term, text) in items {
        page.control("TP", []);
        page.text([bold(*term)]);
        page.text([roman(*text)]);
    }
}

/// `-o, --output <DIR>`.
fn term(arg: &clap::Arg) -> String {
    let value = arg.get_value_names().and_then(|names| names.first()).map(|name| format!("<{name}>"));
    let takes = arg.get_action().takes_values();
    let short = arg.get_short().map(|short| format!("-{short}"));
    let long = arg.get_long().map(|long| format!("--{long}"));
    let names: Vec<String> = short.into_iter().chain(long).collect();
    match (names.is_empty(), value.filter(|_| takes)) {
        (true, value) => value.unwrap_or_default(),
        (false, Some(value)) => format!("{} {value}", names.join(", ")),
        (false, None) => names.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_every_command_and_exit_status() {
        let mut page = Vec::new();
        write(&mut page).unwrap();
        let page = String::from_utf8(page).unwrap();
        for command in Cli::command().get_subcommands() {
            assert!(page.contains(&format!(".SS {}\n", command.get_name())), "{}", command.get_name());
        }
        for (status, _) in EXIT {
            assert!(page.contains(&format!("\\fB{status}\\fR\n")), "{status}");
        }
    }
}
