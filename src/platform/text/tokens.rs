//! Walks through HTML from peers token by token, without building a tree: linear time, constant stack.

use std::cell::RefCell;

use html5ever::LocalName;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, CharacterTokens, Tag, TagKind, TagToken, Token, TokenSink, TokenSinkResult, Tokenizer,
    TokenizerOpts,
};

/// Longest HTML looked at, in bytes; what comes after is cut off.
pub const MAX_HTML_LEN: usize = 256 * 1024;

/// Elements whose content a browser takes as raw text, dropped with it.
const RAW: [&str; 8] = ["script", "style", "iframe", "noembed", "noframes", "noscript", "title", "xmp"];
/// Elements dropped with all that is nested in them.
const NESTED: [&str; 2] = ["svg", "template"];

/// One step of [`walk`].
pub(super) enum Piece<'h> {
    /// A start tag; void elements have no [`Piece::Close`].
    Open(&'h Tag),
    /// An end tag, which need not have a start tag.
    Close(&'h str),
    /// Text with character references resolved; consecutive text may come in several pieces.
    Text(&'h str),
}

/// Gives the tags and texts of `html` to `sink` in order. Scripts, styles and the like are left out with
/// their content, comments too. Only the first [`MAX_HTML_LEN`] bytes are read.
pub(super) fn walk(html: &str, sink: &mut dyn FnMut(Piece<'_>)) {
    walk_whole(html.get(..html.floor_char_boundary(MAX_HTML_LEN)).unwrap_or_default(), sink);
}

/// As [`walk`], to the end: for pages whose length was bounded when they were read.
pub(super) fn walk_whole(html: &str, sink: &mut dyn FnMut(Piece<'_>)) {
    let walker = Walker(RefCell::new(State { sink, skipping: None }));
    let tokenizer = Tokenizer::new(walker, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    // The sink never asks for a pause, so all input is consumed by one call.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
}

/// The value of the attribute `name`, if the tag has it.
pub(super) fn attribute<'t>(tag: &'t Tag, name: &str) -> Option<&'t str> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
}

struct Walker<'s>(RefCell<State<'s>>);

struct State<'s> {
    sink: &'s mut dyn FnMut(Piece<'_>),
    /// The element being skipped with its content, and how deep it is nested in itself.
    skipping: Option<(LocalName, usize)>,
}

impl TokenSink for Walker<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.0.borrow_mut();
        match token {
            TagToken(tag) if tag.kind == TagKind::StartTag => return state.open(&tag),
            TagToken(tag) => state.close(&tag),
            CharacterTokens(text) if state.skipping.is_none() => (state.sink)(Piece::Text(&text)),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl State<'_> {
    fn open(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name = &*tag.name;
        if let Some((skipped, depth)) = &mut self.skipping {
            if *skipped == tag.name && !tag.self_closing {
                *depth += 1;
            }
        } else if name == "plaintext" {
            self.skipping = Some((tag.name.clone(), 1));
            return TokenSinkResult::Plaintext;
        } else if RAW.contains(&name) {
            self.skipping = Some((tag.name.clone(), 1));
            return TokenSinkResult::RawData(RawKind::Rawtext);
        } else if name == "textarea" {
            return TokenSinkResult::RawData(RawKind::Rcdata);
        } else if NESTED.contains(&name) {
            if !tag.self_closing {
                self.skipping = Some((tag.name.clone(), 1));
            }
        } else {
            (self.sink)(Piece::Open(tag));
        }
        TokenSinkResult::Continue
    }

    fn close(&mut self, tag: &Tag) {
        match &mut self.skipping {
            None => (self.sink)(Piece::Close(&tag.name)),
            Some((skipped, depth)) if *skipped == tag.name => {
                *depth -= 1;
                if *depth == 0 {
                    self.skipping = None;
                }
            }
            Some(_) => {}
        }
    }
}
