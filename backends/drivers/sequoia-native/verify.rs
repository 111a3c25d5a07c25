//! Asks Sequoia: certificates in, an outcome per signature out.
//!
//! Reference time and the time that the policy's dates are compared with are both the question's. Copies of one
//! certificate are merged first, as any certificate store of Sequoia's does it.

use std::collections::BTreeMap;
use std::io;
use std::time::SystemTime;

use sequoia_openpgp as openpgp;

use openpgp::cert::{Cert, CertParser};
use openpgp::packet::Tag;
use openpgp::parse::stream::{
    DetachedVerifierBuilder, MessageLayer, MessageStructure, VerificationError, VerificationHelper,
    VerificationResult, VerifierBuilder,
};
use openpgp::parse::{PacketParser, Parse};
use openpgp::{Fingerprint, KeyHandle};

use crate::catching;
use crate::classes::Outcome;
use crate::links::{self, Asked};
use crate::policy::Rules;
use crate::protocol::{Artifact, Capabilities, Description, Octets, ToHarness};

pub fn description(protocol: u64, rules: &Rules) -> ToHarness {
    let mut components = BTreeMap::from([("crypto", openpgp::crypto::backend())]);
    let mut notes = vec![
        "native verdict: one good signature suffices, as for sqv".to_string(),
        "the reference time also moves the cutoffs of Sequoia's policy".to_string(),
        "copies of one certificate are merged before verification".to_string(),
    ];
    if let Some((path, digest)) = rules.source() {
        components.insert("policy", digest.to_string());
        notes.push(format!(
            "policy: Sequoia's standard one as changed by {path}"
        ));
    }
    let backend = Description {
        name: "sequoia-native",
        version: openpgp::VERSION,
        components,
        capabilities: Capabilities {
            formats: ["cleartext", "detached", "inline"],
            clock: "native",
            reports: ["primary", "signing"],
        },
        notes,
    };
    ToHarness::Ready { protocol, backend }
}

/// One question's certificates, and what was refused on reading them.
pub struct Loaded {
    certs: Vec<Cert>,
    pub refusals: Vec<String>,
}

pub fn load(files: &[Octets]) -> Loaded {
    let mut loaded = Loaded {
        certs: Vec::new(),
        refusals: Vec::new(),
    };
    for Octets(file) in files {
        match CertParser::from_bytes(file) {
            Ok(found) => found.for_each(|cert| loaded.take(cert)),
            Err(error) => loaded.take(Err(error)),
        }
    }
    loaded
}

impl Loaded {
    fn take(&mut self, read: openpgp::Result<Cert>) {
        match read {
            Ok(cert) => match self
                .certs
                .iter_mut()
                .find(|c| c.fingerprint() == cert.fingerprint())
            {
                Some(known) => {
                    let merged = known.clone().merge_public(cert);
                    *known = merged.expect("both have the same primary key");
                }
                None => self.certs.push(cert),
            },
            Err(error) => self
                .refusals
                .push(format!("certificate refused: {error:#}")),
        }
    }
}

/// Hands out all certificates, and keeps what Sequoia concludes, in its order.
struct Helper<'a> {
    loaded: &'a Loaded,
    rules: &'a Rules,
    at: SystemTime,
    seen: &'a mut Seen,
}

/// What it learned.
#[derive(Default)]
struct Seen {
    /// Whether there is a packet that says it is a signature.
    signature: bool,
    /// One for each signature, if it came so far.
    found: Option<Vec<Outcome>>,
}

impl VerificationHelper for Helper<'_> {
    fn get_certs(&mut self, _: &[KeyHandle]) -> openpgp::Result<Vec<Cert>> {
        Ok(self.loaded.certs.clone())
    }

    fn inspect(&mut self, packet: &PacketParser) -> openpgp::Result<()> {
        self.seen.signature |= packet.packet.tag() == Tag::Signature;
        Ok(())
    }

    fn check(&mut self, structure: MessageStructure) -> openpgp::Result<()> {
        let mut found = Vec::new();
        for layer in structure {
            if let MessageLayer::SignatureGroup { results } = layer {
                found.extend(results.iter().map(|result| self.outcome(result)));
            }
        }
        let found = self.seen.found.insert(found);
        match found.iter().any(Outcome::is_good) {
            true => Ok(()),
            false => Err(anyhow::anyhow!("no valid signatures found")),
        }
    }
}

impl Helper<'_> {
    fn outcome(&self, result: &VerificationResult) -> Outcome {
        let outcome = match result {
            Ok(good) => Outcome::good(good),
            Err(bad) => Outcome::bad(bad, self.loaded.refusals.is_empty()),
        };
        let links = self.asked(result).map(|asked| {
            // The answer stands, whatever becomes of its explanation.
            catching(|| links::lines(&asked))
                .unwrap_or_else(|panic| vec![format!("panic over the explanation: {panic}")])
        });
        Outcome {
            links: links.unwrap_or_default(),
            ..outcome
        }
    }

    fn asked<'a>(&'a self, result: &'a VerificationResult) -> Option<Asked<'a>> {
        use VerificationError::{BadKey, BadSignature, UnboundKey};
        let (sig, cert, signer): (_, _, Fingerprint) = match result {
            Ok(good) => (good.sig, good.ka.cert(), good.ka.key().fingerprint()),
            Err(BadKey { sig, ka, .. } | BadSignature { sig, ka, .. }) => {
                (*sig, ka.cert(), ka.key().fingerprint())
            }
            Err(UnboundKey { sig, cert, .. }) => {
                let named = cert.keys().key_handles(sig.get_issuers()).last()?;
                (*sig, *cert, named.key().fingerprint())
            }
            Err(_) => return None,
        };
        Some(Asked {
            rules: self.rules,
            at: self.at,
            sig,
            cert,
            signer,
        })
    }
}

/// Ask about an artifact: an outcome for each of its signatures, and at least one.
///
/// If Sequoia, having found a good signature, still refuses the message, then none of it is good.
pub fn check(loaded: &Loaded, artifact: &Artifact, rules: &Rules, at: SystemTime) -> Vec<Outcome> {
    let policy = rules.at(at);
    let mut seen = Seen::default();
    let helper = Helper {
        loaded,
        rules,
        at,
        seen: &mut seen,
    };
    let ended = match artifact {
        Artifact::Detached { data, signature } => DetachedVerifierBuilder::from_bytes(&signature.0)
            .and_then(|builder| builder.with_policy(&policy, at, helper))
            .and_then(|mut verifier| verifier.verify_bytes(&data.0)),
        Artifact::Inline { message } | Artifact::Cleartext { message } => {
            VerifierBuilder::from_bytes(&message.0)
                .and_then(|builder| builder.with_policy(&policy, at, helper))
                .and_then(|mut verifier| Ok(io::copy(&mut verifier, &mut io::sink())?))
                .map(|_| ())
        }
    };
    match (ended, seen.found) {
        (Err(error), None) => vec![Outcome::unread(&error, seen.signature)],
        (Err(error), Some(found)) if found.iter().any(Outcome::is_good) => {
            vec![Outcome::unread(&error, seen.signature)]
        }
        (_, Some(found)) if !found.is_empty() => found,
        _ => vec![Outcome::none(seen.signature)],
    }
}
