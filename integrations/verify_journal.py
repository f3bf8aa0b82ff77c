"""Verify an exported journal of a lane without Mostrador: Python 3.11, and `cryptography` for the signatures.

    python verify_journal.py journal-1-1-900.jsonl [--public-key lane-1.pem] [--anchor FILE]

Status 0: sound, and anchored by FILE (lines of JSON with `seq` and `hash`). 1: tampered with. 2: unreadable.
3: sound, but not anchored. What is checked is told in docs/journal.md.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

Row = dict[str, Any]
SALT_DIGITS = 32
BOUND = ("lane", "seq", "hash", "perpetual_net_minor", "perpetual_absolute_minor", "key")


def is_signed(key: str, content: bytes, signature: bytes) -> bool:
    """Say whether a public key (hexadecimal) has signed some bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def added(record: Row) -> tuple[int, int]:
    """Return what a record adds to both perpetual totals: a sale its total, and its lines without their signs."""
    if record["kind"] != "sale_posted":
        return 0, 0
    lines = record["body"]["lines"]
    voided = {line["voids"] for line in lines if line["voids"]}
    real = [line for line in lines if not line["voids"] and line["line_no"] not in voided]
    signs = [1 if line.get("kind", "item") == "item" else -1 for line in real]
    absolute = sum(sign * abs(line["gross_minor"]) for sign, line in zip(signs, real, strict=True))
    return record["body"]["total_minor"], absolute


def row_fault(row: Row, record: Row, before: Row) -> str:
    """Return what is wrong with a row behind the one before it, or an empty text."""
    text = row["record"]
    totals = [record["amount_minor"], record["perpetual_net_minor"], record["perpetual_absolute_minor"]]
    net, absolute = added(record)
    checks = {
        "gap": row["seq"] == record["seq"] == before["seq"] + 1,
        "chain": record["prev"] == before["hash"],
        "hash": hashlib.sha256(text.encode()).hexdigest() == row["hash"],
        "form": json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False) == text,
        "clock": record["at"] >= before["at"] or record["clock"] == "behind",
        "totals": totals == [net, before["perpetual_net_minor"] + net, before["perpetual_absolute_minor"] + absolute],
    }
    return next((name for name, holds in checks.items() if not holds), "")


def seal_fault(row: Row, record: Row) -> str:
    """Return what is wrong with a row's seal, or an empty text."""
    seal = row["seal"]
    said = json.loads(seal["statement"])
    wanted = {**record, "hash": row["hash"], "key": seal["key"]}
    if any(said[name] != wanted[name] for name in BOUND):
        return "seal of another row"
    signature = bytes.fromhex(seal["signature"])
    return "" if is_signed(seal["key"], seal["statement"].encode(), signature) else "seal not signed"


def file_fault(path: Path, keys: set[str]) -> str:
    """Return what is wrong with the signature beside a file, or an empty text; a file without one has none."""
    sums, signature = path.with_name(f"{path.name}.sha256"), path.with_name(f"{path.name}.sig")
    if not sums.exists() and not signature.exists():
        return ""
    with path.open("rb") as file:
        line = f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n".encode()
    if not (sums.exists() and signature.exists()) or sums.read_bytes() != line:
        return "the file is not the one that was signed"
    return "" if any(is_signed(key, line, signature.read_bytes()) for key in keys) else "the file's signature is wrong"


def is_whole(header: Row) -> bool:
    """Say whether a file has every personal text that was not purged."""
    return bool(header.get("is_personal_whole"))


def read_key(path: Path) -> str:
    """Return the Ed25519 key of a PEM file in hexadecimal."""
    key = load_pem_public_key(path.read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("the public key is not of Ed25519")
    return key.public_bytes_raw().hex()


def read_anchors(path: Path, lane: str) -> Row:
    """Return the hashes of a lane's rows that a file has, by number."""
    rows = [json.loads(line) for line in path.read_bytes().splitlines()]
    return {row["seq"]: row["hash"] for row in rows if row.get("seq") and row.get("lane", lane) == lane}


def text_at(body: Any, path: str) -> Any:
    """Return what a body has at a path like `invoice.tax_id`, None for nothing."""
    for name in path.split("."):
        body = body.get(name) if isinstance(body, dict) else None
    return body


def personal_fault(row: Row, record: Row) -> str:
    """Return what is wrong with a row's personal texts, or an empty text; those that are missing are no fault yet."""
    kinds, values = record.get("personal", {}), row.get("personal", {})
    if values.keys() - kinds.keys():
        return "a personal text beside no commitment"
    for path, value in values.items():
        salted = hashlib.sha256(bytes.fromhex(value["salt"]) + value["value"].encode()).hexdigest()
        if len(value["salt"]) != SALT_DIGITS or text_at(record["body"], path) != f"sha256:{salted}":
            return f"personal text {path}"
    return ""


class Walk:
    """A walk over a file's rows, and who vouches for them."""

    def __init__(self, header: Row, keys: set[str], anchors: Row) -> None:
        self.before, self.keys, self.anchors = header["before"], keys, anchors
        self.sealed = self.anchored = self.last_z = 0
        self.gone: list[tuple[int, str]] = []
        self.purges: list[Row] = []

    def take(self, line: bytes) -> str:
        """Take one row; return what is wrong with it, or an empty text."""
        try:
            row = json.loads(line)
            record = json.loads(row["record"])
            fault = row_fault(row, record, self.before) or (seal_fault(row, record) if "seal" in row else "")
            fault = fault or personal_fault(row, record)
        except (ValueError, KeyError, TypeError) as error:
            return f"row {self.before['seq'] + 1} cannot be read: {error}"
        if fault or self.anchors.get(row["seq"], row["hash"]) != row["hash"]:
            return f"row {row['seq']}: {fault or 'anchor'}"
        self.last_z = row["seq"] if record["kind"] == "shift_closed" else self.last_z
        if "seal" in row and (not self.keys or row["seal"]["key"] in self.keys):
            self.sealed = row["seq"]
        self.anchored = row["seq"] if row["seq"] in self.anchors else self.anchored
        there = row.get("personal", {})
        self.gone += [(row["seq"], kind) for path, kind in record.get("personal", {}).items() if path not in there]
        self.purges += [record] if record["kind"] == "personal_purged" else []
        self.before = {**record, "hash": row["hash"]}
        return ""

    def end(self, header: Row) -> str:
        """Return what is missing at the end, or an empty text."""
        seq = self.before["seq"]
        if (seq, self.before["hash"]) != (header["last_seq"], header["head_hash"]):
            return f"the file ends at row {seq}"
        if max(self.anchors, default=0) > seq:
            return f"the journal ends at row {seq}, more of it is kept elsewhere"
        if self.keys and self.last_z > self.sealed:
            return "no seal by this key covers the newest Z"
        gone = [seq for seq, kind in self.gone if not self.is_purged(seq, kind)]
        return f"row {gone[0]}: a personal text is gone without a sealed purge" if gone and is_whole(header) else ""

    def is_purged(self, seq: int, kind: str) -> bool:
        """Say whether a sealed purge further down names a row and a kind of personal text."""
        sealed = [purge for purge in self.purges if seq < purge["seq"] <= self.sealed and purge["body"]["kind"] == kind]
        return any(first <= seq <= last for purge in sealed for first, last in purge["body"]["ranges"])


def verify(path: Path, public_key: Path | None = None, anchor: Path | None = None) -> tuple[int, str]:
    """Return exit status and finding of an exported journal; ValueError, KeyError, TypeError or OSError: unreadable."""
    keys = {read_key(public_key)} if public_key else set()
    with path.open("rb") as file:
        header = json.loads(file.readline())
        before, start = header["before"], header["first_seq"]
        if header["v"] != 1:
            raise ValueError("another version of the layout")
        if before["seq"] + 1 != start or (start == 1 and before["hash"] != "0" * 64):
            return 1, "the header does not say what came before"
        walk = Walk(header, keys, read_anchors(anchor, header["lane"]) if anchor else {})
        fault = next((fault for fault in map(walk.take, file) if fault), "")
    fault = fault or walk.end(header) or file_fault(path, keys or {header["key"]})
    if fault:
        return 1, fault
    said = f"sound: up to row {walk.before['seq']}, sealed up to {walk.sealed}, anchored up to {walk.anchored}"
    return (0 if walk.anchored else 3), said


def main(argv: list[str]) -> int:
    """Verify the file of a command line."""
    parser = argparse.ArgumentParser(description="Verify an exported journal of a lane.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--public-key", type=Path)
    parser.add_argument("--anchor", type=Path)
    arguments = parser.parse_args(argv)
    try:
        status, found = verify(arguments.file, arguments.public_key, arguments.anchor)
    except (OSError, ValueError, KeyError, TypeError) as error:
        status, found = 2, f"unreadable: {error}"
    sys.stdout.write(f"{found}\n")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
