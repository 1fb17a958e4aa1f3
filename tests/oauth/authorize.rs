//! The consent page: who may get a code, and where it goes.

use reqwest::StatusCode;

use super::{CALLBACK, CHALLENGE, Client, PASSWORD, VERIFIER, alice, browser, client, person};
use crate::support::Shop;

#[tokio::test]
async fn a_guest_signs_in_first_and_comes_back() {
    let shop = Shop::start().await;
    person(&shop, "alice").await;
    let client = client(&shop, "read write").await;
    let mut browser = browser(&shop);
    let address = client.authorize(&[("state", "a&b=c")]);
    let sent = browser.open(&address).await;
    assert!(sent.location().starts_with("/auth/sign_in?return_to="), "{}", sent.location());
    let sign_in = sent.location().to_owned();
    let back = browser.fill(&sign_in, "/auth/sign_in", &[("email", "alice"), ("password", PASSWORD)]).await;
    assert_eq!(back.location(), address);

    let page = browser.open(&address).await;
    assert_eq!(page.status, StatusCode::OK);
    for words in ["Tool &#60;i&#62;", "@alice@", "read and change", "Use another account"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert!(!page.text.contains("<i>"), "the name of an application is no HTML");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("form-action"), "{policy}");

    let done = browser.fill(&address, "/oauth/authorize", &[("decision", "allow")]).await;
    assert!(done.location().starts_with("https://app.example/cb?keep=1&code="), "{}", done.location());
    assert_eq!(done.parameter("state").as_deref(), Some("a&b=c"));
}

#[tokio::test]
async fn whoever_refuses_sends_access_denied() {
    let shop = Shop::start().await;
    let mut alice = alice(&shop).await;
    let client = client(&shop, "read write").await;
    let address = client.authorize(&[("state", "s")]);
    for refusal in [("decision", "deny"), ("_method", "delete")] {
        let page = alice.fill(&address, "/oauth/authorize", &[refusal]).await;
        assert_eq!(page.parameter("error").as_deref(), Some("access_denied"));
        assert_eq!(page.parameter("state").as_deref(), Some("s"));
        assert_eq!(page.parameter("code"), None);
    }
    let fields = alice.open(&address).await.hidden("/oauth/authorize");
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = alice.delete("/oauth/authorize", &fields).await;
    assert_eq!(page.parameter("error").as_deref(), Some("access_denied"));
}

#[tokio::test]
async fn requests_that_are_wrong_are_shown_and_never_redirected() {
    let shop = Shop::start().await;
    let mut alice = alice(&shop).await;
    let client = client(&shop, "read write").await;
    let bad: [(&[(&str, &str)], u16); 13] = [
        (&[("client_id", "nobody")], 401),
        (&[("client_id", "shop-web")], 400),
        (&[("redirect_uri", "https://evil.example/cb")], 400),
        (&[("redirect_uri", "https://app.example/cb?keep=1&more=1")], 400),
        (&[("redirect_uri", "https://app.example/cb")], 400),
        (&[("redirect_uri", "")], 400),
        (&[("response_type", "token")], 400),
        (&[("response_type", "")], 400),
        (&[("scope", "read push")], 400),
        (&[("scope", "everything")], 400),
        (&[("code_challenge", CHALLENGE), ("code_challenge_method", "plain")], 400),
        (&[("code_challenge", CHALLENGE)], 400),
        (&[("code_challenge", "short"), ("code_challenge_method", "S256")], 400),
    ];
    for (changes, status) in bad {
        let page = alice.open(&client.authorize(changes)).await;
        assert_eq!((page.status.as_u16(), page.location()), (status, ""), "{changes:?}");
        assert!(page.text.contains("cannot be let in"), "{changes:?}");
    }
}

#[tokio::test]
async fn a_form_without_its_secret_gives_no_code() {
    let shop = Shop::start().await;
    let mut alice = alice(&shop).await;
    let client = client(&shop, "read write").await;
    let address = client.authorize(&[]);
    for csrf in ["", "AAAA", &"A".repeat(43)] {
        let page = alice.fill(&address, "/oauth/authorize", &[("csrf", csrf)]).await;
        assert_eq!((page.status, page.location()), (StatusCode::UNPROCESSABLE_ENTITY, ""), "{csrf}");
    }
    // A form of the guest that this browser was does not do for the person who signed in.
    let guest = browser(&shop).open("/auth/sign_in").await.hidden("/auth/sign_in")["csrf"].clone();
    let page = alice.fill(&address, "/oauth/authorize", &[("csrf", &guest)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn consent_is_asked_once_unless_the_application_insists() {
    let shop = Shop::start().await;
    let mut alice = alice(&shop).await;
    let client = client(&shop, "read write").await;
    let code = client.code(&mut alice, &[]).await;
    assert_eq!(alice.open(&client.authorize(&[])).await.status, StatusCode::OK, "no token was made yet");
    client.token(&shop, &[("code", &code)]).await;
    let skipped = alice.open(&client.authorize(&[])).await;
    assert!(skipped.parameter("code").is_some(), "{}", skipped.text);
    assert_eq!(alice.open(&client.authorize(&[("force_login", "true")])).await.status, StatusCode::OK);
    assert_eq!(
        alice.open(&client.authorize(&[("scope", "read")])).await.status,
        StatusCode::OK,
        "other scopes"
    );
}

#[tokio::test]
async fn without_an_address_the_code_is_shown() {
    let shop = Shop::start().await;
    let mut alice = alice(&shop).await;
    let client = client(&shop, "read write").await;
    let out_of_band = [("redirect_uri", "urn:ietf:wg:oauth:2.0:oob")];
    let sent = client.consent(&mut alice, &out_of_band).await;
    assert!(sent.location().starts_with("/oauth/authorize/native?code="), "{}", sent.location());
    let code = sent.parameter("code").unwrap();
    let page = alice.open(sent.location()).await;
    assert!(page.text.contains(&format!("<code class=\"code\">{code}</code>")), "{}", page.text);
    let (status, _) = client.token(&shop, &[("code", &code), out_of_band[0]]).await;
    assert_eq!(status, 200);

    for bad in [
        "",
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "Call%20this%20number%20and%20tell%20them%20your%20password",
    ] {
        let page = alice.open(&format!("/oauth/authorize/native?code={bad}")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{bad}");
    }
}

#[tokio::test]
async fn answers_travel_by_fragment_and_form_too() {
    let shop = Shop::start().await;
    let mut alice = alice(&shop).await;
    let client = client(&shop, "read write").await;
    let by_fragment = [("response_mode", "fragment"), ("redirect_uri", "myapp://cb"), ("state", "x")];
    let sent = client.consent(&mut alice, &by_fragment).await;
    assert!(sent.location().starts_with("myapp://cb#code="), "{}", sent.location());
    let by_form =
        client.consent(&mut alice, &[("response_mode", "form_post"), ("state", "\"><script>")]).await;
    let fields = by_form.hidden(CALLBACK);
    assert_eq!(fields["state"], "\"><script>");
    assert!(!by_form.text.contains("<script>"));
    assert_eq!(client.token(&shop, &[("code", &fields["code"])]).await.0, 200);
    assert_eq!(
        alice.open(&client.authorize(&[("response_mode", "smoke")])).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn another_account_can_be_used_instead() {
    let shop = Shop::start().await;
    let mut browser = alice(&shop).await;
    person(&shop, "bob").await;
    let client = client(&shop, "read write").await;
    let address = client.authorize(&[]);
    let out = browser.fill(&address, "/auth/sign_out", &[]).await;
    assert!(out.location().starts_with("/auth/sign_in?return_to="), "{}", out.location());
    let form = out.location().to_owned();
    let back = browser.fill(&form, "/auth/sign_in", &[("email", "bob"), ("password", PASSWORD)]).await;
    assert_eq!(back.location(), address);
    assert!(browser.open(&address).await.text.contains("@bob@"));
}

#[tokio::test]
async fn the_verifier_must_match_the_challenge() {
    let shop = Shop::start().await;
    let mut alice = alice(&shop).await;
    let client: Client = client(&shop, "read write").await;
    let pkce = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    for bad in [Some("x".repeat(43)), Some("short".into()), Some(CHALLENGE.into()), None] {
        let code = client.code(&mut alice, &pkce).await;
        let mut fields = vec![("code", code.as_str())];
        fields.extend(bad.as_deref().map(|verifier| ("code_verifier", verifier)));
        let (status, answer) = client.token(&shop, &fields).await;
        assert_eq!((status, answer["error"].as_str()), (400, Some("invalid_grant")), "{bad:?}");
        let (status, _) = client.token(&shop, &[("code", &code), ("code_verifier", VERIFIER)]).await;
        assert_eq!(status, 400, "one wrong try uses the code up");
    }
    let code = client.code(&mut alice, &[]).await;
    let (status, _) = client.token(&shop, &[("code", &code), ("code_verifier", VERIFIER)]).await;
    assert_eq!(status, 400, "a verifier without a challenge");
    let code = client.code(&mut alice, &pkce).await;
    let (status, _) = client.token(&shop, &[("code", &code), ("code_verifier", VERIFIER)]).await;
    assert_eq!(status, 200);
}
