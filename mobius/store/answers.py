"""Answers kept for `why`, sealed at rest. Here: SealedAnswers, the AnswerLog port. Not here: sealing (security)."""

from __future__ import annotations

import re
from datetime import datetime

from mobius.core.errors import BadParameter
from mobius.core.instants import to_ms
from mobius.core.ports import Sealer
from mobius.store.rows import Rows, Statement, Value

KEEP_NEWEST = 10_000
"""Answers kept a person: at some kilobytes each, tens of megabytes."""
_PRUNE_EVERY = 256
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")

_KEEP = """
INSERT INTO answers (id, world, person, at_ms, sealed) VALUES (:id, :world, :person, :at_ms, :sealed)
ON CONFLICT (id) DO UPDATE SET at_ms = excluded.at_ms, sealed = excluded.sealed
WHERE answers.world = excluded.world AND answers.person = excluded.person
"""
_PRUNE = """
DELETE FROM answers WHERE world = :world AND person = :person AND at_ms < (
    SELECT at_ms FROM answers WHERE world = :world AND person = :person ORDER BY at_ms DESC LIMIT 1 OFFSET :keep
)
"""
_BY_ID = "SELECT id, sealed FROM answers WHERE world = :world AND person = :person AND id = :id"
_BY_START = """
SELECT id, sealed FROM answers
WHERE world = :world AND person = :person AND substr(id, 1, :length) = :id ORDER BY at_ms DESC LIMIT 2
"""
_RECENT = """
SELECT id, sealed FROM answers WHERE world = :world AND person = :person ORDER BY at_ms DESC, id DESC LIMIT :n
"""


class SealedAnswers:
    """The answers of one world. Each is bound to its row and its person, who alone can have it back."""

    def __init__(self, rows: Rows, sealer: Sealer, *, world: str, keep_newest: int = KEEP_NEWEST) -> None:
        if keep_newest < 1:
            raise BadParameter(f"keep_newest is {keep_newest}: at least one answer must be kept for `why`")
        self._rows = rows
        self._sealer = sealer
        self._world = world
        self._keep_newest = keep_newest
        self._kept: dict[str, int] = {}

    async def keep(self, answer: bytes, *, answer_id: str, person: str, at: datetime) -> None:
        """Keep one answer; now and then, those of the person beyond the newest `keep_newest` are let go."""
        if not _ID.fullmatch(answer_id):
            raise BadParameter(f"{answer_id!r} is no id of an answer.")
        sealed = self._sealer.seal(answer, table="answers", column="sealed", row_id=answer_id, person=person)
        whose: dict[str, Value] = {"world": self._world, "person": person}
        statements: list[Statement] = [(_KEEP, {**whose, "id": answer_id, "at_ms": to_ms(at), "sealed": sealed})]
        n_kept = self._kept.get(person, 0)
        self._kept[person] = n_kept + 1
        if n_kept % _PRUNE_EVERY == 0:
            statements.append((_PRUNE, {**whose, "keep": self._keep_newest - 1}))
        await self._rows.write(*statements)

    async def find(self, answer_id: str, *, person: str) -> bytes | None:
        """The answer of that id, or of the only one that starts with it; BadParameter when several do."""
        if not _ID.fullmatch(answer_id):
            return None
        found = await self._rows.read(_BY_ID, world=self._world, person=person, id=answer_id)
        if not found:
            found = await self._rows.read(
                _BY_START, world=self._world, person=person, id=answer_id.lower(), length=len(answer_id)
            )
        if len(found) > 1:
            raise BadParameter(f"Several answers start with {answer_id!r}.", hint="Give more of the id.")
        return self._opened(found[0][0], found[0][1], person) if found else None

    async def recent(self, n: int, *, person: str) -> tuple[bytes, ...]:
        """The newest `n` answers, newest first."""
        rows = await self._rows.read(_RECENT, world=self._world, person=person, n=max(0, n))
        return tuple(self._opened(row_id, sealed, person) for row_id, sealed in rows)

    def _opened(self, row_id: str, sealed: bytes, person: str) -> bytes:
        return self._sealer.unseal(bytes(sealed), table="answers", column="sealed", row_id=row_id, person=person)
