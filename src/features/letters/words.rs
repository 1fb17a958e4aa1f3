//! What mails about notifications say beside the words of others, in the language of who gets them.

use crate::features::notifications::table::NotificationKind;
use crate::platform::text::tongue::{Tongue, Words};
use crate::platform::text::words::Sentence;

/// The whole text of a mail. `subject` is what happened, `body` what is shown of it, `leave` the link that stops mails
/// of this kind.
pub fn text(
    tongue: Tongue,
    kind: NotificationKind,
    (subject, place): (&str, &str),
    body: &str,
    leave: &str,
) -> String {
    let first = Sentence::of(tongue, &FIRST).fill(&[("what", &subject), ("place", &place)]);
    let last = Sentence::of(tongue, &LAST).with("what", about(tongue, kind));
    format!("{first}\n\n{body}\n\n--\n{last}\n{leave}\n")
}

/// What mails of a kind tell of.
pub fn about(tongue: Tongue, kind: NotificationKind) -> &'static str {
    tongue.say(&match kind {
        NotificationKind::Follow => [
            "new followers",
            "neue Follower",
            "les nouveaux abonnés",
            "nuevos seguidores",
            "新しいフォロワー",
            "المتابعين الجدد",
        ],
        NotificationKind::FollowRequest => [
            "people who ask to follow you",
            "Anfragen, dir zu folgen",
            "les demandes d’abonnement",
            "solicitudes de seguimiento",
            "フォローリクエスト",
            "طلبات المتابعة",
        ],
        NotificationKind::Mention => [
            "mentions and answers",
            "Erwähnungen und Antworten",
            "les mentions et les réponses",
            "menciones y respuestas",
            "返信",
            "الإشارات والردود",
        ],
        NotificationKind::Quote => [
            "quotes of your posts",
            "Zitate deiner Beiträge",
            "les citations de vos messages",
            "citas de tus publicaciones",
            "あなたの投稿の引用",
            "اقتباسات منشوراتك",
        ],
        NotificationKind::Reblog => [
            "boosts of your posts",
            "das Teilen deiner Beiträge",
            "les partages de vos messages",
            "impulsos de tus publicaciones",
            "あなたの投稿のブースト",
            "إعادة نشر منشوراتك",
        ],
        NotificationKind::Favourite => [
            "favourites of your posts",
            "Favoriten deiner Beiträge",
            "les ajouts de vos messages aux favoris",
            "favoritos de tus publicaciones",
            "あなたの投稿のお気に入り登録",
            "إضافة منشوراتك إلى المفضلة",
        ],
        _ => ["this", "so etwas", "ce sujet", "esto", "この件", "هذا"],
    })
}

/// What happened, and at which community.
const FIRST: Words = [
    "{what} at {place}.",
    "{what} bei {place}.",
    "{what} sur {place}.",
    "{what} en {place}.",
    "{place}：{what}。",
    "{what} في {place}.",
];

/// What the link at the end does.
const LAST: Words = [
    "No more mails about {what}:",
    "Keine E-Mails mehr über {what}:",
    "Ne plus recevoir de courriels sur {what}\u{a0}:",
    "No recibir más correos sobre {what}:",
    "{what}についてのメールを停止する：",
    "إيقاف الرسائل عن {what}:",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_says_what_where_and_how_to_stop_it_in_every_language() {
        for tongue in Tongue::ALL {
            let mail = text(tongue, NotificationKind::Quote, ("S", "P"), "B", "L");
            let about = about(tongue, NotificationKind::Quote);
            assert!(
                ["S", "P", "\n\nB\n\n--\n", about, "\nL\n"].iter().all(|part| mail.contains(part)),
                "{mail}"
            );
            assert!(!mail.contains(['{', '}']), "{mail}");
        }
    }
}
