//! Walks through HTML from peers token by token, without building a tree: linear time, constant stack.

use std::cell::{Cell, RefCell};

use html5ever::LocalName;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, CharacterTokens, Tag, TagKind, TagToken, Token, TokenSink, TokenSinkResult, Tokenizer,
    TokenizerOpts,
};

/// Bytes given to the tokenizer at once.
const CHUNK_LEN: usize = 1024;
/// Separators that a tag of any length may have.
const MIN_SEPARATORS: usize = 1024;
/// Separators that the longest tag may have.
const MAX_SEPARATORS: usize = 8192;

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
/// their content, comments too. Only the first `max_len` bytes are read, and nothing after a tag or comment
/// of more words than any honest one has.
pub(super) fn walk(html: &str, max_len: usize, sink: &mut dyn FnMut(Piece<'_>)) {
    let mut rest = html.get(..html.floor_char_boundary(max_len)).unwrap_or_default();
    let tokens = Cell::new(0);
    let walker = Walker { state: RefCell::new(State { sink, skipping: None }), tokens: &tokens };
    let tokenizer = Tokenizer::new(walker, TokenizerOpts::default());
    let input = BufferQueue::default();
    let mut pending = Pending::default();
    while !rest.is_empty() && !pending.is_too_much() {
        let (chunk, after) = rest.split_at(rest.floor_char_boundary(CHUNK_LEN));
        rest = after;
        let before = tokens.get();
        input.push_back(StrTendril::from_slice(chunk));
        // The sink never asks for a pause, so one call consumes the whole chunk.
        let _ = tokenizer.feed(&input);
        if tokens.get() != before {
            pending = Pending::default();
        }
        pending.add(chunk);
    }
    if !pending.is_too_much() {
        tokenizer.end();
    }
}

/// What was read since the tokenizer last gave something. The time it takes for a tag grows with the square
/// of the number of attributes, so a tag must not go on for ever.
#[derive(Default)]
struct Pending {
    bytes: usize,
    /// Characters that may part attributes.
    separators: usize,
}

impl Pending {
    fn add(&mut self, chunk: &str) {
        self.bytes += chunk.len();
        let separates = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'"' | b'\'');
        self.separators += chunk.bytes().filter(separates).count();
    }

    /// A picture inside an attribute is long but has few separators (one in 64, in base64).
    fn is_too_much(&self) -> bool {
        self.separators > (MIN_SEPARATORS + self.bytes / 32).min(MAX_SEPARATORS)
    }
}

/// The value of the attribute `name`, if the tag has it.
pub(super) fn attribute<'t>(tag: &'t Tag, name: &str) -> Option<&'t str> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
}

struct Walker<'s> {
    state: RefCell<State<'s>>,
    /// Number of tokens so far, complaints not counted.
    tokens: &'s Cell<u64>,
}

struct State<'s> {
    sink: &'s mut dyn FnMut(Piece<'_>),
    /// The element being skipped with its content, and how deep it is nested in itself.
    skipping: Option<(LocalName, usize)>,
}

impl TokenSink for Walker<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        // Complaints come in the middle of a tag, too.
        if matches!(token, Token::ParseError(_)) {
            return TokenSinkResult::Continue;
        }
        self.tokens.set(self.tokens.get() + 1);
        let mut state = self.state.borrow_mut();
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
