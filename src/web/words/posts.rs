//! Words of profiles, posts, their feeds, and of the way on to other servers.

use crate::platform::text::words::words;

words! {
    /// A post, wherever it is shown.
    PostWords {
        pinned: ["Pinned", "Angeheftet", "Épinglé", "Fijada", "固定された投稿", "مثبّت"],
        boosted_by: [
            "boosted by {name}", "geteilt von {name}", "partagé par {name}", "impulsada por {name}",
            "{name}さんがブースト", "أعاد نشره {name}",
        ],
        sensitive: ["Sensitive media", "Heikle Medien", "Médias sensibles", "Multimedia sensible", "閲覧注意のメディア", "وسائط حساسة"],
        attachment: ["Attachment", "Anhang", "Pièce jointe", "Adjunto", "添付ファイル", "مرفق"],
        attachments: [
            "Attachments: {count}", "Anhänge: {count}", "Pièces jointes\u{a0}: {count}", "Adjuntos: {count}",
            "添付ファイル：{count}", "المرفقات: {count}",
        ],
        warning: [
            "Content warning: {text}", "Inhaltswarnung: {text}", "Avertissement de contenu\u{a0}: {text}",
            "Advertencia de contenido: {text}", "閲覧注意：{text}", "تحذير عن المحتوى: {text}",
        ],
        edited: ["edited {time}", "bearbeitet {time}", "modifié {time}", "editada {time}", "編集：{time}", "عُدّل {time}"],
        replies: ["Replies: {count}", "Antworten: {count}", "Réponses\u{a0}: {count}", "Respuestas: {count}", "返信：{count}", "الردود: {count}"],
        boosts: ["Boosts: {count}", "Geteilt: {count}", "Partages\u{a0}: {count}", "Impulsos: {count}", "ブースト：{count}", "إعادات النشر: {count}"],
        favourites: ["Favourites: {count}", "Favoriten: {count}", "Favoris\u{a0}: {count}", "Favoritos: {count}", "お気に入り：{count}", "المفضلة: {count}"],
    }

    /// `/@NAME`
    ProfileWords {
        bot: ["automated", "automatisiert", "automatisé", "automatizada", "自動", "آلي"],
        memorial: ["in memoriam", "im Gedenken", "in memoriam", "en memoria", "追悼", "إحياءً للذكرى"],
        moved: [
            "Has moved to {account}.", "Ist umgezogen zu {account}.", "A déménagé vers {account}.",
            "Se ha mudado a {account}.", "引っ越し先：{account}", "انتقل إلى {account}.",
        ],
        verified: ["verified", "geprüft", "vérifié", "comprobado", "確認済み", "مُتحقَّق منه"],
        verified_hint: [
            "The page behind this link points back here", "Die Seite hinter diesem Link verweist hierher zurück",
            "La page derrière ce lien renvoie ici", "La página de este enlace enlaza aquí",
            "このリンク先のページからここへのリンクがあります", "الصفحة خلف هذا الرابط ترتبط بهذا الملف",
        ],
        posts: ["Posts:", "Beiträge:", "Messages\u{a0}:", "Publicaciones:", "投稿：", "المنشورات:"],
        following: ["Following:", "Folgt:", "Abonnements\u{a0}:", "Siguiendo:", "フォロー：", "المتابَعون:"],
        followers: ["Followers:", "Follower:", "Abonné·e·s\u{a0}:", "Seguidores:", "フォロワー：", "المتابعون:"],
        joined: ["Joined", "Dabei seit", "Inscription\u{a0}:", "Se unió el", "登録日：", "انضم في"],
        follow: [
            "Follow from your own server", "Vom eigenen Server aus folgen", "Suivre depuis votre serveur",
            "Seguir desde tu servidor", "自分のサーバーからフォロー", "المتابعة من خادمك",
        ],
        sections: ["Sections", "Bereiche dieses Profils", "Parties de ce profil", "Partes de este perfil", "プロフィールの項目", "أقسام هذا الملف الشخصي"],
        tab_posts: ["Posts", "Beiträge", "Messages", "Publicaciones", "投稿", "المنشورات"],
        tab_replies: ["Posts and replies", "Mit Antworten", "Avec réponses", "Con respuestas", "返信含む", "مع الردود"],
        tab_media: ["Media", "Medien", "Médias", "Multimedia", "メディア", "الوسائط"],
        empty: [
            "Nothing here for everybody to read.", "Hier ist nichts, was alle lesen können.",
            "Rien ici que tout le monde puisse lire.", "Aquí no hay nada que pueda leer todo el mundo.",
            "公開されている投稿はありません。", "لا شيء هنا يقرؤه الجميع.",
        ],
        counts: [
            "Posts: {posts}, followers: {followers}", "Beiträge: {posts}, Follower: {followers}",
            "Messages\u{a0}: {posts}, abonné·e·s\u{a0}: {followers}", "Publicaciones: {posts}, seguidores: {followers}",
            "投稿：{posts}、フォロワー：{followers}", "المنشورات: {posts}، المتابعون: {followers}",
        ],
    }

    /// `/@NAME/ID`
    ThreadWords {
        by: ["Post by {name}", "Beitrag von {name}", "Message de {name}", "Publicación de {name}", "{name}さんの投稿", "منشور من {name}"],
        reply: [
            "Reply from your own server", "Vom eigenen Server aus antworten", "Répondre depuis votre serveur",
            "Responder desde tu servidor", "自分のサーバーから返信", "الردّ من خادمك",
        ],
        replies: ["Replies", "Antworten", "Réponses", "Respuestas", "返信", "الردود"],
    }

    /// Accounts and posts of other servers.
    ElsewhereWords {
        description: [
            "{account} is on another server.", "{account} ist auf einem anderen Server.",
            "{account} est sur un autre serveur.", "{account} está en otro servidor.",
            "{account}は別のサーバーにいます。", "{account} في خادم آخر.",
        ],
        text: [
            "This is on another server.", "Das ist auf einem anderen Server.", "C’est sur un autre serveur.",
            "Esto está en otro servidor.", "これは別のサーバーにあります。", "هذا في خادم آخر.",
        ],
        go: ["Go there", "Dorthin", "Y aller", "Ir allí", "移動する", "الانتقال إليه"],
    }

    /// Links to older and newer posts.
    PagerWords {
        pages: ["Pages", "Seiten", "Pages", "Páginas", "ページ", "الصفحات"],
        newer: ["Newer", "Neuere", "Plus récents", "Más recientes", "新しい投稿", "الأحدث"],
        older: ["Older", "Ältere", "Plus anciens", "Más antiguas", "古い投稿", "الأقدم"],
    }

    /// `/interact`
    InteractWords {
        title: [
            "From your own server", "Von deinem eigenen Server", "Depuis votre serveur", "Desde tu servidor",
            "自分のサーバーから", "من خادمك",
        ],
        handle: ["Your handle", "Deine Adresse im Fediverse", "Votre identifiant complet", "Tu dirección en el fediverso", "あなたのアカウント名", "معرّفك الكامل"],
        hint: [
            "You go on at the server where you have an account.",
            "Es geht auf dem Server weiter, auf dem du ein Konto hast.",
            "Vous continuerez sur le serveur où vous avez un compte.",
            "Continuarás en el servidor donde tienes cuenta.",
            "アカウントのあるサーバーで続けます。",
            "تتابع في الخادم الذي لك فيه حساب.",
        ],
        example: [
            "name@server.example", "name@server.example", "nom@serveur.example", "nombre@servidor.example",
            "name@server.example", "name@server.example",
        ],
        here: [
            "Have an account here?", "Hast du hier ein Konto?", "Vous avez un compte ici\u{202f}?", "¿Tienes cuenta aquí?",
            "ここにアカウントがありますか？", "ألك حساب هنا؟",
        ],
        whole: [
            "Please write your whole handle, like name@server.example.",
            "Bitte schreib die ganze Adresse, etwa name@server.example.",
            "Veuillez écrire votre identifiant complet, comme nom@serveur.example.",
            "Escribe tu dirección entera, como nombre@servidor.example.",
            "name@server.exampleのように、すべて入力してください。",
            "اكتب معرّفك كاملًا، مثل name@server.example.",
        ],
        silent: [
            "That server did not say where to go on. Please check the handle.",
            "Dieser Server hat nicht gesagt, wo es weitergeht. Bitte prüfe die Adresse.",
            "Ce serveur n’a pas dit où continuer. Veuillez vérifier l’identifiant.",
            "Ese servidor no ha dicho dónde continuar. Comprueba la dirección.",
            "そのサーバーから移動先の返答がありませんでした。アカウント名を確認してください。",
            "لم يقل ذلك الخادم أين المتابعة. تحقق من المعرّف.",
        ],
    }

    /// Feeds.
    FeedWords {
        of_account: [
            "Public posts of {handle}", "Öffentliche Beiträge von {handle}", "Messages publics de {handle}",
            "Publicaciones públicas de {handle}", "{handle}の公開投稿", "المنشورات العامة من {handle}",
        ],
        of_tag: [
            "Public posts with {tag} on {place}", "Öffentliche Beiträge mit {tag} bei {place}",
            "Messages publics avec {tag} sur {place}", "Publicaciones públicas con {tag} en {place}",
            "{place}の{tag}のついた公開投稿", "منشورات عامة فيها {tag} في {place}",
        ],
        warning: [
            "Content warning:", "Inhaltswarnung:", "Avertissement de contenu\u{a0}:", "Advertencia de contenido:",
            "閲覧注意：", "تحذير عن المحتوى:",
        ],
    }
}
