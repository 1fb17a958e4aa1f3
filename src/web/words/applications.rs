//! Words about applications: consent, the code to copy, the list of those let in, and what each may do.

use crate::features::oauth::refusal::Code;
use crate::platform::text::tongue::{Tongue, Words};
use crate::platform::text::words::{Sentence, words};

words! {
    /// `/oauth/authorize`
    ConsentWords {
        title: [
            "Allow {name}?", "{name} zulassen?", "Autoriser {name}\u{202f}?", "¿Autorizar a {name}?",
            "{name}を許可しますか？", "أتسمح لـ{name}؟",
        ],
        asks: [
            "asks for access to your account {account}. It could:",
            "möchte auf dein Konto {account} zugreifen. Diese App könnte:",
            "demande l’accès à votre compte {account}. Elle pourrait\u{a0}:",
            "pide acceso a tu cuenta {account}. Podría:",
            "が{account}のアカウントへのアクセスを求めています。できるようになること：",
            "يطلب الوصول إلى حسابك {account}. ويمكنه عندئذٍ:",
        ],
        trust: [
            "Allow this only if you trust it. Afterwards you go to {place}.",
            "Erlaube das nur, wenn du ihr vertraust. Danach geht es weiter zu {place}.",
            "N’autorisez que si vous avez confiance. Ensuite, vous serez redirigé·e vers {place}.",
            "Permítelo solo si te fías. Después irás a {place}.",
            "信頼できる場合だけ許可してください。許可すると{place}に移動します。",
            "لا تسمح إلا إن كنت تثق به. بعد ذلك تنتقل إلى {place}.",
        ],
        code_page: [
            "a page with a code to copy", "einer Seite mit einem Code zum Kopieren", "une page avec un code à copier",
            "una página con un código para copiar", "コピー用のコードのページ", "صفحة فيها رمز للنسخ",
        ],
        allow: ["Allow", "Erlauben", "Autoriser", "Permitir", "許可", "سماح"],
        refuse: ["Refuse", "Ablehnen", "Refuser", "Rechazar", "拒否", "رفض"],
        not_you: ["Not {account}?", "Nicht {account}?", "Pas {account}\u{202f}?", "¿No eres {account}?", "{account}ではありませんか？", "ألست {account}؟"],
        another: [
            "Use another account", "Ein anderes Konto verwenden", "Utiliser un autre compte", "Usar otra cuenta",
            "別のアカウントを使う", "استخدام حساب آخر",
        ],
        refused: [
            "The application cannot be let in", "Die App kann nicht zugelassen werden",
            "L’application ne peut pas être autorisée", "No se puede autorizar la aplicación",
            "アプリを許可できません", "لا يمكن السماح للتطبيق",
        ],
    }

    /// `/oauth/authorize/native`
    CodeWords {
        title: ["Your code", "Dein Code", "Votre code", "Tu código", "コード", "رمزك"],
        copy: [
            "Copy this code into the application. It is good for ten minutes, once.",
            "Kopiere diesen Code in die App. Er gilt zehn Minuten, einmal.",
            "Copiez ce code dans l’application. Il est valable dix minutes, une seule fois.",
            "Copia este código en la aplicación. Vale diez minutos, una sola vez.",
            "このコードをアプリにコピーしてください。10分間、一度だけ使えます。",
            "انسخ هذا الرمز في التطبيق. يصلح عشر دقائق، مرة واحدة.",
        ],
    }

    /// The way back to an application by a form.
    FormPostWords {
        title: [
            "Go on to {name}", "Weiter zu {name}", "Continuer vers {name}", "Continuar a {name}", "{name}へ進む",
            "متابعة إلى {name}",
        ],
    }

    /// `/oauth/authorized_applications`
    AuthorizedWords {
        title: ["Applications", "Apps", "Applications", "Aplicaciones", "アプリ", "التطبيقات"],
        heading: [
            "Applications that you have let in", "Apps, die du zugelassen hast",
            "Les applications que vous avez autorisées", "Aplicaciones que has autorizado", "許可したアプリ",
            "التطبيقات التي سمحت بها",
        ],
        none: [
            "You have let no application in.", "Du hast keine App zugelassen.",
            "Vous n’avez autorisé aucune application.", "No has autorizado ninguna aplicación.",
            "許可したアプリはありません。", "لم تسمح بأي تطبيق.",
        ],
        since: [
            "Let in on {day}", "Zugelassen am {day}", "Autorisée le {day}", "Autorizada el {day}", "{day}に許可",
            "سُمح به في {day}",
        ],
        used: [
            "Last used on {day}", "Zuletzt benutzt am {day}", "Dernière utilisation le {day}", "Último uso el {day}",
            "最終使用{day}", "آخر استخدام {day}",
        ],
        never: ["Never used", "Nie benutzt", "Jamais utilisée", "Nunca usada", "未使用", "لم يُستخدم قط"],
        revoke: ["Revoke {name}", "{name} den Zugriff entziehen", "Révoquer {name}", "Revocar {name}", "{name}を取り消す", "إلغاء {name}"],
    }
}

/// What an application may do with a topic.
pub fn access(tongue: Tongue, reads: bool, writes: bool) -> Sentence {
    const BOTH: Words = [
        "read and change",
        "lesen und ändern",
        "lire et modifier",
        "leer y cambiar",
        "閲覧と変更",
        "قراءة وتغيير",
    ];
    const READ: Words = ["read only", "nur lesen", "lire seulement", "solo leer", "閲覧のみ", "قراءة فقط"];
    const WRITE: Words =
        ["change only", "nur ändern", "modifier seulement", "solo cambiar", "変更のみ", "تغيير فقط"];
    Sentence::of(
        tongue,
        &match (reads, writes) {
            (true, true) => BOTH,
            (true, false) => READ,
            _ => WRITE,
        },
    )
}

/// The topic of a scope by its noun; `None` for nouns that have no words.
pub fn topic(noun: &str) -> Option<Words> {
    Some(match noun {
        "" => [
            "Everything in your account",
            "Alles in deinem Konto",
            "Tout dans votre compte",
            "Todo en tu cuenta",
            "アカウントのすべて",
            "كل ما في حسابك",
        ],
        "accounts" => [
            "Your account and profile",
            "Dein Konto und Profil",
            "Votre compte et votre profil",
            "Tu cuenta y tu perfil",
            "アカウントとプロフィール",
            "حسابك وملفك الشخصي",
        ],
        "blocks" => [
            "Whom you block",
            "Wen du blockierst",
            "Qui vous bloquez",
            "A quién bloqueas",
            "ブロックした人",
            "من تحظرهم",
        ],
        "bookmarks" => [
            "Your bookmarks",
            "Deine Lesezeichen",
            "Vos marque-pages",
            "Tus marcadores",
            "ブックマーク",
            "فواصلك المرجعية",
        ],
        "collections" => [
            "Your collections",
            "Deine Sammlungen",
            "Vos collections",
            "Tus colecciones",
            "コレクション",
            "مجموعاتك",
        ],
        "conversations" => [
            "Your conversations",
            "Deine privaten Erwähnungen",
            "Vos mentions privées",
            "Tus menciones privadas",
            "非公開の返信",
            "إشاراتك الخاصة",
        ],
        "favourites" => {
            ["Your favourites", "Deine Favoriten", "Vos favoris", "Tus favoritos", "お気に入り", "مفضلتك"]
        }
        "filters" => {
            ["Your filters", "Deine Filter", "Vos filtres", "Tus filtros", "フィルター", "عوامل التصفية لديك"]
        }
        "follows" => [
            "Whom you follow",
            "Wem du folgst",
            "Qui vous suivez",
            "A quién sigues",
            "フォローしている人",
            "من تتابعهم",
        ],
        "lists" => ["Your lists", "Deine Listen", "Vos listes", "Tus listas", "リスト", "قوائمك"],
        "media" => [
            "Your pictures and other files",
            "Deine Bilder und anderen Dateien",
            "Vos images et autres fichiers",
            "Tus imágenes y otros archivos",
            "画像やその他のファイル",
            "صورك وملفاتك الأخرى",
        ],
        "mutes" => [
            "Whom you mute",
            "Wen du stummschaltest",
            "Qui vous masquez",
            "A quién silencias",
            "ミュートした人",
            "من تكتمهم",
        ],
        "notifications" => [
            "Your notifications",
            "Deine Benachrichtigungen",
            "Vos notifications",
            "Tus notificaciones",
            "通知",
            "إشعاراتك",
        ],
        "reports" => [
            "Reports to the staff",
            "Meldungen an die Moderation",
            "Signalements à la modération",
            "Denuncias a la moderación",
            "モデレーターへの通報",
            "البلاغات إلى المشرفين",
        ],
        "search" => [
            "Searching in your name",
            "Suchen in deinem Namen",
            "Chercher en votre nom",
            "Buscar en tu nombre",
            "あなたとしての検索",
            "البحث باسمك",
        ],
        "statuses" => [
            "Your posts and what you can see",
            "Deine Beiträge und was du sehen kannst",
            "Vos messages et ce que vous pouvez voir",
            "Tus publicaciones y lo que puedes ver",
            "あなたの投稿と閲覧できる投稿",
            "منشوراتك وما يمكنك رؤيته",
        ],
        _ => return None,
    })
}

/// Scopes over several topics at once, and those about one's name alone.
pub const FOLLOW: Words = [
    "Follows, mutes and blocks",
    "Wem du folgst, wen du stummschaltest und blockierst",
    "Abonnements, comptes masqués et bloqués",
    "Seguimientos, silenciados y bloqueados",
    "フォロー、ミュート、ブロック",
    "المتابعة والكتم والحظر",
];
/// Web push.
pub const PUSH: Words = [
    "Notifications pushed to your device",
    "Benachrichtigungen auf deinem Gerät",
    "Notifications envoyées à votre appareil",
    "Notificaciones enviadas a tu dispositivo",
    "デバイスへのプッシュ通知",
    "إشعارات تُرسل إلى جهازك",
];
/// OpenID and `profile`.
pub const PROFILE: Words = [
    "Your name, address and profile",
    "Dein Name, deine Adresse und dein Profil",
    "Votre nom, votre adresse et votre profil",
    "Tu nombre, tu dirección y tu perfil",
    "名前、アドレス、プロフィール",
    "اسمك وعنوانك وملفك الشخصي",
];
/// Scopes of the staff; the noun stays as applications write it.
pub const ADMIN: Words = [
    "Administration of the server: {topic}",
    "Verwaltung des Servers: {topic}",
    "Administration du serveur\u{a0}: {topic}",
    "Administración del servidor: {topic}",
    "サーバーの管理：{topic}",
    "إدارة الخادم: {topic}",
];
/// All of it.
pub const EVERYTHING: Words = ["everything", "alles", "tout", "todo", "すべて", "كل شيء"];

/// Why an application is not let in.
pub fn refusal_of(tongue: Tongue, code: Code) -> Sentence {
    Sentence::of(tongue, &refusal_words(code))
}

const fn refusal_words(code: Code) -> Words {
    match code {
        Code::InvalidClient => [
            "The application is unknown here, or its credentials are missing or wrong.",
            "Die App ist hier unbekannt, oder ihre Zugangsdaten fehlen oder sind falsch.",
            "L’application est inconnue ici, ou ses identifiants manquent ou sont faux.",
            "La aplicación no se conoce aquí, o sus credenciales faltan o no son correctas.",
            "このアプリは登録されていないか、認証情報が正しくありません。",
            "التطبيق غير معروف هنا، أو أن بيانات اعتماده ناقصة أو خاطئة.",
        ],
        Code::InvalidScope => [
            "A requested scope is unknown, or beyond what the application has registered.",
            "Die App bittet um etwas, das hier unbekannt ist oder das sie nicht angemeldet hat.",
            "L’application demande un droit inconnu, ou qu’elle n’a pas déclaré.",
            "La aplicación pide un permiso que no se conoce o que no había declarado.",
            "求められた権限が不明か、アプリの登録内容を超えています。",
            "يطلب التطبيق صلاحية غير معروفة، أو لم يسجّلها.",
        ],
        Code::AccessDenied => [
            "The owner of the account has refused.",
            "Du hast abgelehnt.",
            "Vous avez refusé.",
            "Lo has rechazado.",
            "拒否しました。",
            "لقد رفضت.",
        ],
        Code::InvalidRequest
        | Code::InvalidGrant
        | Code::UnauthorizedClient
        | Code::UnsupportedGrantType
        | Code::UnsupportedResponseType => [
            "A parameter is missing, malformed or not supported.",
            "Eine Angabe der App fehlt, ist falsch oder wird nicht unterstützt.",
            "Une indication de l’application manque, est fausse ou n’est pas prise en charge.",
            "Falta un dato de la aplicación, no es correcto o no se admite.",
            "アプリの指定が不足しているか、正しくないか、対応していません。",
            "ينقص معطى من التطبيق، أو هو خاطئ أو غير مدعوم.",
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::text::words::check;

    #[test]
    fn permissions_and_refusals_are_said_in_every_language() {
        for words in [FOLLOW, PUSH, PROFILE, ADMIN, EVERYTHING] {
            check(words[0], &words);
        }
        for code in [Code::InvalidClient, Code::InvalidScope, Code::AccessDenied, Code::InvalidRequest] {
            check(code.word(), &refusal_words(code));
        }
        assert_eq!(access(Tongue::French, true, false).to_string(), "lire seulement");
        assert!(topic("nothing").is_none());
    }
}
