//! Asks Sequoia: certificates in, an outcome per signature out.
//!
//! Reference time and the time of the policy's cutoffs are both the question's. Copies of one
//! certificate are merged first, as any certificate store of Sequoia's does it.

use std::collections::BTreeMap;
use std::io;
use std::time::SystemTime;

use sequoia_openpgp as openpgp;

use openpgp::cert::{Cert, CertParser};
use openpgp::parse::stream::{
    DetachedVerifierBuilder, MessageLayer, MessageStructure, VerificationHelper, VerifierBuilder,
};
use openpgp::parse::Parse;
use openpgp::policy::StandardPolicy;
use openpgp::KeyHandle;

use crate::classes::Outcome;
use crate::protocol::{Artifact, Capabilities, Description, Octets, ToHarness};

pub fn description(protocol: u64) -> ToHarness {
    let backend = Description {
        name: "sequoia-native",
        version: openpgp::VERSION,
        components: BTreeMap::from([("crypto", openpgp::crypto::backend())]),
        capabilities: Capabilities {
            formats: ["cleartext", "detached", "inline"],
            clock: "native",
            reports: ["primary", "signing"],
        },
        notes: vec![
            "native verdict: one good signature suffices, as for sqv",
            "the reference time also moves the cutoffs of Sequoia's standard policy",
            "copies of one certificate are merged before verification",
        ],
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
    found: &'a mut Option<Vec<Outcome>>,
}

impl VerificationHelper for Helper<'_> {
    fn get_certs(&mut self, _: &[KeyHandle]) -> openpgp::Result<Vec<Cert>> {
        Ok(self.loaded.certs.clone())
    }

    fn check(&mut self, structure: MessageStructure) -> openpgp::Result<()> {
        let found = self.found.insert(Vec::new());
        for layer in structure {
            if let MessageLayer::SignatureGroup { results } = layer {
                found.extend(results.iter().map(|result| match result {
                    Ok(good) => Outcome::good(good),
                    Err(bad) => Outcome::bad(bad, self.loaded.refusals.is_empty()),
                }));
            }
        }
        match found.iter().any(Outcome::is_good) {
            true => Ok(()),
            false => Err(anyhow::anyhow!("no valid signatures found")),
        }
    }
}

/// Ask about an artifact: an outcome for each of its signatures, and at least one.
///
/// If Sequoia, having found a good signature, still refuses the message, then none of it is good.
pub fn check(loaded: &Loaded, artifact: &Artifact, at: SystemTime) -> Vec<Outcome> {
    let policy = StandardPolicy::at(at);
    let mut found = None;
    let helper = Helper {
        loaded,
        found: &mut found,
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
    match (ended, found) {
        (Err(error), None) => vec![Outcome::unread(&error)],
        (Err(error), Some(found)) if found.iter().any(Outcome::is_good) => {
            vec![Outcome::unread(&error)]
        }
        (_, Some(found)) if !found.is_empty() => found,
        _ => vec![Outcome::none()],
    }
}
