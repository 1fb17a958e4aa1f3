//! docs/compatibility.md, written from the table.

use std::fmt::Write;

use super::routes::Route;

const TIERS: [(u8, &str, &str); 4] = [
    (1, "Everyday", "An everyday client breaks without these."),
    (2, "Common", "Many clients use these."),
    (3, "Complete", "The rest of what Mastodon 4.6 answers."),
    (4, "Administration", "For the staff."),
];

/// What is left out on purpose, and why.
const LEFT_OUT: [(&str, &str); 8] = [
    ("POST /auth", "Signing up is a form of pages; here it stands at `/auth/sign_up`."),
    (
        "POST /auth/password",
        "Asking for a new password is a form of pages; here it stands at `/auth/password/new`.",
    ),
    (
        "PUT /api/web/settings",
        "Mastodon's own page keeps its settings there, with its cookie; the web app here keeps them in the browser.",
    ),
    (
        "POST /api/web/push_subscriptions",
        "Mastodon's own page subscribes there, with its cookie; apps, and the web app here, use \
         `/api/v1/push/subscription`.",
    ),
    (
        "GET /remote_interaction_helper",
        "A frame inside a dialog of Mastodon's own page. Guests go on at their own server through `/interact`.",
    ),
    ("GET /invite/:invite_code", "There are no invitations here."),
    (
        "POST /api/v1/accounts/:account_id/email_subscriptions",
        "Posts by mail are off, as they are in Mastodon until somebody switches them on; then this is 404, too.",
    ),
    ("POST /api/fasp/registration", "No helping services (FASP) are spoken with."),
];

/// The page.
pub fn page(routes: &[Route]) -> String {
    let mut page = String::from(
        "# Compatibility\n\n\
         What of Mastodon's interface works here, route by route. This page is written from \
         `tests/api_table/routes.tsv` by the test that drives every row of it; do not edit it by hand \
         (`SHOP_REWRITE=1 cargo nextest run -p shop api_table` writes both anew).\n\n\
         A client that asks for what is missing gets 404, never made-up data.\n\n\
         | tier | works | of |\n|---|---|---|\n",
    );
    for (tier, name, _) in TIERS {
        let rows = || routes.iter().filter(|route| route.tier == tier);
        let works = rows().filter(|route| route.works).count();
        writeln!(page, "| {tier} {name} | {works} | {} |", rows().count()).unwrap();
    }
    for (tier, name, words) in TIERS {
        write!(page, "\n## {name}\n\n{words}\n\n| | method | path | returns |\n|---|---|---|---|\n").unwrap();
        for route in routes.iter().filter(|route| route.tier == tier) {
            let mark = if route.works { "works" } else { "–" };
            let Route { method, path, returns, .. } = route;
            writeln!(page, "| {mark} | {method} | `{path}` | {returns} |").unwrap();
        }
    }
    page.push_str("\n## Left out on purpose\n\n| route | why |\n|---|---|\n");
    for (name, why) in LEFT_OUT {
        let is_missing = routes.iter().any(|route| route.name() == name && !route.works);
        assert!(is_missing, "{name} is not missing");
        writeln!(page, "| `{name}` | {why} |").unwrap();
    }
    page
}
