"""A limit on how often one network address may ask; in memory, bounded, forgotten on restart.

Each web process counts for itself, so the true limit is this one times the processes. That is
enough against guessing by hand or by a simple script; a proxy in front may do more.
"""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

#: One household or attacker usually holds a whole /64 of IPv6.
IPV6_PREFIX = 64


class RateLimit:
    """At most ``times`` in a window of ``seconds`` for each network."""

    def __init__(
        self,
        *,
        times: int,
        seconds: float,
        networks: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.times = times
        self.seconds = seconds
        self.networks = networks
        self._clock = clock
        self._lock = Lock()
        #: Network → start of its window and how often it asked; the longest unseen first.
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def allows(self, address: str | None) -> bool:
        """Count one request, and say whether it is within the limit."""
        network = network_of(address)
        now = self._clock()
        with self._lock:
            start, count = self._windows.pop(network, (now, 0))
            if now - start >= self.seconds:
                start, count = now, 0
            self._windows[network] = (start, count + 1)
            if len(self._windows) > self.networks:
                self._windows.popitem(last=False)
        return count < self.times

    def __len__(self) -> int:
        """How many networks are remembered."""
        return len(self._windows)


def network_of(address: str | None) -> str:
    """The network that shares one limit: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, IPV6_PREFIX), strict=False))
