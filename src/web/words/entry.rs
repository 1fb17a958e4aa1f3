//! Words of the ways in: signing in, the second step, a forgotten password, confirming an address.

use crate::platform::text::words::words;

words! {
    /// `/auth/sign_in`
    SignInWords {
        login: [
            "E-mail address or username", "E-Mail-Adresse oder Name", "Adresse e-mail ou identifiant",
            "Dirección de correo o nombre de usuario", "メールアドレスまたはユーザー名", "البريد الإلكتروني أو اسم المستخدم",
        ],
        password: ["Password", "Passwort", "Mot de passe", "Contraseña", "パスワード", "كلمة السر"],
        forgotten: [
            "Forgot your password?", "Passwort vergessen?", "Mot de passe oublié\u{202f}?", "¿Has olvidado tu contraseña?",
            "パスワードを忘れましたか？", "أنسيت كلمة السر؟",
        ],
        send_again: [
            "Send the confirmation mail again", "Die Mail zur Bestätigung noch einmal schicken",
            "Renvoyer le courriel de confirmation", "Enviar otra vez el correo de confirmación",
            "確認メールを再送する", "إعادة إرسال رسالة التأكيد",
        ],
        new_here: ["New here?", "Neu hier?", "C’est votre première visite\u{202f}?", "¿Es tu primera vez aquí?", "はじめてですか？", "أأنت جديد هنا؟"],
        unconfirmed: [
            "Your e-mail address is not confirmed yet. Please follow the link in the mail.",
            "Deine E-Mail-Adresse ist noch nicht bestätigt. Bitte folge dem Link in der Mail.",
            "Votre adresse e-mail n’est pas encore confirmée. Veuillez suivre le lien du courriel.",
            "Tu dirección de correo todavía no está confirmada. Sigue el enlace del correo.",
            "メールアドレスがまだ確認されていません。メールのリンクを開いてください。",
            "لم يُؤكَّد بريدك الإلكتروني بعد. افتح الرابط الذي في الرسالة.",
        ],
        pending: [
            "The staff has not decided on your request to join yet.",
            "Die Moderation hat noch nicht über deine Anfrage entschieden.",
            "La modération n’a pas encore répondu à votre demande d’inscription.",
            "La moderación todavía no ha decidido sobre tu solicitud.",
            "参加申請はまだモデレーターの確認待ちです。",
            "لم يبتّ المشرفون بعد في طلب انضمامك.",
        ],
        disabled: [
            "This account is disabled.", "Dieses Konto ist deaktiviert.", "Ce compte est désactivé.",
            "Esta cuenta está desactivada.", "このアカウントは無効になっています。", "هذا الحساب معطّل.",
        ],
        too_late: [
            "That took too long. Please begin again.",
            "Das hat zu lange gedauert. Bitte fang noch einmal an.",
            "Cela a pris trop de temps. Veuillez recommencer.",
            "Ha tardado demasiado. Empieza de nuevo.",
            "時間がかかりすぎました。最初からやり直してください。",
            "استغرق ذلك وقتًا طويلًا. ابدأ من جديد.",
        ],
        wrong: [
            "The address, the name or the password is wrong.",
            "Die Adresse, der Name oder das Passwort ist falsch.",
            "L’adresse, l’identifiant ou le mot de passe est faux.",
            "La dirección, el nombre o la contraseña no son correctos.",
            "アドレス、ユーザー名またはパスワードが違います。",
            "العنوان أو الاسم أو كلمة السر غير صحيح.",
        ],
    }

    /// `/auth/sign_in/code`
    SecondStepWords {
        title: ["Enter a code", "Gib einen Code ein", "Saisissez un code", "Escribe un código", "コードを入力", "أدخل رمزًا"],
        code: [
            "Code of your authenticator app", "Code deiner Authenticator-App",
            "Code de votre application d’authentification", "Código de tu aplicación de autenticación",
            "認証アプリのコード", "رمز تطبيق المصادقة",
        ],
        digits: ["Six digits.", "Sechs Ziffern.", "Six chiffres.", "Seis cifras.", "6桁の数字です。", "ستة أرقام."],
        again: ["Begin again", "Von vorn anfangen", "Recommencer", "Empezar de nuevo", "最初からやり直す", "البدء من جديد"],
        no_phone: [
            "No phone at hand?", "Kein Telefon zur Hand?", "Pas de téléphone à portée de main\u{202f}?",
            "¿No tienes el teléfono a mano?", "スマートフォンが手元にありませんか？", "أليس هاتفك معك؟",
        ],
        recovery: [
            "Recovery code", "Notfallcode", "Code de secours", "Código de recuperación", "リカバリーコード", "رمز احتياطي",
        ],
        once: [
            "Each of yours works once.", "Jeder von deinen gilt einmal.", "Chacun des vôtres marche une fois.",
            "Cada uno de los tuyos sirve una vez.", "それぞれ一度だけ使えます。", "كل رمز من رموزك يصلح مرة واحدة.",
        ],
        use_recovery: [
            "Use the recovery code", "Notfallcode benutzen", "Utiliser le code de secours",
            "Usar el código de recuperación", "リカバリーコードを使う", "استخدام الرمز الاحتياطي",
        ],
        wrong: [
            "The code is wrong, or was used before.", "Der Code ist falsch oder wurde schon benutzt.",
            "Le code est faux, ou a déjà servi.", "El código no es correcto o ya se ha usado.",
            "コードが違うか、すでに使われています。", "الرمز خاطئ، أو استُخدم من قبل.",
        ],
        locked: [
            "Too many wrong codes. Try again in {minutes} min.",
            "Zu viele falsche Codes. Versuche es in {minutes} Min. noch einmal.",
            "Trop de codes erronés. Réessayez dans {minutes} min.",
            "Demasiados códigos incorrectos. Inténtalo de nuevo en {minutes} min.",
            "コードの間違いが多すぎます。{minutes}分後にもう一度お試しください。",
            "رموز خاطئة كثيرة. حاول مجددًا بعد {minutes} د.",
        ],
    }

    /// `/auth/password/new`, `/auth/password/edit`
    PasswordWords {
        forgotten: [
            "Forgot your password?", "Passwort vergessen?", "Mot de passe oublié\u{202f}?", "¿Has olvidado tu contraseña?",
            "パスワードを忘れましたか？", "أنسيت كلمة السر؟",
        ],
        will_send: [
            "We will send a link to your address that lets you choose a new one.",
            "Wir schicken dir einen Link, mit dem du ein neues wählen kannst.",
            "Nous enverrons à votre adresse un lien pour en choisir un nouveau.",
            "Enviaremos a tu dirección un enlace para elegir una nueva.",
            "新しいパスワードを設定するためのリンクをメールで送ります。",
            "سنرسل إلى عنوانك رابطًا تختار به كلمة جديدة.",
        ],
        sent: [
            "If the address belongs to a member, a mail with a link is on its way. The link is good for six hours.",
            "Wenn die Adresse einem Mitglied gehört, ist eine Mail mit einem Link unterwegs. Der Link gilt sechs Stunden.",
            "Si l’adresse est celle d’un membre, un courriel avec un lien est en route. Le lien est valable six heures.",
            "Si la dirección es de un miembro, va en camino un correo con un enlace. El enlace vale seis horas.",
            "登録されたアドレスであれば、リンクを記載したメールが届きます。リンクは6時間有効です。",
            "إن كان العنوان لأحد الأعضاء، فإن رسالة فيها رابط في الطريق. الرابط صالح لست ساعات.",
        ],
        stale: [
            "This link was used already or is too old. You can ask for another one.",
            "Dieser Link wurde schon benutzt oder ist zu alt. Du kannst einen neuen anfordern.",
            "Ce lien a déjà servi ou est trop ancien. Vous pouvez en demander un autre.",
            "Este enlace ya se ha usado o es demasiado antiguo. Puedes pedir otro.",
            "このリンクはすでに使われたか、期限が切れています。もう一度申し込めます。",
            "استُخدم هذا الرابط من قبل أو هو قديم. يمكنك طلب رابط آخر.",
        ],
        title: ["A new password", "Ein neues Passwort", "Un nouveau mot de passe", "Una contraseña nueva", "新しいパスワード", "كلمة سر جديدة"],
        choose: [
            "Choose a new password", "Wähle ein neues Passwort", "Choisissez un nouveau mot de passe",
            "Elige una contraseña nueva", "新しいパスワードを設定", "اختر كلمة سر جديدة",
        ],
        all_out: [
            "All browsers and applications will be signed out.",
            "Alle Browser und Apps werden abgemeldet.",
            "Tous les navigateurs et toutes les applications seront déconnectés.",
            "Se cerrará la sesión en todos los navegadores y aplicaciones.",
            "すべてのブラウザーとアプリがログアウトします。",
            "ستُخرَج كل المتصفحات والتطبيقات.",
        ],
        new: ["New password", "Neues Passwort", "Nouveau mot de passe", "Contraseña nueva", "新しいパスワード", "كلمة السر الجديدة"],
        long_enough: [
            "At least 8 characters.", "Mindestens 8 Zeichen.", "8 caractères au moins.", "Al menos 8 caracteres.",
            "8文字以上。", "8 أحرف على الأقل.",
        ],
        save: [
            "Save the password", "Passwort speichern", "Enregistrer le mot de passe", "Guardar la contraseña",
            "パスワードを保存", "حفظ كلمة السر",
        ],
        saved: [
            "Your new password is set.", "Dein neues Passwort gilt.", "Votre nouveau mot de passe est en place.",
            "Tu contraseña nueva ya es válida.", "新しいパスワードを設定しました。", "صارت كلمة سرك الجديدة سارية.",
        ],
    }

    /// Forms that ask where to send a mail.
    AskMailWords {
        email: ["E-mail address", "E-Mail-Adresse", "Adresse e-mail", "Dirección de correo", "メールアドレス", "البريد الإلكتروني"],
        send: ["Send the mail", "Mail schicken", "Envoyer le courriel", "Enviar el correo", "メールを送る", "إرسال الرسالة"],
    }

    /// `/auth/confirmation`
    ConfirmationWords {
        title: [
            "Confirm your address", "Bestätige deine Adresse", "Confirmez votre adresse", "Confirma tu dirección",
            "アドレスの確認", "أكّد عنوانك",
        ],
        one_more: [
            "One more step: say that this mail has reached you.",
            "Nur noch ein Schritt: Sag uns, dass die Mail bei dir angekommen ist.",
            "Encore une étape\u{a0}: dites que ce courriel vous est parvenu.",
            "Un paso más: di que este correo te ha llegado.",
            "あと一歩です。メールが届いたことを確認してください。",
            "بقيت خطوة: قل إن هذه الرسالة وصلتك.",
        ],
        confirm: [
            "Confirm my address", "Meine Adresse bestätigen", "Confirmer mon adresse", "Confirmar mi dirección",
            "アドレスを確認する", "تأكيد عنواني",
        ],
        stale: [
            "This link was used already or is too old. If you cannot sign in, ask for another mail there.",
            "Dieser Link wurde schon benutzt oder ist zu alt. Wenn du dich nicht anmelden kannst, lass dir dort noch eine \
             Mail schicken.",
            "Ce lien a déjà servi ou est trop ancien. Si vous ne pouvez pas vous connecter, demandez-y un autre courriel.",
            "Este enlace ya se ha usado o es demasiado antiguo. Si no puedes iniciar sesión, pide allí otro correo.",
            "このリンクはすでに使われたか、期限が切れています。ログインできない場合は、ログイン画面でメールを再送してください。",
            "استُخدم هذا الرابط من قبل أو هو قديم. إن تعذر عليك الدخول فاطلب رسالة أخرى هناك.",
        ],
        changed: [
            "Your new address counts from now on. Sign in with it, and look for our mail there.",
            "Ab jetzt gilt deine neue Adresse. Melde dich mit ihr an; unsere Mails kommen dorthin.",
            "Votre nouvelle adresse est désormais valable. Connectez-vous avec elle\u{202f}; c’est là que nos courriels arriveront.",
            "Tu dirección nueva ya es válida. Inicia sesión con ella; ahí te llegarán nuestros correos.",
            "新しいアドレスが有効になりました。今後はこのアドレスでログインし、メールもここに届きます。",
            "صار عنوانك الجديد معتمدًا. ادخل به، وإليه تصل رسائلنا.",
        ],
        taken: [
            "The address is taken", "Die Adresse ist vergeben", "L’adresse est prise", "La dirección está ocupada",
            "アドレスは使われています", "العنوان مأخوذ",
        ],
        taken_text: [
            "This address belongs to another account meanwhile. Your present one stays.",
            "Diese Adresse gehört inzwischen zu einem anderen Konto. Deine jetzige bleibt.",
            "Entre-temps, cette adresse appartient à un autre compte. La vôtre reste.",
            "Entretanto, esta dirección es de otra cuenta. La tuya sigue igual.",
            "このアドレスは別のアカウントで使われています。現在のアドレスのままです。",
            "صار هذا العنوان لحساب آخر. يبقى عنوانك الحالي.",
        ],
        confirmed: [
            "Your address is confirmed. You can sign in now.",
            "Deine Adresse ist bestätigt. Du kannst dich jetzt anmelden.",
            "Votre adresse est confirmée. Vous pouvez vous connecter.",
            "Tu dirección está confirmada. Ya puedes iniciar sesión.",
            "アドレスを確認しました。ログインできます。",
            "تأكد عنوانك. يمكنك تسجيل الدخول الآن.",
        ],
        confirmed_waiting: [
            "Your address is confirmed. The staff will decide on your request to join.",
            "Deine Adresse ist bestätigt. Die Moderation entscheidet über deine Anfrage.",
            "Votre adresse est confirmée. La modération va examiner votre demande d’inscription.",
            "Tu dirección está confirmada. La moderación decidirá sobre tu solicitud.",
            "アドレスを確認しました。参加申請はモデレーターが確認します。",
            "تأكد عنوانك. سيبتّ المشرفون في طلب انضمامك.",
        ],
        again: [
            "No confirmation mail?", "Keine Mail zur Bestätigung?", "Pas de courriel de confirmation\u{202f}?",
            "¿No ha llegado el correo de confirmación?", "確認メールが届きませんか？", "ألم تصلك رسالة التأكيد؟",
        ],
        will_send: [
            "We will send it again.", "Wir schicken sie noch einmal.", "Nous l’enverrons de nouveau.",
            "Lo enviaremos otra vez.", "もう一度送ります。", "سنرسلها مرة أخرى.",
        ],
        sent: [
            "If the address waits for its confirmation, a mail is on its way.",
            "Wenn die Adresse noch bestätigt werden muss, ist eine Mail unterwegs.",
            "Si l’adresse attend sa confirmation, un courriel est en route.",
            "Si la dirección está por confirmar, va en camino un correo.",
            "確認待ちのアドレスであれば、メールが届きます。",
            "إن كان العنوان بانتظار التأكيد، فإن رسالة في الطريق.",
        ],
    }
}
