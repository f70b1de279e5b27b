//! From the INPUTs of a command line to the files of a run: sorted, each once, each with a report id of its own.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::io;
use std::path::{Component, Path, PathBuf};

use walkdir::WalkDir;

use super::read::InputError;
use crate::lang::Lang;
use crate::write::summary::Failure;

/// An INPUT as the user named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// A file, a directory, or `-` for standard input.
    pub path: PathBuf,
    /// It stands in a list of files. A list names its files by their whole paths, and so do their ids.
    pub listed: bool,
}

/// A file of the run, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// To be read.
    Input(Input),
    /// Cannot be read, as is known before trying.
    Failure(Failure),
}

/// A file to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Its path; `-` for standard input.
    pub path: PathBuf,
    /// What its report is called in every table: unique in the run.
    pub id: String,
}

/// A file found, not yet named.
struct Found {
    path: PathBuf,
    /// The part of the path that counts for the id.
    relative: PathBuf,
}

/// The files that `named` stands for, sorted by the bytes of their paths; reasons of failures are in `lang`.
///
/// A directory stands for the `.txt` files in it and below, hidden ones left out; symbolic links are followed. A file
/// named twice is read once. Whatever cannot be found is a [`Failure`] in its place of the order.
///
/// An id is the path relative to the INPUT, without extension, parted by `/`. Where inputs would share one, they
/// keep their extensions if that parts them, and get `~2`, `~3` in their order if not.
pub fn inputs(named: &[Named], lang: Lang) -> Vec<Entry> {
    let mut found: Vec<Found> = Vec::new();
    let mut failures: Vec<Failure> = Vec::new();
    for named in named {
        expand(named, lang, &mut found, &mut failures);
    }
    if named.len() > 1 {
        // Of a file named twice, the first INPUT gives the id. `./a` and `a` are the same; links are not looked into.
        let mut seen: HashSet<PathBuf> = HashSet::new();
        let same = |path: &Path| path.components().filter(|part| *part != Component::CurDir).collect();
        found.retain(|found| seen.insert(same(&found.path)));
    }
    found.sort_by(|a, b| path_bytes(&a.path).cmp(path_bytes(&b.path)));
    let ids = ids(&found);
    let mut entries: Vec<Entry> =
        found.into_iter().zip(ids).map(|(found, id)| Entry::Input(Input { path: found.path, id })).collect();
    failures.sort_by(|a, b| a.source.cmp(&b.source));
    failures.dedup();
    if !failures.is_empty() {
        entries.extend(failures.into_iter().map(Entry::Failure));
        entries.sort_by(|a, b| source_bytes(a).cmp(source_bytes(b)));
    }
    entries
}

/// The paths in `list`, one a line, or each ended by NUL when `nul`. Empty ones are left out.
pub fn list(list: &[u8], nul: bool) -> io::Result<Vec<Named>> {
    let list = list.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(list);
    list.split(|&byte| byte == if nul { 0 } else { b'\n' })
        .map(|path| if nul { path } else { path.strip_suffix(b"\r").unwrap_or(path) })
        .filter(|path| !path.is_empty())
        .map(|path| Ok(Named { path: os_string(path)?.into(), listed: true }))
        .collect()
}

#[cfg(unix)]
fn os_string(bytes: &[u8]) -> io::Result<OsString> {
    use std::os::unix::ffi::OsStringExt;
    Ok(OsString::from_vec(bytes.to_vec()))
}

#[cfg(not(unix))]
fn os_string(bytes: &[u8]) -> io::Result<OsString> {
    match std::str::from_utf8(bytes) {
        Ok(path) => Ok(path.into()),
        Err(_) => Err(io::Error::new(io::ErrorKind::InvalidData, "a path in it is not UTF-8")),
    }
}

fn path_bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_encoded_bytes()
}

fn source_bytes(entry: &Entry) -> &[u8] {
    match entry {
        Entry::Input(input) => path_bytes(&input.path),
        Entry::Failure(failure) => failure.source.as_bytes(),
    }
}

fn expand(named: &Named, lang: Lang, found: &mut Vec<Found>, failures: &mut Vec<Failure>) {
    let path = &named.path;
    let mut fail = |path: &Path, error: InputError| {
        failures.push(Failure { source: path.to_string_lossy().into_owned(), error: error.message(lang) });
    };
    if path == Path::new("-") {
        found.push(Found { path: path.clone(), relative: "stdin".into() });
        return;
    }
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(err) => return fail(path, InputError::from(err)),
    };
    if !metadata.is_dir() {
        let name = path.file_name().map_or_else(|| path.clone(), PathBuf::from);
        found.push(Found { path: path.clone(), relative: if named.listed { path.clone() } else { name } });
        return;
    }
    let mut any = false;
    let hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".");
    let walk = WalkDir::new(path).follow_links(true).into_iter();
    for entry in walk.filter_entry(|entry| entry.depth() == 0 || !hidden(entry.file_name())) {
        match entry {
            Ok(entry) if entry.file_type().is_dir() || !is_text(entry.path()) => {}
            Ok(entry) => {
                any = true;
                let file = entry.into_path();
                let relative = if named.listed { &file } else { file.strip_prefix(path).unwrap_or(&file) };
                found.push(Found { relative: relative.to_owned(), path: file });
            }
            Err(err) => {
                let at = err.path().unwrap_or(path).to_owned();
                // A link that leads nowhere matters only where a report is expected.
                let dangling = err.io_error().is_some_and(|err| err.kind() == io::ErrorKind::NotFound);
                if at.file_name().is_some_and(hidden) || dangling && !is_text(&at) {
                    continue;
                }
                any = true;
                let error = if err.loop_ancestor().is_some() {
                    InputError::Loop
                } else if dangling {
                    InputError::Dangling
                } else {
                    err.into()
                };
                fail(&at, error);
            }
        }
    }
    if !any {
        fail(path, InputError::Bare);
    }
}

fn is_text(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("txt"))
}

/// An id for each, in order.
fn ids(found: &[Found]) -> Vec<String> {
    let plain: Vec<String> = found.iter().map(|found| id(&found.relative.with_extension(""))).collect();
    let mut sharing: HashMap<&str, usize> = HashMap::new();
    for id in &plain {
        *sharing.entry(id).or_default() += 1;
    }
    // An id that nobody else wants is never taken by a repaired one.
    let mut taken: HashSet<String> = plain.iter().filter(|id| sharing[id.as_str()] == 1).cloned().collect();
    let mut whole: HashMap<String, usize> = HashMap::new();
    for (found, plain) in found.iter().zip(&plain) {
        if sharing[plain.as_str()] > 1 {
            *whole.entry(id(&found.relative)).or_default() += 1;
        }
    }
    // How many of a shared id were named before: `~2` and on need no search from the start.
    let mut copies: HashMap<&str, usize> = HashMap::new();
    let mut ids = Vec::with_capacity(found.len());
    for (found, plain) in found.iter().zip(&plain) {
        if sharing[plain.as_str()] == 1 {
            ids.push(plain.clone());
            continue;
        }
        let with_extension = id(&found.relative);
        let parted = with_extension != *plain && whole[&with_extension] < sharing[plain.as_str()];
        let mut chosen = if parted { with_extension.clone() } else { plain.clone() };
        let copies = copies.entry(plain).or_insert(1);
        while !taken.insert(chosen.clone()) {
            *copies += 1;
            chosen = format!("{}~{copies}", if parted { &with_extension } else { plain });
        }
        ids.push(chosen);
    }
    ids
}

/// The parts of `path` joined by `/`, without a root and without `.`.
fn id(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .filter_map(|part| match part {
            Component::Normal(part) => Some(part.to_string_lossy()),
            Component::ParentDir => Some("..".into()),
            _ => None,
        })
        .collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// `id` or `! error` of each entry, behind its path relative to `root`.
    fn entries(root: &Path, named: &[Named]) -> Vec<String> {
        let shown = |path: &str| path.strip_prefix(&format!("{}/", root.display())).unwrap_or(path).to_owned();
        inputs(named, Lang::En)
            .into_iter()
            .map(|entry| match entry {
                Entry::Input(input) => format!("{} {}", shown(&input.path.to_string_lossy()), input.id),
                Entry::Failure(failure) => format!("{} ! {}", shown(&failure.source), failure.error),
            })
            .collect()
    }

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        dir
    }

    fn named(root: &Path, paths: &[&str]) -> Vec<Named> {
        paths.iter().map(|path| Named { path: root.join(path), listed: false }).collect()
    }

    #[test]
    fn directories_give_their_texts_sorted() {
        let dir = tree(&["in/b.txt", "in/a/2021.TXT", "in/a.txt", "in/note.pdf", "in/.git/x.txt", "in/.x.txt"]);
        let root = dir.path();
        assert_eq!(entries(root, &named(root, &["in"])), ["in/a.txt a", "in/a/2021.TXT a/2021", "in/b.txt b"]);
        assert_eq!(entries(root, &named(root, &["in/.git", "in/note.pdf"])), ["in/.git/x.txt x", "in/note.pdf note"]);
    }

    #[test]
    fn two_inputs_never_share_an_id() {
        let dir = tree(&["p/a.txt", "p/a.TXT", "q/a.txt", "q/b.txt", "p/c.x.txt", "p/c.x", "p/b.v2.txt"]);
        let root = dir.path();
        assert_eq!(
            entries(root, &named(root, &["q", "q/b.txt", "p/b.v2.txt"])),
            ["p/b.v2.txt b.v2", "q/a.txt a", "q/b.txt b"]
        );
        assert_eq!(
            entries(root, &named(root, &["q", "p"])),
            ["p/a.TXT a.TXT", "p/a.txt a.txt", "p/b.v2.txt b.v2", "p/c.x.txt c.x", "q/a.txt a.txt~2", "q/b.txt b",]
        );
        assert_eq!(entries(root, &named(root, &["p/a.txt", "q/a.txt"])), ["p/a.txt a", "q/a.txt a~2"]);
        let mut ids: Vec<String> =
            ids(&["a~2", "a", "a", "a.txt", "a.txt.txt", "x/a", "b~2.txt", "b.txt", "b.txt", "b.txt"]
                .map(|path| Found { path: path.into(), relative: path.into() }));
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count, "{ids:?}");
    }

    #[test]
    fn a_file_named_twice_is_read_once() {
        let dir = tree(&["in/s/a.txt"]);
        let root = dir.path();
        assert_eq!(entries(root, &named(root, &["in", "in/s/a.txt", "in/./s"])), ["in/s/a.txt s/a"]);
    }

    #[test]
    fn what_is_not_there_is_a_failure_in_its_place() {
        let dir = tree(&["a.txt", "c.txt", "empty/x.pdf"]);
        let root = dir.path();
        assert_eq!(
            entries(root, &named(root, &["c.txt", "b.txt", "empty", "a.txt", "b.txt"])),
            [
                "a.txt a",
                "b.txt ! there is no such file or directory",
                "c.txt c",
                "empty ! there is no .txt file in this directory",
            ]
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_loop_of_links_ends() {
        let dir = tree(&["in/a.txt"]);
        let root = dir.path();
        std::os::unix::fs::symlink("..", root.join("in/up")).unwrap();
        std::os::unix::fs::symlink("nowhere", root.join("in/b.txt")).unwrap();
        std::os::unix::fs::symlink("nowhere", root.join("in/b.pdf")).unwrap();
        let entries = entries(&root.join("in"), &named(root, &["in"]));
        assert!(entries.contains(&"a.txt a".to_owned()), "{entries:?}");
        assert!(entries.contains(&"b.txt ! this link leads to no file".to_owned()), "{entries:?}");
        assert!(entries.iter().any(|entry| entry.ends_with("leads back to a directory that holds it")), "{entries:?}");
    }

    #[test]
    fn lists_of_files() {
        let paths = |text: &[u8], nul| -> Vec<String> {
            list(text, nul).unwrap().iter().map(|named| named.path.display().to_string()).collect()
        };
        assert_eq!(paths("\u{feff}甲.txt\r\n\nb c.txt".as_bytes(), false), ["甲.txt", "b c.txt"]);
        assert_eq!(paths(b"a\nb\0c\0", true), ["a\nb", "c"]);
        let dir = tree(&["x/2021.txt", "y/2021.txt"]);
        let root = dir.path();
        let lines = format!("{0}/x/2021.txt\n{0}/y", root.display());
        let ids = entries(root, &list(lines.as_bytes(), false).unwrap());
        assert!(ids[0].ends_with("/x/2021") && ids[1].ends_with("/y/2021"), "{ids:?}");
    }
}
