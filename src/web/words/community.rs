//! Words of the pages about the community: front page and `/about`, terms, privacy, tags, collections, leaving mails.

use crate::platform::text::words::words;

words! {
    /// `/` for guests, and `/about`
    AboutWords {
        welcome: ["Welcome", "Willkommen", "Bienvenue", "Te damos la bienvenida", "ようこそ", "أهلًا بك"],
        about: ["About", "Über uns", "À propos", "Acerca de", "このサーバーについて", "حول"],
        nameless: [
            "A community on {domain}.", "Eine Community auf {domain}.", "Une communauté sur {domain}.",
            "Una comunidad en {domain}.", "{domain}のコミュニティです。", "مجتمع على {domain}.",
        ],
        members: ["Members:", "Mitglieder:", "Membres\u{a0}:", "Miembros:", "メンバー：", "الأعضاء:"],
        active: [
            "Active this month:", "Diesen Monat aktiv:", "Actifs ce mois-ci\u{a0}:", "Activos este mes:", "今月の利用者：",
            "النشطون هذا الشهر:",
        ],
        posts: ["Posts:", "Beiträge:", "Messages\u{a0}:", "Publicaciones:", "投稿：", "المنشورات:"],
        servers: [
            "Known servers:", "Bekannte Server:", "Serveurs connus\u{a0}:", "Servidores conocidos:", "既知のサーバー：",
            "الخوادم المعروفة:",
        ],
        open: [
            "Anybody may join.", "Alle können mitmachen.", "Tout le monde peut s’inscrire.", "Cualquiera puede unirse.",
            "誰でも参加できます。", "يمكن لأي شخص الانضمام.",
        ],
        approval: [
            "Anybody may ask to join; the staff decides.",
            "Alle können um Aufnahme bitten; die Moderation entscheidet.",
            "Tout le monde peut demander à s’inscrire\u{202f}; la modération décide.",
            "Cualquiera puede solicitar unirse; la moderación decide.",
            "誰でも参加を申請できます。モデレーターが承認します。",
            "يمكن لأي شخص طلب الانضمام، والقرار للمشرفين.",
        ],
        closed: [
            "New members are not taken at the moment.",
            "Zurzeit werden keine neuen Mitglieder aufgenommen.",
            "Les inscriptions sont fermées en ce moment.",
            "Por ahora no se aceptan miembros nuevos.",
            "現在、新しいメンバーは受け付けていません。",
            "لا يُقبل أعضاء جدد حاليًا.",
        ],
        rules: ["Rules", "Regeln", "Règles", "Normas", "ルール", "القواعد"],
        moderated: [
            "Moderated servers", "Moderierte Server", "Serveurs modérés", "Servidores moderados", "制限中のサーバー",
            "الخوادم المقيّدة",
        ],
        moderated_text: [
            "People of limited servers are not shown to those who do not follow them. With suspended ones nothing is exchanged.",
            "Leute von eingeschränkten Servern werden nur denen gezeigt, die ihnen folgen. Mit gesperrten wird nichts ausgetauscht.",
            "Les personnes des serveurs limités ne sont montrées qu’à celles qui les suivent. Avec les serveurs suspendus, rien n’est échangé.",
            "Las personas de servidores limitados solo se muestran a quienes las siguen. Con los suspendidos no se intercambia nada.",
            "制限されたサーバーの人は、フォローしている人にだけ表示されます。停止されたサーバーとは何もやり取りしません。",
            "لا يظهر أهل الخوادم المقيّدة إلا لمن يتابعهم. أما الموقوفة فلا تبادل معها.",
        ],
        suspended: ["suspended", "gesperrt", "suspendu", "suspendido", "停止", "موقوف"],
        limited: ["limited", "eingeschränkt", "limité", "limitado", "制限", "مقيّد"],
        contact: ["Contact", "Kontakt", "Contact", "Contacto", "連絡先", "التواصل"],
        network: [
            "Part of a network of servers that talk to each other. Runs Shop {version}.",
            "Teil eines Netzes von Servern, die miteinander sprechen. Läuft mit Shop {version}.",
            "Fait partie d’un réseau de serveurs qui se parlent. Fonctionne avec Shop {version}.",
            "Forma parte de una red de servidores que hablan entre sí. Funciona con Shop {version}.",
            "つながり合うサーバーのネットワークの一員です。Shop {version}で動いています。",
            "جزء من شبكة خوادم يحدّث بعضها بعضًا. يعمل بنظام Shop {version}.",
        ],
        source: ["Source code", "Quelltext", "Code source", "Código fuente", "ソースコード", "الشيفرة المصدرية"],
    }

    /// `/terms-of-service`
    TermsWords {
        title: [
            "Terms of service", "Nutzungsbedingungen", "Conditions d’utilisation", "Condiciones del servicio", "利用規約",
            "شروط الخدمة",
        ],
        description: [
            "What members of this community agree to.",
            "Womit Mitglieder dieser Community einverstanden sind.",
            "Ce que les membres de cette communauté acceptent.",
            "Lo que aceptan los miembros de esta comunidad.",
            "このコミュニティのメンバーが同意する内容です。",
            "ما يوافق عليه أعضاء هذا المجتمع.",
        ],
        since: [
            "In force since {day}.", "In Kraft seit {day}.", "En vigueur depuis le {day}.", "En vigor desde el {day}.",
            "{day}から有効です。", "سارية منذ {day}.",
        ],
        from: [
            "Will be in force from {day}.", "Gilt ab {day}.", "En vigueur à partir du {day}.",
            "Entrará en vigor el {day}.", "{day}から有効になります。", "تسري من {day}.",
        ],
        replaced: [
            "Replaced by those of {day}.", "Ersetzt durch die vom {day}.", "Remplacées par celles du {day}.",
            "Sustituidas por las del {day}.", "{day}の規約に置き換えられます。", "حلّت محلها شروط {day}.",
        ],
        others: [
            "Other versions", "Andere Fassungen", "Autres versions", "Otras versiones", "ほかの版", "نسخ أخرى",
        ],
    }

    /// `/privacy-policy`
    PrivacyWords {
        title: [
            "Privacy policy", "Datenschutz", "Politique de confidentialité", "Política de privacidad",
            "プライバシーポリシー", "سياسة الخصوصية",
        ],
        description: [
            "What this server keeps of people, who can read it, and for how long.",
            "Was dieser Server von Menschen speichert, wer es lesen kann und wie lange.",
            "Ce que ce serveur conserve des personnes, qui peut le lire, et combien de temps.",
            "Qué guarda este servidor de las personas, quién puede leerlo y durante cuánto tiempo.",
            "このサーバーが保存する個人の情報、それを読める人、保存期間について。",
            "ما يحفظه هذا الخادم عن الناس، ومن يستطيع قراءته، وإلى متى.",
        ],
    }

    /// `/tags/NAME`
    TagWords {
        description: [
            "Public posts with {tag}", "Öffentliche Beiträge mit {tag}", "Messages publics avec {tag}",
            "Publicaciones públicas con {tag}", "{tag}のついた公開投稿", "منشورات عامة فيها {tag}",
        ],
        empty: [
            "Nobody has used this tag in a public post yet.",
            "Noch hat niemand diesen Hashtag in einem öffentlichen Beitrag benutzt.",
            "Personne n’a encore employé ce hashtag dans un message public.",
            "Nadie ha usado todavía esta etiqueta en una publicación pública.",
            "このタグのついた公開投稿はまだありません。",
            "لم يستخدم أحد هذا الوسم في منشور عام بعد.",
        ],
    }

    /// `/collections/ID`
    CollectionWords {
        by: [
            "A collection by", "Eine Sammlung von", "Une collection de", "Una colección de", "コレクションの作成者：",
            "مجموعة من",
        ],
        description: [
            "A collection of accounts by {name}", "Eine Sammlung von Konten, von {name}",
            "Une collection de comptes, par {name}", "Una colección de cuentas, de {name}",
            "{name}さんによるアカウントのコレクション", "مجموعة حسابات من {name}",
        ],
        sensitive: [
            "This collection may be sensitive.", "Diese Sammlung ist vielleicht heikel.",
            "Cette collection peut être sensible.", "Esta colección puede ser delicada.",
            "このコレクションには注意が必要な内容が含まれる可能性があります。", "قد تكون هذه المجموعة حساسة.",
        ],
        empty: [
            "Nobody is in it yet.", "Noch ist niemand darin.", "Il n’y a encore personne.", "Todavía no hay nadie.",
            "まだ誰もいません。", "لا أحد فيها بعد.",
        ],
    }

    /// `/unsubscribe`
    UnsubscribeWords {
        title: ["Mails", "E-Mails", "Courriels", "Correos", "メール", "الرسائل"],
        ask: [
            "No more mails about {what}?", "Keine E-Mails mehr über {what}?", "Ne plus recevoir de courriels sur {what}\u{202f}?",
            "¿No recibir más correos sobre {what}?", "{what}についてのメールを停止しますか？", "أتريد إيقاف الرسائل عن {what}؟",
        ],
        hint: [
            "You will see them in your notifications all the same.",
            "In deinen Benachrichtigungen siehst du es trotzdem.",
            "Vous les verrez tout de même dans vos notifications.",
            "Las verás igualmente en tus notificaciones.",
            "通知の一覧にはこれまでどおり表示されます。",
            "ستراها في إشعاراتك على أي حال.",
        ],
        stop: [
            "No more mails", "Keine E-Mails mehr", "Ne plus recevoir de courriels", "No más correos", "メールを停止", "إيقاف الرسائل",
        ],
        stopped: [
            "No more mails about {what}.", "Keine E-Mails mehr über {what}.", "Vous ne recevrez plus de courriels sur {what}.",
            "No recibirás más correos sobre {what}.", "{what}についてのメールを停止しました。", "أُوقفت الرسائل عن {what}.",
        ],
        settings: [
            "All settings", "Alle Einstellungen", "Toutes les préférences", "Todos los ajustes", "すべての設定", "كل الإعدادات",
        ],
    }
}
