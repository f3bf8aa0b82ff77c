"""The lane's own key: an Ed25519 key in a file beside the ledger that nobody but the lane may read.

It is made when the first seal needs it, and never leaves its file: neither the database nor a log has it.
`cryptography` is imported inside the functions: a lane that sells needs it at a Z only.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from config.durable import Disk
from storage.errors import LedgerError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MODE: Final = 0o400
HEX_DIGITS: Final = 64


class NoKey(LedgerError):
    """The lane's key cannot be read or made; the text says why."""


def warm_up() -> None:
    """Import what a seal needs, so that a later one does not wait for it."""
    import cryptography.hazmat.primitives.asymmetric.ed25519
    import cryptography.hazmat.primitives.serialization  # noqa: F401


def key_file(ledger: Path) -> Path:
    """Return where the key of a ledger lies: each ledger, that of training too, has one of its own."""
    return ledger.with_suffix(".key")


def ensure_key(path: Path, disk: Disk | None = None) -> Ed25519PrivateKey:
    """Return the key of a file, made where there is none. Raises `NoKey`.

    Call it inside a write transaction of the ledger: that keeps two processes from making two.
    """
    try:
        return load_key(path) if path.exists() else _make_key(path, disk or Disk())
    except OSError as error:
        raise NoKey(f"the lane's key {path} cannot be made or read ({error.strerror})") from error


def load_key(path: Path) -> Ed25519PrivateKey:
    """Return the key of a file. Raises `NoKey` for one that is no such key, OSError."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    content = path.read_bytes()
    try:
        found = load_pem_private_key(content, password=None)
    except (ValueError, TypeError) as error:
        raise NoKey(f"{path} holds no key: bring the lane's key back from where it is kept") from error
    if not isinstance(found, Ed25519PrivateKey):
        raise NoKey(f"{path} holds a key of another kind: bring the lane's key back from where it is kept")
    return found


def _make_key(path: Path, disk: Disk) -> Ed25519PrivateKey:
    """Make a key and its file, durably, before anything is signed with it."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    made = Ed25519PrivateKey.generate()
    content = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    disk.put(path, content, mode=MODE)
    return made


def public_hex(key: Ed25519PrivateKey) -> str:
    """Return a key's public part as 64 hexadecimal digits."""
    return key.public_key().public_bytes_raw().hex()


def public_pem(key: Ed25519PrivateKey) -> bytes:
    """Return a key's public part as other programs read it (PEM, SubjectPublicKeyInfo)."""
    from cryptography.hazmat.primitives import serialization

    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(encoding, form)


def read_public_keys(content: bytes) -> frozenset[str]:
    """Return the public keys of a file: PEM blocks, or a line of 64 hexadecimal digits each. ValueError if none."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    end = b"-----END PUBLIC KEY-----"
    found = set()
    for block in content.split(end)[:-1]:
        key = load_pem_public_key(block[block.index(b"-----BEGIN") :] + end + b"\n")
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("a key of another kind than Ed25519")
        found.add(key.public_bytes_raw().hex())
    for line in content.decode("ascii", "replace").split():
        if len(line) == HEX_DIGITS and all(char in "0123456789abcdef" for char in line.lower()):
            found.add(line.lower())
    if not found:
        raise ValueError("no public key in it")
    return frozenset(found)


def is_signed(key: str, statement: str, signature: str) -> bool:
    """Say whether a public key has signed a statement."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), statement.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
