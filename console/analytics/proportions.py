"""How far a share can be trusted."""

from __future__ import annotations

from math import sqrt

Z = 1.959963984540054
"""Two-sided 95 %."""


def wilson(some: int, of: int, z: float = Z) -> tuple[float, float] | None:
    """Wilson's score interval of a share, without continuity correction.

    some: how many of `of`. z: the normal quantile; 95 % unless told. Answers (low, high),
    0 to 1; None when `of` is 0. Source: E. B. Wilson, JASA 22 (1927), 209–212.
    """
    if of <= 0:
        return None
    share, square = some / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    reach = z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def newcombe(
    some: int, of: int, other_some: int, other_of: int, z: float = Z
) -> tuple[float, float] | None:
    """The range of the first share minus the other, -1 to 1, for two separate groups.

    Newcombe's hybrid score interval (R. G. Newcombe, Statistics in Medicine 17 (1998),
    873–890, method 10). None when a group is empty.
    """
    first, other = wilson(some, of, z), wilson(other_some, other_of, z)
    if first is None or other is None:
        return None
    share, other_share = some / of, other_some / other_of
    difference = share - other_share
    down = sqrt((share - first[0]) ** 2 + (other[1] - other_share) ** 2)
    up = sqrt((first[1] - share) ** 2 + (other_share - other[0]) ** 2)
    return difference - down, difference + up
