"""Files of answers: what an ERP says of documents that it has read, one line of JSON for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from config.paths import LANE_ID
from sync.connector import Answer, LateAnswers, Verdict
from sync.manifest import sum_of

MAX_ANSWER_BYTES: Final = 16_000_000
MAX_FAULTS: Final = 100


class AckLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of `ack-*.jsonl`: a document is either `taken` or `rejected`, with the reason."""

    document_id: str
    rejected: str | None = None
    taken: bool = False
    lane: str = ""
    """Whose document it is, where several lanes share the folder."""


class AnswerFile(msgspec.Struct, frozen=True):
    """What a file of answers says to this lane, and its lines for others, by lane."""

    late: LateAnswers
    others: Mapping[str, Sequence[bytes]]


def read_answers(path: Path, lane: str, rows: int | None = None) -> AnswerFile:
    """Read a file of answers; a line that is none is a fault of its own and stops no other.

    Where `rows` says how many lines there are to be, a file that has others answers nothing. Raises `OSError`.
    """
    with path.open("rb") as file:
        content = file.read(MAX_ANSWER_BYTES + 1)
    lines = [line for line in content.splitlines() if line.strip()]
    if len(content) > MAX_ANSWER_BYTES:
        return _nothing(path, content, f"larger than {MAX_ANSWER_BYTES} bytes: split it")
    if rows is not None and len(lines) != rows:
        return _nothing(path, content, f"it has {len(lines)} lines where its manifest says {rows}: write it again")
    answers: list[Answer] = []
    faults: list[str] = []
    others: dict[str, list[bytes]] = {}
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            ack = _read_line(line)
        except (msgspec.MsgspecError, RecursionError, ValueError) as error:
            faults.append(f"line {number}: {error}")
            continue
        if lane and ack.lane not in ("", lane):
            others.setdefault(ack.lane, []).append(line.strip())
        else:
            answers.append(_answer(ack))
    late = LateAnswers(path.name, sum_of(content), tuple(answers), tuple(faults[:MAX_FAULTS]))
    return AnswerFile(late, others)


def _read_line(line: bytes) -> AckLine:
    """Return what a line says; `ValueError` for one that says nothing that can be understood."""
    ack = msgspec.json.decode(line, type=AckLine)
    if ack.taken == (ack.rejected is not None):
        raise ValueError('it needs one of "taken":true and "rejected":"the reason"')
    if ack.lane and not LANE_ID.fullmatch(ack.lane):
        raise ValueError("its lane is none")
    return ack


def _answer(ack: AckLine) -> Answer:
    if ack.rejected is None:
        return Answer(ack.document_id, Verdict.TAKEN)
    return Answer(ack.document_id, Verdict.REJECTED, ack.rejected)


def _nothing(path: Path, content: bytes, fault: str) -> AnswerFile:
    return AnswerFile(LateAnswers(path.name, sum_of(content), (), (fault,)), {})
