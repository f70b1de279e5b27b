//! Which files of a directory are reports: by their names.

use std::path::Path;

use globset::{GlobBuilder, GlobMatcher};

/// Picks files below a directory: those ending in `.txt`, or those that globs name.
#[derive(Debug, Clone, Default)]
pub struct Pick {
    globs: Vec<Glob>,
}

#[derive(Debug, Clone)]
struct Glob {
    matcher: GlobMatcher,
    /// It leaves out what it matches: `!draft*`.
    excludes: bool,
    /// It matches the path below the INPUT, not the name alone: it has a `/`.
    path: bool,
}

impl Pick {
    /// Picks by `globs`; of several that match a file, the last decides. One that begins with `!` leaves files out.
    /// One with a `/` matches the path below the INPUT, any other the name. Where all leave out, `.txt` is picked.
    ///
    /// # Errors
    ///
    /// The first that is no glob, with the reason.
    pub fn new(globs: &[String]) -> Result<Pick, (String, globset::Error)> {
        let globs = globs.iter().map(|written| {
            let (excludes, glob) = match written.strip_prefix('!') {
                Some(glob) => (true, glob),
                None => (false, written.as_str()),
            };
            let path = glob.contains('/');
            let glob = glob.strip_prefix('/').unwrap_or(glob);
            match GlobBuilder::new(glob).literal_separator(true).build() {
                Ok(glob) => Ok(Glob { matcher: glob.compile_matcher(), excludes, path }),
                Err(err) => Err((written.clone(), err)),
            }
        });
        Ok(Pick { globs: globs.collect::<Result<_, _>>()? })
    }

    /// Whether the file at `relative`, a path below the INPUT, is picked.
    pub fn takes(&self, relative: &Path) -> bool {
        let name = relative.file_name().map(Path::new).unwrap_or(relative);
        let decides = |glob: &&Glob| glob.matcher.is_match(if glob.path { relative } else { name });
        match self.globs.iter().rev().find(decides) {
            Some(glob) => !glob.excludes,
            None => self.by_ending() && is_text(name),
        }
    }

    /// No glob says what to take, so that the ending `.txt` does.
    pub fn by_ending(&self) -> bool {
        self.globs.iter().all(|glob| glob.excludes)
    }
}

fn is_text(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("txt"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picked(globs: &[&str]) -> String {
        let globs: Vec<String> = globs.iter().map(|&glob| glob.to_owned()).collect();
        let pick = Pick::new(&globs).unwrap();
        let files = ["a.txt", "b.TXT", "c.md", "x/a.txt", "x/y/d.md"];
        files.into_iter().filter(|file| pick.takes(Path::new(file))).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn globs_take_the_place_of_the_ending() {
        assert_eq!(picked(&[]), "a.txt b.TXT x/a.txt");
        assert_eq!(picked(&["*.md"]), "c.md x/y/d.md");
        assert_eq!(picked(&["x/*"]), "x/a.txt");
        assert_eq!(picked(&["/*.txt"]), "a.txt");
        assert_eq!(picked(&["x/**"]), "x/a.txt x/y/d.md");
        assert_eq!(picked(&["!a.*"]), "b.TXT");
        assert_eq!(picked(&["*", "!x/**", "x/y/*"]), "a.txt b.TXT c.md x/y/d.md");
        assert_eq!(picked(&["*.{txt,md}"]), "a.txt c.md x/a.txt x/y/d.md");
        assert_eq!(Pick::new(&["a[".to_owned()]).unwrap_err().0, "a[");
    }
}
