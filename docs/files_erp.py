"""An ERP beside the files connector, in the standard library only: to learn from and to begin with.

It does what docs/files-connector.md asks of an ERP and knows nothing of Mostrador's code. Its books are one JSON file.

    python files_erp.py FOLDER leave CATALOGUE.csv…   leave files, with their manifest first
    python files_erp.py FOLDER read BOOKS.json        book what is new, answer for it, move it to out/done/
"""

import hashlib
import json
import os
import sys
from pathlib import Path


def leave(folder: Path, paths: list[Path]) -> None:
    """Leave a delivery: the manifest, and then each file under a hidden name that is renamed when it is whole."""
    contents = {path.name: path.read_bytes() for path in paths}
    entries = [
        {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for name, content in contents.items()
    ]
    digest = hashlib.sha256(json.dumps(entries).encode()).hexdigest()[:12]
    put(folder / "in" / f"manifest-{digest}.json", json.dumps({"v": 1, "files": entries}).encode())
    for name, content in contents.items():
        put(folder / "in" / name, content)


def read(folder: Path, books: Path) -> None:
    """Book every batch that is whole, in the order of the journal, and answer for each document of it."""
    booked = json.loads(books.read_text(encoding="utf-8")) if books.exists() else {"customers": [], "documents": {}}
    manifests = [(json.loads(path.read_bytes()), path) for path in folder.glob("out/batch-*.manifest.json")]
    for manifest, path in sorted(manifests, key=lambda found: (found[0]["lane"], found[0]["first_seq"])):
        name = f"{manifest['batch_id']}.jsonl"
        content = (folder / "out" / name).read_bytes()
        (entry,) = [entry for entry in manifest["files"] if entry["name"] == name]
        if hashlib.sha256(content).hexdigest() != entry["sha256"]:
            continue
        _header, *documents = [json.loads(line) for line in content.splitlines()]
        answers = [book(document, booked) for document in documents]
        put(books, json.dumps(booked).encode())
        put(folder / "in" / f"ack-{manifest['batch_id']}.jsonl", "\n".join(map(json.dumps, answers)).encode())
        for moved in (*(entry["name"] for entry in manifest["files"]), path.name):
            (folder / "out" / moved).rename(folder / "out" / "done" / moved)


def book(document: dict, booked: dict) -> dict:
    """Book a document unless it is booked, and say so; a sale to a customer that the books do not have is rejected."""
    key, body = document["document_id"], document["record"]["body"]
    answer = {"document_id": key, "lane": document["lane"]}
    customer = body.get("customer", "")
    if customer and customer not in booked["customers"]:
        return answer | {"rejected": f"there is no customer {customer}: create it and send this again"}
    booked["documents"].setdefault(key, {"kind": document["kind"], "total_minor": body.get("total_minor", 0)})
    return answer | {"taken": True}


def put(path: Path, content: bytes) -> None:
    """Write a file under a hidden name and give it its own when it is whole."""
    hidden = path.with_name(f".{path.name}.part")
    hidden.write_bytes(content)
    os.replace(hidden, path)


if __name__ == "__main__":
    FOLDER, DO, *REST = sys.argv[1:]
    if DO == "leave":
        leave(Path(FOLDER), [Path(name) for name in REST])
    else:
        read(Path(FOLDER), Path(REST[0]))
