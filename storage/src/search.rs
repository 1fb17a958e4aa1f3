//! Full-text search: an index of numbered documents that can be lost and built anew; nothing is stored in it.
//!
//! Documents stand on shelves (kinds of things) and have numbers. What a hit looks like, and who may see it, is
//! read from the store. The index is a folder of its own; one that is missing, broken or of another make is
//! started empty, and its [`Search::generation`] tells that it must be filled.

mod query;
mod words;

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use tantivy::{
    DocAddress, Index, IndexReader, IndexWriter, Order, ReloadPolicy, Searcher, TantivyDocument,
    TantivyError, Term,
    collector::{Count, TopDocs},
    directory::MmapDirectory,
    indexer::IndexWriterOptions,
    query::TermQuery,
    schema::{
        FAST, Field as Handle, INDEXED, IndexRecordOption, Schema, SchemaBuilder, TextFieldIndexing,
        TextOptions,
    },
    tokenizer::{TextAnalyzer, TokenizerManager},
};

use self::words::{Cutter, fold};
use crate::error::{Error, Result};

pub use self::query::Query;

/// Whether anything in `text` can be searched for.
pub fn has_words(text: &str) -> bool {
    !words::words(text).is_empty()
}

/// Memory in which new documents wait for a commit: the least that tantivy takes.
const WRITER_BYTES: usize = 15_000_000;
/// Raised when documents are cut or kept in another way: older indexes are started anew.
const MAKE: u32 = 1;
/// The name of the tokeniser.
const CUTTER: &str = "words";
/// The fields that every document has: shelf and number together, the shelf, the number, what it is ranked by.
const KEY: &str = "key";
const SHELF: &str = "shelf";
const NUMBER: &str = "number";
const WEIGHT: &str = "weight";

/// How a field is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Text, by its words.
    Text,
    /// A word, as a whole or by its beginning; folded.
    Word,
    /// A number, exactly.
    Number,
}

/// A field that documents may have, any number of times each. Declare it once, as a constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    name: &'static str,
    kind: FieldKind,
}

impl Field {
    /// A field called `name`, unlike `key`, `shelf`, `number` and `weight`.
    pub const fn new(name: &'static str, kind: FieldKind) -> Self {
        Self { name, kind }
    }
}

/// What is searched about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    shelf: u8,
    number: u64,
    weight: u64,
    texts: Vec<(Field, String)>,
    numbers: Vec<(Field, u64)>,
}

impl Document {
    /// A document without fields.
    pub fn new(shelf: u8, number: u64) -> Self {
        Self { shelf, number, weight: 0, texts: Vec::new(), numbers: Vec::new() }
    }

    /// What it is ranked by, see [`Rank::Weight`].
    #[must_use]
    pub fn weighing(mut self, weight: u64) -> Self {
        self.weight = weight;
        self
    }

    /// Adds text, or a word, to a field.
    pub fn text(&mut self, field: Field, text: impl Into<String>) {
        self.texts.push((field, text.into()));
    }

    /// Adds a number to a field.
    pub fn number(&mut self, field: Field, number: u64) {
        self.numbers.push((field, number));
    }
}

/// A change of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Puts a document in place of the one with its shelf and number.
    Put(Document),
    /// Takes a document away.
    Drop {
        /// Its shelf.
        shelf: u8,
        /// Its number.
        number: u64,
    },
}

/// In which order hits come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// Greatest number first.
    Newest,
    /// Least number first.
    Oldest,
    /// Heaviest first.
    Weight,
}

/// The index. Searching never waits for writing.
pub struct Search {
    index: Index,
    reader: IndexReader,
    generation: u64,
    writer: Mutex<Option<IndexWriter>>,
}

impl Search {
    /// Opens the index in `folder`, or starts one there; without a folder it lives in memory.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn open(folder: Option<&Path>, fields: &[Field]) -> Result<Self> {
        let schema = schema(fields);
        let Some(folder) = folder else {
            let index = builder(schema).create_in_ram()?;
            return Self::over(index, None);
        };
        match Self::existing(folder, &schema) {
            Ok(Some(found)) => Ok(found),
            Ok(None) => Self::fresh(folder, schema),
            Err(error) => {
                tracing::warn!(%error, "the search index cannot be used and is started anew");
                Self::fresh(folder, schema)
            }
        }
    }

    /// The index that is there; `None` when there is none of this make.
    fn existing(folder: &Path, schema: &Schema) -> Result<Option<Self>> {
        if !folder.join("meta.json").exists() {
            return Ok(None);
        }
        let index = builder(schema.clone()).open_or_create(directory(folder)?)?;
        let payload = index.load_metas()?.payload.unwrap_or_default();
        let Some(generation) = generation_of(&payload) else { return Ok(None) };
        Self::over(index, Some(generation)).map(Some)
    }

    fn fresh(folder: &Path, schema: Schema) -> Result<Self> {
        match std::fs::remove_dir_all(folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::io("removing the old search index", &error));
            }
            _ => {}
        }
        std::fs::create_dir_all(folder).map_err(|error| Error::io("making the search folder", &error))?;
        let index = builder(schema).open_or_create(directory(folder)?)?;
        Self::over(index, None)
    }

    fn over(index: Index, generation: Option<u64>) -> Result<Self> {
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let generation = generation.unwrap_or_else(new_generation);
        Ok(Self { index, reader, generation, writer: Mutex::new(None) })
    }

    /// Tells this index from all others: whoever filled it remembers the number, and fills anew what bears another.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Makes changes, in order, and returns when they are on disk and found. Slow: for a thread that may block.
    /// The first call starts the one writer, which lives until [`Search::close`].
    ///
    /// # Errors
    /// When the index cannot be written; then none or all of the changes were made, and the next call starts over.
    pub fn apply(&self, changes: Vec<Change>) -> Result<()> {
        self.write(|writer, schema| {
            let key = schema.get_field(KEY)?;
            for change in changes {
                match change {
                    Change::Put(document) => {
                        let name = key_of(document.shelf, document.number);
                        writer.delete_term(Term::from_field_text(key, &name));
                        writer.add_document(row(schema, document)?)?;
                    }
                    Change::Drop { shelf, number } => {
                        writer.delete_term(Term::from_field_text(key, &key_of(shelf, number)));
                    }
                }
            }
            Ok(())
        })
    }

    /// Takes every document away.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn clear(&self) -> Result<()> {
        self.write(|writer, _| {
            writer.delete_all_documents()?;
            Ok(())
        })
    }

    fn write(&self, work: impl FnOnce(&mut IndexWriter, &Schema) -> Result<()>) -> Result<()> {
        let mut place = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        // A writer that failed is not put back.
        let mut writer = match place.take() {
            Some(writer) => writer,
            None => self.index.writer_with_options(
                IndexWriterOptions::builder()
                    .memory_budget_per_thread(WRITER_BYTES)
                    .num_worker_threads(1)
                    .num_merge_threads(1)
                    .build(),
            )?,
        };
        work(&mut writer, &self.index.schema())?;
        let mut prepared = writer.prepare_commit()?;
        prepared.set_payload(&format!("{MAKE} {:x}", self.generation));
        prepared.commit()?;
        *place = Some(writer);
        drop(place);
        Ok(self.reader.reload()?)
    }

    /// Numbers of the documents of a shelf that `query` finds, at most `limit` after the first `offset`.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn find(
        &self,
        shelf: u8,
        query: &Query,
        rank: Rank,
        limit: usize,
        offset: usize,
    ) -> Result<Vec<u64>> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let compiled = query.compile(&self.index.schema(), shelf)?;
        let searcher = self.reader.searcher();
        let top = TopDocs::with_limit(limit).and_offset(offset);
        if rank == Rank::Weight {
            let hits = searcher.search(&compiled, &top.order_by_u64_field(WEIGHT, Order::Desc))?;
            return hits.into_iter().map(|(_, at)| number_at(&searcher, at)).collect();
        }
        let order = if rank == Rank::Newest { Order::Desc } else { Order::Asc };
        let hits = searcher.search(&compiled, &top.order_by_u64_field(NUMBER, order))?;
        Ok(hits.into_iter().filter_map(|(number, _)| number).collect())
    }

    /// How many documents of a shelf there are.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn count(&self, shelf: u8) -> Result<usize> {
        let field = self.index.schema().get_field(SHELF)?;
        let all = TermQuery::new(Term::from_field_u64(field, u64::from(shelf)), IndexRecordOption::Basic);
        Ok(self.reader.searcher().search(&all, &Count)?)
    }

    /// Ends the writer and its threads; what was applied is kept. A later change would start another.
    pub fn close(&self) {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(writer);
    }
}

fn schema(fields: &[Field]) -> Schema {
    let mut schema = SchemaBuilder::new();
    let indexed = |tokeniser: &str, record: IndexRecordOption| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(tokeniser)
            .set_index_option(record)
            .set_fieldnorms(false);
        TextOptions::default().set_indexing_options(indexing)
    };
    schema.add_text_field(KEY, indexed("raw", IndexRecordOption::Basic));
    schema.add_u64_field(SHELF, INDEXED);
    schema.add_u64_field(NUMBER, FAST | INDEXED);
    schema.add_u64_field(WEIGHT, FAST);
    for field in fields {
        match field.kind {
            FieldKind::Text => {
                schema.add_text_field(field.name, indexed(CUTTER, IndexRecordOption::WithFreqsAndPositions))
            }
            FieldKind::Word => schema.add_text_field(field.name, indexed("raw", IndexRecordOption::Basic)),
            FieldKind::Number => schema.add_u64_field(field.name, INDEXED),
        };
    }
    schema.build()
}

fn builder(schema: Schema) -> tantivy::IndexBuilder {
    let tokenizers = TokenizerManager::default();
    tokenizers.register(CUTTER, TextAnalyzer::builder(Cutter).build());
    Index::builder().schema(schema).tokenizers(tokenizers)
}

fn directory(folder: &Path) -> Result<MmapDirectory> {
    MmapDirectory::open(PathBuf::from(folder)).map_err(|error| TantivyError::from(error).into())
}

fn row(schema: &Schema, document: Document) -> Result<TantivyDocument> {
    let field = |name: &str| -> Result<Handle> { Ok(schema.get_field(name)?) };
    let mut row = TantivyDocument::default();
    row.add_text(field(KEY)?, key_of(document.shelf, document.number));
    row.add_u64(field(SHELF)?, u64::from(document.shelf));
    row.add_u64(field(NUMBER)?, document.number);
    row.add_u64(field(WEIGHT)?, document.weight);
    for (place, text) in document.texts {
        let text = if place.kind == FieldKind::Word { fold(&text) } else { text };
        row.add_text(field(place.name)?, text);
    }
    for (place, number) in document.numbers {
        row.add_u64(field(place.name)?, number);
    }
    Ok(row)
}

fn key_of(shelf: u8, number: u64) -> String {
    format!("{shelf}/{number}")
}

fn number_at(searcher: &Searcher, at: DocAddress) -> Result<u64> {
    let column = searcher.segment_reader(at.segment_ord).fast_fields().u64(NUMBER)?;
    column.first(at.doc_id).ok_or_else(|| Error::Search("a document has no number".to_owned()))
}

fn generation_of(payload: &str) -> Option<u64> {
    let (make, generation) = payload.split_once(' ')?;
    if make != MAKE.to_string() {
        return None;
    }
    u64::from_str_radix(generation, 16).ok()
}

/// A number that no other index of this server has: the time, to the nanosecond.
fn new_generation() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_nanos()).unwrap_or(u64::MAX)
}

impl From<TantivyError> for Error {
    fn from(error: TantivyError) -> Self {
        Self::Search(error.to_string())
    }
}
