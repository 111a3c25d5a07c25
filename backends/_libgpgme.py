"""What is needed of GPGME's C library: names for its functions and results, through ctypes.

Why not GPGME's own Python module: decision 0021. That both give the same verdict is tested. What is
laid out here is that of ``libgpgme.so.11`` (GPGME 1.18: ``gpgme.h``). Nothing here judges anything.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Iterator
from ctypes import (
    POINTER,
    byref,
    c_char_p,
    c_int,
    c_long,
    c_size_t,
    c_ssize_t,
    c_uint,
    c_ulong,
    c_void_p,
)
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backends._packages import system_library

_OPENPGP = 0  # gpgme_protocol_t
_AUDITLOG_DIAG = 2
_END_OF_LIST = 16383  # GPG_ERR_EOF


def find_library() -> Path | None:
    """Find the library, without loading it."""
    return system_library("libgpgme.so.11")


class _Signature(ctypes.Structure):
    """``struct _gpgme_signature``, as far as it is needed."""


_Signature._fields_ = [
    ("next", POINTER(_Signature)),
    ("summary", c_int),
    ("fingerprint", c_char_p),
    ("status", c_uint),
    ("notations", c_void_p),
    ("created", c_ulong),
    ("expires", c_ulong),
    ("flags", c_uint),
    ("validity", c_int),
    ("validity_reason", c_uint),
    ("public_key_algorithm", c_int),
    ("hash_algorithm", c_int),
]


class _VerifyResult(ctypes.Structure):
    _fields_ = [("signatures", POINTER(_Signature))]


class _ImportStatus(ctypes.Structure):
    """``struct _gpgme_import_status``."""


_ImportStatus._fields_ = [
    ("next", POINTER(_ImportStatus)),
    ("fingerprint", c_char_p),
    ("result", c_uint),
    ("status", c_uint),
]


class _ImportResult(ctypes.Structure):
    _fields_ = [
        ("considered", c_int),
        ("other_counts", c_int * 13),
        ("imports", POINTER(_ImportStatus)),
    ]


class _Subkey(ctypes.Structure):
    _fields_ = [
        ("next", c_void_p),
        ("flags", c_uint),
        ("algorithm", c_int),
        ("length", c_uint),
        ("key_id", c_char_p),
        ("key_id_itself", ctypes.c_char * 17),
        ("fingerprint", c_char_p),
    ]


class _Key(ctypes.Structure):
    _fields_ = [
        ("references", c_uint),
        ("flags", c_uint),
        ("protocol", c_int),
        ("issuer_serial", c_char_p),
        ("issuer_name", c_char_p),
        ("chain_id", c_char_p),
        ("owner_trust", c_int),
        ("subkeys", POINTER(_Subkey)),
    ]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file of certificates."""

    considered: int
    """How many were seen in it."""
    taken: int
    """How many of them were imported, or were there already."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What GPGME says of one signature."""

    fingerprint: str
    """Of the key that signed; a key ID where the key is not there; may be empty."""
    status: int
    """An error code, 0 if there is nothing wrong."""
    summary: int
    """Bits, see `SUMMARY`."""
    created: int
    """Seconds since 1970; 0 if it is not known."""
    public_key_algorithm: int
    """As in OpenPGP, but for those in `PUBLIC_KEY_ALGORITHMS`; 0 if it is not known."""
    hash_algorithm: int
    """As in OpenPGP."""


SUMMARY = {
    0x001: "valid",
    0x002: "green",
    0x004: "red",
    0x010: "key revoked",
    0x020: "key expired",
    0x040: "signature expired",
    0x080: "key missing",
    0x100: "CRL missing",
    0x200: "CRL too old",
    0x400: "bad policy",
    0x800: "system error",
    0x1000: "TOFU conflict",
}
"""Names for the bits of ``gpgme_sigsum_t``."""

FAVOURABLE = 0x003
"""Those that say nothing against a signature; none is set where the key is not trusted."""

PUBLIC_KEY_ALGORITHMS = {301: 19, 302: 18, 303: 22}
"""GPGME's numbers for ECDSA, ECDH and EdDSA, and OpenPGP's."""


class GpgmeError(Exception):
    """A function of GPGME returned an error.

    Attributes:
        code: libgpg-error's, without the source.
    """

    def __init__(self, code: int, text: str) -> None:
        self.code = code
        super().__init__(text)


class Library:
    """The loaded library.

    Attributes:
        version: its own.

    Raises:
        OSError: it cannot be loaded.
    """

    def __init__(self, path: Path) -> None:
        self._c = ctypes.CDLL(str(path))
        for name, (result, *arguments) in _FUNCTIONS.items():
            function = getattr(self._c, name)
            function.restype, function.argtypes = result, arguments
        self.version: str = self._c.gpgme_check_version(None).decode()  # also initializes it

    def text(self, error: int) -> str:
        """An error in words."""
        found: bytes = self._c.gpgme_strerror(error)
        return found.decode("utf-8", "backslashreplace")

    def context(self, gpg: str, home: Path) -> Context:
        """Make a context for OpenPGP that uses this program and home directory; it lives as
        long as the process.

        Raises:
            GpgmeError: it cannot be made.
        """
        handle = c_void_p()
        self.expect(self._c.gpgme_new(byref(handle)))
        context = Context(self, self._c, handle)
        engine = (_OPENPGP, gpg.encode(), str(home).encode())
        self.expect(self._c.gpgme_ctx_set_engine_info(handle, *engine))
        return context

    def expect(self, error: int) -> None:
        """Raise what is no success.

        Raises:
            GpgmeError: always, but for 0.
        """
        if error:
            raise GpgmeError(error & 0xFFFF, self.text(error))


class Context:
    """GPGME's context; its functions are named like those in C."""

    def __init__(self, library: Library, c: ctypes.CDLL, handle: c_void_p) -> None:
        self._library = library
        self._c = c
        self._handle = handle

    def diagnostics(self) -> bytes:
        """What gpg wrote to standard error in the last operation."""
        with self._empty() as log:
            self._c.gpgme_op_getauditlog(self._handle, log, _AUDITLOG_DIAG)
            self._c.gpgme_data_seek(log, 0, os.SEEK_SET)
            found = b""
            buffer = ctypes.create_string_buffer(65536)
            while (length := self._c.gpgme_data_read(log, buffer, len(buffer))) > 0:
                found += buffer.raw[:length]
        return found

    def op_import(self, octets: bytes) -> Imported:
        """Import certificates.

        Raises:
            GpgmeError: the import could not be done.
        """
        with self._data(octets) as data:
            self._library.expect(self._c.gpgme_op_import(self._handle, data))
        result = self._c.gpgme_op_import_result(self._handle).contents
        taken = {s.fingerprint for s in _linked(result.imports) if not s.result}
        return Imported(considered=result.considered, taken=len(taken))

    def op_verify(self, signature: bytes, data: bytes | None) -> tuple[Signature, ...]:
        """Verify; without data, the signature is a message.

        Raises:
            GpgmeError: GPGME could not make anything of it.
        """
        with self._data(signature) as first, self._data(data) as signed, self._empty() as plain:
            detached = data is not None
            error = self._c.gpgme_op_verify(
                self._handle, first, signed if detached else None, None if detached else plain
            )
        self._library.expect(error)
        result = self._c.gpgme_op_verify_result(self._handle)
        return tuple(
            Signature(
                fingerprint=(s.fingerprint or b"").decode(),
                status=s.status & 0xFFFF,
                summary=s.summary,
                created=s.created,
                public_key_algorithm=s.public_key_algorithm,
                hash_algorithm=s.hash_algorithm,
            )
            for s in (_linked(result.contents.signatures) if result else ())
        )

    def primary_of(self, fingerprint: str) -> str:
        """Look up which certificate a key belongs to, and give its fingerprint.

        Lists keys, and judges as ``gpgme_get_key`` does; that makes a context of its own every
        time, for which it starts gpg once more just to learn its version.

        Raises:
            GpgmeError: the keys cannot be listed.
            LookupError: there is no such key, or more than one certificate has it.
        """
        self._library.expect(self._c.gpgme_op_keylist_start(self._handle, fingerprint.encode(), 0))
        found = set(iter(self._next_primary, None))
        if len(found) != 1:
            raise LookupError(f"{len(found)} certificates have the key {fingerprint}")
        return found.pop()

    def _next_primary(self) -> str | None:
        """The next key of a listing, by its primary key; None at the end."""
        key = POINTER(_Key)()
        error = self._c.gpgme_op_keylist_next(self._handle, byref(key))
        if error & 0xFFFF == _END_OF_LIST:
            return None
        self._library.expect(error)
        try:
            primary: bytes = key.contents.subkeys.contents.fingerprint
            return primary.decode()
        finally:
            self._c.gpgme_key_unref(key)

    @contextlib.contextmanager
    def _data(self, octets: bytes | None) -> Iterator[c_void_p]:
        handle = c_void_p()
        octets = octets or b""  # kept alive until the data is released
        self._library.expect(self._c.gpgme_data_new_from_mem(byref(handle), octets, len(octets), 0))
        try:
            yield handle
        finally:
            self._c.gpgme_data_release(handle)

    @contextlib.contextmanager
    def _empty(self) -> Iterator[c_void_p]:
        handle = c_void_p()
        self._library.expect(self._c.gpgme_data_new(byref(handle)))
        try:
            yield handle
        finally:
            self._c.gpgme_data_release(handle)


def _linked(first: Any) -> Iterator[Any]:
    """Walk a list of C's; ctypes has no types for what pointers point to."""
    while first:
        yield first.contents
        first = first.contents.next


_FUNCTIONS = {
    "gpgme_check_version": (c_char_p, c_char_p),
    "gpgme_strerror": (c_char_p, c_uint),
    "gpgme_new": (c_uint, c_void_p),
    "gpgme_ctx_set_engine_info": (c_uint, c_void_p, c_int, c_char_p, c_char_p),
    "gpgme_data_new": (c_uint, c_void_p),
    "gpgme_data_new_from_mem": (c_uint, c_void_p, c_char_p, c_size_t, c_int),
    "gpgme_data_release": (None, c_void_p),
    "gpgme_data_seek": (c_long, c_void_p, c_long, c_int),
    "gpgme_data_read": (c_ssize_t, c_void_p, c_void_p, c_size_t),
    "gpgme_op_getauditlog": (c_uint, c_void_p, c_void_p, c_uint),
    "gpgme_op_import": (c_uint, c_void_p, c_void_p),
    "gpgme_op_import_result": (POINTER(_ImportResult), c_void_p),
    "gpgme_op_verify": (c_uint, c_void_p, c_void_p, c_void_p, c_void_p),
    "gpgme_op_verify_result": (POINTER(_VerifyResult), c_void_p),
    "gpgme_op_keylist_start": (c_uint, c_void_p, c_char_p, c_int),
    "gpgme_op_keylist_next": (c_uint, c_void_p, c_void_p),
    "gpgme_key_unref": (None, c_void_p),
}
"""Result and arguments, as in ``gpgme.h``; an enumeration is an int, a gpgme_error_t unsigned."""
