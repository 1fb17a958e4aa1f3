//! Words of the frame around every page, and of pages that say that something did not work.

use crate::platform::error::{Error, Kind};
use crate::platform::text::tongue::{Tongue, Words};
use crate::platform::text::words::{Sentence, words};

words! {
    /// What stands around every page, and what many of them say.
    FrameWords {
        nav: ["Site", "Seiten", "Site", "Sitio", "サイト", "الموقع"],
        home: ["Home", "Startseite", "Accueil", "Inicio", "ホーム", "الرئيسية"],
        sign_in: ["Sign in", "Anmelden", "Se connecter", "Iniciar sesión", "ログイン", "تسجيل الدخول"],
        sign_up: ["Sign up", "Registrieren", "S’inscrire", "Registrarse", "新規登録", "إنشاء حساب"],
        about: ["About", "Über uns", "À propos", "Acerca de", "このサーバーについて", "حول"],
        terms: ["Terms", "Bedingungen", "Conditions", "Condiciones", "利用規約", "الشروط"],
        go_on: ["Go on", "Weiter", "Continuer", "Continuar", "続ける", "متابعة"],
        back_to_sign_in: [
            "Back to sign in", "Zurück zur Anmeldung", "Retour à la connexion", "Volver al inicio de sesión",
            "ログインに戻る", "العودة إلى تسجيل الدخول",
        ],
        done: ["Done", "Fertig", "C’est fait", "Hecho", "完了", "تم"],
        thank_you: ["Thank you", "Danke", "Merci", "Gracias", "ありがとうございます", "شكرًا"],
        look_into_mail: [
            "Look into your mail", "Schau in dein Postfach", "Consultez votre boîte mail", "Mira tu correo",
            "メールを確認してください", "انظر في بريدك",
        ],
        link_dead: [
            "The link does not work", "Der Link funktioniert nicht", "Le lien ne marche pas",
            "El enlace no funciona", "リンクが無効です", "الرابط لا يعمل",
        ],
        no_mail: [
            "No mail from here", "Keine Mail von hier", "Pas de courriel d’ici", "Aquí no se envía correo",
            "メールは送られません", "لا رسائل من هنا",
        ],
        no_mail_text: [
            "This server sends no mail. Please ask its staff for help.",
            "Dieser Server verschickt keine Mails. Bitte wende dich an die Moderation.",
            "Ce serveur n’envoie pas de courrier. Veuillez demander de l’aide à la modération.",
            "Este servidor no envía correos. Pide ayuda a la moderación.",
            "このサーバーはメールを送信しません。モデレーターに相談してください。",
            "لا يرسل هذا الخادم رسائل. اطلب المساعدة من المشرفين.",
        ],
    }

    /// Addresses that mean nothing, or nothing by this method.
    UnknownWords {
        nothing: [
            "Nothing is here", "Hier ist nichts", "Il n’y a rien ici", "Aquí no hay nada",
            "ここには何もありません", "لا شيء هنا",
        ],
        nothing_text: [
            "There is no such page. The address may be mistyped, or what stood here is gone.",
            "Diese Seite gibt es nicht. Vielleicht ist die Adresse vertippt, oder was hier stand, ist fort.",
            "Cette page n’existe pas. L’adresse est peut-être mal écrite, ou ce qui était là n’y est plus.",
            "Esta página no existe. Puede que la dirección esté mal escrita o que lo que había ya no esté.",
            "このページはありません。アドレスが間違っているか、すでに削除されています。",
            "لا توجد صفحة كهذه. قد يكون العنوان مكتوبًا خطأً، أو زال ما كان هنا.",
        ],
        not_so: [
            "That cannot be done here", "Das geht hier nicht", "Ce n’est pas possible ici",
            "Eso no se puede hacer aquí", "ここではできません", "لا يمكن ذلك هنا",
        ],
        not_so_text: [
            "This address does something else. Go back, and try again from the page before.",
            "Diese Adresse ist für etwas anderes da. Geh zurück und versuche es von der vorigen Seite noch einmal.",
            "Cette adresse sert à autre chose. Revenez en arrière et réessayez depuis la page précédente.",
            "Esta dirección sirve para otra cosa. Vuelve atrás e inténtalo de nuevo desde la página anterior.",
            "このアドレスは別の用途のものです。前のページに戻って、もう一度お試しください。",
            "هذا العنوان لشيء آخر. عد إلى الصفحة السابقة وحاول مجددًا.",
        ],
    }

    /// `/manifest`: ways into the web app.
    ManifestWords {
        write: ["New post", "Neuer Beitrag", "Nouveau message", "Nueva publicación", "新規投稿", "منشور جديد"],
        notifications: [
            "Notifications", "Benachrichtigungen", "Notifications", "Notificaciones", "通知", "الإشعارات",
        ],
        search: ["Search", "Suche", "Recherche", "Buscar", "検索", "البحث"],
    }

    /// The page of an error.
    FailedWords {
        heading: [
            "That did not work", "Das hat nicht geklappt", "Cela n’a pas marché", "Eso no ha funcionado",
            "うまくいきませんでした", "لم ينجح ذلك",
        ],
    }
}

/// The form did not come from a page of ours in this browser.
pub const STALE_FORM: Words = [
    "This form is too old, or your browser keeps no cookies. Please open the page again.",
    "Dieses Formular ist zu alt, oder dein Browser behält keine Cookies. Bitte öffne die Seite noch einmal.",
    "Ce formulaire est trop ancien, ou votre navigateur ne garde pas les cookies. Veuillez rouvrir la page.",
    "Este formulario es demasiado antiguo, o tu navegador no guarda cookies. Vuelve a abrir la página.",
    "フォームが古いか、ブラウザーがCookieを保存していません。ページを開き直してください。",
    "هذه الاستمارة قديمة، أو أن متصفحك لا يحفظ ملفات تعريف الارتباط. افتح الصفحة من جديد.",
];
/// Guests do not learn whether there is something for others.
pub const MISSING: Words = [
    "There is nothing at this address, or it is not for everybody.",
    "Unter dieser Adresse ist nichts, oder es ist nicht für alle.",
    "Il n’y a rien à cette adresse, ou ce n’est pas pour tout le monde.",
    "No hay nada en esta dirección, o no es para todo el mundo.",
    "このアドレスには何もないか、公開されていません。",
    "لا شيء في هذا العنوان، أو أنه ليس للجميع.",
];
/// The account was deleted.
pub const GONE: Words = [
    "This account is not here any more.",
    "Dieses Konto gibt es hier nicht mehr.",
    "Ce compte n’est plus ici.",
    "Esta cuenta ya no está aquí.",
    "このアカウントはもうありません。",
    "لم يعد هذا الحساب هنا.",
];
/// A suspended account may come back.
pub const SUSPENDED: Words = [
    "This account is suspended.",
    "Dieses Konto ist gesperrt.",
    "Ce compte est suspendu.",
    "Esta cuenta está suspendida.",
    "このアカウントは停止されています。",
    "هذا الحساب موقوف.",
];
/// A link to go on with leads nowhere.
pub const NO_ADDRESS: Words = [
    "There is no address to go on with.",
    "Es fehlt die Adresse, mit der es weitergehen soll.",
    "Il manque l’adresse pour continuer.",
    "Falta la dirección con la que continuar.",
    "移動先のアドレスがありません。",
    "لا يوجد عنوان للمتابعة.",
];
/// The build has no web app.
pub const NO_APP: Words = [
    "This server was built without its web app",
    "Dieser Server wurde ohne seine Web-App gebaut",
    "Ce serveur a été construit sans son application web",
    "Este servidor se ha construido sin su aplicación web",
    "このサーバーにはウェブアプリが含まれていません",
    "بُني هذا الخادم بلا تطبيق الويب",
];

const NOT_ALLOWED: Words = [
    "This is not allowed.",
    "Das ist nicht erlaubt.",
    "Ce n’est pas autorisé.",
    "Esto no está permitido.",
    "許可されていません。",
    "هذا غير مسموح.",
];
const REFUSED: Words = [
    "The server did not understand this. Go back, and try again.",
    "Der Server hat das nicht verstanden. Geh zurück und versuche es noch einmal.",
    "Le serveur n’a pas compris. Revenez en arrière et réessayez.",
    "El servidor no lo ha entendido. Vuelve atrás e inténtalo de nuevo.",
    "サーバーが理解できませんでした。前のページに戻って、もう一度お試しください。",
    "لم يفهم الخادم هذا. عد إلى الوراء وحاول مجددًا.",
];
const TOO_MANY: Words = [
    "That was a lot at once. Please wait a little.",
    "Das war viel auf einmal. Bitte warte kurz.",
    "Cela fait beaucoup d’un coup. Veuillez patienter un peu.",
    "Eso ha sido mucho de golpe. Espera un poco.",
    "操作が多すぎます。少し待ってからお試しください。",
    "هذا كثير دفعة واحدة. يُرجى الانتظار قليلًا.",
];
const FAULT: Words = [
    "The server has a problem. Please try again in a moment.",
    "Der Server hat ein Problem. Bitte versuche es gleich noch einmal.",
    "Le serveur rencontre un problème. Veuillez réessayer dans un moment.",
    "El servidor tiene un problema. Inténtalo de nuevo en un rato.",
    "サーバーに問題が発生しています。しばらくしてからもう一度お試しください。",
    "يواجه الخادم مشكلة. يُرجى المحاولة بعد قليل.",
];

/// What a page says of an error: the words of this file that it was made from, else those of its kind, since rules of
/// features speak the English of the client API.
pub fn of_error(tongue: Tongue, error: &Error) -> Sentence {
    let own = [STALE_FORM, MISSING, GONE, SUSPENDED, NO_ADDRESS, NO_APP];
    let own = own.into_iter().find(|words| Tongue::English.say(words) == error.words());
    let words = own.unwrap_or(match error.kind() {
        Kind::NotFound => MISSING,
        Kind::Gone => GONE,
        Kind::Unauthorized | Kind::Forbidden => NOT_ALLOWED,
        Kind::BadRequest | Kind::Conflict | Kind::TooLarge | Kind::Invalid => REFUSED,
        Kind::TooMany => TOO_MANY,
        Kind::Internal | Kind::Unavailable => FAULT,
    });
    Sentence::of(tongue, &words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::text::words::check;

    #[test]
    fn an_error_of_these_pages_is_said_as_it_was_meant_and_others_by_their_kind() {
        for (error, said) in [
            (Error::new(Kind::Forbidden, SUSPENDED[0]), "Ce compte est suspendu."),
            (Error::forbidden(), "Ce n’est pas autorisé."),
            (Error::not_found(), MISSING[2]),
            (Error::invalid("Text of a rule"), REFUSED[2]),
            (Error::internal("disk on fire"), FAULT[2]),
        ] {
            assert_eq!(of_error(Tongue::French, &error).to_string(), said, "{error}");
        }
        for words in
            [STALE_FORM, MISSING, GONE, SUSPENDED, NO_ADDRESS, NO_APP, NOT_ALLOWED, REFUSED, TOO_MANY, FAULT]
        {
            check(words[0], &words);
        }
    }
}
