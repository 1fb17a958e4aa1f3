//! What happened, on one line, in the language of who is told: titles of push messages, subjects of mails.

use crate::features::accounts::view::AccountView;
use crate::features::notifications::table::NotificationKind;
use crate::platform::text::tongue::{Tongue, Words};
use crate::platform::text::words::Sentence;

/// Longest name in a title, in characters.
const NAME: usize = 60;

/// What `sender` did.
pub fn title(tongue: Tongue, kind: NotificationKind, sender: &AccountView) -> String {
    let name = if sender.display_name.is_empty() { &sender.username } else { &sender.display_name };
    Sentence::of(tongue, &sentence(kind)).with("name", cut(name, NAME)).into()
}

/// The first `most` letters: a message has to fit into one record, so clusters of any length do not count as one.
pub fn cut(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}

/// What happened, with a place for the name.
const fn sentence(kind: NotificationKind) -> Words {
    match kind {
        NotificationKind::Mention => [
            "{name} mentioned you",
            "{name} hat dich erwähnt",
            "{name} vous a mentionné·e",
            "{name} te ha mencionado",
            "{name}さんから返信がありました",
            "أشار إليك {name}",
        ],
        NotificationKind::Status => [
            "{name} posted",
            "{name} hat etwas veröffentlicht",
            "{name} a publié un message",
            "{name} ha publicado algo",
            "{name}さんが投稿しました",
            "نشر {name} منشورًا",
        ],
        NotificationKind::Reblog => [
            "{name} boosted your post",
            "{name} hat deinen Beitrag geteilt",
            "{name} a partagé votre message",
            "{name} impulsó tu publicación",
            "{name}さんがあなたの投稿をブーストしました",
            "أعاد {name} نشر منشورك",
        ],
        NotificationKind::Follow => [
            "{name} follows you",
            "{name} folgt dir",
            "{name} vous suit",
            "{name} te ha seguido",
            "{name}さんにフォローされました",
            "بدأ {name} بمتابعتك",
        ],
        NotificationKind::FollowRequest => [
            "{name} asks to follow you",
            "{name} möchte dir folgen",
            "{name} demande à vous suivre",
            "{name} ha solicitado seguirte",
            "{name}さんがフォローをリクエストしています",
            "يطلب {name} متابعتك",
        ],
        NotificationKind::Favourite => [
            "{name} favourited your post",
            "{name} hat deinen Beitrag favorisiert",
            "{name} a ajouté votre message à ses favoris",
            "{name} marcó tu publicación como favorita",
            "{name}さんがあなたの投稿をお気に入りに登録しました",
            "أضاف {name} منشورك إلى المفضلة",
        ],
        NotificationKind::Update => [
            "{name} edited a post",
            "{name} hat einen Beitrag bearbeitet",
            "{name} a modifié un message",
            "{name} ha editado una publicación",
            "{name}さんが投稿を編集しました",
            "عدّل {name} منشورًا",
        ],
        NotificationKind::AdminSignUp => [
            "{name} signed up",
            "{name} hat sich registriert",
            "{name} s’est inscrit·e",
            "{name} se ha registrado",
            "{name}さんが登録しました",
            "سجّل {name} حسابًا",
        ],
        NotificationKind::Quote => [
            "{name} quoted your post",
            "{name} hat deinen Beitrag zitiert",
            "{name} a cité votre message",
            "{name} ha citado tu publicación",
            "{name}さんがあなたの投稿を引用しました",
            "اقتبس {name} منشورك",
        ],
        NotificationKind::QuotedUpdate => [
            "{name} edited a post that you quoted",
            "{name} hat einen Beitrag bearbeitet, den du zitiert hast",
            "{name} a modifié un message que vous avez cité",
            "{name} ha editado una publicación que citaste",
            "{name}さんが、あなたの引用した投稿を編集しました",
            "عدّل {name} منشورًا اقتبستَه",
        ],
        NotificationKind::Poll => [
            "A poll by {name} has ended",
            "Eine Umfrage von {name} ist beendet",
            "Un sondage de {name} est terminé",
            "Ha terminado una encuesta de {name}",
            "{name}さんのアンケートが終了しました",
            "انتهى استطلاع رأي من {name}",
        ],
        NotificationKind::AdminReport => [
            "{name} reported an account",
            "{name} hat ein Konto gemeldet",
            "{name} a signalé un compte",
            "{name} ha denunciado una cuenta",
            "{name}さんがアカウントを通報しました",
            "أبلغ {name} عن حساب",
        ],
        NotificationKind::AddedToCollection => [
            "{name} added you to a collection",
            "{name} hat dich in eine Sammlung aufgenommen",
            "{name} vous a mis dans une collection",
            "{name} te ha añadido a una colección",
            "{name}さんがあなたをコレクションに追加しました",
            "أضافك {name} إلى مجموعة",
        ],
        NotificationKind::CollectionUpdate => [
            "{name} changed a collection that you are in",
            "{name} hat eine Sammlung geändert, in der du bist",
            "{name} a modifié une collection dont vous faites partie",
            "{name} ha cambiado una colección en la que estás",
            "{name}さんがあなたのいるコレクションを変更しました",
            "غيّر {name} مجموعة أنت فيها",
        ],
        NotificationKind::SeveredRelationships => [
            "You have lost connections",
            "Du hast Verbindungen verloren",
            "Vous avez perdu des relations",
            "Has perdido conexiones",
            "フォロー関係が失われました",
            "فقدتَ بعض علاقات المتابعة",
        ],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_kind_is_told_in_every_language_with_the_name_in_its_place() {
        let mut said = HashSet::new();
        for kind in NotificationKind::ALL {
            for tongue in Tongue::ALL {
                let words = tongue.say(&sentence(kind));
                assert!(said.insert(words), "{words} stands there twice");
                let names = usize::from(kind != NotificationKind::SeveredRelationships);
                assert_eq!(words.matches("{name}").count(), names, "{words}");
            }
        }
    }

    #[test]
    fn long_names_are_cut_between_letters() {
        assert_eq!(cut("héé", 2), "hé");
        assert_eq!(cut("héé", 3), "héé");
        assert_eq!(cut("", 3), "");
    }
}
