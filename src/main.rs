//! The `nianbao` program: arguments in, exit code out. All else is in [`nianbao::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    nianbao::cli::run(std::env::args_os())
}
