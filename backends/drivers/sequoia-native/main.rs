//! Sequoia PGP as a backend of pgp-accord, asked from its own language (docs/protocol.md).
//!
//! Reads questions from standard input and writes answers to standard output, one JSON object per
//! line. Sequoia tells per signature which error it met and what lies beneath it; `classes.rs`
//! holds what that means, `links.rs` how the certificate was judged; `verify.rs` asks, under the rules
//! of `policy.rs`, and `protocol.rs` has the messages. Its only option is `--policy FILE`.

mod classes;
mod links;
mod policy;
mod protocol;
mod verify;

use std::any::Any;
use std::env;
use std::io::{self, BufRead, Write};
use std::panic::{catch_unwind, AssertUnwindSafe};

use chrono::DateTime;

use crate::classes::Outcome;
use crate::policy::Rules;
use crate::protocol::{
    Answer, Artifact, FromHarness, Native, Question, SignatureResult, ToHarness,
};

const PROTOCOL: u64 = 1;

fn main() -> io::Result<()> {
    let rules = Rules::of(&env::args_os().skip(1).collect::<Vec<_>>());
    let mut said = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let reply = match serde_json::from_str(&line?) {
            Ok(FromHarness::Bye) => break,
            Ok(FromHarness::Hello { protocol: PROTOCOL }) => match &rules {
                Ok(rules) => verify::description(PROTOCOL, rules),
                Err(reason) => unusable(reason.clone()),
            },
            Ok(FromHarness::Hello { .. }) => {
                unusable(format!("this driver speaks protocol {PROTOCOL} only"))
            }
            Ok(FromHarness::Question(question)) => reply(&question, rules.as_ref()),
            // A message that it cannot read: the harness takes the end of the process for that.
            Err(mistake) => return Err(mistake.into()),
        };
        serde_json::to_writer(&mut said, &reply)?;
        said.write_all(b"\n")?;
        said.flush()?;
    }
    Ok(())
}

fn unusable(reason: String) -> ToHarness {
    ToHarness::Unusable { reason }
}

fn reply(question: &Question, rules: Result<&Rules, &String>) -> ToHarness {
    let id = question.id;
    match rules
        .map_err(Clone::clone)
        .and_then(|rules| answer(question, rules))
    {
        Ok(answer) => ToHarness::Answer { id, answer },
        Err(reason) => ToHarness::Failed { id, reason },
    }
}

/// A panic over one signature is the answer about it; one over certificates is none.
fn answer(question: &Question, rules: &Rules) -> Result<Answer, String> {
    let at = DateTime::parse_from_rfc3339(&question.at).map_err(|why| format!("at: {why}"))?;
    let loaded = catching(|| verify::load(&question.certificates))
        .map_err(|panic| format!("panic over the certificates: {panic}"))?;
    let ask = |artifact: &Artifact| {
        catching(|| verify::check(&loaded, artifact, rules, at.into()))
            .unwrap_or_else(|panic| vec![Outcome::panicked(panic)])
    };
    // An input that could not be cut into parts may still have several signatures for Sequoia.
    let one = |outcomes: &[Outcome]| {
        let good = outcomes.iter().find(|outcome| outcome.is_good());
        let found = good.or(outcomes.first());
        SignatureResult::of(found.expect("there is always an outcome"), &loaded.refusals)
    };
    let whole = ask(&question.artifact);
    let signatures = match question.parts.as_slice() {
        [] => vec![one(&whole)],
        parts => parts.iter().map(|part| one(&ask(part))).collect(),
    };
    let native = Native::of(&whole, &loaded.refusals);
    Ok(Answer { signatures, native })
}

/// What it gives, or a panic's words.
pub fn catching<T>(ask: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(ask)).map_err(words)
}

fn words(panic: Box<dyn Any + Send>) -> String {
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(other) => other.downcast_ref::<&str>().unwrap_or(&"").to_string(),
    }
}
