from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from harness.artifact import Cleartext, Detached, Inline, SimpleSigning
from harness.outcomes import AcceptedKey, ErrorClass
from harness.plain import CorpusError, read_plain, slug, write_plain
from harness.vector import EPOCH, Expectation, Outcome, Use, Vector
from tests.files.strategies import CALM, vector, vectors
from tests.files.test_corpus import damage
from vectors.forge import times

MINIMAL = 'title = "A title"\n[expect]\noutcome = "reject"\n'
IMAGE = 'reference = "registry.example/team/app:1"\n'
CLEARTEXT = b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\ntext\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The least that makes a vector."""
    folder = tmp_path / "My Vectors" / "Expired_key (2019)"
    folder.mkdir(parents=True)
    (folder / "vector.toml").write_text(MINIMAL)
    (folder / "data").write_bytes(b"data")
    (folder / "signature").write_bytes(b"signature")
    return folder


def refusal(folder: Path) -> CorpusError:
    with pytest.raises(CorpusError) as caught:
        read_plain(folder)
    return caught.value


# Reading


def test_a_title_and_an_outcome_are_enough(folder: Path) -> None:
    assert read_plain(folder) == Vector(
        id="my-vectors/expired-key-2019",
        title="A title",
        certificates=(),
        artifact=Detached(data=b"data", signature=b"signature"),
        at=EPOCH,
        expectation=Expectation(outcome=Outcome.REJECT),
    )


def test_everything_can_be_said(folder: Path) -> None:
    primary, signing = "A" * 40, "B" * 40
    (folder / "vector.toml").write_text(
        f"""
        id = "release/expired"
        title = "A title"
        description = '''
Two
lines.
'''
        tags = ["time"]
        format = "detached"
        at = 2019-05-01T12:00:00+02:00
        time_dependent = true
        provenance = "https://bugs.example/1"
        unconfirmed = "no backend knows it"

        [expect]
        outcome = "policy"
        keys = [{{signing = "{signing}", primary = "{primary}"}}]
        classes = ["key_expired"]
        rfc9580 = ["5.2.3.13"]
        rfc4880 = ["5.2.3.6"]
        rfc4880_outcome = "accept"
        reason = "because"

        [[expect.signatures]]
        outcome = "reject"

        [[expect.depends]]
        use = "data"
        made = 2019-05-01T12:00:00Z
        hash = "SHA1"
        """
    )
    read = read_plain(folder)
    assert read.id == "release/expired"
    assert read.description == "Two\nlines.\n"
    assert read.at.isoformat() == "2019-05-01T10:00:00+00:00"
    assert read.time_dependent
    assert read.expectation.keys == (AcceptedKey(signing=signing, primary=primary),)
    assert read.expectation.classes == (ErrorClass.KEY_EXPIRED,)
    assert read.expectation.signatures[0].outcome is Outcome.REJECT
    assert read.expectation.depends[0].use is Use.DATA
    assert read.expectation.rfc4880_outcome is Outcome.ACCEPT


def test_certificates_come_in_the_order_of_their_names(folder: Path) -> None:
    for name in ("cert.pgp", "cert-2.asc", "cert-1.gpg", "certificate.asc"):
        (folder / name).write_text(name)
    assert read_plain(folder).certificates == (
        b"cert-1.gpg",
        b"cert-2.asc",
        b"cert.pgp",
        b"certificate.asc",
    )


@pytest.mark.parametrize("name", ["signature", "signature.asc", "signature.sig"])
def test_a_signature_may_be_called(folder: Path, name: str) -> None:
    (folder / "signature").rename(folder / name)
    assert read_plain(folder).artifact == Detached(data=b"data", signature=b"signature")


@pytest.fixture
def message(folder: Path) -> Path:
    """The place for the message of a vector that has neither data nor signature."""
    (folder / "data").unlink()
    (folder / "signature").unlink()
    return folder / "message"


@pytest.mark.parametrize("suffix", ["", ".asc", ".pgp", ".gpg"])
def test_a_message_may_be_called(message: Path, suffix: str) -> None:
    message.with_suffix(suffix).write_bytes(b"message")
    assert read_plain(message.parent).artifact == Inline(message=b"message")


@pytest.mark.parametrize(
    ("content", "cleartext"),
    [
        (CLEARTEXT, True),
        (b"something before\r\n" + CLEARTEXT.replace(b"\n", b"\r\n"), True),
        (b"- " + CLEARTEXT, False),
        (b"-----BEGIN PGP MESSAGE-----\n", False),
        (b"\xa3\x01", False),
    ],
)
def test_a_cleartext_message_is_known_by_its_first_line(
    message: Path, content: bytes, cleartext: bool
) -> None:
    message.write_bytes(content)
    expected = Cleartext(message=content) if cleartext else Inline(message=content)
    assert read_plain(message.parent).artifact == expected


def test_the_format_that_is_told_counts_more_than_the_content(message: Path) -> None:
    message.write_bytes(CLEARTEXT)
    (message.parent / "vector.toml").write_text('format = "inline"\n' + MINIMAL)
    assert read_plain(message.parent).artifact == Inline(message=CLEARTEXT)


def test_other_files_that_may_lie_there(folder: Path) -> None:
    for name in ("README.md", "README", ".DS_Store", "vector.toml~"):
        (folder / name).write_text("?")
    (folder / "another").mkdir()
    assert read_plain(folder).title == "A title"


@pytest.mark.parametrize(
    ("name", "made"),
    [("Ünicode-Näme", "nicode-n-me"), ("a--b__c", "a-b-c"), ("-x-", "x"), ("…", "")],
)
def test_a_slug_is_lower_case_with_single_hyphens(name: str, made: str) -> None:
    assert slug(name) == made


def test_the_default_reference_time_is_that_of_the_corpus() -> None:
    assert EPOCH == times.EPOCH


@pytest.fixture
def image(message: Path) -> Path:
    """A vector that is a container image's signature."""
    message.write_bytes(b"message")
    message.with_name("manifest").write_bytes(b"{}")
    (message.parent / "vector.toml").write_text(IMAGE + MINIMAL)
    return message.parent


def test_a_message_with_a_manifest_is_the_signature_of_an_image(image: Path) -> None:
    found = SimpleSigning(
        message=b"message", manifest=b"{}", reference="registry.example/team/app:1"
    )
    assert read_plain(image).artifact == found
    (image / "vector.toml").write_text(f'identities = ["{"A" * 40}"]\n' + IMAGE + MINIMAL)
    assert read_plain(image).artifact == replace(found, identities=("A" * 40,))


# Reading what is wrong


@pytest.mark.parametrize(
    ("toml", "what"),
    [
        ("titel = 1\n" + MINIMAL, "unknown field `titel`"),
        (MINIMAL + 'clases = ["malformed"]', "unknown field `clases` - at `$.expect`"),
        (MINIMAL + 'keys = [{sining = "A"}]', "unknown field `sining` - at `$.expect.keys[0]`"),
        (MINIMAL + 'classes = ["bad"]', "$.expect.classes[0]"),
        (MINIMAL + 'keys = [{signing = "abcd"}]', "$.expect.keys[0].signing"),
        (MINIMAL + 'rfc9580 = ["§ 5"]', "$.expect.rfc9580[0]"),
        ('title = "x"', "missing required field `expect`"),
        ("[expect]\noutcome='reject'", "missing required field `title`"),
        ('title = "x"\n[expect]', "missing required field `outcome`"),
        ("at = 2026-01-01T00:00:00\n" + MINIMAL, "timezone"),
        ("at = 2026-01-01\n" + MINIMAL, "$.at"),
        ('at = "yesterday"\n' + MINIMAL, "$.at"),
        ("at = 0001-01-01T00:00:00+10:00\n" + MINIMAL, "does not exist in UTC"),
        ('id = "No Id"\n' + MINIMAL, "$.id"),
        ("reference = 1\n" + MINIMAL, "$.reference"),
        ('identities = ["abcd"]\n' + MINIMAL, "$.identities[0]"),
        (IMAGE + MINIMAL, "gives a reference, but there is no manifest"),
        (f'identities = ["{"A" * 40}"]\n' + MINIMAL, "gives identities, but there is no manifest"),
        ("title = ?\n", "line 1, column 9"),
        (f"n = {'9' * 5000}\n" + MINIMAL, "is no TOML"),
        (f"n = {'[' * 5000}\n" + MINIMAL, "is no TOML"),
    ],
)
def test_a_wrong_description_is_explained_with_its_place(
    folder: Path, toml: str, what: str
) -> None:
    (folder / "vector.toml").write_text(toml)
    error = refusal(folder)
    assert error.path == folder / "vector.toml"
    assert what in error.what


def test_a_description_that_is_not_utf_8(folder: Path) -> None:
    (folder / "vector.toml").write_bytes(b'title = "\xff"')
    assert "is no TOML" in refusal(folder).what


def test_no_description(folder: Path) -> None:
    (folder / "vector.toml").unlink()
    assert str(refusal(folder)) == f"{folder / 'vector.toml'}: there is no such file"


def test_no_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none").what.startswith("cannot be read")


@pytest.mark.parametrize("name", ["key.pgp", "certs.txt", "signature.txt", "vector.tml"])
def test_a_file_without_a_meaning_is_an_error(folder: Path, name: str) -> None:
    (folder / name).write_text("?")
    error = refusal(folder)
    assert error.path == folder / name
    assert error.what == "is no part of a vector in plain form"


@pytest.mark.parametrize(
    ("extra", "gone", "what"),
    [
        (["signature.asc"], [], "holds both signature and signature.asc"),
        (["message"], [], "holds both signature and message"),
        ([], ["signature"], "holds neither a signature nor a message"),
        ([], ["data"], "holds a signature without data"),
        (["message"], ["signature"], "holds data beside a message"),
    ],
)
def test_a_vector_is_one_signature_with_data_or_one_message(
    folder: Path, extra: list[str], gone: list[str], what: str
) -> None:
    for name in extra:
        (folder / name).write_text("?")
    for name in gone:
        (folder / name).unlink()
    assert refusal(folder).what == what


@pytest.mark.parametrize(
    ("extra", "gone", "toml", "what"),
    [
        ([], [], MINIMAL, "gives no reference, but there is a manifest"),
        ([], ["manifest"], IMAGE + MINIMAL, "gives a reference, but there is no manifest"),
        (
            ["signature", "data"],
            ["message"],
            IMAGE + MINIMAL,
            "holds a manifest beside a detached signature",
        ),
        ([], ["message"], IMAGE + MINIMAL, "holds neither a signature nor a message"),
        (
            [],
            [],
            'format = "cleartext"\n' + IMAGE + MINIMAL,
            "says format cleartext, but the files are simple-signing",
        ),
    ],
)
def test_an_image_is_a_message_with_a_manifest_and_a_reference(
    image: Path, extra: list[str], gone: list[str], toml: str, what: str
) -> None:
    for name in extra:
        (image / name).write_text("?")
    for name in gone:
        (image / name).unlink()
    (image / "vector.toml").write_text(toml)
    error = refusal(image)
    assert error.what == what
    assert error.hint


@pytest.mark.parametrize("name", ["inline", "cleartext", "simple-signing"])
def test_a_format_that_the_files_contradict(folder: Path, name: str) -> None:
    (folder / "vector.toml").write_text(f'format = "{name}"\n' + MINIMAL)
    assert refusal(folder).what == f"says format {name}, but the files are detached"


def test_a_folder_whose_name_makes_no_id(folder: Path) -> None:
    nameless = folder.rename(folder.parent / "…")
    assert "give an id" in refusal(nameless).hint


@settings(CALM, max_examples=300)
@given(data=st.data())
def test_no_damage_raises_anything_but_the_documented_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    write_plain(vector("area/a", "tag"), folder)
    toml = folder / "vector.toml"
    toml.write_bytes(damage(data, toml.read_bytes()))
    with suppress(CorpusError):
        read_plain(folder)


# Writing


@settings(CALM, max_examples=200)
@given(vectors)
@example(vector("area/a")).via("the plainest")
def test_a_vector_reads_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, whole: Vector
) -> None:
    folder = tmp_path_factory.mktemp("plain")
    write_plain(whole, folder)
    assert read_plain(folder) == whole


@pytest.mark.parametrize(
    "text",
    ["\0", "\x1b[31m", "\r\n", "a\rb", '"""', "'''", "\\", "\\u0041", "\u2028", "\x7f", " \n "],
)
def test_hostile_text_reads_back_as_it_was(tmp_path: Path, text: str) -> None:
    whole = Vector(
        id="area/a",
        title=text,
        description=f"{text}\nand more",
        tags=(text,),
        certificates=(),
        artifact=Inline(message=b""),
        at=datetime(2026, 1, 1, tzinfo=UTC),
        expectation=Expectation(outcome=Outcome.REJECT, reason=text),
    )
    write_plain(whole, tmp_path)
    assert read_plain(tmp_path) == whole


def test_many_certificates_keep_their_order(tmp_path: Path) -> None:
    certificates = tuple(bytes((number,)) for number in range(101))
    whole = Vector(
        id="area/a",
        title="Many",
        certificates=certificates,
        artifact=Inline(message=b""),
        at=EPOCH,
        expectation=Expectation(outcome=Outcome.REJECT),
    )
    write_plain(whole, tmp_path)
    assert read_plain(tmp_path).certificates == certificates


def test_what_is_written_is_meant_for_people(tmp_path: Path) -> None:
    whole = Vector(
        id="area/a",
        title="A title",
        description="First line.\nSecond line.",
        certificates=(b"certificate",),
        artifact=Detached(data=b"data", signature=b"signature"),
        at=EPOCH,
        expectation=Expectation(
            outcome=Outcome.ACCEPT, keys=(AcceptedKey(signing="A" * 32, primary="B" * 32),)
        ),
    )
    write_plain(whole, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "cert-1.pgp",
        "data",
        "signature",
        "vector.toml",
    ]
    assert (tmp_path / "vector.toml").read_text() == (
        'id = "area/a"\n'
        'title = "A title"\n'
        'description = """\n'
        "First line.\n"
        'Second line."""\n'
        'format = "detached"\n'
        "at = 2024-06-01 00:00:00+00:00\n"
        "\n"
        "[expect]\n"
        'outcome = "accept"\n'
        "keys = [\n"
        f'    {{ signing = "{"A" * 32}", primary = "{"B" * 32}" }},\n'
        "]\n"
    )


def test_nothing_is_overwritten(folder: Path) -> None:
    with pytest.raises(CorpusError, match="already"):
        write_plain(vector("area/a"), folder)
    assert (folder / "vector.toml").read_text() == MINIMAL


def test_a_place_that_cannot_be_written_is_named(folder: Path) -> None:
    with pytest.raises(CorpusError, match="cannot be written: not a directory"):
        write_plain(vector("area/a"), folder / "data" / "a")
