"""Is it enough to look at gpgv's exit code? Put that question to the corpus."""

import subprocess

import pytest


@pytest.mark.openpgp(select=["area:revocation"], formats=["detached"], clock=False)
def test_gpgv(openpgp_vector, tmp_path):
    """The exit code says what is right."""
    files = openpgp_vector.write_to(tmp_path)
    command = ["gpgv", "--homedir", tmp_path, "--keyring", files.keyring, *files.signed]
    done = subprocess.run(command, capture_output=True)
    openpgp_vector.expect(done.returncode == 0, said=done.stderr)
