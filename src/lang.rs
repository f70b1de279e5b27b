//! The languages of messages and summaries. Ids, keys and names of columns are the same in both.

/// A language that messages are written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// 中文.
    Zh,
}

impl Lang {
    /// Both.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Zh];

    /// `en` or `zh`, as in the `lang` attribute of HTML.
    pub fn code(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh",
        }
    }

    /// The language with this [code](Lang::code).
    pub fn from_code(code: &str) -> Option<Lang> {
        Lang::ALL.into_iter().find(|lang| lang.code() == code)
    }

    /// The language of a locale, by the variables of the environment that `get` gives: as POSIX has it, the first of
    /// `LC_ALL`, `LC_MESSAGES` and `LANG` that is not empty decides. Chinese of any kind is Chinese, all else English.
    ///
    /// ```
    /// use nianbao::lang::Lang;
    ///
    /// let of = |name: &str, value: &str| Lang::of_locale(|asked| (asked == name).then(|| value.to_owned()));
    /// assert_eq!(of("LANG", "zh_CN.UTF-8"), Lang::Zh);
    /// assert_eq!(of("LC_ALL", "C.UTF-8"), Lang::En);
    /// ```
    pub fn of_locale(get: impl Fn(&str) -> Option<String>) -> Lang {
        let locale =
            ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| get(name).filter(|at| !at.is_empty()));
        let language = locale.as_deref().map(|locale| locale.split(['_', '-', '.', '@']).next().unwrap_or(""));
        match language {
            Some(language) if language.eq_ignore_ascii_case("zh") => Lang::Zh,
            _ => Lang::En,
        }
    }

    /// The one of two texts that is in this language.
    pub fn pick<T>(self, en: T, zh: T) -> T {
        match self {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_decides_as_posix_has_it() {
        let of = |set: &[(&str, &str)]| {
            Lang::of_locale(|asked| set.iter().find(|(name, _)| *name == asked).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(of(&[]), Lang::En);
        for chinese in ["zh", "zh_CN", "zh_CN.UTF-8", "zh_TW.Big5", "zh_HK@stroke", "zh-Hans", "ZH_CN"] {
            assert_eq!(of(&[("LANG", chinese)]), Lang::Zh, "{chinese}");
        }
        for other in ["", "C", "POSIX", "en_US.UTF-8", "de_CH", "zha_CN"] {
            assert_eq!(of(&[("LANG", other)]), Lang::En, "{other}");
        }
        assert_eq!(of(&[("LANG", "en_US"), ("LC_MESSAGES", "zh_CN")]), Lang::Zh);
        assert_eq!(of(&[("LC_ALL", "C"), ("LC_MESSAGES", "zh_CN"), ("LANG", "zh_CN")]), Lang::En);
        assert_eq!(of(&[("LC_ALL", ""), ("LANG", "zh_CN")]), Lang::Zh);
    }

    #[test]
    fn codes_are_found_again() {
        for lang in Lang::ALL {
            assert_eq!(Lang::from_code(lang.code()), Some(lang));
        }
        assert_eq!(Lang::from_code("de"), None);
    }
}
