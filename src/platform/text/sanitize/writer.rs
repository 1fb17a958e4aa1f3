//! The first step of sanitising: rewrites markup into well-nested HTML that every parser reads alike.
//!
//! Since no tag here makes a parser close or reopen another by itself, the second step and every browser see
//! the same tree, and hostile nesting costs no more than its length.

use html5ever::tokenizer::Tag;

use super::super::html::push_escaped;
use super::super::tokens::{Piece, attribute, walk};
use super::{ELEMENTS, MAX_DEPTH, kept_attribute};

/// `html` rewritten.
pub(super) fn write(html: &str) -> String {
    let mut writer = Writer { out: String::with_capacity(html.len().min(4096)), ..Writer::default() };
    walk(html, &mut |piece| match piece {
        Piece::Open(tag) => writer.open(tag),
        Piece::Close(name) => writer.close(name),
        Piece::Text(text) => writer.text(text),
    });
    writer.finish()
}

/// An element whose end tag is still to be written.
struct Open {
    name: &'static str,
    /// Where the start tag began and ended; an element that stays empty can be taken back.
    begin: usize,
    end: usize,
    /// A paragraph that stands for a heading.
    heading: bool,
}

/// A formula being read: `math` elements are replaced by one of their annotations.
#[derive(Default)]
struct Formula {
    depth: usize,
    block: bool,
    annotation: Option<Annotation>,
    tex: Option<String>,
    plain: Option<String>,
    text: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Annotation {
    Tex,
    Plain,
    Other,
}

#[derive(Default)]
struct Writer {
    out: String,
    open: Vec<Open>,
    formula: Option<Formula>,
    /// A `pre` has just begun: browsers drop a line break here, so it is not written.
    at_pre_start: bool,
}

fn known(name: &str) -> Option<&'static str> {
    ELEMENTS.iter().copied().find(|element| *element == name)
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Elements that end an open paragraph when they begin.
fn ends_paragraph(name: &str) -> bool {
    matches!(name, "p" | "pre" | "blockquote" | "ul" | "ol" | "li")
}

impl Writer {
    fn open(&mut self, tag: &Tag) {
        let name = &*tag.name;
        if let Some(formula) = &mut self.formula {
            return formula.open(tag);
        }
        if name == "math" {
            if !tag.self_closing {
                let block = attribute(tag, "display") == Some("block");
                self.formula = Some(Formula { depth: 1, block, ..Formula::default() });
            }
            return;
        }
        if is_heading(name) {
            self.close_paragraph();
            if self.open.len() + 2 <= MAX_DEPTH {
                self.push("p", &[], true);
                self.push("strong", &[], false);
            }
            return;
        }
        let Some(name) = known(name) else { return };
        if name == "br" {
            self.at_pre_start = false;
            self.out.push_str("<br>");
            return;
        }
        let mut kept = Vec::new();
        for attribute in &tag.attrs {
            if let Some(value) = kept_attribute(name, &attribute.name.local, &attribute.value) {
                kept.push((&*attribute.name.local, value));
            }
        }
        if name == "a" && !kept.iter().any(|(attribute, _)| *attribute == "href") {
            return;
        }
        self.make_room_for(name);
        if self.open.len() < MAX_DEPTH {
            let kept: Vec<_> = kept.iter().map(|(attribute, value)| (*attribute, &**value)).collect();
            self.push(name, &kept, false);
            self.at_pre_start = name == "pre";
        }
    }

    /// Closes what may not stand around an element.
    fn make_room_for(&mut self, name: &str) {
        if ends_paragraph(name) {
            self.close_paragraph();
        }
        match name {
            "a" => self.close_last(|open| open.name == "a", &[]),
            "li" => self.close_last(|open| open.name == "li", &["ul", "ol", "blockquote", "pre"]),
            "rt" | "rp" => self.close_last(|open| matches!(open.name, "rt" | "rp"), &["ruby"]),
            _ => {}
        }
    }

    fn close_paragraph(&mut self) {
        self.close_last(|open| open.name == "p", &[]);
    }

    fn push(&mut self, name: &'static str, attributes: &[(&str, &str)], heading: bool) {
        self.at_pre_start = false;
        let begin = self.out.len();
        self.out.push('<');
        self.out.push_str(name);
        for (attribute, value) in attributes {
            self.out.push(' ');
            self.out.push_str(attribute);
            self.out.push_str("=\"");
            push_escaped(&mut self.out, value);
            self.out.push('"');
        }
        self.out.push('>');
        self.open.push(Open { name, begin, end: self.out.len(), heading });
    }

    /// Closes the innermost open element that `wanted` describes, with all inside it, unless one of
    /// `barriers` stands between.
    fn close_last(&mut self, wanted: impl Fn(&Open) -> bool, barriers: &[&str]) {
        let found = self.open.iter().rposition(|open| wanted(open) || barriers.contains(&open.name));
        if let Some(depth) = found
            && self.open.get(depth).is_some_and(wanted)
        {
            self.close_to(depth);
        }
    }

    fn close_to(&mut self, depth: usize) {
        self.at_pre_start = false;
        while self.open.len() > depth {
            let Some(open) = self.open.pop() else { break };
            let in_heading = open.heading || self.open.last().is_some_and(|around| around.heading);
            if in_heading && self.out.len() == open.end {
                self.out.truncate(open.begin);
                continue;
            }
            self.out.push_str("</");
            self.out.push_str(open.name);
            self.out.push('>');
        }
    }

    fn close(&mut self, name: &str) {
        if let Some(formula) = &mut self.formula {
            if formula.close(name) {
                self.finish_formula();
            }
            return;
        }
        match name {
            "br" => self.out.push_str("<br>"),
            "li" => self.close_last(|open| open.name == "li", &["ul", "ol"]),
            name if is_heading(name) => self.close_last(|open| open.heading, &[]),
            name => self.close_last(|open| open.name == name, &[]),
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(formula) = &mut self.formula {
            return formula.text(text);
        }
        let text = if self.at_pre_start { text.trim_start_matches('\n') } else { text };
        if !text.is_empty() {
            self.at_pre_start = false;
            push_escaped(&mut self.out, text);
        }
    }

    fn finish_formula(&mut self) {
        if let Some(formula) = self.formula.take() {
            self.text(&formula.into_text());
        }
    }

    fn finish(mut self) -> String {
        self.finish_formula();
        self.close_to(0);
        self.out
    }
}

impl Formula {
    fn open(&mut self, tag: &Tag) {
        if tag.self_closing {
            return;
        }
        match &*tag.name {
            "math" => self.depth += 1,
            "annotation" => {
                self.annotation = Some(match attribute(tag, "encoding") {
                    Some("application/x-tex") if self.tex.is_none() => Annotation::Tex,
                    Some("text/plain") if self.plain.is_none() => Annotation::Plain,
                    _ => Annotation::Other,
                });
            }
            _ => {}
        }
    }

    /// Takes an end tag; whether the formula ends with it.
    fn close(&mut self, name: &str) -> bool {
        match name {
            "math" => self.depth -= 1,
            "annotation" => self.annotation = None,
            _ => {}
        }
        self.depth == 0
    }

    fn text(&mut self, text: &str) {
        match self.annotation {
            None => self.text.push_str(text),
            Some(Annotation::Tex) => self.tex.get_or_insert_default().push_str(text),
            Some(Annotation::Plain) => self.plain.get_or_insert_default().push_str(text),
            Some(Annotation::Other) => {}
        }
    }

    fn into_text(self) -> String {
        match (self.tex, self.plain) {
            (Some(tex), _) if self.block => format!("$${tex}$$"),
            (Some(tex), _) => format!("${tex}$"),
            (None, Some(plain)) => plain,
            (None, None) => self.text,
        }
    }
}
