//! What is searched for, and its translation for the index.

use std::ops::Bound;

use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, EmptyQuery, InvertedIndexRangeQuery, Occur, PhraseQuery, Query as Compiled,
    RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field as Handle, IndexRecordOption, Schema};

use super::words::{Word, WordKind, fold, words};
use super::{Field, NUMBER, SHELF};
use crate::error::Result;

/// What is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// Every document.
    Everything,
    /// No document.
    Nothing,
    /// The words of a text, one after another, in a text field. A text without words is found nowhere.
    Phrase(Field, String),
    /// Words that begin with the words of a text, in any order, in a text field.
    Beginning(Field, String),
    /// Exactly this, in a word field; folded on both sides.
    Word(Field, String),
    /// A word field that begins with this.
    WordBeginning(Field, String),
    /// Exactly this, in a number field.
    Number(Field, u64),
    /// Documents with one of these numbers.
    Among(Vec<u64>),
    /// Documents whose number lies strictly between the two.
    Between(Option<u64>, Option<u64>),
    /// All of them.
    All(Vec<Query>),
    /// At least one of them.
    Any(Vec<Query>),
    /// Everything else.
    Not(Box<Query>),
}

impl Query {
    /// For the index, over documents of one shelf.
    pub(super) fn compile(&self, schema: &Schema, shelf: u8) -> Result<Box<dyn Compiled>> {
        let shelf = term(Term::from_field_u64(schema.get_field(SHELF)?, u64::from(shelf)));
        Ok(Box::new(BooleanQuery::intersection(vec![shelf, self.part(schema)?])))
    }

    fn part(&self, schema: &Schema) -> Result<Box<dyn Compiled>> {
        Ok(match self {
            Self::Everything => Box::new(AllQuery),
            Self::Nothing => Box::new(EmptyQuery),
            Self::Phrase(field, text) => phrase(schema.get_field(field.name)?, &words(text)),
            Self::Beginning(field, text) => beginning(schema.get_field(field.name)?, &words(text)),
            Self::Word(field, text) => {
                term(Term::from_field_text(schema.get_field(field.name)?, &fold(text)))
            }
            Self::WordBeginning(field, text) => starting_with(schema.get_field(field.name)?, &fold(text)),
            Self::Number(field, number) => term(Term::from_field_u64(schema.get_field(field.name)?, *number)),
            Self::Among(numbers) => {
                let field = schema.get_field(NUMBER)?;
                let terms = numbers.iter().map(|number| Term::from_field_u64(field, *number));
                Box::new(TermSetQuery::new(terms))
            }
            Self::Between(above, below) => {
                let field = schema.get_field(NUMBER)?;
                let bound = |at: &Option<u64>| {
                    at.map_or(Bound::Unbounded, |at| Bound::Excluded(Term::from_field_u64(field, at)))
                };
                match (above, below) {
                    (None, None) => Box::new(AllQuery),
                    _ => Box::new(RangeQuery::new(bound(above), bound(below))),
                }
            }
            Self::All(parts) => all(parts.iter().map(|part| part.part(schema)).collect::<Result<_>>()?),
            Self::Any(parts) => {
                let parts = parts.iter().map(|part| part.part(schema)).collect::<Result<Vec<_>>>()?;
                if parts.is_empty() { Box::new(EmptyQuery) } else { Box::new(BooleanQuery::union(parts)) }
            }
            Self::Not(part) => Box::new(BooleanQuery::new(vec![
                (Occur::Must, Box::new(AllQuery)),
                (Occur::MustNot, part.part(schema)?),
            ])),
        })
    }
}

fn term(term: Term) -> Box<dyn Compiled> {
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

fn all(mut parts: Vec<Box<dyn Compiled>>) -> Box<dyn Compiled> {
    match parts.len() {
        0 => Box::new(AllQuery),
        1 => parts.remove(0),
        _ => Box::new(BooleanQuery::intersection(parts)),
    }
}

fn starting_with(field: Handle, text: &str) -> Box<dyn Compiled> {
    if text.is_empty() {
        return Box::new(EmptyQuery);
    }
    let end = format!("{text}{}", char::MAX);
    Box::new(InvertedIndexRangeQuery::new(
        Bound::Included(Term::from_field_text(field, text)),
        Bound::Included(Term::from_field_text(field, &end)),
    ))
}

/// Pairs and whole words one after another; a character that stands alone is the beginning of a pair, or the last
/// of its run, wherever it is.
fn phrase(field: Handle, words: &[Word]) -> Box<dyn Compiled> {
    if words.is_empty() {
        return Box::new(EmptyQuery);
    }
    let mut parts: Vec<Box<dyn Compiled>> = Vec::new();
    let fixed: Vec<(usize, Term)> = words
        .iter()
        .filter(|word| matches!(word.kind, WordKind::Whole | WordKind::Pair))
        .map(|word| (word.place, Term::from_field_text(field, &word.text)))
        .collect();
    match fixed.as_slice() {
        [] => {}
        [(_, only)] => parts.push(term(only.clone())),
        _ => parts.push(Box::new(PhraseQuery::new_with_offset(fixed))),
    }
    parts.extend(
        words.iter().filter(|word| word.kind == WordKind::Lone).map(|word| starting_with(field, &word.text)),
    );
    all(parts)
}

fn beginning(field: Handle, words: &[Word]) -> Box<dyn Compiled> {
    if words.is_empty() {
        return Box::new(EmptyQuery);
    }
    let mut parts: Vec<Box<dyn Compiled>> = words
        .iter()
        .filter(|word| word.kind == WordKind::Whole)
        .map(|word| starting_with(field, &word.text))
        .collect();
    for run in words.chunk_by(|one, next| one.kind == WordKind::Pair && next.kind != WordKind::Whole) {
        if run.iter().any(|word| word.kind != WordKind::Whole) {
            parts.push(phrase(field, run));
        }
    }
    all(parts)
}
