"""Which vertices and which faces of a polyhedron conv(V) + R^m_+ are efficient, from what lies on
its facets alone.

A face is a set of generators (points and directions e_k) that is closed: all that lies on every
facet that holds it. A point of a face is dominated if and only if the face holds a direction; so
the efficient points are those of the bounded faces, and each bounded face is the convex hull of its
vertices.
"""

from __future__ import annotations

from collections.abc import Collection

__all__ = ["bounded_faces", "vertices_of"]


def vertices_of(facets: Collection[int], directions: int, points: int, /) -> list[int]:
    """Which of the points, all different, are vertices.

    Args:
        facets: a mask a facet: bits 0 to ``directions`` - 1 for the directions on it, then one bit
            a point.
        directions: m.
        points: how many.

    Returns:
        The positions: those whose facets are not all facets of another generator as well.
    """
    lying = [0] * (directions + points)
    for f, mask in enumerate(facets):
        rest = mask
        while rest:
            lowest = rest & -rest
            lying[lowest.bit_length() - 1] |= 1 << f
            rest ^= lowest
    return [
        i
        for i, on in enumerate(lying[directions:])
        if on and not any(on & other == on for g, other in enumerate(lying) if g != directions + i)
    ]


def bounded_faces(facets: Collection[int], directions: int, /) -> list[int]:
    """The largest faces that hold no direction, as masks of the points on them.

    Args:
        facets: as above.
        directions: m.
    """
    endless = (1 << directions) - 1
    found = [mask for mask in facets if not mask & endless]
    # what lies on a bounded facet is part of it: the others are meets of unbounded ones
    weak = [mask for mask in facets if mask & endless]
    waiting, seen = list(weak), set(weak)
    while waiting:
        face = waiting.pop()
        if not face & endless:
            found.append(face)
            continue
        points = face & ~endless
        if any(points & other == points for other in found):
            continue
        for other in weak:
            meet = face & other
            if meet != face and meet & ~endless and meet not in seen:
                seen.add(meet)
                waiting.append(meet)
    largest = [
        face
        for face in set(found)
        if not any(face != other and face & other == face for other in found)
    ]
    return sorted(face >> directions for face in largest)
