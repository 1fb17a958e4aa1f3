//! What the command line does about other servers: rules, a closed network, relays.

use shop_storage::{Order, Window};

use super::{Answer, DomainLine, RelayLine};
use crate::features::domain_rules::table::{DomainRule, RULES, Severity};
use crate::features::domain_rules::{self, Terms};
use crate::features::relays;
use crate::platform::app::{App, Tx};
use crate::platform::error::{Error, Kind, Result};
use crate::platform::ids::DomainRuleId;

/// How many rules one answer lists.
const PAGE: usize = 200;

/// Sets or changes a rule; a new one suspends when nothing is said.
pub(super) async fn block(app: &App, domain: &str, severity: Option<String>, terms: Terms) -> Result<Answer> {
    let domain = domain_rules::named(&app.config, domain)?;
    let severity = match severity {
        None => None,
        Some(word) => Some(
            Severity::parse(&word).ok_or_else(|| Error::invalid("Severity is not included in the list"))?,
        ),
    };
    app.write(move |tx| {
        let is_new = domain_rules::find(&**tx, &domain)?.is_none();
        let severity = severity.or(is_new.then_some(Severity::Suspend));
        domain_rules::block(tx, &domain, Terms { severity, ..terms })
    })
    .await?;
    Ok(Answer::Done)
}

/// Takes a rule away.
pub(super) async fn unblock(app: &App, domain: &str) -> Result<Answer> {
    let domain = domain_rules::named(&app.config, domain)?;
    app.write(move |tx| match domain_rules::find(&**tx, &domain)? {
        Some((id, _)) => domain_rules::lift(tx, id),
        None => Err(none(format!("there is no rule about {domain}"))),
    })
    .await?;
    Ok(Answer::Done)
}

/// Lets a server into a closed network, or no longer.
pub(super) async fn allow(app: &App, domain: &str, undo: bool) -> Result<Answer> {
    let domain = domain_rules::named(&app.config, domain)?;
    app.write(
        move |tx| if undo { disallow(tx, &domain) } else { domain_rules::allow(tx, &domain).map(drop) },
    )
    .await?;
    Ok(Answer::Done)
}

fn disallow(tx: &mut Tx<'_>, domain: &str) -> Result<()> {
    let known = domain_rules::allows(&**tx)?.into_iter().find(|(_, allow)| allow.domain == domain);
    match known {
        Some((id, _)) => domain_rules::disallow(tx, id),
        None => Err(none(format!("{domain} is not among the allowed servers"))),
    }
}

fn none(words: String) -> Error {
    Error::new(Kind::NotFound, words)
}

/// A page of rules, newest first.
pub(super) fn list(app: &App, below: Option<DomainRuleId>) -> Result<Answer> {
    let window = Window { below, above: None, order: Order::Newest, limit: PAGE };
    let rows = RULES.page(&app.read()?, &window)?;
    Ok(Answer::Domains(rows.into_iter().map(|(id, rule)| line(id, rule)).collect()))
}

fn line(id: DomainRuleId, rule: DomainRule) -> DomainLine {
    DomainLine {
        id,
        rule: rule.severity.word().to_owned(),
        domain: rule.domain,
        reject_media: rule.reject_media,
        reject_reports: rule.reject_reports,
        obfuscate: rule.obfuscate,
        private_comment: rule.private_comment,
        public_comment: rule.public_comment,
        created_at: rule.created_at.dt(),
    }
}

/// Whom a closed network lets in.
pub(super) fn allowed(app: &App) -> Result<Answer> {
    let line = |(id, allow): (DomainRuleId, domain_rules::table::DomainAllow)| DomainLine {
        id,
        rule: "allow".to_owned(),
        domain: allow.domain,
        reject_media: false,
        reject_reports: false,
        obfuscate: false,
        private_comment: None,
        public_comment: None,
        created_at: allow.created_at.dt(),
    };
    Ok(Answer::Domains(domain_rules::allows(&app.read()?)?.into_iter().map(line).collect()))
}

/// All relays.
pub(super) fn list_relays(app: &App) -> Result<Answer> {
    let relays = relays::all(&app.read()?)?;
    let lines = relays.into_iter().map(|(_, relay)| RelayLine {
        inbox: relay.inbox,
        state: relay.state.word().to_owned(),
        actor: relay.actor,
        last_error: relay.last_error,
        created_at: relay.created_at.dt(),
    });
    Ok(Answer::Relays(lines.collect()))
}

/// Asks a relay to take this server in.
pub(super) async fn add_relay(app: &App, inbox: String) -> Result<Answer> {
    // The relay fetches the key that signs the Follow: it has to be there before.
    crate::features::accounts::keys::instance_signer(app).await?;
    app.write(move |tx| relays::add(tx, &inbox)).await?;
    Ok(Answer::Done)
}

/// Leaves a relay.
pub(super) async fn remove_relay(app: &App, inbox: String) -> Result<Answer> {
    app.write(move |tx| relays::remove(tx, &inbox)).await?;
    Ok(Answer::Done)
}
