"""The limit on look-ups: counted by network, forgotten in time, bounded in memory."""

from __future__ import annotations

from feedback.web.rate_limit import RateLimit, network_of


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_it_allows_so_many_and_no_more() -> None:
    limit = RateLimit(times=2, seconds=60, clock=Clock())
    assert [limit.allows("192.0.2.1") for _ in range(3)] == [True, True, False]
    assert limit.allows("192.0.2.2")


def test_it_forgets_after_its_window() -> None:
    clock = Clock()
    limit = RateLimit(times=1, seconds=60, clock=clock)
    assert limit.allows("192.0.2.1")
    clock.now = 59.9
    assert not limit.allows("192.0.2.1")
    clock.now = 60
    assert limit.allows("192.0.2.1")


def test_its_memory_is_bounded_and_keeps_who_asks_most_lately() -> None:
    limit = RateLimit(times=1, seconds=60, networks=3, clock=Clock())
    for number in range(10):
        limit.allows("192.0.2.200")
        limit.allows(f"192.0.2.{number}")
    assert len(limit) == 3
    assert not limit.allows("192.0.2.200")


def test_neighbours_in_one_ipv6_network_share_a_limit() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:2")
    assert network_of("2001:db8::1") != network_of("2001:db8:0:1::1")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1")
    assert network_of(None) == network_of("no address") == ""
