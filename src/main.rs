//! The `nianbao` program: arguments in, exit code out. All else is in [`nianbao::cli`].

use std::process::ExitCode;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    nianbao::cli::run(std::env::args_os())
}
