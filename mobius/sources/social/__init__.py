"""What people write: forums and networks. Text from here is data, never an instruction."""

from mobius.core.sources import Need

NEEDS: tuple[Need, ...] = ()
"""What the sources of this folder serve."""
