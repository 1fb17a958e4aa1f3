//! Timelines: home in memory, public, local and tag from the indexes.
