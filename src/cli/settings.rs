//! Where a command finds its settings: flags, environment, file.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{Failure, Outcome};
use crate::platform::config::Config;

/// The settings file that is read when none is named, if it is there.
const FILES: [&str; 2] = ["shop.toml", "/etc/shop/shop.toml"];

/// Variables of this program that are no settings: the file of the settings, and the binary that scripts run.
const NO_SETTINGS: [&str; 2] = ["SHOP_CONFIG", "SHOP_BIN"];

/// The largest settings file, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// Flags that every command takes.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Place {
    /// The data folder (storage.data).
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The settings file; SHOP_CONFIG names it too. Default: ./shop.toml, then /etc/shop/shop.toml, if there.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl Place {
    /// Reads and checks the settings.
    ///
    /// # Errors
    /// When the file cannot be read, and all that is wrong with the settings.
    pub fn load(&self, flags: &[(&'static str, String)]) -> Outcome<Config> {
        let mut flags = flags.to_vec();
        if let Some(data) = &self.data {
            let data = data.to_str().ok_or_else(|| Failure("--data is not readable text".into()))?;
            flags.push(("storage.data", data.to_owned()));
        }
        let file = self.file()?;
        let file = file.as_ref().map(|(path, text)| (path.as_path(), text.as_str()));
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| !NO_SETTINGS.contains(&name.as_str()));
        Ok(Config::load(&flags, environment, file)?)
    }

    fn file(&self) -> Outcome<Option<(PathBuf, String)>> {
        let named = self.config.clone().or_else(|| std::env::var_os("SHOP_CONFIG").map(PathBuf::from));
        if let Some(path) = named {
            let text =
                read(&path).map_err(|error| Failure(format!("cannot read {}: {error}", path.display())))?;
            return Ok(Some((path, text)));
        }
        for path in FILES.map(PathBuf::from) {
            match read(&path) {
                Ok(text) => return Ok(Some((path, text))),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(Failure(format!("cannot read {}: {error}", path.display()))),
            }
        }
        Ok(None)
    }
}

fn read(path: &Path) -> std::io::Result<String> {
    if std::fs::metadata(path)?.len() > LARGEST {
        return Err(std::io::Error::new(ErrorKind::FileTooLarge, "the file is too large for settings"));
    }
    std::fs::read_to_string(path)
}
