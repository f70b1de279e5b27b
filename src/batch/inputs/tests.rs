use std::fs;
use std::path::Path;

use super::*;

/// `id` or `! error` of each entry, behind its path relative to `root`.
fn entries(root: &Path, named: &[Named]) -> Vec<String> {
    picked(root, named, &[])
}

fn picked(root: &Path, named: &[Named], globs: &[&str]) -> Vec<String> {
    let shown = |path: &str| path.strip_prefix(&format!("{}/", root.display())).unwrap_or(path).to_owned();
    let globs: Vec<String> = globs.iter().map(|&glob| glob.to_owned()).collect();
    let pick = Pick::new(&globs).unwrap();
    let named = named.iter().cloned().map(Ok::<_, io::Error>);
    let mut listing = Listing::new(named, &pick, Lang::En, &Scratch::default(), |_| true).unwrap();
    let count = listing.len();
    let entries: Vec<String> = listing
        .entries()
        .unwrap()
        .map(|entry| match entry.unwrap() {
            Entry::Input(input) => format!("{} {}", shown(&input.path.to_string_lossy()), input.id),
            Entry::Failure(failure) => format!("{} ! {}", shown(&failure.source), failure.error),
        })
        .collect();
    assert_eq!(count, entries.len() as u64);
    entries
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
    let dir =
        tree(&["in/b.txt", "in/a/2021.TXT", "in/a.txt", "in/a-b.txt", "in/note.pdf", "in/.git/x.txt", "in/.x.txt"]);
    let root = dir.path();
    assert_eq!(
        entries(root, &named(root, &["in"])),
        ["in/a-b.txt a-b", "in/a.txt a", "in/a/2021.TXT a/2021", "in/b.txt b"]
    );
    assert_eq!(entries(root, &named(root, &["in/.git", "in/note.pdf"])), ["in/.git/x.txt x", "in/note.pdf note"]);
    fs::write(root.join("in/.gitignore"), "*.txt\n").unwrap();
    fs::write(root.join("in/.ignore"), "*.txt\n").unwrap();
    assert_eq!(entries(root, &named(root, &["in"])).len(), 4);
}

#[test]
fn globs_choose_in_directories_alone() {
    let dir = tree(&["in/a.md", "in/a.txt", "in/old/b.md", "c.txt"]);
    let root = dir.path();
    assert_eq!(picked(root, &named(root, &["in", "c.txt"]), &["*.md"]), ["c.txt c", "in/a.md a", "in/old/b.md old/b"]);
    assert_eq!(picked(root, &named(root, &["in"]), &["!old/*", "*.md", "!old/*"]), ["in/a.md a"]);
    assert_eq!(
        picked(root, &named(root, &["in"]), &["*.pdf"]),
        ["in ! there is no file in this directory that --glob takes"]
    );
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
        ["p/a.TXT a.TXT", "p/a.txt a.txt", "p/b.v2.txt b.v2", "p/c.x.txt c.x", "q/a.txt a.txt~2", "q/b.txt b"]
    );
    assert_eq!(entries(root, &named(root, &["p/a.txt", "q/a.txt"])), ["p/a.txt a", "q/a.txt a~2"]);
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

#[cfg(unix)]
#[test]
fn names_that_are_no_text_keep_their_files_apart() {
    use std::os::unix::ffi::OsStringExt;
    let dir = tree(&[]);
    for byte in [0xFE, 0xFF] {
        fs::write(dir.path().join(std::ffi::OsString::from_vec(vec![b'a', byte])).with_extension("txt"), "").unwrap();
    }
    let named = [Named { path: dir.path().to_owned(), listed: false }].map(Ok::<_, io::Error>);
    let mut listing = Listing::new(named, &Pick::default(), Lang::En, &Scratch::default(), |_| true).unwrap();
    let inputs: Vec<Input> = listing
        .entries()
        .unwrap()
        .filter_map(|entry| match entry.unwrap() {
            Entry::Input(input) => Some(input),
            Entry::Failure(_) => None,
        })
        .collect();
    assert_eq!(inputs.iter().map(|input| &*input.id).collect::<Vec<_>>(), ["a\u{FFFD}", "a\u{FFFD}~2"]);
    assert!(inputs.iter().all(|input| input.path.exists()));
}

#[test]
fn files_of_a_list_are_named_by_their_whole_paths() {
    let dir = tree(&["x/2021.txt", "y/2021.txt"]);
    let root = dir.path();
    fs::write(root.join("list"), format!("{0}/x/2021.txt\n{0}/y", root.display())).unwrap();
    let listed: Vec<Named> = super::named(&[], Some(&root.join("list")), false).unwrap().map(Result::unwrap).collect();
    let ids = entries(root, &listed);
    assert!(ids[0].ends_with("/x/2021") && ids[1].ends_with("/y/2021"), "{ids:?}");
    assert!(ids.iter().all(|entry| !entry.split(' ').nth(1).unwrap().starts_with('/')));
}
