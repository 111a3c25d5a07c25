//! How a certificate was judged, link by link: which self-signature decides, what binds the key that
//! signed, what revokes it. Lines of evidence in a fixed form, which docs/backends.md explains.
//!
//! The library is asked again with the same policy and the same time as when it verified, which is
//! the time of the signature over data. Of what a certificate's owner writes nothing comes in but
//! numbers and, escaped, user IDs and what errors quote.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use sequoia_openpgp as openpgp;

use openpgp::cert::amalgamation::ValidateAmalgamation;
use openpgp::cert::bundle::{ComponentBundle, SubkeyBundle};
use openpgp::cert::Cert;
use openpgp::packet::key::PublicParts;
use openpgp::packet::Signature;
use openpgp::policy::{HashAlgoSecurity, Policy};
use openpgp::types::{RevocationStatus, RevocationType, SignatureType};
use openpgp::Fingerprint;

use crate::policy::Rules;

const MOST: usize = 3; // signatures of a kind, and user IDs that are shown
const LONGEST: usize = 40; // characters of a user ID

/// What verified, and against what.
pub struct Asked<'a> {
    pub rules: &'a Rules,
    /// Of the policy's dates.
    pub at: SystemTime,
    pub sig: &'a Signature,
    pub cert: &'a Cert,
    /// The key that made it.
    pub signer: Fingerprint,
}

/// The lines, in this order: policy, certificate, primary key, user IDs, subkey, bad signatures.
pub fn lines(asked: &Asked) -> Vec<String> {
    let Some(made) = asked.sig.signature_creation_time() else {
        return vec![];
    };
    let policy = asked.rules.at(asked.at);
    let mut chain = Chain {
        policy: &policy,
        made,
        lines: vec![
            format!("policy: {}, as of {}", asked.rules.name(), stamp(asked.at)),
            format!(
                "certificate {}: judged as of {}",
                asked.cert.fingerprint(),
                stamp(made)
            ),
        ],
    };
    chain.primary(asked.cert);
    let subkey = asked
        .cert
        .keys()
        .subkeys()
        .find(|ka| ka.key().fingerprint() == asked.signer);
    if let Some(ka) = &subkey {
        chain.subkey(asked.cert, ka.bundle());
    }
    chain.bad(asked.cert, subkey.as_ref().map(|ka| ka.bundle()));
    chain.lines
}

struct Chain<'a> {
    policy: &'a dyn Policy,
    made: SystemTime,
    lines: Vec<String>,
}

impl Chain<'_> {
    fn add(&mut self, of: &str, sig: &Signature, said: &str) {
        self.lines.push(format!("{of}: {}: {said}", shown(sig)));
    }

    fn primary(&mut self, cert: &Cert) {
        let primary = cert.primary_key();
        let valid = primary.with_policy(self.policy, self.made);
        let deciding = valid.as_ref().ok().map(|ka| ka.binding_signature());
        let security = primary.key().hash_algo_security();
        self.self_signatures("primary key", primary.bundle(), security, deciding);
        let status = cert.revocation_status(self.policy, self.made);
        self.revocations("primary key", primary.bundle(), security, status);

        // The user ID whose self-signature decides comes first.
        let other = |bundle: &ComponentBundle<_>| {
            let active = bundle.binding_signature(self.policy, self.made).ok();
            !active.is_some_and(|sig| same(sig, deciding))
        };
        let mut user_ids: Vec<_> = cert.userids().map(|ua| ua.bundle()).collect();
        user_ids.truncate(100); // of more, asking each would take its time
        if user_ids
            .iter()
            .all(|bundle| bundle.self_signatures().next().is_none())
            && primary.self_signatures().next().is_none()
        {
            self.lines
                .push("primary key: no good self-signature".into());
        }
        user_ids.sort_by_key(|bundle| other(bundle));
        for bundle in user_ids.into_iter().take(MOST) {
            let name = format!("user ID {}", quoted(bundle.userid().value()));
            let security = bundle.userid().hash_algo_security();
            self.self_signatures(&name, bundle, security, deciding);
            let status = bundle.revocation_status(self.policy, self.made);
            self.revocations(&name, bundle, security, status);
        }
    }

    fn subkey(&mut self, cert: &Cert, bundle: &SubkeyBundle<PublicParts>) {
        let name = format!("subkey {}", bundle.key().fingerprint());
        let active = bundle.binding_signature(self.policy, self.made).ok();
        let security = bundle.key().hash_algo_security();
        if bundle.self_signatures().next().is_none() {
            self.lines.push(format!("{name}: no good binding"));
        }
        self.self_signatures(&name, bundle, security, active);
        for sig in bundle.self_signatures().take(MOST) {
            self.back_signatures(&name, cert, bundle, sig);
        }
        let status = bundle.revocation_status(self.policy, self.made);
        self.revocations(&name, bundle, security, status);
    }

    fn self_signatures<C>(
        &mut self,
        of: &str,
        bundle: &ComponentBundle<C>,
        security: HashAlgoSecurity,
        deciding: Option<&Signature>,
    ) {
        let active = bundle.binding_signature(self.policy, self.made).ok();
        for sig in bundle.self_signatures().take(MOST) {
            let said = match active {
                _ if same(sig, deciding) => "decides".into(),
                _ if same(sig, active) => "valid".into(),
                _ => self.fault(sig, security).unwrap_or_else(|| {
                    match active.map(|other| newer(other, sig)) {
                        Some(true) => "a newer one counts".into(),
                        Some(false) => "another one counts".into(),
                        None => "no back-signature of it counts".into(),
                    }
                }),
            };
            self.add(of, sig, &said);
        }
    }

    fn back_signatures(
        &mut self,
        of: &str,
        cert: &Cert,
        bundle: &SubkeyBundle<PublicParts>,
        binding: &Signature,
    ) {
        let (primary, subkey) = (cert.primary_key(), bundle.key());
        for sig in binding.embedded_signatures().take(MOST) {
            let said = match sig.verify_primary_key_binding(primary.key(), subkey) {
                Err(_) => bad(sig).into(),
                Ok(()) => self
                    .fault(sig, subkey.hash_algo_security())
                    .unwrap_or_else(|| "good".into()),
            };
            self.add(of, sig, &said);
        }
    }

    fn revocations<C>(
        &mut self,
        of: &str,
        bundle: &ComponentBundle<C>,
        security: HashAlgoSecurity,
        status: RevocationStatus,
    ) {
        let effective = match status {
            RevocationStatus::Revoked(effective) => effective,
            _ => vec![],
        };
        for sig in bundle.self_revocations().take(MOST) {
            let said = match effective.iter().any(|each| same(each, Some(sig))) {
                true => "effective".into(),
                false => self
                    .fault(sig, security)
                    .unwrap_or_else(|| "a newer self-signature counts".into()),
            };
            self.add(of, sig, &said);
        }
        for sig in bundle.other_revocations().take(MOST) {
            self.add(of, sig, "by another key, not looked at");
        }
    }

    /// Signatures that no key verifies, or that are in a place that is none for them.
    fn bad(&mut self, cert: &Cert, subkey: Option<&SubkeyBundle<PublicParts>>) {
        for sig in cert.bad_signatures().take(MOST) {
            self.add("certificate", sig, bad(sig));
            if let (SignatureType::SubkeyBinding, Some(bundle)) = (sig.typ(), subkey) {
                self.back_signatures("certificate", cert, bundle, sig);
            }
        }
    }

    /// Why a signature that is good does not count by itself.
    fn fault(&self, sig: &Signature, security: HashAlgoSecurity) -> Option<String> {
        if sig
            .signature_creation_time()
            .is_none_or(|made| made > self.made)
        {
            return Some("made later".into());
        }
        if sig.signature_alive(self.made, Duration::ZERO).is_err() {
            return Some("expired".into());
        }
        let error = self.policy.signature(sig, security).err()?;
        Some(format!(
            "refused, {}",
            harmless(&error.root_cause().to_string())
        ))
    }
}

/// A hard revocation counts always, a soft one from when it was made; without a reason it is hard.
fn shown(sig: &Signature) -> String {
    let kind = u8::from(sig.typ());
    let made = sig.signature_creation_time().map(stamp);
    let made = made.unwrap_or_else(|| "no time".into());
    let common = format!("0x{kind:02X} of {made}, {}", sig.hash_algo());
    if !matches!(
        sig.typ(),
        SignatureType::KeyRevocation
            | SignatureType::SubkeyRevocation
            | SignatureType::CertificationRevocation
    ) {
        return common;
    }
    match sig.reason_for_revocation() {
        None => format!("{common}, no reason (hard)"),
        Some((reason, _)) => {
            let force = match reason.revocation_type() {
                RevocationType::Hard => "hard",
                RevocationType::Soft => "soft",
            };
            format!("{common}, reason {} ({force})", u8::from(reason))
        }
    }
}

fn bad(sig: &Signature) -> &'static str {
    match sig.pk_algo().is_supported() && sig.hash_algo().is_supported() {
        true => "bad",
        false => "not supported",
    }
}

fn same(one: &Signature, other: Option<&Signature>) -> bool {
    other.is_some_and(|other| std::ptr::eq(one, other))
}

fn newer(one: &Signature, other: &Signature) -> bool {
    one.signature_creation_time() > other.signature_creation_time()
}

fn stamp(time: SystemTime) -> String {
    let time: DateTime<Utc> = time.into();
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn quoted(user_id: &[u8]) -> String {
    let text = String::from_utf8_lossy(user_id);
    let mut shown: String = text
        .chars()
        .take(LONGEST)
        .flat_map(char::escape_default)
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push_str("...");
    }
    format!("\"{shown}\"")
}

fn harmless(text: &str) -> String {
    let escaped = text.chars().map(|sign| match sign {
        ' '..='~' => sign.to_string(),
        _ => sign.escape_unicode().to_string(),
    });
    escaped.collect()
}
