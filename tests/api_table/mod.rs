//! The table test: every route of the client API does what routes.tsv says, and answers in the shapes of entities.tsv.
//!
//! Rows whose feature is not there yet are `missing`, and one that starts to answer fails here, so that the list only
//! shrinks. `SHOP_REWRITE=1` writes the states and docs/compatibility.md anew.

mod calls;
mod compatibility;
mod driven;
mod routes;
mod shape;
mod stage;
mod streams;

use reqwest::{Method, StatusCode};
use serde_json::Value;

use self::routes::Route;
use self::shape::Shapes;
use self::stage::{Call, NOBODY, Stage};
use crate::support::Person;
use crate::support::stream::Stream;

/// Whether the files are to be written rather than compared.
fn rewrites() -> bool {
    std::env::var_os("SHOP_REWRITE").is_some()
}

/// The status of a call whose body, which may have no end, is of no interest.
async fn status(who: &Person, route: &Route, path: &str) -> StatusCode {
    let method = Method::from_bytes(route.method.as_bytes()).unwrap();
    who.request(method, path).send().await.unwrap().status()
}

/// A token that fits none of these scopes.
async fn misfit(stage: &Stage, route: &Route) -> Person {
    let other =
        if route.scopes.iter().any(|scope| scope.ends_with(":lists")) { "read:mutes" } else { "read:lists" };
    match route.auth.as_str() {
        "app" => stage.shop.app_token(other).await,
        _ => stage.alice.with_token(&stage.shop.token(&stage.alice, other).await),
    }
}

/// Whether there is such a route. Those with parts in their path may have nothing to show, but look at the token first;
/// those without may hide behind a route with parts, but would have something to show.
async fn answers(stage: &Stage, route: &Route) -> bool {
    let path = stage.path(route);
    let absent = |status: StatusCode| matches!(status.as_u16(), 404..=406);
    if route.returns == "SSE" {
        let path = match route.path.as_str() {
            "/api/v1/streaming/list" => {
                format!("{path}?list={}", stage.list().await.unwrap_or_else(|| NOBODY.to_owned()))
            }
            _ => path,
        };
        return status(&stage.alice, route, &path).await == 200;
    }
    if route.returns == "websocket" {
        return Stream::refused(&stage.shop, "stream=user").await.0 == 401;
    }
    if route.scopes == ["push"] {
        // There is no subscription yet, but the token is looked at first.
        return !absent(status(&stage.shop.anon(), route, &path).await);
    }
    if route.path.ends_with("/embed") {
        // Any page below a post is the web app's, for those who are signed in.
        return status(&stage.shop.anon(), route, &path).await == 200;
    }
    let guarded = matches!(route.auth.as_str(), "user" | "admin" | "app");
    if guarded && route.has_parts() {
        return !absent(status(&stage.shop.anon(), route, &path).await);
    }
    if route.has_parts() && route.checks_scopes() {
        return !absent(status(&misfit(stage, route).await, route, &path).await);
    }
    let who = if guarded { &stage.alice } else { &stage.shop.anon() };
    !absent(status(who, route, &path).await)
}

#[test]
fn the_tables_are_whole() {
    let (routes, shapes) = (routes::all(), Shapes::read());
    assert!(routes.len() > 350, "{}", routes.len());
    assert_eq!(shapes.unknown(), [""; 0]);
    let mut names: Vec<String> = routes.iter().map(Route::name).collect();
    names.sort_unstable();
    let before = names.len();
    names.dedup();
    assert_eq!(names.len(), before, "a route stands there twice");
    for route in &routes {
        let known = ["none", "none+", "app", "user", "admin", "session", "signed"];
        assert!(known.contains(&route.auth.as_str()), "{}", route.name());
        assert!((1..=4).contains(&route.tier), "{}", route.name());
        let inner = route.returns.trim_matches(['[', ']']);
        let is_entity = inner.starts_with(char::is_uppercase) && !matches!(inner, "String" | "SSE" | "AP");
        assert!(!is_entity || shapes.knows(inner), "{}: {}", route.name(), route.returns);
    }
}

#[tokio::test]
async fn what_is_listed_as_missing_is_missing_and_what_works_answers() {
    let stage = Stage::set().await;
    let routes = routes::all();
    let mut found = Vec::new();
    for route in &routes {
        found.push(answers(&stage, route).await);
    }
    if rewrites() {
        return routes::rewrite(&found);
    }
    let wrong: Vec<String> = routes
        .iter()
        .zip(found)
        .filter(|(route, found)| route.works != *found)
        .map(|(route, found)| format!("{} {}", if found { "works now:" } else { "is gone:" }, route.name()))
        .collect();
    assert!(wrong.is_empty(), "bring the table up to date with SHOP_REWRITE=1: {wrong:#?}");
}

#[test]
fn the_page_about_compatibility_is_current() {
    let place = routes::root().join("docs/compatibility.md");
    let page = compatibility::page(&routes::all());
    if rewrites() {
        std::fs::write(place, page).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(place).unwrap_or_default();
    assert!(kept == page, "docs/compatibility.md is not current; run this twice with SHOP_REWRITE=1");
}

/// What is not as it should be about a refusal.
async fn refused(who: &Person, route: &Route, path: &str, status: u16, words: &str) -> Option<String> {
    let method = Method::from_bytes(route.method.as_bytes()).unwrap();
    let answer = who.send(who.request(method, path)).await;
    let error = serde_json::from_slice::<Value>(answer.bytes()).unwrap_or_default()["error"].clone();
    let good = answer.status() == status && error.as_str().is_some_and(|error| error.contains(words));
    (!good).then(|| format!("{}: {} {error} instead of {status} {words}", route.name(), answer.status()))
}

#[tokio::test]
async fn every_route_looks_at_the_token_first() {
    let stage = Stage::set().await;
    let (anon, app, member) = (stage.shop.anon(), &stage.app, &stage.bob);
    let mut wrong = Vec::new();
    for route in routes::all().iter().filter(|route| route.works && route.is_api()) {
        let path = stage.path(route);
        if matches!(route.auth.as_str(), "user" | "admin" | "app") {
            wrong.extend(refused(&anon, route, &path, 401, "The access token is invalid").await);
        }
        let words = "This method requires an authenticated user";
        if matches!(route.auth.as_str(), "user" | "admin") {
            wrong.extend(refused(app, route, &path, 422, words).await);
        }
        if route.checks_scopes() {
            let misfit = misfit(&stage, route).await;
            wrong.extend(refused(&misfit, route, &path, 403, "outside the authorized scopes").await);
        }
        if route.auth == "admin" {
            wrong.extend(refused(member, route, &path, 403, "This action is not allowed").await);
        }
        if route.auth.starts_with("none") {
            let status = status(&anon, route, &path).await.as_u16();
            if matches!(status, 401 | 403) || status >= 500 {
                wrong.push(format!("{}: {status} to everybody", route.name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn numbers_of_nothing_are_not_found() {
    let stage = Stage::set().await;
    let mut wrong = Vec::new();
    for route in routes::all().iter().filter(|route| route.works && route.is_api()) {
        let Some(at) = route.path.find("/:").filter(|_| !route.path.contains(":name")) else { continue };
        if [":hashtag", ":group_key", ":year"].iter().any(|word| route.path.contains(word)) {
            continue;
        }
        let body = stage.call(route).await.map_or(Value::Null, |call| call.body);
        for number in [NOBODY, "0", "no-number", "99999999999999999999999", "-1"] {
            let (start, rest) = route.path.split_at(at + 1);
            let rest = rest.split_once('/').map(|(_, rest)| format!("/{rest}")).unwrap_or_default();
            let path = format!("{start}{number}{rest}").replace(":id", NOBODY).replace(":quoting_id", NOBODY);
            let call = Call { who: stage.alice.clone(), path, body: body.clone() };
            let answer = stage.send(route, call).await;
            // Taking away what is not there may be fine.
            let fine =
                answer.status() == 404 || route.path.contains("/suggestions/") && answer.status() == 200;
            let told = fine && (answer.status() == 200 || answer.json()["error"].is_string());
            if !told {
                wrong.push(format!("{} with {number}: {}", route.name(), answer.status()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What of an answer is not as the table says.
fn misshapen(shapes: &Shapes, route: &Route, answer: &crate::support::Answer) -> Vec<String> {
    let name = route.name();
    if answer.status() == 204 {
        return Vec::new();
    }
    // The older address of an actor leads to the newer one.
    if route.returns == "redirect" || route.name() == "GET /users/:username" {
        let leads_on = (300..400).contains(&answer.status()) && answer.header("location").is_some();
        return if leads_on {
            Vec::new()
        } else {
            vec![format!("{name}: {} is no redirect", answer.status())]
        };
    }
    if !matches!(answer.status(), 200 | 202) {
        return vec![format!("{name}: {} {}", answer.status(), answer.text())];
    }
    let mut problems = Vec::new();
    let json = || answer.json();
    let is_of = |kind: &str| answer.header("content-type").is_some_and(|told| told.starts_with(kind));
    match route.returns.as_str() {
        "text" if is_of("text/plain") => {}
        "html" if is_of("text/html") => {}
        "css" if is_of("text/css") => {}
        "file" if is_of("image/") => {}
        "xml" if is_of("application/xrd+xml") => {}
        "AP" if is_of("application/activity+json") => {
            for key in ["@context", "id", "type"] {
                if json()[key].is_null() {
                    problems.push(format!("{name}.{key} is absent"));
                }
            }
        }
        "empty" | "accepted" => {}
        "{}" if json() == serde_json::json!({}) => {}
        "[]" if json() == serde_json::json!([]) => {}
        "bool" if json().is_boolean() => {}
        "json" if json().is_object() => {}
        "[String]" => shapes.check("[str]", &json(), &name, &mut problems),
        wrapped if wrapped.starts_with('{') && wrapped.len() > 2 => {
            let (key, kind) = wrapped.trim_matches(['{', '}']).split_once(':').unwrap();
            shapes.check(kind, &json()[key], &format!("{name}.{key}"), &mut problems);
        }
        kind if shapes.knows(kind) => shapes.check(kind, &json(), &name, &mut problems),
        other => problems.push(format!("{name} is no {other}: {}", answer.text())),
    }
    problems
}

#[tokio::test]
async fn answers_have_the_shapes_of_their_entities() {
    let stage = Stage::set().await;
    let shapes = Shapes::read();
    let mut wrong = Vec::new();
    let mut driven = 0;
    for route in routes::all().iter().filter(|route| route.works) {
        let name = route.name();
        let is_never_good = calls::NEVER_GOOD.iter().any(|(row, _)| *row == name);
        if is_never_good || driven::BY_HAND.contains(&name.as_str()) || route.is_stream() {
            continue;
        }
        let Some(call) = stage.call(route).await else {
            wrong.push(format!("{name} has no good call"));
            continue;
        };
        driven += 1;
        let path = call.path.clone();
        let answer = stage.send(route, call).await;
        wrong.extend(misshapen(&shapes, route, &answer));
        // What everybody may read has the same shape for everybody.
        if route.auth == "none+" && route.method == "GET" && route.path != "/api/v2/search" {
            let answer = stage.shop.anon().get(&path).await;
            wrong.extend(misshapen(&shapes, route, &answer));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(driven > 250, "only {driven} routes were driven");
}

#[tokio::test]
async fn routes_that_want_more_than_a_token_have_their_shapes_too() {
    let stage = Stage::set().await;
    let shapes = Shapes::read();
    let routes = routes::all();
    let mut wrong = Vec::new();
    for name in driven::BY_HAND {
        let route = routes.iter().find(|route| route.works && route.name() == name);
        let route = route.unwrap_or_else(|| panic!("{name} does not work, says the table"));
        let answer = driven::answer(&stage, route).await;
        // A form that was good leads on.
        let form = route.auth == "session" && route.method == "POST" && answer.header("location").is_some();
        let returns = if form { "redirect".to_owned() } else { route.returns.clone() };
        wrong.extend(misshapen(&shapes, &Route { returns, ..route.clone() }, &answer));
    }
    for route in routes.iter().filter(|route| route.works && route.is_stream()) {
        wrong.extend(streams::problems(&stage, &shapes, route).await);
    }
    for (name, _) in calls::NEVER_GOOD {
        assert!(routes.iter().any(|route| route.works && route.name() == name), "{name}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
