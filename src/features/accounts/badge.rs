//! The badge that staff wear on their profile.

use serde::Serialize;

use super::table::Badge;

/// The badge of a highlighted role (entities: AccountRole).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BadgeView {
    /// The role's number.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// `#rrggbb` or "".
    pub color: &'static str,
}

impl From<Badge> for BadgeView {
    fn from(badge: Badge) -> Self {
        let (id, name) = match badge {
            Badge::Moderator => ("1", "Moderator"),
            Badge::Admin => ("2", "Admin"),
            Badge::Owner => ("3", "Owner"),
        };
        Self { id, name, color: "" }
    }
}
