//! Settings about other servers: `federation.*`.

/// `federation.*`
#[derive(Debug, Clone, Copy)]
pub struct Federation {
    /// `http` is allowed, too.
    pub allow_insecure: bool,
    /// Private addresses are allowed, too.
    pub allow_private: bool,
    /// With which servers this one talks.
    pub mode: Mode,
    /// Documents are for signed requests only.
    pub authorized_fetch: bool,
    /// Who may see the rules about other servers.
    pub show_rules: Audience,
    /// Who may see the reasons beside them.
    pub show_reasons: Audience,
}

impl Federation {
    /// Whether only servers that are allowed by name are talked to.
    pub fn is_closed(&self) -> bool {
        self.mode == Mode::AllowList
    }

    /// Whether documents are for signed requests only.
    pub fn is_secure(&self) -> bool {
        self.authorized_fetch || self.is_closed()
    }
}

/// `federation.mode`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// All but those that a rule shuts out.
    Open,
    /// Only those that are allowed by name.
    AllowList,
}

/// Who may see something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Nobody.
    Disabled,
    /// Members.
    Users,
    /// Everybody.
    All,
}

impl Audience {
    /// Whether somebody may see it who is a member, or is not.
    pub fn includes(self, member: bool) -> bool {
        self == Self::All || (self == Self::Users && member)
    }
}

pub(super) fn parse_mode(text: &str) -> Result<Mode, String> {
    match text {
        "open" => Ok(Mode::Open),
        "allow_list" => Ok(Mode::AllowList),
        _ => Err("this is open or allow_list".into()),
    }
}

pub(super) fn parse_audience(text: &str) -> Result<Audience, String> {
    match text {
        "disabled" => Ok(Audience::Disabled),
        "users" => Ok(Audience::Users),
        "all" => Ok(Audience::All),
        _ => Err("this is disabled, users or all".into()),
    }
}
