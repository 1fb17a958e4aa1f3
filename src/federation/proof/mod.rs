//! Proofs inside documents (FEP-8b32, Data Integrity with the suite `eddsa-jcs-2022`): who wrote a document, told by
//! itself, whoever brings it.

mod jcs;
mod multikey;

pub use jcs::canonical;
pub use multikey::ed25519;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::vocab::{Document, View};

/// The one suite that is checked here.
const SUITE: &str = "eddsa-jcs-2022";
/// How old a proof may be: shorter than the ids of accepted activities are remembered, so that nothing comes twice.
const OLDEST: SignedDuration = SignedDuration::from_hours(4 * 24);
/// How far the clocks of two servers may differ.
const SKEW: SignedDuration = SignedDuration::from_hours(1);
/// Bytes of a signature.
const SIGNATURE: usize = 64;

/// A proof that is in order, except that the key is still to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The id of the key that it names.
    pub key_id: String,
    signed: Vec<u8>,
    signature: Vec<u8>,
}

impl Proof {
    /// Reads the proof of a document. `None` when it bears none of our suite, and for one that is made for another
    /// purpose, names no time, is older than four days, from the future, or over.
    pub fn read(document: &Document, now: Timestamp) -> Option<Self> {
        let proof = document.objects_of("proof").into_iter().find(|proof| is_ours(*proof))?;
        let created = proof.date_of("created")?;
        if created > now.checked_add(SKEW).ok()? || created < now.checked_sub(OLDEST).ok()? {
            return None;
        }
        if proof.get("expires").is_some() && proof.date_of("expires")? < now {
            return None;
        }
        let key_id = proof.id_of("verificationMethod")?.to_owned();
        let signature =
            multikey::bytes(proof.str_of("proofValue")?).filter(|bytes| bytes.len() == SIGNATURE)?;
        let (options, plain) = parted(document, proof)?;
        let mut signed = digest(&SHA256, canonical(&options).as_bytes()).as_ref().to_vec();
        signed.extend_from_slice(digest(&SHA256, canonical(&plain).as_bytes()).as_ref());
        Some(Self { key_id, signed, signature })
    }

    /// Whether this Ed25519 key made it.
    pub fn holds(&self, key: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, key).verify(&self.signed, &self.signature).is_ok()
    }
}

fn is_ours(proof: View<'_>) -> bool {
    proof.is_a("DataIntegrityProof")
        && proof.str_of("cryptosuite") == Some(SUITE)
        && proof.str_of("proofPurpose") == Some("assertionMethod")
}

/// The two things that are signed: the proof without its value, and the document without its proof, under the context
/// that the proof names. `None` when the document's own context does not begin with that.
fn parted(document: &Document, proof: View<'_>) -> Option<(Value, Value)> {
    let mut options: Map<String, Value> = Document::from(proof).as_map().clone();
    options.shift_remove("proofValue");
    let mut plain = document.as_map().clone();
    plain.shift_remove("proof");
    if let Some(context) = options.get("@context") {
        let named = listed(context);
        let own = plain.get("@context").map(listed).unwrap_or_default();
        if !own.starts_with(&named) {
            return None;
        }
        plain.insert("@context".to_owned(), context.clone());
    }
    Some((Value::Object(options), Value::Object(plain)))
}

fn listed(context: &Value) -> Vec<Value> {
    match context {
        Value::Array(items) => items.clone(),
        one => vec![one.clone()],
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use serde_json::json;

    use super::*;

    const KEY: &str = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";

    /// The example of FEP-8b32.
    fn example() -> Value {
        json!({
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v2"],
            "id": "https://server.example/activities/1",
            "type": "Create",
            "actor": "https://server.example/users/alice",
            "object": {
                "id": "https://server.example/objects/1",
                "type": "Note",
                "attributedTo": "https://server.example/users/alice",
                "content": "Hello world",
                "location": { "type": "Place", "longitude": -71.184902, "latitude": 25.273962 }
            },
            "proof": {
                "@context": [
                    "https://www.w3.org/ns/activitystreams",
                    "https://w3id.org/security/data-integrity/v2"
                ],
                "type": "DataIntegrityProof",
                "cryptosuite": "eddsa-jcs-2022",
                "verificationMethod": "https://server.example/users/alice#ed25519-key",
                "proofPurpose": "assertionMethod",
                "proofValue": "z42ffGu6AUKPCFcFPiabmUvnGLPJzC7e4DGWC52NUasSSH37UMa9c58tdgVszUcZfytxa4fQ5TYHaJENCxUDe9SdL",
                "created": "2023-02-24T23:36:38Z"
            }
        })
    }

    fn read_at(value: Value, time: &str) -> Option<Proof> {
        Proof::read(&Document::new(value).unwrap(), time.parse().unwrap())
    }

    fn holds(value: Value) -> bool {
        read_at(value, "2023-02-25T00:00:00Z").is_some_and(|proof| proof.holds(&ed25519(KEY).unwrap()))
    }

    #[test]
    fn the_example_of_the_proposal_holds() {
        assert!(holds(example()));
        let mut second = example();
        second["proof"] = json!([{ "type": "DataIntegrityProof", "cryptosuite": "other" }, second["proof"]]);
        assert!(holds(second), "among several proofs ours is found");
        let read = read_at(example(), "2023-02-25T00:00:00Z").unwrap();
        assert_eq!(read.key_id, "https://server.example/users/alice#ed25519-key");
    }

    #[test]
    fn nothing_of_it_can_be_changed() {
        for (pointer, value) in [
            ("/actor", json!("https://server.example/users/mallory")),
            ("/object/content", json!("Hello world!")),
            ("/object/location/latitude", json!(25.273961)),
            ("/type", json!("Update")),
            ("/proof/created", json!("2023-02-24T23:36:39Z")),
            ("/proof/proofPurpose", json!("authentication")),
            ("/proof/cryptosuite", json!("eddsa-rdfc-2022")),
            ("/proof/type", json!("Ed25519Signature2020")),
            ("/proof/proofValue", json!("z2")),
            ("/proof/proofValue", json!(7)),
            ("/proof/verificationMethod", json!(null)),
            ("/proof/@context", json!(["https://www.w3.org/ns/activitystreams"])),
            ("/@context", json!(["https://w3id.org/security/data-integrity/v2"])),
        ] {
            let mut changed = example();
            *changed.pointer_mut(pointer).unwrap() = value.clone();
            assert!(!holds(changed), "{pointer}: {value}");
        }
        let mut added = example();
        added["to"] = json!("https://www.w3.org/ns/activitystreams#Public");
        assert!(!holds(added));
        let proof = read_at(example(), "2023-02-25T00:00:00Z").unwrap();
        assert!(!proof.holds(&[7; 32]) && !proof.holds(&[]));
        assert!(read_at(json!({ "type": "Create" }), "2023-02-25T00:00:00Z").is_none());
    }

    #[test]
    fn a_context_that_somebody_added_behind_is_not_signed() {
        let mut changed = example();
        changed["@context"].as_array_mut().unwrap().push(json!("https://elsewhere.example/"));
        assert!(holds(changed), "the standard allows more contexts behind; terms are read by name alone");
    }

    #[test]
    fn a_proof_has_its_time() {
        assert!(read_at(example(), "2023-02-28T23:00:00Z").is_some());
        assert!(read_at(example(), "2023-02-28T23:36:39Z").is_none(), "older than four days");
        assert!(read_at(example(), "2023-02-24T22:36:38Z").is_some());
        assert!(read_at(example(), "2023-02-24T22:36:37Z").is_none(), "from the future");
        for expires in ["2023-02-24T23:59:59Z", "nonsense"] {
            let mut over = example();
            over["proof"]["expires"] = json!(expires);
            assert!(read_at(over, "2023-02-25T00:00:00Z").is_none(), "{expires}");
        }
        let mut timeless = example();
        timeless["proof"].as_object_mut().unwrap().remove("created");
        assert!(read_at(timeless, "2023-02-25T00:00:00Z").is_none());
    }
}
