//! Markdown between the blocks: paragraphs, lists, tables, links, formulas.

use super::writer::{MARK, Writer, escape, slug};
use super::{Heading, TopicLink};
use crate::Fault;
use crate::map::is_web;
use crate::problem::nearest;
use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// A code block that is being read.
struct Listing {
    info: Option<String>,
    line: usize,
    text: String,
}

/// What surrounds the event at hand.
#[derive(Default)]
struct Inside {
    listing: Option<Listing>,
    /// A heading: its line, its id if it names one, the HTML before it, its text so far.
    heading: Option<(usize, Option<String>, String, String)>,
    /// Links: where in the HTML the text begins, and the anchor whose name is put there if it stays empty.
    links: Vec<(usize, Option<String>)>,
    columns: Vec<Alignment>,
    column: usize,
    in_head: bool,
}

impl Writer<'_> {
    /// Writes Markdown whose first line is `first_line` of the file; `within` are the blocks around it.
    pub(super) fn prose(&mut self, text: &str, first_line: usize, within: &[&str]) {
        let mut options = Options::empty();
        options.insert(Options::ENABLE_TABLES);
        options.insert(Options::ENABLE_MATH);
        options.insert(Options::ENABLE_HEADING_ATTRIBUTES);
        options.insert(Options::ENABLE_SMART_PUNCTUATION);
        let starts: Vec<usize> =
            std::iter::once(0).chain(text.match_indices('\n').map(|(k, _)| k + 1)).collect();
        let mut inside = Inside::default();
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            let line = first_line + starts.partition_point(|s| *s <= range.start) - 1;
            self.event(event, line, &mut inside, within);
        }
    }

    fn event(&mut self, event: Event<'_>, line: usize, inside: &mut Inside, within: &[&str]) {
        match event {
            Event::Start(tag) => self.start(tag, line, inside, within),
            Event::End(tag) => self.end(tag, inside, within),
            Event::Text(text) => {
                if let Some(listing) = &mut inside.listing {
                    listing.text.push_str(&text);
                } else {
                    self.words(&text, inside);
                }
            }
            Event::Code(text) => {
                self.html.push_str("<code>");
                self.words(&text, inside);
                self.html.push_str("</code>");
            }
            Event::InlineMath(latex) => {
                let html = self.formula(line, &latex, false);
                self.html.push_str(&html);
                if let Some(heading) = &mut inside.heading {
                    heading.3.push_str(&latex);
                }
            }
            Event::DisplayMath(latex) => {
                let html = self.formula(line, &latex, true);
                self.html.push_str(&html);
            }
            Event::Html(text) | Event::InlineHtml(text) => {
                if !text.trim_start().starts_with("<!--") {
                    self.report(line, Fault::RawHtml(text.trim().to_owned()));
                }
            }
            Event::SoftBreak => self.words("\n", inside),
            Event::HardBreak => self.html.push_str("<br>\n"),
            Event::Rule => self.html.push_str("<hr>\n"),
            // Not asked for in the options.
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn words(&mut self, text: &str, inside: &mut Inside) {
        self.html.push_str(&escape(text));
        if let Some(heading) = &mut inside.heading {
            heading.3.push_str(text);
        }
    }

    fn start(&mut self, tag: Tag<'_>, line: usize, inside: &mut Inside, within: &[&str]) {
        match tag {
            Tag::Paragraph => self.html.push_str("<p>"),
            Tag::Heading { id, .. } => {
                if let Some(block) = within.last() {
                    self.report(line, Fault::HeadingInBlock((*block).to_owned()));
                }
                let before = std::mem::take(&mut self.html);
                inside.heading = Some((line, id.map(|i| i.to_string()), before, String::new()));
            }
            Tag::CodeBlock(kind) => {
                let (info, line) = match kind {
                    CodeBlockKind::Fenced(info) => (Some(info.to_string()), line),
                    CodeBlockKind::Indented => (None, line),
                };
                inside.listing = Some(Listing { info, line, text: String::new() });
            }
            Tag::BlockQuote(_) => self.html.push_str("<blockquote>\n"),
            Tag::List(None) => self.html.push_str("<ul>\n"),
            Tag::List(Some(1)) => self.html.push_str("<ol>\n"),
            Tag::List(Some(first)) => self.html.push_str(&format!("<ol start=\"{first}\">\n")),
            Tag::Item => self.html.push_str("<li>"),
            Tag::Emphasis => self.html.push_str("<em>"),
            Tag::Strong => self.html.push_str("<strong>"),
            Tag::Table(columns) => {
                inside.columns = columns;
                self.html.push_str("<div class=\"table\"><table>\n");
            }
            Tag::TableHead => {
                (inside.in_head, inside.column) = (true, 0);
                self.html.push_str("<thead><tr>");
            }
            Tag::TableRow => {
                inside.column = 0;
                self.html.push_str("<tr>");
            }
            Tag::TableCell => {
                let class = match inside.columns.get(inside.column) {
                    Some(Alignment::Right) => " class=\"right\"",
                    Some(Alignment::Center) => " class=\"centre\"",
                    Some(Alignment::Left | Alignment::None) | None => "",
                };
                let cell = if inside.in_head { "th scope=\"col\"" } else { "td" };
                self.html.push_str(&format!("<{cell}{class}>"));
            }
            Tag::Link { dest_url, .. } => self.link(&dest_url, line, inside),
            Tag::Image { dest_url, .. } => self.report(line, Fault::Picture(dest_url.to_string())),
            // Comments are dropped and other HTML is reported, both with their text.
            Tag::HtmlBlock => {}
            // Not asked for in the options.
            Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd, inside: &mut Inside, within: &[&str]) {
        match tag {
            TagEnd::Paragraph => self.html.push_str("</p>\n"),
            TagEnd::Heading(level) => self.heading(level, inside),
            TagEnd::CodeBlock => {
                if let Some(listing) = inside.listing.take() {
                    let first_line = listing.line + usize::from(listing.info.is_some());
                    let info = listing.info.unwrap_or_default();
                    self.block(&info, &listing.text, first_line, within);
                }
            }
            TagEnd::BlockQuote(_) => self.html.push_str("</blockquote>\n"),
            TagEnd::List(true) => self.html.push_str("</ol>\n"),
            TagEnd::List(false) => self.html.push_str("</ul>\n"),
            TagEnd::Item => self.html.push_str("</li>\n"),
            TagEnd::Emphasis => self.html.push_str("</em>"),
            TagEnd::Strong => self.html.push_str("</strong>"),
            TagEnd::Table => self.html.push_str("</tbody></table></div>\n"),
            TagEnd::TableHead => {
                inside.in_head = false;
                self.html.push_str("</tr></thead><tbody>\n");
            }
            TagEnd::TableRow => self.html.push_str("</tr>\n"),
            TagEnd::TableCell => {
                inside.column += 1;
                self.html.push_str(if inside.in_head { "</th>" } else { "</td>" });
            }
            TagEnd::Link => {
                if let Some((start, Some(anchor))) = inside.links.pop()
                    && self.html.len() == start
                {
                    self.html.push_str(&format!("{MARK}label:{anchor}{MARK}"));
                }
                self.html.push_str("</a>");
            }
            TagEnd::Image | TagEnd::HtmlBlock => {}
            TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::MetadataBlock(_) => {}
        }
    }

    fn heading(&mut self, level: HeadingLevel, inside: &mut Inside) {
        let Some((line, id, before, text)) = inside.heading.take() else { return };
        let html = std::mem::replace(&mut self.html, before);
        if level == HeadingLevel::H1 {
            if self.has_title {
                self.report(line, Fault::SecondTitle);
            }
            self.has_title = true;
            self.lesson.title = text;
            self.lesson.title_html = html;
            return;
        }
        if !self.has_title {
            self.report(line, Fault::NoTitle);
            self.has_title = true;
        }
        let id = id.unwrap_or_else(|| slug(&text));
        self.anchor(line, &id, text.clone());
        self.near.clone_from(&id);
        let level = level as u8;
        self.html.push_str(&format!("<h{level} id=\"{0}\">{html}</h{level}>\n", escape(&id)));
        self.lesson.headings.push(Heading { id, level, text, line });
    }

    /// Opens a link to a place in this lesson, to another topic, or to the web.
    fn link(&mut self, url: &str, line: usize, inside: &mut Inside) {
        let (html, named) = if let Some(anchor) = url.strip_prefix('#') {
            self.references.push((line, anchor.to_owned()));
            (format!("<a href=\"#{}\">", escape(anchor)), Some(anchor.to_owned()))
        } else if let Some(target) = url.strip_prefix("topic:") {
            (self.topic_link(target, line), None)
        } else {
            if !is_web(url) {
                self.report(line, Fault::BadLink(url.to_owned()));
            }
            (format!("<a href=\"{}\" rel=\"noopener noreferrer\">", escape(url)), None)
        };
        self.html.push_str(&html);
        inside.links.push((self.html.len(), named));
    }

    /// To a lesson if it is written, else to the topic's place on the map.
    fn topic_link(&mut self, target: &str, line: usize) -> String {
        let (id, anchor) = match target.split_once('#') {
            Some((id, anchor)) => (id, Some(anchor.to_owned())),
            None => (target, None),
        };
        let Some(topic) = self.map.topic(id) else {
            let nearest = nearest(id, self.map.topics().map(|t| t.id.as_str()));
            self.report(line, Fault::UnknownTopic { id: id.to_owned(), nearest });
            return "<a>".to_owned();
        };
        self.lesson.links.push(TopicLink { topic: id.to_owned(), anchor: anchor.clone(), line });
        let at = anchor.map_or(String::new(), |a| format!("#{}", escape(&a)));
        if topic.written {
            format!("<a href=\"/lesson/{}/{}{at}\">", topic.unit, topic.id)
        } else {
            format!("<a class=\"unwritten\" href=\"/#topic-{}\">", topic.id)
        }
    }
}
