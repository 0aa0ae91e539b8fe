"""Answers that stand for a whole hour, made once. Here: hourly. Not here: what is in them (wire)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from weakref import WeakKeyDictionary

import msgspec

from mobius.sandbox.wire import Scene
from mobius.sandbox.world import SimulatedWorld

_KEPT = 64
_BODIES: WeakKeyDictionary[SimulatedWorld, OrderedDict[tuple[str, int], bytes]] = WeakKeyDictionary()


def hourly(scene: Scene, name: str, make: Callable[[], object]) -> bytes:
    """The JSON of `make()` for the hour of the scene; `name` tells answers apart."""
    bodies, place = _BODIES.setdefault(scene.world, OrderedDict()), (name, scene.now_s // 3600)
    body = bodies.get(place)
    if body is None:
        body = bodies[place] = msgspec.json.encode(make())
        if len(bodies) > _KEPT:
            bodies.popitem(last=False)
    return body
