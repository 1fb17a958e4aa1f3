//! In which language the server speaks by itself: its pages, and mails about the account.

use serde_json::json;
use shop::features::oauth::sessions;
use shop::features::users::{self, jobs::Letter};
use shop::platform::ids::AccountId;

use crate::support::browser::{Browser, Page};
use crate::support::mailbox::{Mailbox, link};
use crate::support::{PASSWORD, Person, Shop};

const PREFERENCES: &str = "/api/shop/v1/preferences";

const GOOD: [(&str, &str); 4] =
    [("username", "carol"), ("email", "carol@example.com"), ("password", "long enough"), ("agreement", "1")];

fn browser(shop: &Shop, languages: &str) -> Browser {
    let mut browser = Browser::new(shop.base());
    browser.languages = languages.to_owned();
    browser
}

async fn open(shop: &Shop, languages: &str, path: &str) -> Page {
    browser(shop, languages).open(path).await
}

async fn with_mail(mode: &str) -> (Shop, Mailbox) {
    let mailbox = Mailbox::start().await;
    let settings = format!("[registrations]\nmode = \"{mode}\"\n[mail]\nsmtp_url = \"{}\"\n", mailbox.url);
    (Shop::start_with(&settings).await, mailbox)
}

async fn settle_on(person: &Person, locale: &str) {
    let settled = person.patch(PREFERENCES, json!({ "locale": locale })).await.ok();
    assert_eq!(settled["locale"], locale);
}

/// A browser in which `person` is signed in.
async fn signed_in(shop: &Shop, person: &Person, languages: &str) -> Browser {
    let account: AccountId = person.id.parse().unwrap();
    let mut browser = browser(shop, languages);
    let cookie = sessions::start(shop.app(), account, "a test").await.unwrap();
    browser.cookies.insert("shop_session".into(), cookie);
    browser
}

#[track_caller]
fn assert_speaks(page: &Page, language: &str, words: &str) {
    let direction = if language == "ar" { "rtl" } else { "ltr" };
    let root = format!("<html lang=\"{language}\" dir=\"{direction}\">");
    assert!(page.text.contains(&root) && page.text.contains(words), "{language}, {words}: {}", page.text);
}

#[tokio::test]
async fn a_page_speaks_the_language_that_the_browser_asks_for() {
    let shop = Shop::start().await;
    for (asked, language, words) in [
        ("fr", "fr", "Mot de passe oublié"),
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "fr", "Mot de passe"),
        ("de-AT", "de", "Passwort vergessen?"),
        ("es-419,es;q=0.9", "es", "Iniciar sesión"),
        ("ja", "ja", "パスワード"),
        ("ar", "ar", "تسجيل الدخول"),
        ("en-GB", "en", "Forgot your password?"),
        ("", "en", "Forgot your password?"),
        ("pt-BR, nl", "en", "Forgot your password?"),
        ("pt, de;q=0.3, fr;q=0.7", "fr", "Se connecter"),
        ("de;q=0, fr;q=0.1", "fr", "Se connecter"),
        ("pt, *;q=0.5, de;q=0.1", "en", "Sign in"),
    ] {
        assert_speaks(&open(&shop, asked, "/auth/sign_in").await, language, words);
    }
}

#[tokio::test]
async fn what_a_browser_asks_for_can_do_no_harm() {
    let shop = Shop::start().await;
    let long = format!("{}de", "x-y;q=0.9,".repeat(4_000));
    for hostile in [
        long.as_str(),
        ";;;,,,===",
        "\"><script>alert(1)</script>",
        "../../etc/passwd",
        "de;q=99999999999999999999999999, fr;q=NaN, es;q=-1",
        "-de, _fr, {{ 7 * 7 }}",
    ] {
        let page = open(&shop, hostile, "/auth/sign_in").await;
        assert_eq!(page.status, 200, "{hostile}");
        assert_speaks(&page, "en", "Forgot your password?");
        assert!(!page.text.contains("alert(1)"), "{}", page.text);
    }
    let bytes = reqwest::header::HeaderValue::from_bytes(b"\xff\xfe, de").unwrap();
    let request = reqwest::Client::new().get(format!("{}/auth/sign_in", shop.base()));
    let text = request.header("accept-language", bytes).send().await.unwrap().text().await.unwrap();
    assert!(text.contains("<html lang=\"en\""), "{text}");
}

#[tokio::test]
async fn caches_keep_pages_of_guests_by_language() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let post = alice.says("hello #world").await;
    let thread = format!("/@alice/{}", post["id"].as_str().unwrap());
    let embed = format!("{thread}/embed");
    for (path, words) in [
        ("/", "Willkommen"),
        ("/about", "Mitglieder:"),
        ("/privacy-policy", "Was dieser Server speichert"),
        ("/@alice", "Vom eigenen Server aus folgen"),
        (thread.as_str(), "Vom eigenen Server aus antworten"),
        (embed.as_str(), "hello"),
        ("/tags/world", "Öffentliche Beiträge mit #world"),
    ] {
        let german = open(&shop, "de", path).await;
        assert_speaks(&german, "de", words);
        let (vary, tag) = (&german.headers["vary"], &german.headers["etag"]);
        assert!(vary.to_str().unwrap().contains("Accept-Language"), "{path}: {vary:?}");
        assert_eq!(german.headers["cache-control"], "public, max-age=60", "{path}");
        let held = |language: &str| {
            let request = reqwest::Client::new().get(format!("{}{path}", shop.base()));
            request.header("accept-language", language).header("if-none-match", tag.clone()).send()
        };
        assert_eq!(held("de").await.unwrap().status(), 304, "{path}");
        let french = held("fr").await.unwrap();
        assert_eq!(french.status(), 200, "{path}: what is held is in another language");
        assert!(french.headers()["vary"].to_str().unwrap().contains("Accept-Language"), "{path}");
    }
    for path in ["/@alice.rss", "/manifest"] {
        let answer = open(&shop, "de", path).await;
        let vary = answer.headers["vary"].to_str().unwrap();
        assert!(vary.contains("Accept-Language"), "{path}: {vary}");
    }
}

#[tokio::test]
async fn whoever_is_signed_in_reads_pages_in_the_language_of_their_settings() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    settle_on(&alice, "ja").await;
    let mut browser = signed_in(&shop, &alice, "de").await;
    let page = browser.open("/oauth/authorized_applications").await;
    assert_speaks(&page, "ja", "<h1>許可したアプリ</h1>");
    assert_speaks(&browser.open("/oauth/authorize?client_id=nobody").await, "ja", "アプリを許可できません");
    assert_speaks(&browser.post("/oauth/authorize", &[]).await, "ja", "フォームが古いか");
}

#[tokio::test]
async fn days_are_written_in_the_language_of_the_page_and_posts_keep_theirs() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let said = json!({ "status": "good morning", "language": "en" });
    let post = alice.post("/api/v1/statuses", said).await.ok();
    let at = post["created_at"].as_str().unwrap();
    let path = format!("/@alice/{}", post["id"].as_str().unwrap());
    let page = open(&shop, "ja", &path).await;
    let time = page.text.split(&format!("datetime=\"{at}\">")).nth(1).unwrap().split('<').next().unwrap();
    assert!(time.contains('年') && time.contains("日 ") && time.ends_with("UTC"), "{time}");
    assert!(page.text.contains("<div class=\"e-content\" lang=\"en\" dir=\"auto\">"), "{}", page.text);
}

#[tokio::test]
async fn errors_are_pages_in_the_language_of_the_reader_and_stay_english_for_programs() {
    let shop = Shop::start().await;
    let page = open(&shop, "es", "/@nobody").await;
    assert_eq!(page.status, 404);
    assert_speaks(&page, "es", "No hay nada en esta dirección");
    let mut guest = browser(&shop, "fr");
    let refused = guest.fill("/auth/sign_in", "/auth/sign_in", &[("csrf", "forged")]).await;
    assert_eq!(refused.status, 422);
    assert_speaks(&refused, "fr", "Ce formulaire est trop ancien");
    let wrong = guest.sign_in("nobody", "not the password").await;
    assert_speaks(&wrong, "fr", "le mot de passe est faux");
    let asked = [("accept-language", "fr")];
    let program = shop.anon().get_with("/api/v1/statuses/1", &asked).await;
    assert_eq!(program.error(404), "Record not found");
}

#[tokio::test]
async fn who_joins_on_a_german_page_is_written_to_in_german() {
    let (shop, mut mailbox) = with_mail("approval").await;
    let mut carol = browser(&shop, "de-DE, en;q=0.5");
    let refused =
        carol.fill("/auth/sign_up", "/auth/sign_up", &[("username", "a b"), ("password", "short")]).await;
    assert_speaks(&refused, "de", "Der Name darf nur aus Buchstaben");
    assert_speaks(&refused, "de", "Das Passwort ist zu kurz (mindestens 8 Zeichen)");
    let page = carol.fill("/auth/sign_up", "/auth/sign_up", &GOOD).await;
    assert_speaks(&page, "de", "Wir haben dir eine Mail geschickt.");
    let mail = mailbox.next().await;
    assert!(mail.contains("Subject: Bestätige deine E-Mail-Adresse für "), "{mail}");
    assert!(mail.contains("Bitte öffne innerhalb von zwei Tagen diesen Link"), "{mail}");
    let address = link(&mail, shop.base());
    assert_speaks(&carol.open(&address).await, "de", "Meine Adresse bestätigen");
    let page = carol.fill(&address, "/auth/confirmation", &[]).await;
    assert_speaks(&page, "de", "Die Moderation entscheidet über deine Anfrage.");
    let id = users::find(&shop.app().read().unwrap(), "carol").unwrap().unwrap();
    shop.app().write(move |tx| users::approve(tx, id)).await.unwrap();
    let mail = mailbox.next().await;
    assert!(mail.contains("Subject: Du bist dabei: "), "{mail}");
}

#[tokio::test]
async fn who_joins_by_an_app_is_written_to_in_the_language_that_it_names() {
    let (shop, mut mailbox) = with_mail("open").await;
    let app = shop
        .anon()
        .post(
            "/api/v1/apps",
            json!({
        "client_name": "An app", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read write" }),
        )
        .await
        .ok();
    let asked = json!({ "grant_type": "client_credentials", "scope": "read write",
        "client_id": app["client_id"], "client_secret": app["client_secret"] });
    let token = shop.anon().post("/oauth/token", asked).await.ok();
    let program = shop.anon().with_token(token["access_token"].as_str().unwrap());
    let draft = json!({ "username": "carol", "email": "carol@example.com", "password": "long enough",
        "agreement": true, "locale": "es-MX" });
    program.post("/api/v1/accounts", draft).await.ok();
    let mail = mailbox.next().await;
    assert!(mail.contains("Subject: Confirma tu dirección de correo para "), "{mail}");
}

#[tokio::test]
async fn mails_about_the_account_speak_the_language_of_its_settings() {
    let (shop, mut mailbox) = with_mail("open").await;
    for (name, locale, subject, text) in [
        ("anna", "de-AT", "Ein neues Passwort für ", "innerhalb von sechs Stunden"),
        ("bea", "fr", "Un nouveau mot de passe pour ", "dans les six heures"),
        ("cleo", "ja", "新しいパスワード", "6時間以内に"),
        ("dina", "ar", "كلمة سر جديدة في ", "خلال ست ساعات"),
        ("emma", "pt", "A new password for ", "within six hours"),
    ] {
        let member = shop.member(name).await;
        settle_on(&member, locale).await;
        users::send_letter(shop.app(), &format!("{name}@example.org"), Letter::Reset).await.unwrap();
        let mail = mailbox.next().await;
        let line = mail.lines().find(|line| line.starts_with("Subject: ")).unwrap();
        assert!(line.contains(subject) && mail.contains(text), "{locale}: {mail}");
        let page = open(&shop, locale, &link(&mail, shop.base())).await;
        assert_eq!(page.status, 200, "the link stands apart from the words around it: {mail}");
    }
}

#[tokio::test]
async fn other_words_of_the_account_are_in_its_language_too() {
    let (shop, mut mailbox) = with_mail("open").await;
    let alice = shop.member("alice").await;
    settle_on(&alice, "de").await;
    let body = json!({ "current_password": PASSWORD, "email": "new@example.org" });
    alice.post("/api/shop/v1/email", body).await.ok();
    let mails = [mailbox.next().await, mailbox.next().await];
    let to = |address: &str| mails.iter().find(|mail| mail.contains(&format!("To: {address}"))).unwrap();
    assert!(to("new@example.org").contains("Subject: Bestätige deine neue E-Mail-Adresse"), "{mails:?}");
    let told = to("alice@example.org");
    assert!(told.contains("\r\n\r\nnew@example.org\r\n\r\nSie gilt, sobald"), "{told}");
    alice.post("/api/shop/v1/archives", json!({})).await.ok();
    shop.settle().await;
    let mail = mailbox.next().await;
    assert!(mail.contains("Subject: Dein Archiv bei ") && mail.contains("Du kannst es bis "), "{mail}");
}

#[tokio::test]
async fn the_language_of_an_account_is_a_tag_and_nothing_else() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    assert_eq!(alice.get(PREFERENCES).await.ok()["locale"], "en");
    settle_on(&alice, "pt-BR").await;
    for bad in ["", "x", "../../etc", "a-very-long-language", "<b>"] {
        alice.patch(PREFERENCES, json!({ "locale": bad, "always_send_emails": true })).await.error(422);
    }
    let kept = alice.patch(PREFERENCES, json!({ "locale": ["de"] })).await.ok();
    assert_eq!((&kept["locale"], &kept["always_send_emails"]), (&json!("pt-BR"), &json!(false)));
}
