"""The registries of bridges and incidents: addresses with checksums, registered names, dates that have passed."""

from __future__ import annotations

from datetime import UTC, datetime

from mobius.core.bridges import BRIDGED_ASSETS, BRIDGES
from mobius.core.incidents import INCIDENTS
from mobius.core.protocols import CHAINS, PROTOCOLS
from mobius.language.keccak import checksummed


def test_contracts_are_written_with_their_checksums_and_stand_once() -> None:
    addresses = [one.address for one in BRIDGES]
    assert [address for address in addresses if not checksummed(address)] == []
    assert len({address.lower() for address in addresses}) == len(addresses)
    tokens = [asset.address for asset in BRIDGED_ASSETS.values() if asset.address is not None]
    assert [address for address in tokens if not checksummed(address)] == []
    assert not {address.lower() for address in tokens} & {address.lower() for address in addresses}


def test_bridges_are_of_chains_we_know_and_hold_what_is_counted() -> None:
    for bridge in BRIDGES:
        assert bridge.chain in CHAINS
        assert set(bridge.holds) <= set(BRIDGED_ASSETS), bridge.name
        assert bridge.note, bridge.name
    assert {one.chain for one in BRIDGES if "ETH" in one.holds} == {one.chain for one in BRIDGES}


def test_incidents_are_of_protocols_we_know_on_days_that_have_passed() -> None:
    for incident in INCIDENTS:
        assert incident.protocol in PROTOCOLS, incident.protocol
        assert datetime(2016, 1, 1, tzinfo=UTC) < incident.at < datetime(2026, 1, 1, tzinfo=UTC)
        assert incident.lost_usd is None or incident.lost_usd > 0
        assert incident.note and not incident.what.endswith(".")
    assert len({(one.protocol, one.at) for one in INCIDENTS}) == len(INCIDENTS)
