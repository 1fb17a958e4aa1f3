//! What the mail about an archive says, in the language of who gets it.

use crate::platform::clock::Millis;
use crate::platform::text::day::day;
use crate::platform::text::tongue::Tongue;
use crate::platform::text::words::words;

words! {
    ArchiveWords {
        subject: [
            "Your archive at {title} is ready",
            "Dein Archiv bei {title} ist fertig",
            "Votre archive sur {title} est prête",
            "Tu archivo de la cuenta en {title} está listo",
            "{title}：アーカイブの準備ができました",
            "أرشيفك في {title} جاهز",
        ],
        ready: [
            "The archive of your account at {title} that you asked for is ready. You can download it until {day}:",
            "Das Archiv deines Kontos bei {title}, um das du gebeten hast, ist fertig. Du kannst es bis {day} \
             herunterladen:",
            "L’archive de votre compte sur {title} que vous avez demandée est prête. Vous pouvez la télécharger \
             jusqu’au {day}\u{a0}:",
            "El archivo de tu cuenta en {title} que pediste está listo. Puedes descargarlo hasta el {day}:",
            "{title}のアカウントのアーカイブができました。{day}までダウンロードできます：",
            "أرشيف حسابك في {title} الذي طلبته جاهز. يمكنك تنزيله حتى {day}:",
        ],
        stranger: [
            "If it was not you who asked for it, choose a new password:",
            "Wenn du nicht darum gebeten hast, wähle ein neues Passwort:",
            "Si ce n’est pas vous qui l’avez demandée, choisissez un nouveau mot de passe\u{a0}:",
            "Si no lo has pedido tú, elige una contraseña nueva:",
            "心当たりがない場合は、新しいパスワードを設定してください：",
            "إن لم تكن أنت من طلبه، فاختر كلمة سر جديدة:",
        ],
    }
}

/// Subject and text of the mail that an archive at the community `title` is ready, and kept `until` then.
pub(super) fn ready(tongue: Tongue, title: &str, base: &str, until: Millis) -> (String, String) {
    let words = ArchiveWords::of(tongue);
    let ready = words.ready.fill(&[("title", &title), ("day", &day(tongue, until))]);
    let text = format!("{ready}\n\n{base}/settings/data\n\n{}\n\n{base}/auth/password/new\n", words.stranger);
    (words.subject.with("title", title).into(), text)
}
