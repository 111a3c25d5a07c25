//! What Sequoia's errors mean: from `VerificationError` and the `Error` beneath it to our classes.
//!
//! Both are types, and `ERRORS` has all there are. But which rule of the policy was broken, and what a
//! key is invalid for, stands in texts only. These are compared from their beginning; what comes from
//! the input stands behind it. Measured with sequoia-openpgp 2.4.2.

use std::collections::BTreeSet;
use std::time::SystemTime;

use sequoia_openpgp::cert::Cert;
use sequoia_openpgp::packet::Signature;
use sequoia_openpgp::parse::stream::{GoodChecksum, VerificationError};
use sequoia_openpgp::Error;
use serde::Serialize;

use crate::protocol::Key;

/// Our error classes (docs/taxonomy.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    BadSignature,
    MissingKey,
    UnboundKey,
    WrongKeyUsage,
    KeyExpired,
    KeyRevoked,
    KeyNewerThanSignature,
    SignatureExpired,
    SignatureNotYetValid,
    WeakHash,
    WeakKey,
    PolicyOther,
    Malformed,
    NoSignature,
    Unsupported,
    UnknownCritical,
    IdentityMismatch,
}

use Class::*;

const EVERY: [Class; 17] = [
    BadSignature,
    MissingKey,
    UnboundKey,
    WrongKeyUsage,
    KeyExpired,
    KeyRevoked,
    KeyNewerThanSignature,
    SignatureExpired,
    SignatureNotYetValid,
    WeakHash,
    WeakKey,
    PolicyOther,
    Malformed,
    NoSignature,
    Unsupported,
    UnknownCritical,
    IdentityMismatch,
];

type Table = &'static [(&'static str, &'static [Class])];

/// What an error is said of: the columns of `ERRORS`.
#[derive(Clone, Copy)]
enum Of {
    /// `BadSignature`, `MalformedSignature` and `UnknownSignature`.
    Signature,
    /// `BadKey`.
    Key,
    /// `UnboundKey`: the key that signed, or its primary key.
    Binding,
    /// What is said before any signature is looked at.
    Input,
}

const NOT_SAID: &[Class] = &[];
const BY_TEXT: &[Class] = &[];
const LACKING: &[Class] = &[Unsupported];

/// Every variant of Sequoia's `Error`, in its order, and what it means of each. `BY_TEXT`: a table
/// below tells. `NOT_SAID`: not to be expected there; if it comes all the same, every class is left.
#[rustfmt::skip]
const ERRORS: &[(&str, [&[Class]; 4])] = &[
    ("InvalidArgument", [&[Malformed], NOT_SAID, NOT_SAID, NOT_SAID]),
    ("InvalidOperation", [NOT_SAID, NOT_SAID, NOT_SAID, &[NoSignature]]),
    ("MalformedPacket", [BY_TEXT, NOT_SAID, NOT_SAID, &[Malformed]]),
    ("PacketTooLarge", [LACKING, NOT_SAID, NOT_SAID, LACKING]),
    ("UnsupportedPacketType", [LACKING, NOT_SAID, NOT_SAID, LACKING]),
    ("UnsupportedHashAlgorithm", [LACKING, NOT_SAID, NOT_SAID, LACKING]),
    ("UnsupportedPublicKeyAlgorithm", [LACKING, NOT_SAID, NOT_SAID, NOT_SAID]),
    ("UnsupportedEllipticCurve", [LACKING, NOT_SAID, NOT_SAID, NOT_SAID]),
    ("UnsupportedSymmetricAlgorithm", [NOT_SAID, NOT_SAID, NOT_SAID, LACKING]),
    ("UnsupportedAEADAlgorithm", [NOT_SAID, NOT_SAID, NOT_SAID, LACKING]),
    ("UnsupportedCompressionAlgorithm", [NOT_SAID, NOT_SAID, NOT_SAID, LACKING]),
    ("UnsupportedSignatureType", [LACKING, NOT_SAID, NOT_SAID, NOT_SAID]),
    ("InvalidPassword", [NOT_SAID; 4]),
    ("InvalidSessionKey", [NOT_SAID; 4]),
    ("MissingSessionKey", [NOT_SAID, NOT_SAID, NOT_SAID, &[NoSignature]]),
    ("MalformedMPI", [&[Malformed], NOT_SAID, NOT_SAID, NOT_SAID]),
    ("BadSignature", [BY_TEXT, NOT_SAID, NOT_SAID, NOT_SAID]),
    ("ManipulatedMessage", [&[BadSignature], NOT_SAID, NOT_SAID, &[BadSignature, Malformed]]),
    ("MalformedMessage", [NOT_SAID, NOT_SAID, NOT_SAID, BY_TEXT]),
    ("MalformedCert", [NOT_SAID; 4]),
    ("UnsupportedCert", [NOT_SAID; 4]),
    ("IndexOutOfRange", [NOT_SAID; 4]),
    ("Expired", [&[SignatureExpired], &[KeyExpired], &[SignatureExpired], NOT_SAID]),
    ("NotYetLive", [&[SignatureNotYetValid], &[KeyNewerThanSignature], NOT_SAID, NOT_SAID]),
    ("NoBindingSignature", [NOT_SAID, NOT_SAID, BY_TEXT, NOT_SAID]),
    ("InvalidKey", [NOT_SAID, BY_TEXT, NOT_SAID, NOT_SAID]),
    ("NoAcceptableHash", [NOT_SAID; 4]),
    ("PolicyViolation", [BY_TEXT; 4]),
    ("ShortKeyID", [NOT_SAID; 4]),
];

/// Packets that no rule allows, as `Error::PolicyViolation` names them.
const PACKETS: Table = &[
    ("Reserved - ", &[PolicyOther, Malformed]),
    ("Unknown Packet", &[PolicyOther, Unsupported]),
    ("Private/Experimental Packet", &[PolicyOther, Unsupported]),
];
/// Which rule was broken: what is wrapped around `Error::PolicyViolation`.
const RULES: Table = &[
    ("Policy rejected non-revocation signature", &[WeakHash]),
    ("Policy rejected asymmetric algorithm", &[WeakKey]),
    (
        "Policy rejected critical signature subpacket",
        &[UnknownCritical],
    ),
    ("Policy rejected critical notation", &[UnknownCritical]),
    ("Policy rejected packet type", &[PolicyOther]),
];
/// `Error::InvalidKey`.
const INVALID_KEY: Table = &[
    ("certificate is revoked", &[KeyRevoked]),
    ("signing key is revoked", &[KeyRevoked]),
    ("key is not signing capable", &[WrongKeyUsage]),
];
/// `Error::BadSignature`, of a signature.
const BAD_SIGNATURE: Table = &[
    ("Not an intended recipient", &[IdentityMismatch]),
    ("Signature (created", &[KeyNewerThanSignature]),
    // Versions of signature and key that do not go together, and salts of a wrong length.
    ("Signature (v", &[BadSignature, Malformed]),
    ("Salt of size", &[BadSignature, Malformed]),
    ("bad salt length", &[BadSignature, Malformed]),
    (
        "Version 6 signatures using DSA",
        &[PolicyOther, Unsupported],
    ),
    // A signature in front of its data, or of a type or with a hash that was not computed.
    ("Hash not computed", &[Unsupported, Malformed]),
    ("", &[BadSignature]),
];
/// `Error::MalformedPacket`, of a signature.
const MALFORMED_PACKET: Table = &[
    ("unsupported combination of key", &[Malformed, Unsupported]),
    ("unknown version", &[Malformed, Unsupported]),
    ("Unknown version", &[Malformed, Unsupported]),
    (
        "not a signature algorithm",
        &[Malformed, Unsupported, WrongKeyUsage],
    ),
    (
        "Malformed issuer fingerprint subpacket",
        &[Malformed, Unsupported],
    ),
    ("", &[Malformed]),
];
/// `Error::MalformedMessage`.
const MALFORMED_MESSAGE: Table = &[
    ("Expected signature, got ", &[Malformed, NoSignature]),
    ("", &[Malformed, NoSignature, Unsupported]),
];

/// What is no `Error`, but a type of a library's beneath, or one that is private to Sequoia.
const OTHERS: Table = &[
    ("verification error", &[BadSignature]),
    ("Unrecognized EOF", &[Malformed, NoSignature]),
];

fn look_up(table: Table, text: &str) -> Vec<Class> {
    let found = table.iter().find(|(start, _)| text.starts_with(start));
    found
        .map(|(_, classes)| classes.to_vec())
        .unwrap_or_default()
}

/// The typed errors in a chain, of which the last is the cause; and the rule that it names.
fn cause(error: &anyhow::Error) -> Option<&Error> {
    error
        .downcast_ref()
        .or_else(|| error.chain().filter_map(|one| one.downcast_ref()).last())
}

/// Which of the policy's rules, by the packet that it names, or else by what is wrapped around.
fn broken_rule(error: &anyhow::Error, named: &str) -> Vec<Class> {
    let around = error.chain().map(|one| look_up(RULES, &one.to_string()));
    [look_up(PACKETS, named)]
        .into_iter()
        .chain(around)
        .find(|classes| !classes.is_empty())
        .unwrap_or_default()
}

/// The classes that an error leaves; none if nothing is known of it.
fn meaning(error: &anyhow::Error, of: Of) -> Vec<Class> {
    match (cause(error), of) {
        (Some(Error::PolicyViolation(named, _)), _) => broken_rule(error, named),
        (Some(Error::BadSignature(text)), Of::Signature) => look_up(BAD_SIGNATURE, text),
        (Some(Error::MalformedPacket(text)), Of::Signature) => look_up(MALFORMED_PACKET, text),
        (Some(Error::InvalidKey(text)), Of::Key) => look_up(INVALID_KEY, text),
        (Some(Error::MalformedMessage(text)), Of::Input) => look_up(MALFORMED_MESSAGE, text),
        (Some(error), _) => {
            let named = name(error);
            let row = ERRORS.iter().find(|(variant, _)| *variant == named);
            row.map(|(_, classes)| classes[of as usize].to_vec())
                .unwrap_or_default()
        }
        (None, Of::Signature | Of::Input) => of_others(error),
        (None, Of::Key | Of::Binding) => vec![],
    }
}

/// Sequoia names the cause where a binding is there that it does not take. Where it says no more
/// than that there is none at that time, what it has read of the certificate tells why.
fn of_a_binding(error: &anyhow::Error, sig: &Signature, cert: &Cert) -> Vec<Class> {
    let mut classes = match cause(error) {
        Some(Error::NoBindingSignature(at)) => without_binding(sig, cert, *at),
        _ => meaning(error, Of::Binding),
    };
    classes.push(UnboundKey);
    classes
}

/// Keys, or bindings, that are younger than the signature; and what cannot be verified.
fn without_binding(sig: &Signature, cert: &Cert, at: SystemTime) -> Vec<Class> {
    let primary = cert.primary_key();
    let signing = || cert.keys().key_handles(sig.get_issuers());
    let keys = signing().map(|ka| ka.key().creation_time());
    let of_keys = signing().flat_map(|ka| ka.self_signatures().collect::<Vec<_>>());
    let of_user_ids = cert
        .userids()
        .flat_map(|ua| ua.self_signatures().collect::<Vec<_>>());
    let bindings = of_keys.chain(of_user_ids).chain(primary.self_signatures());
    let made = bindings.filter_map(|one| one.signature_creation_time());
    if keys
        .chain([primary.key().creation_time()])
        .chain(made)
        .any(|time| time > at)
    {
        return vec![KeyNewerThanSignature];
    }
    let unknown =
        |one: &Signature| !one.pk_algo().is_supported() || !one.hash_algo().is_supported();
    match !primary.key().pk_algo().is_supported() || cert.bad_signatures().any(unknown) {
        true => vec![Unsupported],
        false => vec![],
    }
}

/// There is one, whatever else is wrong with it.
fn in_a_signature(error: &anyhow::Error) -> Vec<Class> {
    without_no_signature(meaning(error, Of::Signature))
}

fn without_no_signature(mut classes: Vec<Class>) -> Vec<Class> {
    classes.retain(|class| *class != NoSignature);
    classes
}

/// Errors of the cryptographic library, and of reading: armor that is none, an early end, a broken
/// compressed packet.
fn of_others(error: &anyhow::Error) -> Vec<Class> {
    match error.chain().any(|one| one.is::<std::io::Error>()) {
        true => vec![Malformed, NoSignature],
        false => look_up(OTHERS, &error.root_cause().to_string()),
    }
}

/// What Sequoia concludes about one signature.
#[derive(Default)]
pub struct Outcome {
    pub key: Option<Key>,
    pub classes: BTreeSet<Class>,
    /// Of `VerificationError` and of the `Error` beneath it.
    pub variant: String,
    /// The chain of errors in words.
    pub message: String,
    /// How its certificate was judged, if there is one.
    pub links: Vec<String>,
}

impl Outcome {
    pub fn good(checked: &GoodChecksum) -> Self {
        let signing = checked.ka.key().fingerprint().to_hex();
        let primary = checked.ka.cert().fingerprint().to_hex();
        Outcome {
            key: Some(Key { signing, primary }),
            ..Outcome::default()
        }
    }

    /// Of a certificate that is broken off, what comes before may have been read.
    pub fn bad(error: &VerificationError, all_was_read: bool) -> Self {
        match error {
            // A key may stand in what was not read, and an issuer in a subpacket that was not.
            VerificationError::MissingKey { sig } => {
                let issuer = sig.get_issuers().into_iter().next();
                let mut classes = vec![MissingKey];
                if issuer.is_none() || !all_was_read {
                    classes.extend([Malformed, Unsupported]);
                }
                Outcome {
                    message: match issuer {
                        Some(issuer) => format!("Missing key: {issuer}"),
                        None => "no issuer is named".into(),
                    },
                    ..Self::refused("MissingKey", None, classes)
                }
            }
            VerificationError::UnboundKey { error, sig, cert } => {
                let mut classes = of_a_binding(error, sig, cert);
                if !all_was_read {
                    classes.push(Malformed);
                }
                Self::refused("UnboundKey", Some(error), classes)
            }
            VerificationError::BadKey { error, .. } => {
                Self::refused("BadKey", Some(error), meaning(error, Of::Key))
            }
            VerificationError::BadSignature { error, .. } => {
                Self::refused("BadSignature", Some(error), in_a_signature(error))
            }
            VerificationError::MalformedSignature { error, .. } => {
                Self::refused("MalformedSignature", Some(error), in_a_signature(error))
            }
            VerificationError::UnknownSignature { sig } => Self::refused(
                "UnknownSignature",
                Some(sig.error()),
                in_a_signature(sig.error()),
            ),
            unknown => Outcome {
                message: unknown.to_string(),
                ..Self::refused("VerificationError", None, vec![])
            },
        }
    }

    /// The input as a whole was refused, before or after a signature was come across.
    pub fn unread(error: &anyhow::Error, after_signature: bool) -> Self {
        let classes = meaning(error, Of::Input);
        let classes = match after_signature {
            true => without_no_signature(classes),
            false => classes,
        };
        Self::refused("", Some(error), classes)
    }

    /// All was read, and nothing was said of any signature.
    pub fn none(after_signature: bool) -> Self {
        let classes = match after_signature {
            true => vec![Malformed, Unsupported],
            false => vec![NoSignature],
        };
        Outcome {
            message: "no signature in the result".into(),
            ..Self::refused("", None, classes)
        }
    }

    pub fn panicked(message: String) -> Self {
        Outcome {
            variant: "panic".into(),
            message,
            ..Outcome::default()
        }
    }

    fn refused(variant: &str, error: Option<&anyhow::Error>, classes: Vec<Class>) -> Self {
        let beneath = error.and_then(cause).map(name).unwrap_or_default();
        let chain = error.map(|error| error.chain().map(ToString::to_string).collect::<Vec<_>>());
        Outcome {
            classes: match classes.is_empty() {
                true => EVERY.into_iter().collect(),
                false => classes.into_iter().collect(),
            },
            variant: [variant, &beneath]
                .into_iter()
                .filter(|s| !s.is_empty())
                .collect::<Vec<_>>()
                .join("/"),
            message: chain.unwrap_or_default().join(": "),
            ..Outcome::default()
        }
    }

    pub fn is_good(&self) -> bool {
        self.key.is_some()
    }

    /// A panic is no answer; a refusal for nothing but a lack of support is none either.
    pub fn verdict(&self) -> &'static str {
        match (&self.key, self.classes.len()) {
            (Some(_), _) => "accepted",
            (None, 0) => "error",
            (None, 1) if self.classes.contains(&Unsupported) => "unsupported",
            _ => "rejected",
        }
    }

    pub fn line(&self) -> String {
        match &self.key {
            Some(key) => format!("good {} {}", key.signing, key.primary),
            None => format!("{} {}", self.variant, self.message)
                .trim()
                .to_string(),
        }
    }
}

/// The variant's name, as `Debug` writes it before what is inside.
fn name(error: &Error) -> String {
    let written = format!("{error:?}");
    written
        .split(|sign: char| !sign.is_alphanumeric())
        .next()
        .unwrap_or_default()
        .to_string()
}
