//! What browsers, feed readers and link previews get without the API: pages, feeds, the web app's shell and files.

use std::path::Path;

use serde_json::{Value, json};
use shop::features::accounts::table::ACCOUNTS;
use shop::features::instance;
use shop::features::oauth::sessions;
use shop::features::statuses;
use shop::platform::ids::AccountId;

use crate::support::{Answer, Person, Shop};

const HOSTILE: &str = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(2)>&:x: --> ]]>";

/// A browser in which `person` is signed in.
async fn cookie(shop: &Shop, person: &Person) -> String {
    let account: AccountId = person.id.parse().unwrap();
    format!("shop_session={}", sessions::start(shop.app(), account, "a test").await.unwrap())
}

/// What a guest's browser gets.
async fn page(shop: &Shop, path: &str) -> Answer {
    shop.anon().get_with(path, &[("accept", "text/html,application/xhtml+xml,*/*;q=0.8")]).await
}

#[track_caller]
fn shown(answer: &Answer) -> String {
    assert_eq!(answer.status(), 200, "{}", answer.text());
    assert!(answer.header("content-type").unwrap().starts_with("text/html"));
    answer.text()
}

/// Path and query of a redirect.
#[track_caller]
fn leads_to(answer: &Answer) -> String {
    assert!((300..400).contains(&answer.status()), "{} {}", answer.status(), answer.text());
    answer.header("location").unwrap().to_owned()
}

fn path_of(status: &Value) -> String {
    format!("/@{}/{}", status["account"]["acct"].as_str().unwrap(), status["id"].as_str().unwrap())
}

/// How many `item`s a well-formed feed has.
#[track_caller]
fn items(answer: &Answer) -> usize {
    assert_eq!(answer.status(), 200, "{}", answer.text());
    assert!(answer.header("content-type").unwrap().starts_with("application/rss+xml"));
    let text = answer.text();
    let mut reader = quick_xml::Reader::from_str(&text);
    let mut items = 0;
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}: {text}")) {
            quick_xml::events::Event::Start(tag) if tag.name().as_ref() == b"item" => items += 1,
            quick_xml::events::Event::Eof => return items,
            _ => {}
        }
    }
}

#[tokio::test]
async fn a_profile_tells_who_it_is_to_people_previews_and_servers() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let change = json!({"display_name": "Alice B", "note": "I bind books.", "indexable": true});
    alice.patch("/api/v1/accounts/update_credentials", change).await.ok();
    alice.says("a first post").await;
    let answer = page(&shop, "/@alice").await;
    let html = shown(&answer);
    let base = shop.base();
    for part in [
        format!("<title>Alice B (@alice@{}) · ", shop.domain()),
        format!("<link rel=\"canonical\" href=\"{base}/@alice\">"),
        format!(
            "<link rel=\"alternate\" type=\"application/activity+json\" href=\"{base}/ap/users/{}\">",
            alice.id
        ),
        format!("<link rel=\"alternate\" type=\"application/rss+xml\" href=\"{base}/@alice.rss\">"),
        "<meta property=\"og:type\" content=\"profile\">".into(),
        "<meta property=\"og:description\" content=\"I bind books.\">".into(),
        "class=\"h-entry\"".into(),
        "a first post".into(),
    ] {
        assert!(html.contains(&part), "{part}\n{html}");
    }
    assert!(!html.contains("noindex") && !html.contains("<script"), "{html}");
    let links = answer.header("link").unwrap();
    assert!(
        links.contains("rel=\"lrdd\"") && links.contains(&format!("<{base}/ap/users/{}>", alice.id)),
        "{links}"
    );
    assert_eq!(answer.header("cache-control"), Some("public, max-age=60"));
    assert_eq!(answer.header("set-cookie"), None);
    assert!(html.len() < 15 * 1024);

    let tag = answer.header("etag").unwrap().to_owned();
    let again = shop.anon().get_with("/@alice", &[("accept", "text/html"), ("if-none-match", &tag)]).await;
    assert_eq!((again.status(), again.bytes().len()), (304, 0));
    alice.says("a second post").await;
    let changed = shop.anon().get_with("/@alice", &[("accept", "text/html"), ("if-none-match", &tag)]).await;
    assert_eq!(changed.status(), 200);
    assert_eq!(leads_to(&page(&shop, "/@ALICE/media?max_id=5").await), "/@alice/media?max_id=5");
    assert_eq!(leads_to(&page(&shop, &format!("/@alice@{}", shop.domain())).await), "/@alice");
}

#[tokio::test]
async fn who_does_not_want_to_be_found_is_not_indexed() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    alice.patch("/api/v1/accounts/update_credentials", json!({"indexable": false})).await.ok();
    let post = alice.says("hidden from engines").await;
    for path in ["/@alice".to_owned(), path_of(&post)] {
        assert!(
            shown(&page(&shop, &path).await).contains("<meta name=\"robots\" content=\"noindex\">"),
            "{path}"
        );
    }
    let robots = shop.anon().get("/robots.txt").await;
    assert!(robots.text().contains("Disallow: /api/"));
}

#[tokio::test]
async fn sections_and_older_posts_are_a_link_away() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let question = bob.says("a question").await;
    let reply = json!({"status": "an answer to bob", "in_reply_to_id": question["id"]});
    alice.post("/api/v1/statuses", reply).await.ok();
    for number in 0..21 {
        alice.says(&format!("post number {number:02}.")).await;
    }
    let media = alice.picture().await;
    let picture = json!({"status": "with a picture", "media_ids": [media]});
    alice.post("/api/v1/statuses", picture).await.ok();

    let first = shown(&page(&shop, "/@alice").await);
    assert!(
        first.contains("with a picture") && first.contains("number 20.") && !first.contains("number 01.")
    );
    assert!(!first.contains("an answer to bob") && !first.contains(">Newer<"));
    let older =
        first.split("<a href=\"").find(|part| part.contains(">Older<")).unwrap().split('"').next().unwrap();
    let second = shown(&page(&shop, older).await);
    assert!(second.contains("number 01.") && !second.contains("number 02.") && second.contains(">Newer<"));
    let replies = shown(&page(&shop, "/@alice/with_replies?min_id=1").await);
    assert!(replies.contains("an answer to bob"));
    let media = shown(&page(&shop, "/@alice/media").await);
    assert!(media.contains("with a picture") && !media.contains("number 20."));
    assert!(media.contains("alt=\"a cat\"") && media.contains("<figcaption dir=\"auto\">a cat</figcaption>"));
    assert_eq!(page(&shop, "/@alice?max_id=x").await.status(), 404);
}

#[tokio::test]
async fn a_thread_shows_what_everybody_may_see() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let root = alice.says("where it began").await;
    let media = bob.picture().await;
    let middle = json!({
        "status": "in the middle", "in_reply_to_id": root["id"], "media_ids": [media], "language": "en"
    });
    let middle = bob.post("/api/v1/statuses", middle).await.ok();
    let below =
        json!({"status": "below <all>", "spoiler_text": "Careful & slow", "in_reply_to_id": middle["id"]});
    alice.post("/api/v1/statuses", below).await.ok();
    let secret = json!({"status": "only followers", "visibility": "private", "in_reply_to_id": middle["id"]});
    let secret = alice.post("/api/v1/statuses", secret).await.ok();
    let direct =
        alice.post("/api/v1/statuses", json!({"status": "@bob psst", "visibility": "direct"})).await.ok();

    let answer = page(&shop, &path_of(&middle)).await;
    let html = shown(&answer);
    let order: Vec<usize> = ["where it began", "in the middle", "below &lt;all&gt;"]
        .map(|text| html.rfind(text).unwrap())
        .to_vec();
    assert!(order.is_sorted(), "{order:?}");
    assert!(
        html.contains("<summary class=\"p-summary\" dir=\"auto\">Careful &amp; slow</summary>"),
        "{html}"
    );
    assert!(
        html.contains("class=\"h-entry focused\"")
            && html.contains("<time class=\"dt-published\" datetime=\"")
    );
    assert!(html.contains("<meta property=\"og:description\" content=\"in the middle\">"));
    assert!(html.contains("summary_large_image") && html.contains("og:image:alt\" content=\"a cat\""));
    assert!(html.contains("lang=\"en\"") && !html.contains("only followers"));
    assert!(answer.header("link").unwrap().contains("rel=\"alternate\"; type=\"application/activity+json\""));
    for hidden in [&secret, &direct] {
        let answer = page(&shop, &path_of(hidden)).await;
        assert_eq!(answer.status(), 404);
        assert!(!answer.text().contains("psst") && !answer.text().contains("only followers"));
    }
    for path in ["/@alice", "/@alice/with_replies", "/@alice.rss", "/@alice/with_replies.rss"] {
        let text = page(&shop, path).await.text();
        assert!(!text.contains("psst") && !text.contains("only followers"), "{path}");
    }
    let elsewhere = format!("/@alice/{}", middle["id"].as_str().unwrap());
    assert_eq!(leads_to(&page(&shop, &elsewhere).await), format!("{}{}", shop.base(), path_of(&middle)));
    for nothing in
        ["/@alice/1", "/@alice/x", "/@nobody/1", "/@nobody", "/@", "/@a%2Fb", "/@alice/1/reblogs/x"]
    {
        assert_eq!(page(&shop, nothing).await.status(), 404, "{nothing}");
    }
}

#[tokio::test]
async fn nothing_that_people_write_becomes_markup() {
    let shop = Shop::start().await;
    let eve = shop.member("eve").await;
    let name: String = HOSTILE.chars().take(30).collect();
    let change = json!({
        "display_name": name, "note": HOSTILE, "fields_attributes": [{"name": "<b>x</b>", "value": "<i>\"y"}]
    });
    eve.patch("/api/v1/accounts/update_credentials", change).await.ok();
    let post = json!({"status": format!("{HOSTILE} #tag \u{7}"), "spoiler_text": HOSTILE});
    let warned = eve.post("/api/v1/statuses", post).await.ok();
    let plain = eve.says(&format!("{HOSTILE} #tag \u{7}")).await;
    for path in ["/@eve".to_owned(), path_of(&warned), path_of(&plain), "/tags/tag".into()] {
        let html = shown(&page(&shop, &path).await);
        for bad in ["<script", "<img src=x", "onerror=alert(2)>\"", "<b>x", "<i>\"y", "content=\"</"] {
            assert!(!html.contains(bad), "{path}: {bad}\n{html}");
        }
        assert_eq!(html.matches("</title>").count(), 1, "{path}");
    }
    for path in ["/@eve.rss", "/tags/tag.rss"] {
        let feed = shop.anon().get(path).await;
        assert_eq!(items(&feed), 2);
        assert!(!feed.text().contains("<script") && !feed.text().contains('\u{7}'));
    }
}

#[tokio::test]
async fn feeds_have_public_posts_without_boosts() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let theirs = bob.says("from bob #books").await;
    alice.post(&format!("/api/v1/statuses/{}/reblog", theirs["id"].as_str().unwrap()), json!({})).await.ok();
    let media = alice.picture().await;
    let own = json!({"status": "Mine & <yours> #Books", "media_ids": [media], "spoiler_text": "Books"});
    let own = alice.post("/api/v1/statuses", own).await.ok();
    let feed = shop.anon().get("/@alice.rss").await;
    assert_eq!(items(&feed), 1);
    let text = feed.text();
    for part in [
        format!("<guid isPermaLink=\"true\">{}</guid>", own["url"].as_str().unwrap()),
        format!("<atom:link rel=\"self\" type=\"application/rss+xml\" href=\"{}/@alice.rss\"/>", shop.base()),
        "<category>books</category>".into(),
        "medium=\"image\"".into(),
        "<media:description type=\"plain\">a cat</media:description>".into(),
        "Content warning:".into(),
        " +0000</pubDate>".into(),
    ] {
        assert!(text.contains(&part), "{part}\n{text}");
    }
    assert_eq!(items(&shop.anon().get("/tags/books.rss").await), 2);
    assert_eq!(items(&shop.anon().get("/tags/books.rss?limit=1").await), 1);
    let tag = feed.header("etag").unwrap();
    assert_eq!(shop.anon().get_with("/@alice.rss", &[("if-none-match", tag)]).await.status(), 304);
    assert_eq!(shop.anon().get("/@nobody.rss").await.status(), 404);

    let page_of_tag = shown(&page(&shop, "/tags/books").await);
    assert!(page_of_tag.contains("from bob") && page_of_tag.contains("noindex"));
    assert_eq!(leads_to(&page(&shop, "/tags/Books").await), format!("{}/tags/books", shop.base()));
    assert!(shown(&page(&shop, "/tags/unheard_of").await).contains("Nobody has used this tag"));
    assert_eq!(page(&shop, "/tags/123").await.status(), 404);
}

#[tokio::test]
async fn servers_get_documents_at_the_same_addresses() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let post = alice.says("for servers").await;
    let activity = [("accept", "application/activity+json")];
    let actor = shop.anon().get_with("/@alice", &activity).await;
    assert_eq!(actor.ok()["id"], format!("{}/ap/users/{}", shop.base(), alice.id));
    assert_eq!(shop.anon().get("/@alice.json").await.ok()["type"], "Person");
    let note = shop.anon().get_with(&path_of(&post), &activity).await;
    assert_eq!(note.ok()["id"], post["uri"]);
    assert_eq!(shop.anon().get(&format!("{}.json", path_of(&post))).await.ok()["type"], "Note");
    assert_eq!(shop.anon().get_with("/@nobody", &activity).await.status(), 404);
    let page = page(&shop, "/@alice").await;
    assert!(page.header("vary").unwrap().contains("Accept"));
}

#[tokio::test]
async fn who_is_suspended_has_no_page() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let post = alice.says("once upon a time").await;
    let id: AccountId = alice.id.parse().unwrap();
    shop.app()
        .write(move |tx| {
            let now = tx.now();
            ACCOUNTS.edit(tx, &id, |account| account.suspended_at = Some(now))?;
            Ok(())
        })
        .await
        .unwrap();
    for path in ["/@alice".to_owned(), "/@alice.rss".into(), path_of(&post)] {
        let answer = page(&shop, &path).await;
        assert_eq!(answer.status(), 403, "{path}");
        assert!(!answer.text().contains("once upon a time"));
    }
}

#[tokio::test]
async fn the_front_page_says_what_this_community_is() {
    let shop = Shop::start().await;
    shop.member("alice").await;
    shop.app()
        .write(|tx| {
            instance::change(tx, |instance| {
                instance.title = "Harbour <Town>".into();
                instance.description = "For people by the sea.".into();
                instance.rules = vec!["Be kind & patient.".into()];
                instance.contact_email = "staff@example.org".into();
            })
        })
        .await
        .unwrap();
    for path in ["/", "/about"] {
        let html = shown(&page(&shop, path).await);
        for part in [
            "<h1>Harbour &#60;Town&#62;</h1>",
            "For people by the sea.",
            "Be kind &#38; patient.",
            "mailto:staff@example.org",
            "Members: <b>1</b>",
            "href=\"/auth/sign_up\"",
        ] {
            assert!(html.contains(part), "{path}: {part}\n{html}");
        }
    }
    for path in ["/explore", "/explore/tags"] {
        assert_eq!(leads_to(&page(&shop, path).await), "/", "{path}");
    }
}

#[tokio::test]
async fn guests_of_the_app_are_led_to_the_sign_in_form() {
    let shop = Shop::start().await;
    for path in [
        "/home",
        "/local",
        "/public",
        "/notifications",
        "/search",
        "/bookmarks",
        "/favourites",
        "/follow_requests",
        "/settings",
        "/publish",
        "/catchup",
        "/deck",
        "/conversations",
        "/drafts",
        "/filters/3",
        "/lists",
        "/lists/3/members",
        "/notifications/requests",
        "/settings/appearance",
        "/@alice/followers",
        "/@alice/12/reblogs",
    ] {
        let place = leads_to(&page(&shop, path).await);
        let back = url::form_urlencoded::byte_serialize(path.as_bytes()).collect::<String>();
        assert_eq!(place, format!("/auth/sign_in?return_to={back}"));
    }
    let asked = leads_to(&page(&shop, "/search?q=a%26b").await);
    assert_eq!(asked, "/auth/sign_in?return_to=%2Fsearch%3Fq%3Da%2526b");
}

#[tokio::test]
async fn devices_learn_the_name_of_the_community_and_where_it_begins() {
    let shop = Shop::start().await;
    shop.app().write(|tx| instance::change(tx, |i| i.title = "Bread & \"Butter\"".into())).await.unwrap();
    let answer = shop.anon().get("/manifest").await;
    assert_eq!(answer.header("content-type"), Some("application/manifest+json"));
    let manifest = answer.ok();
    assert_eq!(manifest["name"], "Bread & \"Butter\"");
    assert_eq!(manifest["start_url"], "/home");
    assert_eq!(manifest["share_target"]["action"], "share");
    let worker = shop.anon().get("/sw.js").await;
    if Path::new(env!("CARGO_MANIFEST_DIR")).join("web-ui/dist/sw.js").exists() {
        assert_eq!(worker.header("content-type"), Some("text/javascript; charset=utf-8"));
        assert_eq!(worker.header("cache-control"), Some("no-cache"));
    } else {
        assert_eq!(worker.status(), 404);
    }
}

#[tokio::test]
async fn the_shell_carries_the_session_of_its_reader_alone() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let title = "Evil </script><script>alert(1)</script>";
    shop.app().write(move |tx| instance::change(tx, |i| i.title = title.into())).await.unwrap();
    let cookie = cookie(&shop, &alice).await;
    let headers = [("accept", "text/html"), ("cookie", cookie.as_str())];
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("web-ui/dist/index.html").exists();
    for path in ["/", "/home", "/@alice", "/@nobody/3", "/tags/x", "/publish?text=hi", "/@alice/following"] {
        let answer = shop.anon().get_with(path, &headers).await;
        assert_eq!(answer.header("cache-control"), Some("private, no-store"), "{path}");
        if !built {
            assert_eq!(answer.status(), 503, "{path}");
            continue;
        }
        let html = shown(&answer);
        let (_, rest) = html.split_once("<script id=\"shop-session\" type=\"application/json\">").unwrap();
        let session: Value = serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap();
        assert_eq!(session["title"], title);
        assert_eq!(session["account_id"], alice.id);
        assert_eq!(session["streaming"], format!("ws://{}", shop.domain()));
        assert_eq!(session["max_characters"], 500);
        assert!(session["csrf"].as_str().is_some_and(|csrf| csrf.len() > 20));
        let token = session["token"].as_str().unwrap();
        let me = shop.anon().with_token(token).get("/api/v1/accounts/verify_credentials").await.ok();
        assert_eq!(me["id"], alice.id);
        assert!(!html.contains("<!--shop:session-->") && !html.contains("<script>alert"));
        assert!(answer.header("content-security-policy").unwrap().contains("script-src 'self'"));
    }
    let guest = page(&shop, "/@alice").await;
    assert!(!guest.text().contains("shop-session"));
    let signed_in_server = [("accept", "application/activity+json"), ("cookie", cookie.as_str())];
    assert_eq!(shop.anon().get_with("/@alice", &signed_in_server).await.ok()["type"], "Person");
}

#[tokio::test]
async fn files_of_the_app_are_compressed_and_kept() {
    let shop = Shop::start().await;
    let anon = shop.anon();
    let sheet = anon.get_with("/assets/public.css", &[("accept-encoding", "identity")]).await;
    assert_eq!((sheet.status(), sheet.header("content-type")), (200, Some("text/css; charset=utf-8")));
    assert_eq!(sheet.header("content-encoding"), None);
    assert_eq!(sheet.header("x-content-type-options"), Some("nosniff"));
    assert!(
        sheet.text().contains(".h-entry") && !sheet.header("cache-control").unwrap().contains("immutable")
    );
    let small = anon.get_with("/assets/public.css", &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(small.header("content-encoding"), Some("br"));
    assert!(small.bytes().len() < sheet.bytes().len() / 2);
    let older = anon.get_with("/assets/public.css", &[("accept-encoding", "gzip")]).await;
    assert_eq!((older.text(), older.header("etag")), (sheet.text(), sheet.header("etag")));
    let tag = sheet.header("etag").unwrap();
    let held = anon.get_with("/assets/public.css", &[("if-none-match", tag)]).await;
    assert_eq!((held.status(), held.bytes().len()), (304, 0));
    assert_eq!(anon.get("/assets/icon.svg").await.header("content-type"), Some("image/svg+xml"));
    assert_eq!(leads_to(&anon.get("/favicon.ico").await), "/assets/icon.svg");
    for nothing in [
        "/assets/",
        "/assets/x.js",
        "/assets/../Cargo.toml",
        "/assets/%2e%2e/index.html",
        "/assets/public.css.br",
        "/assets/public.css.gz",
    ] {
        assert_eq!(anon.get(nothing).await.status(), 404, "{nothing}");
    }
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("web-ui/dist/assets");
    for entry in std::fs::read_dir(dist).into_iter().flatten().take(5) {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let file = anon.get_with(&format!("/assets/{name}"), &[("accept-encoding", "br")]).await;
        if name.ends_with(".js") || name.ends_with(".css") && name != "public.css" {
            assert_eq!(file.status(), 200, "{name}");
            assert_eq!(file.header("cache-control"), Some("public, max-age=31536000, immutable"), "{name}");
        } else if name.ends_with(".br") || name.ends_with(".gz") {
            assert_eq!(file.status(), 404, "{name}");
        }
    }
}

#[tokio::test]
async fn people_of_other_servers_go_on_at_home() {
    let (here, there) = Shop::pair().await;
    let alice = here.member("alice").await;
    let bob = there.member("bob").await;
    let target = format!("{}/ap/users/{}", here.base(), alice.id);
    let asked: String = url::form_urlencoded::byte_serialize(target.as_bytes()).collect();
    assert!(shown(&page(&here, "/@alice").await).contains("/interact?uri="));
    let form = page(&here, &format!("/interact?uri={asked}")).await;
    let html = shown(&form);
    let guest = form.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let csrf = html.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let send = async |handle: &str, csrf: &str| {
        let fields = [("csrf", csrf), ("uri", target.as_str()), ("handle", handle)];
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let anon = here.anon();
        let request = anon.request(reqwest::Method::POST, "/interact").header("cookie", &guest);
        anon.send(request.header("content-type", "application/x-www-form-urlencoded").body(body)).await
    };
    let home = format!("{}/authorize_interaction?uri={asked}", there.base());
    assert_eq!(leads_to(&send(&bob.handle(), &csrf).await), home);
    assert_eq!(send(&format!("nobody@{}", there.domain()), &csrf).await.status(), 422);
    assert_eq!(send("no handle", &csrf).await.status(), 422);
    assert_eq!(send(&bob.handle(), "forged").await.status(), 422);
    let own = leads_to(&send(&format!("x@{}", here.domain()), &csrf).await);
    assert_eq!(own, format!("/authorize_interaction?uri={asked}"));

    let cookie = cookie(&there, &bob).await;
    let taken = there.anon().get_with(&home, &[("cookie", cookie.as_str())]).await;
    assert_eq!(leads_to(&taken), format!("/search?q={asked}"));
    assert!(
        leads_to(&there.anon().get(&home).await)
            .starts_with("/auth/sign_in?return_to=%2Fauthorize_interaction")
    );
    assert_eq!(page(&here, "/interact").await.status(), 400);
    assert_eq!(leads_to(&page(&here, "/share?text=a%20b&url=c").await), "/publish?text=a%20b&url=c");
}

#[tokio::test]
async fn what_lives_elsewhere_is_named_but_not_shown() {
    let (here, there) = Shop::pair().await;
    let bob = there.member("bob").await;
    let post = bob.says("kept at home").await;
    let (uri, url) = (post["uri"].as_str().unwrap(), post["url"].as_str().unwrap().to_owned());
    let id = statuses::resolve::uri(here.app(), uri).await.unwrap().unwrap();
    let profile = format!("/@bob@{}", there.domain());
    let pages = [(profile.clone(), format!("{}/@bob", there.base())), (format!("{profile}/{id}"), url)];
    for (path, place) in pages {
        let html = shown(&page(&here, &path).await);
        assert!(html.contains(&format!("href=\"{place}\"")) && html.contains("noindex"), "{html}");
        assert!(!html.contains("kept at home"));
    }
    for nobody in [format!("/@nobody@{}", there.domain()), format!("{profile}.rss"), format!("/@bob/{id}")] {
        assert_eq!(page(&here, &nobody).await.status(), 404, "{nobody}");
    }
}

#[tokio::test]
async fn an_address_that_means_nothing_is_a_page_for_people_and_json_for_programs() {
    let shop = Shop::start().await;
    for nothing in ["/nothing", "/home/nothing", "/about/us", "/x.php?a=<script>"] {
        let answer = page(&shop, nothing).await;
        assert_eq!(answer.status(), 404, "{nothing}");
        assert!(answer.header("content-type").unwrap().starts_with("text/html"), "{nothing}");
        let text = answer.text();
        assert!(text.contains("Nothing is here") && !text.contains("<script>a"), "{text}");
        assert_eq!(shop.anon().get(nothing).await.error(404), "Not Found", "{nothing}");
    }
    for program in ["/api/v1/nothing", "/ap/nothing", "/oauth/nothing", "/.well-known/nothing"] {
        assert_eq!(page(&shop, program).await.error(404), "Not Found", "{program}");
    }
}
