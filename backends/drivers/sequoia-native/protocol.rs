//! The messages of docs/protocol.md, version 1. Knows nothing of OpenPGP.

use std::collections::{BTreeMap, BTreeSet};

use base64::{engine::general_purpose::STANDARD, Engine};
use serde::{Deserialize, Deserializer, Serialize};

use crate::classes::{Class, Outcome};

const LONGEST: usize = 4096; // characters of a piece of evidence
const MOST: usize = 16; // lines of it

/// Octets, which travel as Base64.
pub struct Octets(pub Vec<u8>);

impl<'de> Deserialize<'de> for Octets {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(from)?;
        STANDARD
            .decode(text.as_bytes())
            .map(Octets)
            .map_err(serde::de::Error::custom)
    }
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum FromHarness {
    Hello { protocol: u64 },
    Question(Question),
    Bye,
}

#[derive(Deserialize)]
pub struct Question {
    pub id: i64,
    #[serde(default)]
    pub certificates: Vec<Octets>,
    pub artifact: Artifact,
    #[serde(default)]
    pub parts: Vec<Artifact>,
    pub at: String,
}

#[derive(Deserialize)]
#[serde(tag = "format", rename_all = "lowercase")]
pub enum Artifact {
    Detached { data: Octets, signature: Octets },
    Inline { message: Octets },
    Cleartext { message: Octets },
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum ToHarness {
    Ready { protocol: u64, backend: Description },
    Unusable { reason: String },
    Answer { id: i64, answer: Answer },
    Failed { id: i64, reason: String },
}

#[derive(Serialize)]
pub struct Description {
    pub name: &'static str,
    pub version: &'static str,
    pub components: BTreeMap<&'static str, String>,
    pub capabilities: Capabilities,
    pub notes: Vec<String>,
}

#[derive(Serialize)]
pub struct Capabilities {
    pub formats: [&'static str; 3],
    pub clock: &'static str,
    pub reports: [&'static str; 2],
}

#[derive(Serialize)]
pub struct Answer {
    pub signatures: Vec<SignatureResult>,
    pub native: Native,
}

/// Fingerprints in upper-case hexadecimal.
#[derive(Clone, Serialize)]
pub struct Key {
    pub signing: String,
    pub primary: String,
}

/// About one signature.
#[derive(Serialize)]
pub struct SignatureResult {
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Key>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    classes: BTreeSet<Class>,
    evidence: Evidence,
}

/// About the input as it came.
#[derive(Serialize)]
pub struct Native {
    verdict: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keys: Vec<Key>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    classes: BTreeSet<Class>,
    evidence: Evidence,
}

#[derive(Serialize)]
struct Evidence {
    status: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    exception: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    message: String,
}

impl SignatureResult {
    pub fn of(outcome: &Outcome, refusals: &[String]) -> Self {
        SignatureResult {
            verdict: outcome.verdict(),
            key: outcome.key.clone(),
            classes: outcome.classes.clone(),
            evidence: Evidence {
                status: evidence(refusals.iter().chain(&outcome.links)),
                exception: outcome.variant.clone(),
                message: clip(&outcome.message, LONGEST),
            },
        }
    }
}

impl Native {
    /// One good signature suffices.
    pub fn of(outcomes: &[Outcome], refusals: &[String]) -> Self {
        let keys: Vec<Key> = outcomes.iter().filter_map(|one| one.key.clone()).collect();
        let all = Outcome {
            key: keys.first().cloned(),
            classes: match keys.is_empty() {
                true => outcomes
                    .iter()
                    .flat_map(|one| one.classes.clone())
                    .collect(),
                false => BTreeSet::new(),
            },
            ..Outcome::default()
        };
        let said: Vec<String> = outcomes.iter().map(|one| one.line()).collect();
        Native {
            verdict: all.verdict(),
            keys,
            classes: all.classes,
            evidence: Evidence {
                status: evidence(refusals.iter().chain(&said)),
                exception: String::new(),
                message: String::new(),
            },
        }
    }
}

/// As many lines as there is room for; what is left out is counted.
fn evidence<'a>(lines: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut kept: Vec<String> = lines.map(|line| clip(line, 2 * LONGEST / MOST)).collect();
    if kept.len() > MOST {
        let left_out = kept.split_off(MOST - 1).len();
        kept.push(format!("… {left_out} more"));
    }
    kept
}

fn clip(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text.to_string(),
    }
}
