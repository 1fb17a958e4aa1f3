//! Whom this server does not talk to: the operator's rules, as the client asks for them before each hop.

use super::NetError;

/// What a request is for; the rules differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A server of the network is asked or told something.
    Peer,
    /// A follow ends: the one thing that servers which are shut out are still told, so that both sides agree.
    Farewell,
    /// A page or a file, wherever it lies.
    #[default]
    Web,
    /// A member's own device is woken.
    Device,
}

/// Decides with whom this server talks.
pub trait Gate: Send + Sync {
    /// Why nothing is asked of `host` (`name`, or `name:port` with an unusual port) or told to it; `None` when it may.
    fn refuses(&self, host: &str, purpose: Purpose) -> Option<&'static str>;
}

/// The error that a refusal becomes.
pub(super) fn refused(host: &str, why: &str) -> NetError {
    NetError::Refused(format!("{host}: {why}"))
}
