//! Tells cargo that a release is built from the web app too: rust-embed puts the files of `web-ui/dist/packed` into the
//! binary, and cargo does not know of files that come or go there. Other builds read them from disk as they are.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=web-ui/dist");
    }
}
