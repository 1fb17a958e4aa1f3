//! docs/compatibility.md, written from the table.

use std::fmt::Write;

use super::routes::Route;

const TIERS: [(u8, &str, &str); 4] = [
    (1, "Everyday", "An everyday client breaks without these."),
    (2, "Common", "Many clients use these."),
    (3, "Complete", "The rest of what Mastodon 4.6 answers."),
    (4, "Administration", "For the staff."),
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
    page
}
