"""Search zones: what the points found so far leave open, as local upper bounds.

A zone u stands for the points y < u in every objective. The union of all zones is what no point
found dominates (weakly); a new point y splits the zones that hold it, u becoming (y_l, u_-l), and
each candidate is kept exactly when every other component k of u still has a defining point: a point
z with z_k = u_k, z_j < u_j for the other j, and z_l < y_l. Points that share a component are
chained, so that equal objective values, where one component has several defining points, need no
lists of their own.

References:
    K. Klamroth, R. Lacour, D. Vanderpooten, "On the representation of the search region in
        multi-objective optimization", European Journal of Operational Research 245, 2015, 767-778
        (theorem 4.3, without general position).
    S. Tamby, D. Vanderpooten, "Enumeration of the nondominated set of multiobjective discrete
        optimization problems", INFORMS Journal on Computing 33, 2021, 72-85 (which zone next, in
        which direction; what a solved zone excludes).
"""

from __future__ import annotations

from optimiser.engine.exact.kernel.compiled.compiling import compiled

__all__ = ["choose", "exclude", "insert", "room_for"]


@compiled
def _rate(U, score, direction, ideal, top, z, p):
    """The best direction of zone z and its score: the volume of the zone seen along that
    direction.
    """
    best = -1.0
    for k in range(p):
        if U[z, k] >= top[k]:
            continue
        volume = 1.0
        for j in range(p):
            if j != k:
                volume *= (U[z, j] - ideal[j]) / max(1.0, top[j] - ideal[j])
        if volume > best:
            best = volume
            direction[z] = k
    score[z] = best


@compiled
def choose(score, count):
    """The zone with the highest score."""
    best = 0
    for z in range(1, count):
        if score[z] > score[best]:
            best = z
    return best


@compiled
def _remove(U, defining, score, direction, z, count, p):
    """Remove zone z; the last one takes its place. Returns the new count."""
    last = count - 1
    for k in range(p):
        U[z, k] = U[last, k]
        defining[z, k] = defining[last, k]
    score[z] = score[last]
    direction[z] = direction[last]
    return last


@compiled
def exclude(U, defining, score, direction, u, k, value, count, p):
    """Remove the zones in {f_j < u_j for j other than k, f_k < value}, known to be empty. Returns
    the new count.
    """
    z = count - 1
    while z >= 0:
        inside = U[z, k] <= value
        for j in range(p):
            if j != k and U[z, j] > u[j]:
                inside = False
        if inside:
            count = _remove(U, defining, score, direction, z, count, p)
        z -= 1
    return count


@compiled
def _defining_point(Y, chain, u, first, k, component, value, p):
    """Some point of the chain of ``first`` that defines component k of u and has f_component <
    value; -1 if none.
    """
    q = first
    while True:
        if Y[q, component] < value:
            good = True
            for j in range(p):
                if j != k and Y[q, j] >= u[j]:
                    good = False
                    break
            if good:
                return q
        q = chain[q, k]
        if q == first:
            return -1


@compiled
def _link(Y, chain, q, p):
    """Chain point q to the points that share a component with it."""
    for k in range(p):
        chain[q, k] = q
        for r in range(q):
            if Y[r, k] == Y[q, k]:
                chain[q, k] = chain[r, k]
                chain[r, k] = q
                break


@compiled
def room_for(U, y, count, p):
    """At most how many zones the arrays must hold to insert y."""
    held = 0
    for z in range(count):
        inside = True
        for k in range(p):
            if y[k] >= U[z, k]:
                inside = False
                break
        held += inside
    return count + held * p


@compiled
def insert(U, defining, score, direction, Y, chain, ideal, top, q, count, p):
    """Split the zones that hold point q of Y. Returns the new count."""
    _link(Y, chain, q, p)
    z = count - 1
    while z >= 0:
        inside = True
        for k in range(p):
            if Y[q, k] >= U[z, k]:
                inside = False
                break
        if inside:
            before = count
            for split in range(p):
                value = Y[q, split]
                if value <= ideal[split]:
                    continue
                kept = True
                for k in range(p):
                    if k == split:
                        defining[count, k] = q
                    elif defining[z, k] < 0:
                        defining[count, k] = -1
                    else:
                        r = _defining_point(Y, chain, U[z], defining[z, k], k, split, value, p)
                        if r < 0:
                            kept = False
                            break
                        defining[count, k] = r
                if kept:
                    for k in range(p):
                        U[count, k] = U[z, k]
                    U[count, split] = value
                    _rate(U, score, direction, ideal, top, count, p)
                    count += 1
            # The zone's own place goes to the last of the new ones, or to the last zone where there
            # is none.
            if count > before or z < count:
                count = _remove(U, defining, score, direction, z, count, p)
        z -= 1
    return count
