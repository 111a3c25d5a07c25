"""librnp through ctypes: what the adapter needs of it, with types, and nothing left behind.

What its answers mean is the business of `backends.rnp`. Meanings of functions and arguments are
those of ``rnp/rnp.h`` (librnp-dev 0.16.3).
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
from collections.abc import Iterator, Mapping
from ctypes import POINTER, byref, c_bool, c_char_p, c_size_t, c_uint32, c_uint64, c_void_p
from dataclasses import dataclass
from pathlib import Path

from backends._packages import system_library
from harness.artifact import Artifact, Cleartext, Detached, Inline, SimpleSigning, unclaimed

SUCCESS = 0
STATES = ("rnp_key_is_revoked", "rnp_key_is_expired")
"""The functions by which a key is asked what keeps it from being valid."""

_UNKNOWN = 0x1200000D  # RNP_ERROR_SIGNATURE_UNKNOWN: it has no handle
_PUBLIC_KEYS = 1  # RNP_LOAD_SAVE_PUBLIC_KEYS

_OUT = POINTER(c_void_p)
_FUNCTIONS: Mapping[str, tuple[type | None, tuple[type, ...]]] = {
    "rnp_version_string": (c_char_p, ()),
    "rnp_version_string_full": (c_char_p, ()),
    "rnp_result_to_string": (c_char_p, (c_uint32,)),
    "rnp_ffi_create": (c_uint32, (_OUT, c_char_p, c_char_p)),
    "rnp_ffi_destroy": (c_uint32, (c_void_p,)),
    "rnp_set_timestamp": (c_uint32, (c_void_p, c_uint64)),
    "rnp_input_from_memory": (c_uint32, (_OUT, c_char_p, c_size_t, c_bool)),
    "rnp_input_from_path": (c_uint32, (_OUT, c_char_p)),
    "rnp_input_destroy": (c_uint32, (c_void_p,)),
    "rnp_output_to_null": (c_uint32, (_OUT,)),
    "rnp_output_destroy": (c_uint32, (c_void_p,)),
    "rnp_import_keys": (c_uint32, (c_void_p, c_void_p, c_uint32, c_void_p)),
    "rnp_locate_key": (c_uint32, (c_void_p, c_char_p, c_char_p, _OUT)),
    "rnp_key_handle_destroy": (c_uint32, (c_void_p,)),
    "rnp_key_is_primary": (c_uint32, (c_void_p, POINTER(c_bool))),
    "rnp_key_is_revoked": (c_uint32, (c_void_p, POINTER(c_bool))),
    "rnp_key_is_expired": (c_uint32, (c_void_p, POINTER(c_bool))),
    "rnp_key_get_fprint": (c_uint32, (c_void_p, _OUT)),
    "rnp_key_get_primary_fprint": (c_uint32, (c_void_p, _OUT)),
    "rnp_buffer_destroy": (None, (c_void_p,)),
    "rnp_op_verify_create": (c_uint32, (_OUT, c_void_p, c_void_p, c_void_p)),
    "rnp_op_verify_detached_create": (c_uint32, (_OUT, c_void_p, c_void_p, c_void_p)),
    "rnp_op_verify_execute": (c_uint32, (c_void_p,)),
    "rnp_op_verify_destroy": (c_uint32, (c_void_p,)),
    "rnp_op_verify_get_signature_count": (c_uint32, (c_void_p, POINTER(c_size_t))),
    "rnp_op_verify_get_signature_at": (c_uint32, (c_void_p, c_size_t, _OUT)),
    "rnp_op_verify_signature_get_status": (c_uint32, (c_void_p,)),
    "rnp_op_verify_signature_get_key": (c_uint32, (c_void_p, _OUT)),
    "rnp_op_verify_signature_get_handle": (c_uint32, (c_void_p, _OUT)),
    "rnp_signature_get_key_fprint": (c_uint32, (c_void_p, _OUT)),
    "rnp_signature_handle_destroy": (c_uint32, (c_void_p,)),
}
"""Every function called, with the types of its result and of its arguments."""


def find() -> Path | None:
    """Find the library, without loading it."""
    return system_library("librnp.so.0", "librnp.so")


class RnpError(Exception):
    """A call failed that no input should make fail."""


USES = {"data": 4, "keys": 2}  # RNP_SECURITY_VERIFY_DATA, RNP_SECURITY_VERIFY_KEY
"""What a rule may be about: signatures of data, and those within certificates."""
_ALLOWED = 2  # RNP_SECURITY_DEFAULT; less is insecure or prohibited
_FAR_FUTURE = 1 << 40


@dataclass(frozen=True, slots=True)
class Rule:
    """A security rule: a hash algorithm that is refused."""

    algorithm: str
    use: str
    """One of `USES`."""
    since: int
    """For signatures made since then, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key in the keyring."""

    fingerprint: str | None
    primary: str | None
    """Fingerprint of its primary key, which may be itself."""
    states: tuple[str, ...]
    """Those of `STATES` that hold for it or its primary key."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What RNP found out about one signature."""

    status: int
    named: Key | None
    """The key of ``rnp_op_verify_signature_get_key``: looked up anew, by the key ID alone, which
    need not be the key that the signature was checked with (0.16.3)."""
    checked_with: Key | None
    """The key with the fingerprint that the signature names, with which RNP checks it; the one
    named, if the signature names no fingerprint."""


class Library:
    """librnp, loaded.

    Raises:
        OSError: it cannot be loaded.
        AttributeError: it is too old, and lacks a function.
    """

    def __init__(self, path: Path) -> None:
        self._rnp = ctypes.CDLL(str(path))
        for function, (result, arguments) in _FUNCTIONS.items():
            symbol = getattr(self._rnp, function)
            symbol.restype, symbol.argtypes = result, arguments

    def versions(self) -> tuple[str, dict[str, str]]:
        """Its version, and those of what is inside."""
        components = {"librnp": self._rnp.rnp_version_string_full().decode()}
        if self.has("rnp_backend_string") and self.has("rnp_backend_version"):  # since 0.16
            name, version = self._rnp.rnp_backend_string, self._rnp.rnp_backend_version
            name.restype = version.restype = c_char_p
            components[name().decode()] = version().decode()
        return self._rnp.rnp_version_string().decode(), components

    def security_rules(self) -> tuple[Rule, ...]:
        """The rules against hash algorithms, the last for each use; none before version 0.16."""
        if not self.has("rnp_get_security_rule") or not self.has("rnp_supported_features"):
            return ()
        ffi = self._make("rnp_ffi_create", b"GPG", b"GPG")
        try:
            rules = [
                self._rule(ffi, name, use)
                for name in json.loads(self._features("hash algorithm"))
                for use in USES
            ]
        finally:
            self.close_keyring(ffi)
        return tuple(rule for rule in rules if rule is not None)

    def _features(self, kind: str) -> str:
        get = self._rnp.rnp_supported_features
        get.restype, get.argtypes = c_uint32, (c_char_p, _OUT)
        text = c_void_p()
        self._expect("rnp_supported_features", kind.encode(), byref(text))
        try:
            return ctypes.string_at(text.value or 0).decode()
        finally:
            self._rnp.rnp_buffer_destroy(text)

    def _rule(self, ffi: c_void_p, name: str, use: str) -> Rule | None:
        get = self._rnp.rnp_get_security_rule
        get.restype = c_uint32
        get.argtypes = (
            *(c_void_p, c_char_p, c_char_p, c_uint64),
            *(POINTER(c_uint32), POINTER(c_uint64), POINTER(c_uint32)),
        )
        flags, since, level = c_uint32(USES[use]), c_uint64(), c_uint32()
        asked = (ffi, b"hash algorithm", name.encode(), _FAR_FUTURE)
        self._expect("rnp_get_security_rule", *asked, byref(flags), byref(since), byref(level))
        return None if level.value == _ALLOWED else Rule(name, use, since.value)

    def has(self, function: str) -> bool:
        """Tell whether there is such a function."""
        return hasattr(self._rnp, function)

    def named(self, code: int) -> str:
        """A result code with the library's text for it."""
        return f"{code:#010x} {self._rnp.rnp_result_to_string(code).decode()}"

    def open_keyring(self, at: int) -> c_void_p:
        """Make an empty keyring (an FFI object) that lives at a moment, in seconds since 1970.

        It must be closed with `close_keyring`.
        """
        ffi = self._make("rnp_ffi_create", b"GPG", b"GPG")
        self._expect("rnp_set_timestamp", ffi, max(1, at))  # 0 would mean the present
        return ffi

    def close_keyring(self, ffi: c_void_p) -> None:
        """Release a keyring with all its keys."""
        self._rnp.rnp_ffi_destroy(ffi)

    def import_certificates(self, ffi: c_void_p, certificates: bytes) -> int:
        """Add certificates, armored or binary; give the result code. Any fault refuses all."""
        with self._input(certificates) as source:
            return int(self._rnp.rnp_import_keys(ffi, source, _PUBLIC_KEYS, None))

    def verify(self, ffi: c_void_p, artifact: Artifact) -> tuple[int, tuple[Checked, ...]]:
        """Execute one verification: give its result code, and what was found per signature."""
        with contextlib.ExitStack() as stack:
            match artifact:
                case Detached():
                    data = stack.enter_context(self._input(artifact.data))
                    signature = stack.enter_context(self._input(artifact.signature))
                    operation = self._make("rnp_op_verify_detached_create", ffi, data, signature)
                case Inline() | Cleartext():
                    message = stack.enter_context(self._input(artifact.message))
                    nowhere = self._make("rnp_output_to_null")
                    stack.callback(self._rnp.rnp_output_destroy, nowhere)
                    operation = self._make("rnp_op_verify_create", ffi, message, nowhere)
                case SimpleSigning():
                    raise unclaimed(artifact)
            stack.callback(self._rnp.rnp_op_verify_destroy, operation)
            executed = int(self._rnp.rnp_op_verify_execute(operation))
            count = c_size_t()
            self._expect("rnp_op_verify_get_signature_count", operation, byref(count))
            found = [self._checked(ffi, operation, index) for index in range(count.value)]
        return executed, tuple(found)

    def _checked(self, ffi: c_void_p, operation: c_void_p, index: int) -> Checked:
        signature = c_void_p()  # belongs to the operation
        self._expect("rnp_op_verify_get_signature_at", operation, index, byref(signature))
        status = int(self._rnp.rnp_op_verify_signature_get_status(signature))
        with self._found("rnp_op_verify_signature_get_key", signature) as key:
            named = None if key is None else self._key(ffi, key)
        fingerprint = self._issuer(signature) if status != _UNKNOWN else None
        if fingerprint is None or (named is not None and named.fingerprint == fingerprint):
            return Checked(status, named, named)
        with self._located(ffi, fingerprint) as key:
            return Checked(status, named, None if key is None else self._key(ffi, key))

    def _issuer(self, signature: c_void_p) -> str | None:
        handle = c_void_p()
        if self._rnp.rnp_op_verify_signature_get_handle(signature, byref(handle)) != SUCCESS:
            return None
        try:
            return self._string("rnp_signature_get_key_fprint", handle)
        finally:
            self._rnp.rnp_signature_handle_destroy(handle)

    def _key(self, ffi: c_void_p, key: c_void_p) -> Key:
        fingerprint = self._string("rnp_key_get_fprint", key)
        states = {state for state in STATES if self._is(state, key)}
        if self._is("rnp_key_is_primary", key):
            return Key(fingerprint, fingerprint, tuple(sorted(states)))
        primary = self._string("rnp_key_get_primary_fprint", key)
        with self._located(ffi, primary or "") as owner:
            states |= {state for state in STATES if owner is not None and self._is(state, owner)}
        return Key(fingerprint, primary, tuple(sorted(states)))

    def _located(
        self, ffi: c_void_p, fingerprint: str
    ) -> contextlib.AbstractContextManager[c_void_p | None]:
        return self._found("rnp_locate_key", ffi, b"fingerprint", fingerprint.encode())

    @contextlib.contextmanager
    def _input(self, octets: bytes) -> Iterator[c_void_p]:
        """Lend octets to the library, uncopied."""
        if octets:
            source = self._make("rnp_input_from_memory", octets, len(octets), False)
        else:  # which it refuses in memory, but not in a file
            source = self._make("rnp_input_from_path", os.devnull.encode())
        try:
            yield source
        finally:
            self._rnp.rnp_input_destroy(source)

    @contextlib.contextmanager
    def _found(self, function: str, *arguments: object) -> Iterator[c_void_p | None]:
        """The key that a function finds, if any."""
        key = c_void_p()
        getattr(self._rnp, function)(*arguments, byref(key))
        try:
            yield key if key.value else None
        finally:
            self._rnp.rnp_key_handle_destroy(key)

    def _make(self, function: str, *arguments: object) -> c_void_p:
        made = c_void_p()
        self._expect(function, byref(made), *arguments)
        return made

    def _is(self, function: str, key: c_void_p) -> bool:
        answer = c_bool()
        self._expect(function, key, byref(answer))
        return answer.value

    def _string(self, function: str, key: c_void_p) -> str | None:
        text = c_void_p()
        code = getattr(self._rnp, function)(key, byref(text))
        if code != SUCCESS or text.value is None:
            return None
        try:
            return ctypes.string_at(text.value).decode()
        finally:
            self._rnp.rnp_buffer_destroy(text)

    def _expect(self, function: str, *arguments: object) -> None:
        code = int(getattr(self._rnp, function)(*arguments))
        if code != SUCCESS:
            raise RnpError(f"{function}: {self.named(code)}")


@contextlib.contextmanager
def logged(lines: list[str]) -> Iterator[None]:
    """Catch what is written to standard error by this whole process; append each line once."""
    kept = os.dup(2)
    with open(os.memfd_create("log"), "w+b") as file:  # noqa: PTH123  a descriptor
        os.dup2(file.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        file.seek(0)
        text = file.read().decode("utf-8", "backslashreplace")
    lines += dict.fromkeys(line for line in text.split("\n") if line)
