//! What mails about the account say, in the language of who gets them.

use super::jobs::Letter;
use crate::platform::text::tongue::{Tongue, Words};
use crate::platform::text::words::Sentence;

/// A mail: what stands before and after its link, which has a line of its own.
struct Text {
    subject: Words,
    before: Words,
    after: Option<Words>,
}

/// Subject and text of a mail with a link, for the community `title`; `email` is the address that is wished for.
pub(super) fn mail(tongue: Tongue, letter: Letter, title: &str, email: &str, link: &str) -> (String, String) {
    let Text { subject, before, after } = text(letter);
    let say = |words: &Words| Sentence::of(tongue, words).fill(&[("title", &title), ("email", &email)]);
    let mut text = format!("{}\n\n{link}\n", say(&before));
    if let Some(after) = after {
        text.push_str(&format!("\n{}\n", say(&after)));
    }
    (say(&subject).into(), text)
}

const fn text(letter: Letter) -> Text {
    match letter {
        Letter::Confirm => Text {
            subject: [
                "Confirm your e-mail address for {title}",
                "Bestätige deine E-Mail-Adresse für {title}",
                "Confirmez votre adresse e-mail pour {title}",
                "Confirma tu dirección de correo para {title}",
                "{title}：メールアドレスを確認してください",
                "أكّد بريدك الإلكتروني في {title}",
            ],
            before: [
                "Welcome to {title}!\n\nPlease open this link within two days to confirm that this is your address:",
                "Willkommen bei {title}!\n\nBitte öffne innerhalb von zwei Tagen diesen Link, um zu bestätigen, dass \
                 dies deine Adresse ist:",
                "Bienvenue sur {title}\u{202f}!\n\nVeuillez ouvrir ce lien dans les deux jours pour confirmer que cette \
                 adresse est la vôtre\u{a0}:",
                "¡Te damos la bienvenida a {title}!\n\nAbre este enlace en los próximos dos días para confirmar que \
                 esta dirección es tuya:",
                "{title}へようこそ！\n\n2日以内に次のリンクを開いて、このアドレスがあなたのものであることを確認してください：",
                "أهلًا بك في {title}!\n\nافتح هذا الرابط خلال يومين لتأكيد أن هذا العنوان عنوانك:",
            ],
            after: Some([
                "If you did not sign up, do nothing: the account will be removed by itself.",
                "Wenn du dich nicht registriert hast, musst du nichts tun: Das Konto wird von selbst entfernt.",
                "Si vous ne vous êtes pas inscrit·e, ne faites rien\u{a0}: le compte sera supprimé tout seul.",
                "Si no te has registrado, no hagas nada: la cuenta se eliminará sola.",
                "登録した覚えがない場合は、何もしないでください。アカウントは自動的に削除されます。",
                "إن لم تكن أنت من سجّل، فلا تفعل شيئًا: سيُحذف الحساب من تلقاء نفسه.",
            ]),
        },
        Letter::Reset => Text {
            subject: [
                "A new password for {title}",
                "Ein neues Passwort für {title}",
                "Un nouveau mot de passe pour {title}",
                "Una contraseña nueva para {title}",
                "{title}：新しいパスワード",
                "كلمة سر جديدة في {title}",
            ],
            before: [
                "Somebody, most likely you, has asked for a new password for your account at {title}.\n\nThis link \
                 lets you choose one within six hours:",
                "Jemand, wahrscheinlich du, hat um ein neues Passwort für dein Konto bei {title} gebeten.\n\nMit \
                 diesem Link kannst du innerhalb von sechs Stunden eines wählen:",
                "Quelqu’un, sans doute vous, a demandé un nouveau mot de passe pour votre compte sur {title}.\n\nCe \
                 lien vous permet d’en choisir un dans les six heures\u{a0}:",
                "Alguien, seguramente tú, ha pedido una contraseña nueva para tu cuenta en {title}.\n\nCon este \
                 enlace puedes elegir una durante las próximas seis horas:",
                "{title}のアカウントについて、新しいパスワードの申し込みがありました（おそらくご本人です）。\n\n\
                 6時間以内に次のリンクから設定できます：",
                "طلب أحدهم، والأرجح أنه أنت، كلمة سر جديدة لحسابك في {title}.\n\nيتيح لك هذا الرابط اختيار كلمة سر \
                 خلال ست ساعات:",
            ],
            after: Some([
                "If it was not you, do nothing: your password stays as it is.",
                "Wenn du das nicht warst, musst du nichts tun: Dein Passwort bleibt, wie es ist.",
                "Si ce n’était pas vous, ne faites rien\u{a0}: votre mot de passe reste le même.",
                "Si no has sido tú, no hagas nada: tu contraseña sigue igual.",
                "心当たりがない場合は、何もしないでください。パスワードは変わりません。",
                "إن لم تكن أنت، فلا تفعل شيئًا: تبقى كلمة سرك كما هي.",
            ]),
        },
        Letter::Approved => Text {
            subject: [
                "You are in: {title}",
                "Du bist dabei: {title}",
                "Vous êtes des nôtres\u{a0}: {title}",
                "Ya estás dentro: {title}",
                "{title}への参加が認められました",
                "صرت منا: {title}",
            ],
            before: [
                "Your request to join {title} was accepted. You can sign in now:",
                "Deine Anfrage, bei {title} mitzumachen, wurde angenommen. Du kannst dich jetzt anmelden:",
                "Votre demande pour rejoindre {title} a été acceptée. Vous pouvez vous connecter\u{a0}:",
                "Se ha aceptado tu solicitud para unirte a {title}. Ya puedes iniciar sesión:",
                "{title}への参加申請が承認されました。ログインできます：",
                "قُبل طلبك للانضمام إلى {title}. يمكنك تسجيل الدخول الآن:",
            ],
            after: None,
        },
        Letter::NewAddress => Text {
            subject: [
                "Confirm your new e-mail address for {title}",
                "Bestätige deine neue E-Mail-Adresse für {title}",
                "Confirmez votre nouvelle adresse e-mail pour {title}",
                "Confirma tu dirección de correo nueva para {title}",
                "{title}：新しいメールアドレスを確認してください",
                "أكّد عنوان بريدك الجديد في {title}",
            ],
            before: [
                "Please open this link within two days to confirm that this is your address at {title} from now on:",
                "Bitte öffne innerhalb von zwei Tagen diesen Link, um zu bestätigen, dass dies von nun an deine \
                 Adresse bei {title} ist:",
                "Veuillez ouvrir ce lien dans les deux jours pour confirmer que cette adresse est désormais la vôtre \
                 sur {title}\u{a0}:",
                "Abre este enlace en los próximos dos días para confirmar que esta es desde ahora tu dirección en \
                 {title}:",
                "2日以内に次のリンクを開いて、今後{title}でこのアドレスを使うことを確認してください：",
                "افتح هذا الرابط خلال يومين لتأكيد أن هذا عنوانك في {title} من الآن فصاعدًا:",
            ],
            after: Some([
                "If you did not ask for it, do nothing: nothing will change.",
                "Wenn du nicht darum gebeten hast, musst du nichts tun: Es ändert sich nichts.",
                "Si vous ne l’avez pas demandé, ne faites rien\u{a0}: rien ne changera.",
                "Si no lo has pedido, no hagas nada: nada cambiará.",
                "心当たりがない場合は、何もしないでください。何も変わりません。",
                "إن لم تطلب ذلك، فلا تفعل شيئًا: لن يتغير شيء.",
            ]),
        },
        Letter::AddressAsked => Text {
            subject: [
                "Another e-mail address for {title}",
                "Eine andere E-Mail-Adresse für {title}",
                "Une autre adresse e-mail pour {title}",
                "Otra dirección de correo para {title}",
                "{title}：メールアドレスの変更",
                "عنوان بريد آخر في {title}",
            ],
            before: [
                "Somebody, most likely you, wants your account at {title} to have another address:\n\n{email}\n\nIt \
                 counts once the link in the mail to it was followed. If it was not you, choose a new password now; \
                 that stops it too:",
                "Jemand, wahrscheinlich du, möchte für dein Konto bei {title} eine andere Adresse:\n\n{email}\n\nSie \
                 gilt, sobald jemand dem Link in der Mail dorthin gefolgt ist. Wenn du das nicht warst, wähle jetzt \
                 ein neues Passwort; auch das hält es auf:",
                "Quelqu’un, sans doute vous, souhaite une autre adresse pour votre compte sur {title}\u{a0}:\n\n{email}\n\n\
                 Elle comptera une fois suivi le lien envoyé à cette adresse. Si ce n’était pas vous, choisissez dès \
                 maintenant un nouveau mot de passe\u{202f}; cela l’empêche aussi\u{a0}:",
                "Alguien, seguramente tú, quiere otra dirección para tu cuenta en {title}:\n\n{email}\n\nValdrá cuando \
                 se siga el enlace del correo enviado a ella. Si no has sido tú, elige ahora una contraseña nueva; \
                 eso también lo impide:",
                "{title}のアカウントについて、アドレス変更の申し込みがありました（おそらくご本人です）：\n\n{email}\n\n\
                 そのアドレスに届いたメールのリンクが開かれると、変更が有効になります。心当たりがない場合は、今すぐ新しい\
                 パスワードを設定してください。変更も取り消されます：",
                "يريد أحدهم، والأرجح أنه أنت، أن يكون لحسابك في {title} عنوان آخر:\n\n{email}\n\nيصير هو المعتمد متى \
                 فُتح الرابط في الرسالة المرسلة إليه. إن لم تكن أنت، فاختر كلمة سر جديدة الآن، فذلك يوقفه أيضًا:",
            ],
            after: None,
        },
        Letter::PasswordChanged => Text {
            subject: [
                "Your password for {title} was changed",
                "Dein Passwort für {title} wurde geändert",
                "Votre mot de passe pour {title} a été changé",
                "Se ha cambiado tu contraseña de {title}",
                "{title}：パスワードが変更されました",
                "تم تغيير كلمة سرك في {title}",
            ],
            before: [
                "The password of your account at {title} was changed just now, and your other browsers were signed \
                 out.\n\nIf it was not you, choose another one at once:",
                "Das Passwort deines Kontos bei {title} wurde gerade geändert, und deine anderen Browser wurden \
                 abgemeldet.\n\nWenn du das nicht warst, wähle sofort ein anderes:",
                "Le mot de passe de votre compte sur {title} vient d’être changé, et vos autres navigateurs ont été \
                 déconnectés.\n\nSi ce n’était pas vous, choisissez-en aussitôt un autre\u{a0}:",
                "Se acaba de cambiar la contraseña de tu cuenta en {title} y se ha cerrado la sesión en tus demás \
                 navegadores.\n\nSi no has sido tú, elige otra enseguida:",
                "{title}のアカウントのパスワードが変更され、ほかのブラウザーはログアウトしました。\n\n心当たりがない場合は、\
                 すぐに別のパスワードを設定してください：",
                "تم للتو تغيير كلمة سر حسابك في {title}، وأُخرجت متصفحاتك الأخرى.\n\nإن لم تكن أنت، فاختر كلمة أخرى \
                 فورًا:",
            ],
            after: None,
        },
        Letter::TwoFactorOn => Text {
            subject: [
                "Two-factor sign-in for {title} is on",
                "Die Anmeldung in zwei Schritten für {title} ist an",
                "La connexion en deux étapes pour {title} est activée",
                "El acceso en dos pasos de {title} está activado",
                "{title}：二段階ログインをオンにしました",
                "تم تفعيل الدخول بخطوتين في {title}",
            ],
            before: [
                "Two-factor sign-in was switched on for your account at {title} just now. After the password you are \
                 asked for a code of your authenticator app. Keep the recovery codes where you find them without your \
                 phone.\n\nIf it was not you, choose a new password at once and write to the staff:",
                "Für dein Konto bei {title} wurde gerade die Anmeldung in zwei Schritten eingeschaltet. Nach dem \
                 Passwort wirst du nach einem Code deiner Authenticator-App gefragt. Bewahre die Notfallcodes dort \
                 auf, wo du sie ohne Telefon findest.\n\nWenn du das nicht warst, wähle sofort ein neues Passwort und \
                 schreib der Moderation:",
                "La connexion en deux étapes vient d’être activée pour votre compte sur {title}. Après le mot de \
                 passe, un code de votre application d’authentification vous sera demandé. Gardez les codes de secours \
                 là où vous les trouverez sans votre téléphone.\n\nSi ce n’était pas vous, choisissez aussitôt un \
                 nouveau mot de passe et écrivez à la modération\u{a0}:",
                "Se acaba de activar el acceso en dos pasos de tu cuenta en {title}. Tras la contraseña se te pedirá \
                 un código de tu aplicación de autenticación. Guarda los códigos de recuperación donde los encuentres \
                 sin tu teléfono.\n\nSi no has sido tú, elige enseguida una contraseña nueva y escribe a la \
                 moderación:",
                "{title}のアカウントの二段階ログインがオンになりました。パスワードのあとに、認証アプリのコードを入力します。\
                 リカバリーコードは、スマートフォンがなくても取り出せる場所に保管してください。\n\n心当たりがない場合は、すぐに\
                 新しいパスワードを設定し、モデレーターに連絡してください：",
                "تم للتو تفعيل الدخول بخطوتين لحسابك في {title}. بعد كلمة السر يُطلب منك رمز من تطبيق المصادقة. احفظ \
                 الرموز الاحتياطية حيث تجدها بلا هاتفك.\n\nإن لم تكن أنت، فاختر كلمة سر جديدة فورًا واكتب إلى المشرفين:",
            ],
            after: None,
        },
        Letter::TwoFactorOff => Text {
            subject: [
                "Two-factor sign-in for {title} is off",
                "Die Anmeldung in zwei Schritten für {title} ist aus",
                "La connexion en deux étapes pour {title} est désactivée",
                "El acceso en dos pasos de {title} está desactivado",
                "{title}：二段階ログインをオフにしました",
                "تم إيقاف الدخول بخطوتين في {title}",
            ],
            before: [
                "Two-factor sign-in was switched off for your account at {title} just now. Your password alone signs \
                 you in.\n\nIf it was not you, choose a new password at once:",
                "Für dein Konto bei {title} wurde gerade die Anmeldung in zwei Schritten ausgeschaltet. Das Passwort \
                 genügt.\n\nWenn du das nicht warst, wähle sofort ein neues Passwort:",
                "La connexion en deux étapes vient d’être désactivée pour votre compte sur {title}. Le mot de passe \
                 suffit.\n\nSi ce n’était pas vous, choisissez aussitôt un nouveau mot de passe\u{a0}:",
                "Se acaba de desactivar el acceso en dos pasos de tu cuenta en {title}. Basta la contraseña.\n\nSi no \
                 has sido tú, elige enseguida una contraseña nueva:",
                "{title}のアカウントの二段階ログインがオフになりました。パスワードだけでログインできます。\n\n心当たりがない\
                 場合は、すぐに新しいパスワードを設定してください：",
                "تم للتو إيقاف الدخول بخطوتين لحسابك في {title}. تكفي كلمة السر.\n\nإن لم تكن أنت، فاختر كلمة سر جديدة \
                 فورًا:",
            ],
            after: None,
        },
        Letter::RecoveryCodesMade => Text {
            subject: [
                "New recovery codes for {title}",
                "Neue Notfallcodes für {title}",
                "De nouveaux codes de secours pour {title}",
                "Códigos de recuperación nuevos para {title}",
                "{title}：新しいリカバリーコード",
                "رموز احتياطية جديدة في {title}",
            ],
            before: [
                "New recovery codes were made for your account at {title} just now. Those from before do not work any \
                 more.\n\nIf it was not you, choose a new password at once:",
                "Für dein Konto bei {title} wurden gerade neue Notfallcodes erstellt. Die bisherigen gelten nicht \
                 mehr.\n\nWenn du das nicht warst, wähle sofort ein neues Passwort:",
                "De nouveaux codes de secours viennent d’être créés pour votre compte sur {title}. Les précédents ne \
                 marchent plus.\n\nSi ce n’était pas vous, choisissez aussitôt un nouveau mot de passe\u{a0}:",
                "Se acaban de crear códigos de recuperación nuevos para tu cuenta en {title}. Los anteriores ya no \
                 sirven.\n\nSi no has sido tú, elige enseguida una contraseña nueva:",
                "{title}のアカウントのリカバリーコードが作り直されました。以前のコードは使えません。\n\n心当たりがない場合は、\
                 すぐに新しいパスワードを設定してください：",
                "أُنشئت للتو رموز احتياطية جديدة لحسابك في {title}. لم تعد الرموز السابقة صالحة.\n\nإن لم تكن أنت، \
                 فاختر كلمة سر جديدة فورًا:",
            ],
            after: None,
        },
        Letter::WrongCodes => Text {
            subject: [
                "Wrong codes for {title}",
                "Falsche Codes für {title}",
                "Codes erronés pour {title}",
                "Códigos incorrectos en {title}",
                "{title}：間違ったコードが入力されました",
                "رموز خاطئة في {title}",
            ],
            before: [
                "Somebody gave your right password for {title} and then many wrong codes. Nobody was signed in, and \
                 codes are not looked at for a while.\n\nIf it was not you, somebody knows your password. Choose a new \
                 one now; with it you can sign in at once:",
                "Jemand hat dein richtiges Passwort für {title} eingegeben und danach viele falsche Codes. Niemand \
                 wurde angemeldet, und Codes werden eine Weile nicht angenommen.\n\nWenn du das nicht warst, kennt \
                 jemand dein Passwort. Wähle jetzt ein neues; damit kannst du dich sofort anmelden:",
                "Quelqu’un a saisi votre bon mot de passe pour {title}, puis de nombreux codes erronés. Personne n’a \
                 été connecté, et les codes ne sont pas acceptés pour un moment.\n\nSi ce n’était pas vous, quelqu’un \
                 connaît votre mot de passe. Choisissez-en un nouveau maintenant\u{202f}; il vous permet de vous connecter \
                 aussitôt\u{a0}:",
                "Alguien ha escrito tu contraseña correcta de {title} y después muchos códigos incorrectos. No ha \
                 entrado nadie, y durante un rato no se aceptan códigos.\n\nSi no has sido tú, alguien conoce tu \
                 contraseña. Elige ahora una nueva; con ella puedes entrar enseguida:",
                "{title}で、正しいパスワードのあとに間違ったコードが何度も入力されました。ログインはされていません。しばらくの\
                 間、コードは受け付けられません。\n\n心当たりがない場合は、パスワードが知られています。今すぐ新しいパスワードを\
                 設定してください。すぐにログインできます：",
                "أدخل أحدهم كلمة سرك الصحيحة في {title} ثم رموزًا خاطئة كثيرة. لم يدخل أحد، ولن تُقبل الرموز لبعض \
                 الوقت.\n\nإن لم تكن أنت، فهناك من يعرف كلمة سرك. اختر كلمة جديدة الآن، وبها يمكنك الدخول فورًا:",
            ],
            after: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::platform::text::words::check;

    const ALL: [Letter; 10] = [
        Letter::Confirm,
        Letter::Reset,
        Letter::Approved,
        Letter::NewAddress,
        Letter::AddressAsked,
        Letter::PasswordChanged,
        Letter::TwoFactorOn,
        Letter::TwoFactorOff,
        Letter::RecoveryCodesMade,
        Letter::WrongCodes,
    ];

    #[test]
    fn every_mail_is_written_in_every_language() {
        let mut said = HashSet::new();
        for letter in ALL {
            let Text { subject, before, after } = text(letter);
            for words in [Some(subject), Some(before), after].into_iter().flatten() {
                check(&format!("{letter:?}"), &words);
            }
            for tongue in Tongue::ALL {
                let (subject, text) = mail(tongue, letter, "T", "E", "https://link.example/");
                assert!(text.contains("\n\nhttps://link.example/\n"), "{text}");
                assert!(!subject.contains(['{', '\n']) && !text.contains('{'), "{text}");
                assert!(said.insert(subject.clone()) && said.insert(text), "{subject} stands there twice");
            }
        }
    }
}
