// OpenPGP.js as a backend: reads questions, writes answers (docs/protocol.md).
//
//     node worker.mjs FOLDER        FOLDER holds node_modules/openpgp
//
// `verify` takes the reference time as an option, and gives one promise per signature. Why one is
// refused stands in the text of an Error: the tables below, measured with 6.3.2. It names the key
// by its ID; the fingerprints are those of the key that it picks by this ID, the first of the first
// certificate that has one. The native verdict is that of the program in its README, which awaits
// the first promise.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const PROTOCOL = 1;
const LONGEST = 4096; // of a piece of evidence

console.log = console.info = console.error; // standard output belongs to the protocol
const folder = resolve(process.argv[2], "node_modules/openpgp");
const { exports } = JSON.parse(readFileSync(resolve(folder, "package.json"), "utf8"));
const openpgp = await import(pathToFileURL(resolve(folder, exports["."].import)));

const EVERY_CLASS = [
  "bad_signature", "missing_key", "unbound_key", "wrong_key_usage", "key_expired", "key_revoked",
  "key_newer_than_signature", "signature_expired", "signature_not_yet_valid", "weak_hash",
  "weak_key", "policy_other", "malformed", "no_signature", "unsupported", "unknown_critical",
  "identity_mismatch",
];

// What is wrong with the signature, or with its key: what a text begins with, and the classes it
// leaves. What is in no table leaves all.
const CLASSES = [
  ["Could not find signing key with key ID", ["missing_key"]],
  ["Signed digest did not match", ["bad_signature"]],
  ["Signature verification failed", ["bad_signature"]],
  ["Signature is expired", ["signature_expired"]],
  ["Signature creation time is in the future", ["signature_not_yet_valid"]],
  ["Insecure hash algorithm", ["weak_hash"]],
  ["Insecure message hash algorithm", ["weak_hash"]],
  ["Hash algorithm too weak", ["weak_hash"]],
  ["Unknown critical", ["unknown_critical"]],
  ["Key is newer than the signature", ["key_newer_than_signature"]],
  [
    "Signature was not issued by the given public key",
    ["identity_mismatch", "bad_signature", "missing_key"],
  ],
  ["Public key algorithm used to sign signature does not match", ["bad_signature", "malformed"]],
  ["Primary key is revoked", ["key_revoked"]],
  ["Subkey is revoked", ["key_revoked"]],
  ["Primary key is expired", ["key_expired"]],
  ["Subkey is expired", ["key_expired"]],
  ["RSA keys shorter than", ["weak_key"]],
  [/^\w+ keys are considered too weak/, ["weak_key"]],
  [/^Support for \w+ keys using curve \w+ is disabled/, ["weak_key", "unsupported"]],
  ["None of the key flags is set", ["wrong_key_usage"]],
  ["Missing embedded signature", ["unbound_key"]],
  ["No self-certifications found", ["unbound_key"]],
  ["Could not find primary user", ["unbound_key"]],
  ["Self-certification is revoked", ["unbound_key", "key_revoked"]],
  ["Primary user is revoked", ["unbound_key", "key_revoked"]],
  // No key of the certificate may sign, or the one that did may not.
  [/^Could not find valid signing key packet in key \w+$/, ["wrong_key_usage", "unbound_key"]],
  [/^Version \d+ of the .* is unsupported/, ["unsupported"]],
  ["Support for v5 entities is disabled", ["unsupported"]],
  ["Unsupported", ["unsupported"]],
  ["Unknown algorithm", ["unsupported"]],
  ["Unknown hash algorithm in armor header", ["unsupported", "malformed"]],
  ["Invalid enum value", ["unsupported", "malformed"]],
  ["Hash algorithm mismatch in armor header", ["malformed"]],
  ["Only \"Hash\" header allowed", ["malformed"]],
  ["Missing signature creation time", ["malformed"]],
  ["Signature salt does not have the expected length", ["malformed"]],
  ["Corresponding signature packet missing", ["malformed", "no_signature"]],
  ["Corresponding signature packet does not match", ["malformed"]],
  ["Can only verify message with one literal data packet", ["malformed", "no_signature"]],
  ["Packet not allowed in this context", ["malformed", "no_signature"]],
  ["Data does not respect OpenPGP grammar", ["malformed", "no_signature"]],
];
// Around the texts above where they are about a signature *on the key*.
const WRAPPED = [
  /^Could not find valid signing key packet in key \w+: /,
  /^Could not verify primary key: /,
  /^Parsing \w+ failed: /,
  /^Error verifying signed message: /,
];
const ON_THE_KEY =
  /^(Could not find valid [a-z -]+signature in key \w+|Self-certification is invalid)(: |$)/;
// What is said when a file is read leaves these, unless a table says less.
const UNREADABLE = ["malformed", "no_signature", "unsupported"];
// No promise, no error: it passes over packets that it does not know, and types of signature.
const EMPTY = ["malformed", "no_signature", "unsupported"];

const found = (said) => CLASSES.find(([start]) =>
  typeof start === "string" ? said.startsWith(start) : start.test(said))?.[1];

function classes(said) {
  for (const wrapper of WRAPPED) {
    if (wrapper.test(said)) return classes(said.replace(wrapper, ""));
  }
  if (!ON_THE_KEY.test(said)) return found(said);
  const inner = (classes(said.replace(ON_THE_KEY, "")) ?? []).filter((one) =>
    ["weak_hash", "unknown_critical", "unsupported", "malformed"].includes(one));
  return [...new Set(["unbound_key", ...inner])];
}

// What it means to say is an Error of its own. Other types, and errors of Node.js, which have a
// code, are accidents and no answer: for brainpool curves and secp256k1 it wants a module that it
// does not depend on (eckey-utils).
const ACCIDENTS = [TypeError, RangeError, ReferenceError, SyntaxError];

function refusal(error, otherwise, status) {
  const said = String(error?.message ?? error);
  const evidence = {
    exception: error?.name ?? typeof error,
    message: said.split("\nRequire stack:")[0].slice(0, LONGEST),
    status,
  };
  const meant = error instanceof Error && error.code === undefined;
  const accident = !meant || ACCIDENTS.some((type) => error instanceof type);
  if (accident) return { verdict: "error", evidence };
  return no(classes(said) ?? otherwise, evidence);
}

function no(reasons, evidence) {
  const unsupported = reasons.length === 1 && reasons[0] === "unsupported";
  return { verdict: unsupported ? "unsupported" : "rejected", classes: reasons, evidence };
}

const octets = (base64) => new Uint8Array(Buffer.from(base64, "base64"));
const text = (data) => Buffer.from(data).toString("utf8");
const isArmored = (data) => text(data.subarray(0, 64)).trimStart().startsWith("-----BEGIN ");

// One after the other: it reads the first of several armor blocks only.
const BLOCK = /-----BEGIN [^]*?-----END [^\n]*-----/g;

async function load(certificates) {
  const keys = [];
  const refusals = [];
  const read = async (options) => {
    try {
      keys.push(...await openpgp.readKeys(options));
    } catch (error) {
      refusals.push(`certificate refused: ${error.name}: ${error.message.slice(0, LONGEST)}`);
    }
  };
  for (const data of certificates.map(octets)) {
    if (isArmored(data)) {
      const all = text(data);
      for (const block of all.match(BLOCK) ?? [all]) await read({ armoredKeys: block });
    } else {
      await read({ binaryKeys: data });
    }
  }
  return { keys, refusals };
}

// The options of `verify` that hold the signed input.
async function parse(artifact) {
  if (artifact.format === "cleartext") {
    const cleartextMessage = text(octets(artifact.message));
    return { message: await openpgp.readCleartextMessage({ cleartextMessage }) };
  }
  if (artifact.format === "inline") {
    const data = octets(artifact.message);
    const options = isArmored(data) ? { armoredMessage: text(data) } : { binaryMessage: data };
    return { message: await openpgp.readMessage(options), format: "binary" };
  }
  const data = octets(artifact.signature);
  const options = isArmored(data) ? { armoredSignature: text(data) } : { binarySignature: data };
  const signature = await openpgp.readSignature(options);
  const message = await openpgp.createMessage({ binary: octets(artifact.data) });
  return { message, signature, format: "binary" };
}

function pair(keyID, keys) {
  for (const key of keys) {
    const [signing] = key.getKeys(keyID);
    const hex = (one) => one.getFingerprint().toUpperCase();
    if (signing) return { signing: hex(signing), primary: hex(key) };
  }
  return {};
}

// About the first signature, as its README does it.
async function check(artifact, { keys, refusals }, date) {
  let signatures;
  try {
    const input = await parse(artifact);
    ({ signatures } = await openpgp.verify({ ...input, verificationKeys: keys, date }));
  } catch (error) {
    return refusal(error, UNREADABLE, refusals);
  }
  if (signatures.length === 0) {
    return no(EMPTY, { status: [...refusals, "signatures: []"] });
  }
  const [{ verified, keyID }] = signatures;
  try {
    if (await verified !== true) throw new TypeError("verified, but not true");
    return { verdict: "accepted", key: pair(keyID, keys), evidence: { status: refusals } };
  } catch (error) {
    return refusal(error, EVERY_CLASS, refusals);
  }
}

async function answer(question) {
  const loaded = await load(question.certificates);
  const date = new Date(question.at);
  const parts = question.parts?.length ? question.parts : [question.artifact];
  const signatures = [];
  for (const part of parts) signatures.push(await check(part, loaded, date));
  const alone = parts[0] === question.artifact;
  const whole = alone ? signatures[0] : await check(question.artifact, loaded, date);
  const { key, ...native } = whole;
  return { signatures, native: key ? { ...native, keys: [key] } : native };
}

const backend = {
  name: "openpgpjs",
  version: openpgp.config.versionString.replace("OpenPGP.js ", ""),
  components: { "Node.js": process.versions.node, OpenSSL: process.versions.openssl },
  capabilities: {
    formats: ["cleartext", "detached", "inline"],
    clock: "native",
    reports: ["primary", "signing"],
  },
  notes: [
    "fingerprints are looked up by the key ID that it names, as it does itself",
    "native verdict: the first signature alone",
    "stock configuration (rejectHashAlgorithms, minRSABits and others are options)",
  ],
};

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const message = JSON.parse(line);
  if (message.type === "bye") break;
  if (message.type === "hello") {
    if (message.protocol === PROTOCOL) say({ type: "ready", protocol: PROTOCOL, backend });
    else say({ type: "unusable", reason: `this worker speaks protocol ${PROTOCOL} only` });
  } else {
    try {
      say({ type: "answer", id: message.id, answer: await answer(message) });
    } catch (error) {
      const reason = String(error?.stack ?? error).slice(0, LONGEST);
      say({ type: "failed", id: message.id, reason });
    }
  }
}
process.exit(0);
