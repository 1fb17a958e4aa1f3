//! Words of signing up and of the first run, and what is said beside a field that is not right.

use crate::features::users::faults::{Fault, Faults};
use crate::features::users::sign_up::{PASSWORD, REASON_MAX, TITLE_MAX, USERNAME_MAX};
use crate::platform::text::tongue::{Tongue, Words};
use crate::platform::text::words::{Sentence, words};

words! {
    /// What the forms for new accounts have in common.
    NewAccountWords {
        password: ["Password", "Passwort", "Mot de passe", "Contraseña", "パスワード", "كلمة السر"],
        long_enough: [
            "At least 8 characters.", "Mindestens 8 Zeichen.", "8 caractères au moins.", "Al menos 8 caracteres.",
            "8文字以上。", "8 أحرف على الأقل.",
        ],
        letters: [
            "Letters, digits and underscores. You will be {handle}.",
            "Buchstaben, Ziffern und Unterstriche. Du wirst {handle} heißen.",
            "Lettres sans accent, chiffres et tirets bas. Vous serez {handle}.",
            "Letras sin acento, cifras y guiones bajos. Serás {handle}.",
            "英字、数字、アンダースコア。{handle}になります。",
            "أحرف لاتينية وأرقام وشرطات سفلية. ستكون {handle}.",
        ],
        name: ["name", "name", "nom", "nombre", "name", "name"],
    }

    /// `/auth/sign_up`
    SignUpWords {
        join: [
            "Join {title}", "Mach mit bei {title}", "Rejoindre {title}", "Únete a {title}", "{title}に参加",
            "انضم إلى {title}",
        ],
        rules: ["Rules", "Regeln", "Règles", "Normas", "ルール", "القواعد"],
        username: ["Username", "Benutzername", "Identifiant", "Nombre de usuario", "ユーザー名", "اسم المستخدم"],
        email: ["E-mail address", "E-Mail-Adresse", "Adresse e-mail", "Dirección de correo", "メールアドレス", "البريد الإلكتروني"],
        shown_to_nobody: [
            "Shown to nobody but the staff.", "Nur die Moderation sieht sie.", "Visible par la modération seulement.",
            "Solo la ve la moderación.", "モデレーター以外には公開されません。", "لا يراه غير المشرفين.",
        ],
        why: [
            "Why do you want to join?", "Warum möchtest du mitmachen?", "Pourquoi souhaitez-vous nous rejoindre\u{202f}?",
            "¿Por qué quieres unirte?", "参加したい理由", "لماذا تريد الانضمام؟",
        ],
        why_hint: [
            "The staff reads this before they let you in.",
            "Die Moderation liest das, bevor sie dich einlässt.",
            "La modération lit ceci avant de vous accueillir.",
            "La moderación lo lee antes de dejarte entrar.",
            "参加の承認の前に、モデレーターが読みます。",
            "يقرؤه المشرفون قبل قبولك.",
        ],
        agree: [
            "I agree to the rules of this community",
            "Ich bin mit den Regeln dieser Community einverstanden",
            "J’accepte les règles de cette communauté",
            "Acepto las normas de esta comunidad",
            "このコミュニティのルールに同意します",
            "أوافق على قواعد هذا المجتمع",
        ],
        agree_terms: [
            "I agree to the rules and the {terms} of this community",
            "Ich bin mit den Regeln und den {terms} dieser Community einverstanden",
            "J’accepte les règles et les {terms} de cette communauté",
            "Acepto las normas y las {terms} de esta comunidad",
            "このコミュニティのルールと{terms}に同意します",
            "أوافق على قواعد هذا المجتمع وعلى {terms}",
        ],
        terms: ["terms", "Bedingungen", "conditions", "condiciones", "利用規約", "شروطه"],
        ask: [
            "Ask to join", "Um Aufnahme bitten", "Demander à rejoindre", "Solicitar unirse", "参加を申請", "طلب الانضمام",
        ],
        member: [
            "Already a member?", "Schon dabei?", "Déjà membre\u{202f}?", "¿Ya tienes cuenta?", "すでにアカウントをお持ちですか？",
            "ألديك حساب؟",
        ],
        closed: [
            "Sign-up is closed", "Die Registrierung ist geschlossen", "Les inscriptions sont fermées",
            "El registro está cerrado", "新規登録は停止中です", "التسجيل مغلق",
        ],
        closed_text: [
            "This community takes no new members at the moment.",
            "Diese Community nimmt zurzeit keine neuen Mitglieder auf.",
            "Cette communauté n’accueille pas de nouveaux membres en ce moment.",
            "Esta comunidad no acepta miembros nuevos por ahora.",
            "このコミュニティは現在、新しいメンバーを受け付けていません。",
            "لا يقبل هذا المجتمع أعضاء جددًا حاليًا.",
        ],
        almost: ["Almost there", "Fast geschafft", "On y est presque", "Ya casi está", "あと少しです", "أوشكت على الوصول"],
        mail_sent: [
            "We have sent you a mail. Please follow the link in it within two days.",
            "Wir haben dir eine Mail geschickt. Bitte folge dem Link darin innerhalb von zwei Tagen.",
            "Nous vous avons envoyé un courriel. Veuillez suivre son lien dans les deux jours.",
            "Te hemos enviado un correo. Sigue su enlace en los próximos dos días.",
            "メールを送りました。2日以内にメールのリンクを開いてください。",
            "أرسلنا إليك رسالة. افتح الرابط الذي فيها خلال يومين.",
        ],
        asked: [
            "Your request to join has reached the staff. You can sign in once they have let you in.",
            "Deine Anfrage ist bei der Moderation. Du kannst dich anmelden, sobald sie dich eingelassen hat.",
            "Votre demande est arrivée à la modération. Vous pourrez vous connecter une fois accepté·e.",
            "Tu solicitud ha llegado a la moderación. Podrás iniciar sesión cuando te dejen entrar.",
            "参加申請をモデレーターに送りました。承認されるとログインできます。",
            "وصل طلب انضمامك إلى المشرفين. يمكنك الدخول متى قبلوك.",
        ],
    }

    /// `/setup`
    SetupWords {
        title: ["Set up", "Einrichten", "Mise en place", "Puesta en marcha", "初期設定", "الإعداد"],
        heading: [
            "Set up your community", "Richte deine Community ein", "Mettez en place votre communauté",
            "Pon en marcha tu comunidad", "コミュニティの初期設定", "أعدّ مجتمعك",
        ],
        lead: [
            "Name the community and make your own account. You will own the server.",
            "Gib der Community einen Namen und lege dein eigenes Konto an. Der Server gehört dann dir.",
            "Donnez un nom à la communauté et créez votre compte. Le serveur vous appartiendra.",
            "Pon nombre a la comunidad y crea tu propia cuenta. El servidor será tuyo.",
            "コミュニティに名前をつけ、自分のアカウントを作りましょう。あなたがこのサーバーの所有者になります。",
            "سمّ المجتمع وأنشئ حسابك. ستكون مالك الخادم.",
        ],
        name: [
            "Name of the community", "Name der Community", "Nom de la communauté", "Nombre de la comunidad",
            "コミュニティの名前", "اسم المجتمع",
        ],
        username: ["Your username", "Dein Benutzername", "Votre identifiant", "Tu nombre de usuario", "ユーザー名", "اسم المستخدم"],
        email: [
            "Your e-mail address", "Deine E-Mail-Adresse", "Votre adresse e-mail", "Tu dirección de correo",
            "メールアドレス", "بريدك الإلكتروني",
        ],
        email_hint: [
            "You sign in with it; it is not published.",
            "Damit meldest du dich an; sie wird nicht veröffentlicht.",
            "Elle sert à vous connecter\u{202f}; elle n’est pas publiée.",
            "Con ella inicias sesión; no se publica.",
            "ログインに使います。公開はされません。",
            "به تسجّل الدخول، ولا يُنشر.",
        ],
        contact: [
            "Contact address (optional)", "Kontaktadresse (freiwillig)", "Adresse de contact (facultative)",
            "Dirección de contacto (opcional)", "連絡先アドレス（任意）", "عنوان التواصل (اختياري)",
        ],
        contact_hint: [
            "Where people can write to the staff. Everybody sees it; leave it empty to publish none.",
            "Wohin man der Moderation schreiben kann. Alle sehen sie; lass das Feld leer, um keine zu veröffentlichen.",
            "Où l’on peut écrire à la modération. Tout le monde la voit\u{202f}; laissez vide pour n’en publier aucune.",
            "Adónde se puede escribir a la moderación. La ve todo el mundo; déjala vacía para no publicar ninguna.",
            "モデレーターへの連絡先です。誰にでも見えます。公開しない場合は空のままにしてください。",
            "حيث يمكن الكتابة إلى المشرفين. يراه الجميع؛ اتركه فارغًا كي لا يُنشر شيء.",
        ],
        others: [
            "Others cannot sign up yet: set {mode} to {approval} or {open} when you want them to, or make their accounts with {command}.",
            "Andere können sich noch nicht registrieren: Setze {mode} auf {approval} oder {open}, wenn du das möchtest, oder lege ihre Konten mit {command} an.",
            "Les autres ne peuvent pas encore s’inscrire\u{a0}: mettez {mode} à {approval} ou {open} quand vous le voudrez, ou créez leurs comptes avec {command}.",
            "Los demás todavía no pueden registrarse: pon {mode} en {approval} u {open} cuando quieras, o crea sus cuentas con {command}.",
            "ほかの人はまだ登録できません。受け付けるときは{mode}を{approval}または{open}にするか、{command}でアカウントを作ってください。",
            "لا يستطيع الآخرون التسجيل بعد: اجعل {mode} على {approval} أو {open} متى أردت، أو أنشئ حساباتهم بالأمر {command}.",
        ],
        open: [
            "Open the community", "Community eröffnen", "Ouvrir la communauté", "Abrir la comunidad",
            "コミュニティを開く", "افتح المجتمع",
        ],
        closed: [
            "Nothing to set up", "Nichts einzurichten", "Rien à mettre en place", "Nada que poner en marcha",
            "設定するものはありません", "لا شيء لإعداده",
        ],
        closed_text: [
            "This set-up link was used already or is too old. Start the server again for a new one.",
            "Dieser Link wurde schon benutzt oder ist zu alt. Starte den Server neu, um einen anderen zu bekommen.",
            "Ce lien a déjà servi ou est trop ancien. Redémarrez le serveur pour en obtenir un autre.",
            "Este enlace ya se ha usado o es demasiado antiguo. Reinicia el servidor para obtener otro.",
            "このリンクはすでに使われたか、期限が切れています。サーバーを再起動すると新しいリンクが表示されます。",
            "استُخدم هذا الرابط من قبل أو هو قديم. أعد تشغيل الخادم لتحصل على رابط جديد.",
        ],
    }
}

impl NewAccountWords {
    /// What a handle looks like at this domain.
    pub fn handle(tongue: Tongue, domain: &str) -> String {
        format!("@{}@{domain}", Self::of(tongue).name)
    }
}

/// The faults of a form as its page shows them.
pub struct Shown(Vec<(&'static str, String)>);

impl Shown {
    /// In this language.
    pub fn of(tongue: Tongue, faults: &Faults) -> Self {
        Self(faults.0.iter().map(|one| (one.field, fault(tongue, one))).collect())
    }

    /// Whether something is wrong with this field.
    pub fn has(&self, field: &str) -> bool {
        self.of_field(field).is_some()
    }

    /// What is wrong with this field.
    pub fn of_field(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| *name == field).map(|(_, text)| text.as_str())
    }
}

/// What is wrong with a field, for who fills the form in; the client API says it in English.
fn fault(tongue: Tongue, fault: &Fault) -> String {
    let (words, most) = match (fault.field, fault.code) {
        ("username", "ERR_BLANK") => (NO_USERNAME, 0),
        ("username", "ERR_TOO_LONG") => (LONG_USERNAME, USERNAME_MAX),
        ("username", "ERR_TAKEN") => (USERNAME_TAKEN, 0),
        ("username", "ERR_RESERVED") => (USERNAME_RESERVED, 0),
        ("username", _) => (BAD_USERNAME, 0),
        ("email", "ERR_BLANK") => (NO_EMAIL, 0),
        ("email", "ERR_TAKEN") => (EMAIL_TAKEN, 0),
        ("email" | "contact_email", _) => (BAD_EMAIL, 0),
        ("password", "ERR_BLANK") => (NO_PASSWORD, 0),
        ("password", "ERR_TOO_SHORT") => (SHORT_PASSWORD, *PASSWORD.start()),
        ("password", _) => (LONG_PASSWORD, *PASSWORD.end()),
        ("agreement", _) => (NOT_AGREED, 0),
        ("reason", _) => (LONG_REASON, REASON_MAX),
        ("title", "ERR_BLANK") => (NO_TITLE, 0),
        ("title", _) => (LONG_TITLE, TITLE_MAX),
        _ => (NOT_RIGHT, 0),
    };
    Sentence::of(tongue, &words).with("most", most).into()
}

const NO_USERNAME: Words = [
    "Username is missing",
    "Der Name fehlt",
    "L’identifiant manque",
    "Falta el nombre de usuario",
    "ユーザー名を入力してください",
    "اسم المستخدم ناقص",
];
const BAD_USERNAME: Words = [
    "Username must hold nothing but letters, digits and underscores",
    "Der Name darf nur aus Buchstaben (a bis z), Ziffern und Unterstrichen bestehen",
    "L’identifiant ne peut contenir que des lettres sans accent, des chiffres et des tirets bas",
    "El nombre de usuario solo puede tener letras sin acento, cifras y guiones bajos",
    "ユーザー名に使えるのは英字、数字、アンダースコアだけです",
    "لا يحوي اسم المستخدم غير أحرف لاتينية وأرقام وشرطات سفلية",
];
const LONG_USERNAME: Words = [
    "Username is too long (at most {most} characters)",
    "Der Name ist zu lang (höchstens {most} Zeichen)",
    "L’identifiant est trop long ({most} caractères au plus)",
    "El nombre de usuario es demasiado largo (como mucho {most} caracteres)",
    "ユーザー名が長すぎます（{most}文字以内）",
    "اسم المستخدم طويل جدًا (الحد الأقصى {most})",
];
const USERNAME_TAKEN: Words = [
    "Username has already been taken",
    "Der Name ist schon vergeben",
    "Cet identifiant est déjà pris",
    "Ese nombre de usuario ya está ocupado",
    "このユーザー名はすでに使われています",
    "اسم المستخدم مأخوذ من قبل",
];
const USERNAME_RESERVED: Words = [
    "Username is reserved",
    "Dieser Name ist reserviert",
    "Cet identifiant est réservé",
    "Ese nombre de usuario está reservado",
    "このユーザー名は予約されています",
    "اسم المستخدم محجوز",
];
const NO_EMAIL: Words = [
    "E-mail address is missing",
    "Die E-Mail-Adresse fehlt",
    "L’adresse e-mail manque",
    "Falta la dirección de correo",
    "メールアドレスを入力してください",
    "البريد الإلكتروني ناقص",
];
const BAD_EMAIL: Words = [
    "This is not an e-mail address",
    "Das ist keine E-Mail-Adresse",
    "Ce n’est pas une adresse e-mail",
    "Esto no es una dirección de correo",
    "メールアドレスではありません",
    "هذا ليس عنوان بريد إلكتروني",
];
const EMAIL_TAKEN: Words = [
    "E-mail address has already been taken",
    "Diese Adresse wird schon benutzt",
    "Cette adresse est déjà utilisée",
    "Esta dirección ya está en uso",
    "このアドレスはすでに使われています",
    "هذا العنوان مستخدم من قبل",
];
const NO_PASSWORD: Words = [
    "Password is missing",
    "Das Passwort fehlt",
    "Le mot de passe manque",
    "Falta la contraseña",
    "パスワードを入力してください",
    "كلمة السر ناقصة",
];
const SHORT_PASSWORD: Words = [
    "Password is too short (at least {most} characters)",
    "Das Passwort ist zu kurz (mindestens {most} Zeichen)",
    "Le mot de passe est trop court ({most} caractères au moins)",
    "La contraseña es demasiado corta (al menos {most} caracteres)",
    "パスワードが短すぎます（{most}文字以上）",
    "كلمة السر قصيرة جدًا (الحد الأدنى {most})",
];
const LONG_PASSWORD: Words = [
    "Password is too long (at most {most} bytes)",
    "Das Passwort ist zu lang (höchstens {most} Byte)",
    "Le mot de passe est trop long ({most} octets au plus)",
    "La contraseña es demasiado larga (como mucho {most} bytes)",
    "パスワードが長すぎます（{most}バイト以内）",
    "كلمة السر طويلة جدًا (الحد الأقصى {most} بايت)",
];
const NOT_AGREED: Words = [
    "Agreement must be accepted",
    "Bitte stimme zu",
    "Votre accord est nécessaire",
    "Hace falta que aceptes",
    "同意が必要です",
    "الموافقة لازمة",
];
const LONG_REASON: Words = [
    "Reason is too long (at most {most} characters)",
    "Die Begründung ist zu lang (höchstens {most} Zeichen)",
    "Le texte est trop long ({most} caractères au plus)",
    "El texto es demasiado largo (como mucho {most} caracteres)",
    "理由が長すぎます（{most}文字以内）",
    "السبب طويل جدًا (الحد الأقصى {most})",
];
const NO_TITLE: Words = [
    "Name of the community is missing",
    "Der Name der Community fehlt",
    "Le nom de la communauté manque",
    "Falta el nombre de la comunidad",
    "コミュニティの名前を入力してください",
    "اسم المجتمع ناقص",
];
const LONG_TITLE: Words = [
    "Name of the community is too long (at most {most} characters)",
    "Der Name der Community ist zu lang (höchstens {most} Zeichen)",
    "Le nom de la communauté est trop long ({most} caractères au plus)",
    "El nombre de la comunidad es demasiado largo (como mucho {most} caracteres)",
    "コミュニティの名前が長すぎます（{most}文字以内）",
    "اسم المجتمع طويل جدًا (الحد الأقصى {most})",
];
const NOT_RIGHT: Words = [
    "This is not right",
    "Das stimmt nicht",
    "Ce n’est pas correct",
    "Esto no es correcto",
    "正しくありません",
    "هذا غير صحيح",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::text::words::check;

    #[test]
    fn what_is_wrong_with_a_field_is_said_in_the_language_of_the_page() {
        let short = Fault { field: "password", code: "ERR_TOO_SHORT", words: "is too short".into() };
        assert_eq!(fault(Tongue::German, &short), "Das Passwort ist zu kurz (mindestens 8 Zeichen)");
        let strange = Fault { field: "zone", code: "ERR_INVALID", words: "is odd".into() };
        assert_eq!(fault(Tongue::Spanish, &strange), "Esto no es correcto");
        for words in [
            NO_USERNAME,
            BAD_USERNAME,
            LONG_USERNAME,
            USERNAME_TAKEN,
            USERNAME_RESERVED,
            NO_EMAIL,
            BAD_EMAIL,
            EMAIL_TAKEN,
            NO_PASSWORD,
            SHORT_PASSWORD,
            LONG_PASSWORD,
            NOT_AGREED,
            LONG_REASON,
            NO_TITLE,
            LONG_TITLE,
            NOT_RIGHT,
        ] {
            check(words[0], &words);
        }
    }
}
