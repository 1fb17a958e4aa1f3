//! `shop config …`: the settings.

use clap::Subcommand;
use serde_json::{Map, Value, json};

use super::settings::Place;
use super::{Outcome, Output};
use crate::platform::config;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Config {
    /// Check the settings and print each with where it was set; secrets are hidden.
    Check,
    /// Print a settings file with every key, its explanation and its default.
    Example,
}

/// Runs the command.
///
/// # Errors
/// All that is wrong with the settings.
pub fn run(place: &Place, command: Config, out: Output) -> Outcome {
    match command {
        Config::Example => {
            let text = config::example();
            out.print(&json!({ "example": text }), text.trim_end())
        }
        Config::Check => {
            let config = place.load(&[])?;
            let mut map = Map::new();
            let mut lines = Vec::new();
            for origin in config.origins() {
                lines.push(format!("{} = {:?} ({})", origin.key, origin.value, origin.source));
                let source = origin.source.to_string();
                map.insert(origin.key.to_owned(), json!({ "value": origin.value, "source": source }));
            }
            out.print(&Value::Object(map), lines.join("\n"))?;
            out.say("these settings can be used");
            Ok(())
        }
    }
}
