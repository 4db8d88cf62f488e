//! What every page has around its content.

use crate::assets;
use crate::guard::Nonce;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Sets the theme before the first paint: what the reader chose here, or what the system says.
const THEME: &str =
    "try{const t=localStorage.getItem('theme');if(t)document.documentElement.dataset.theme=t}catch{}";

/// A page.
pub(crate) struct Page<'a> {
    pub(crate) title: &'a str,
    /// The page's kind, on which its layout depends.
    pub(crate) kind: &'a str,
    pub(crate) main: Markup,
}

impl Page<'_> {
    /// The page as an answer.
    pub(crate) fn answer(self, nonce: &Nonce, status: StatusCode) -> Response {
        (status, Html(self.markup(nonce).into_string())).into_response()
    }

    fn markup(self, Nonce(nonce): &Nonce) -> Markup {
        let fonts = ["stix-two-text-latin-normal", "stix-two-math", "fira-sans-regular"];
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " · gradus" }
                    script nonce=(nonce) { (PreEscaped(THEME)) }
                    link rel="icon" type="image/svg+xml" href="/assets/icon.svg";
                    @for font in fonts {
                        link rel="preload" as="font" type="font/woff2" crossorigin
                            href={ "/assets/fonts/" (font) ".woff2" };
                    }
                    link rel="stylesheet" href="/assets/lab.css";
                    link rel="stylesheet" href="/assets/cells.css";
                    link rel="stylesheet" href="/assets/kit.css";
                    link rel="stylesheet" href="/figures.css";
                    @if assets::exists("lab.js") {
                        script type="module" nonce=(nonce) src="/assets/lab.js" {}
                    }
                }
                body class=(self.kind) {
                    a.skip href="#main" { "To the content" }
                    header.top {
                        nav aria-label="Lab" {
                            a.name href="/" { "gradus" }
                            a href="/" aria-current=[(self.kind == "map").then_some("page")] { "Map" }
                            a href="/workbench" aria-current=[(self.kind == "workbench").then_some("page")] { "Workbench" }
                        }
                        search {
                            form data-search hidden {
                                input #search type="search" aria-label="Search the course" placeholder="Search" autocomplete="off"
                                    role="combobox" aria-expanded="false" aria-controls="found" aria-autocomplete="list";
                                ul #found role="listbox" aria-label="What was found" hidden {}
                            }
                        }
                        button.theme type="button" hidden aria-label="Theme" { }
                    }
                    main #main tabindex="-1" { (self.main) }
                    div #status role="status" aria-live="polite" {}
                }
            }
        }
    }
}
