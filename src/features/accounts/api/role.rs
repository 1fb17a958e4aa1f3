//! Roles as the API shows them to their bearers: with what they may do.

use serde::Serialize;

use crate::features::users::table::Role;

/// A role (entities: Role).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoleView {
    /// The role's number; `-99` is everyone.
    pub id: &'static str,
    /// Its name; "" for everyone.
    pub name: &'static str,
    /// A decimal bit mask.
    pub permissions: String,
    /// `#rrggbb` or "".
    pub color: &'static str,
    /// Shown as a badge.
    pub highlighted: bool,
    /// How many collections it may have: there are none here.
    pub collection_limit: u32,
}

impl RoleView {
    /// A role with what it may do.
    pub fn of(role: Role) -> Self {
        Self {
            id: number(role),
            name: name(role),
            permissions: permissions(role).to_string(),
            color: "",
            highlighted: role != Role::User,
            collection_limit: 0,
        }
    }
}

const fn number(role: Role) -> &'static str {
    match role {
        Role::User => "-99",
        Role::Moderator => "1",
        Role::Admin => "2",
        Role::Owner => "3",
    }
}

const fn name(role: Role) -> &'static str {
    match role {
        Role::User => "",
        Role::Moderator => "Moderator",
        Role::Admin => "Admin",
        Role::Owner => "Owner",
    }
}

/// The bits of entities, Role.
const fn permissions(role: Role) -> u64 {
    /// view_audit_log, view_dashboard, manage_reports, manage_taxonomies, manage_users.
    const MODERATOR: u64 = 1 << 2 | 1 << 3 | 1 << 4 | 1 << 8 | 1 << 10;
    /// The moderator's, and manage_federation, _settings, _blocks, _appeals, _invites, _rules, _announcements,
    /// _custom_emojis, _webhooks, _roles, _user_access, delete_user_data, view_feeds.
    const ADMIN: u64 = MODERATOR
        | 1 << 5
        | 1 << 6
        | 1 << 7
        | 1 << 9
        | 1 << 11
        | 1 << 12
        | 1 << 13
        | 1 << 14
        | 1 << 15
        | 1 << 17
        | 1 << 18
        | 1 << 19
        | 1 << 20;
    /// Administrator stands for every bit.
    const OWNER: u64 = (1 << 23) - 1;
    match role {
        Role::User => 0,
        Role::Moderator => MODERATOR,
        Role::Admin => ADMIN,
        Role::Owner => OWNER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_do_what_the_lower_ones_may() {
        let ladder = [Role::User, Role::Moderator, Role::Admin, Role::Owner].map(permissions);
        for pair in ladder.windows(2) {
            assert_eq!(pair[0] & pair[1], pair[0]);
            assert!(pair[1] > pair[0]);
        }
    }
}
