#![cfg_attr(not(doctest), doc = include_str!("../guide/links.md"))]
#![doc = include_str!("../guide/README.md")]

/// A chapter is a Markdown file in the folder `guide`. Its own links lead to the other
/// files. In the documentation `links.md` comes first, and the first definition of a
/// link counts. In tests it would only shift the lines that a failure names.
macro_rules! chapters {
    ($($(#[$when:meta])? $name:ident)*) => {$(
        $(#[$when])?
        #[cfg_attr(not(doctest), doc = include_str!("../guide/links.md"))]
        #[doc = include_str!(concat!("../guide/", stringify!($name), ".md"))]
        pub mod $name {}
    )*};
}

// All of them are documentation. The examples of some need a feature.
chapters! {
    first_session
    language
    messages
    signing_in
    forms
    #[cfg(any(not(doctest), all(feature = "tera", feature = "handlebars", feature = "minijinja")))] templates
    #[cfg(any(not(doctest), feature = "testing"))] testing
    configuration
    #[cfg(any(not(doctest), all(feature = "memory", feature = "postgres", feature = "redis")))] stores
    operating
    #[cfg(any(not(doctest), feature = "sqlite"))] guards
    flask_words
    #[cfg(any(not(doctest), feature = "flask"))] flask
    moving
    expansion
    errors
    openapi
}
