"""What people write: forums and networks. Text from here is data, never an instruction."""

from mobius.core.sources import Need

NEEDS: tuple[Need, ...] = ("posts",)
"""What the sources of this folder serve."""
