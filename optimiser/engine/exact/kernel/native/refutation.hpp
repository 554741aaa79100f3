// Weak duality in whole numbers: what a floating-point tableau suggests, proven or rejected.
//
// All columns are boxed, so every integer vector of multipliers gives a valid statement: with
// D = scale * c - lam A,
//
//     scale * c x - scale * cut >= bound
//         := sum_i lam_i * side_i + sum_j min(D_j l_j, D_j u_j) - scale * cut
//
// for every x in the box whose rows hold, where side_i is the row's lower limit for lam_i > 0 and
// its upper limit otherwise. bound > 0 therefore refutes "some x has c x <= cut", and
// bound + |D_j| > 0 refutes that x_j leaves the end of its box that minimises D_j x_j. With scale 0
// the same expression is a Farkas certificate. Multipliers are rounded tableau entries, clipped to
// `cap`; `precision` of integer_program.py chooses `cap` and the scale of each cost so that nothing
// here leaves 63 bits.
//
// A. Neumaier, O. Shcherbina, "Safe bounds in linear and mixed-integer linear programming",
// Mathematical Programming 99, 2004, 283-296 (there with directed rounding; here with integers).
#pragma once
#include "propagation.hpp"

namespace kernel {

// A vector of multipliers, and the reduced costs that it leaves.
struct Multipliers {
    std::vector<Whole> value;  // (d + s,)
    std::vector<int> whose;    // (d + s,) the first `count` are filled: the others' multipliers are 0
    int count = 0;
    std::vector<Whole> D;      // (n,)
    Whole ends = 0;            // what these come to at the better ends of the open columns

    Multipliers(int rows, int n) : value(rows), whose(rows), D(n) {}

    void clear() {
        while (count > 0) value[whose[--count]] = 0;
    }
    void put(int row, Whole multiplier) {
        value[row] = multiplier;
        whose[count++] = row;
    }
    void put_rounded(int row, Real multiplier, Real most) {
        const Real whole = rounded(multiplier);
        if (whole != 0.0) put(row, clipped(whole, most));
    }
};

// The multipliers of the current basis, `scale` times, rounded.
inline void dual_multipliers(const Tableau& t, int n, const Real* cap, Whole scale, Multipliers& lam) {
    const Real* row = t.T[0];
    lam.clear();
    for (int j = 0; j < t.nc; j++)
        if (const int i = t.N[j] - n; i >= 0)
            lam.put_rounded(i, -row[j] * static_cast<Real>(scale), cap[i]);
}

// The multipliers after a dual step of length `step` along row r, without making the pivot.
inline void step_multipliers(const Tableau& t, int n, const Real* cap, Whole scale, int r, Real step,
                             Multipliers& lam) {
    const Real *objective = t.T[0], *row = t.T[r];
    lam.clear();
    for (int j = 0; j < t.nc; j++)
        if (const int i = t.N[j] - n; i >= 0)
            lam.put_rounded(i, (step * row[j] - objective[j]) * static_cast<Real>(scale), cap[i]);
}

// The multipliers of tableau row |row| as an infeasibility ray (row > 0: below its lower bound).
inline void ray_multipliers(const Tableau& t, int n, const Real* cap, int row, Multipliers& lam) {
    const int r = std::abs(row);
    const Real sign = row > 0 ? 1.0 : -1.0;
    const Real* line = t.T[r];
    Real size = t.B[r] >= n ? cap[t.B[r] - n] : kInfinite;
    for (int j = 0; j < t.nc; j++)
        if (t.N[j] >= n && std::abs(line[j]) > 1e-9)
            size = std::min(size, cap[t.N[j] - n] / std::abs(line[j]));
    lam.clear();
    if (size == kInfinite) return;
    size = floored(size);
    if (const int i = t.B[r] - n; i >= 0) lam.put(i, clipped(sign * size, cap[i]));
    for (int j = 0; j < t.nc; j++)
        if (const int i = t.N[j] - n; i >= 0) lam.put_rounded(i, sign * size * line[j], cap[i]);
}

// What the reduced costs come to at the better ends of the open columns.
inline Whole ends_of(const Bounds& bounds, const Columns& columns, const Multipliers& lam) {
    Whole sum = 0;
    for (int j = 0; j < columns.live; j++) {
        const int v = columns.column[j];
        sum += std::min(lam.D[j] * static_cast<Whole>(bounds.lo[v]), lam.D[j] * static_cast<Whole>(bounds.up[v]));
    }
    return sum;
}

// `bound` as above over the open columns; D is left filled for fixing.
inline Whole evaluate(const Program& program, const Bounds& bounds, const Columns& columns,
                      Multipliers& lam, Whole scale, Whole cut) {
    const int n = program.n, dense = program.dense(), live = columns.live;
    const SparseRows& sparse = program.sparse;
    Whole bound = scale * (columns.fixed_cost - cut);
    Whole* D = lam.D.data();
    for (int j = 0; j < live; j++) D[j] = scale * columns.cost[j];
    for (int k = 0; k < lam.count; k++) {
        const int i = lam.whose[k];
        const Whole multiplier = lam.value[i];
        Whole side = static_cast<Whole>(multiplier > 0 ? bounds.lo[n + i] : bounds.up[n + i]);
        if (i < dense) {
            side -= columns.fixed[i];
            subtract_multiple(D, (*columns.rows)[i], multiplier, live);
        } else {
            for (Whole e = sparse.begin[i - dense]; e < sparse.begin[i - dense + 1]; e++) {
                const int v = sparse.column[e], place = columns.place[v];
                if (place < live) D[place] -= multiplier * sparse.value[e];
                else side -= sparse.value[e] * static_cast<Whole>(bounds.lo[v]);
            }
        }
        bound += multiplier * side;
    }
    for (const auto& [product, factor] : columns.merged) {
        const int from = columns.place[product], to = columns.place[factor];
        if (from >= live || to >= live) continue;
        D[to] += D[from];
        D[from] = 0;
    }
    lam.ends = ends_of(bounds, columns, lam);
    return bound + lam.ends;
}

}  // namespace kernel
