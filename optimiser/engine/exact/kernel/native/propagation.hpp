// Bounds of columns: changed with a trail, and propagated through the sparse rows in exact whole
// numbers.
#pragma once
#include "simplex.hpp"

namespace kernel {

// Bounds `low` and `high` for column v; a nonbasic column moves with its bound.
inline void tighten(Tableau& t, Bounds& bounds, int v, Real low, Real high) {
    bounds.trail.push_back({v, bounds.lo[v], bounds.up[v]});
    const int j = t.loc[v];
    if (j >= 0 && j < kFollowing) {
        const Real delta = t.sg[j] < 0.0 ? high - bounds.up[v] : low - bounds.lo[v];
        if (delta != 0.0) shift(t, j, delta);
        if (low == high) t.sg[j] = 0.0;
    }
    bounds.lo[v] = low;
    bounds.up[v] = high;
}

// The bounds as they were when the trail had length `mark`.
inline void undo(Bounds& bounds, std::size_t mark) {
    for (; bounds.trail.size() > mark; bounds.trail.pop_back()) {
        const auto& [v, low, high] = bounds.trail.back();
        bounds.lo[v] = low;
        bounds.up[v] = high;
    }
}

// What a row's activity is at least and at most; sums of whole numbers below 2**52 are exact.
struct Activity {
    Real least = 0.0, most = 0.0;

    Activity(const SparseRows& rows, int s, const Bounds& bounds) {
        for (Whole e = rows.begin[s]; e < rows.begin[s + 1]; e++) {
            const Real a = static_cast<Real>(rows.value[e]);
            move(a, bounds.lo[rows.column[e]], bounds.up[rows.column[e]]);
        }
    }
    void move(Real a, Real low, Real high) {
        least += a * (a > 0 ? low : high);
        most += a * (a > 0 ? high : low);
    }
};

// Tighten what one sparse row implies. Returns false where it cannot hold.
inline bool imply(Tableau& t, Bounds& bounds, const Program& program, int s) {
    const SparseRows& rows = program.sparse;
    Activity activity(rows, s, bounds);
    const int logical = program.n + program.dense() + s;
    const Real floor = bounds.lo[logical], ceiling = bounds.up[logical];
    if (activity.least > ceiling || activity.most < floor) return false;
    if (activity.most <= ceiling && activity.least >= floor) return true;
    for (Whole e = rows.begin[s]; e < rows.begin[s + 1]; e++) {
        const Real a = static_cast<Real>(rows.value[e]), size = std::abs(a);
        const int v = rows.column[e];
        Real low = bounds.lo[v], high = bounds.up[v];
        if (low == high) continue;
        const Real span = size * (high - low);
        if (activity.least + span > ceiling) {
            const Real steps = floored((ceiling - activity.least) / size);
            if (a > 0) high = low + steps;
            else low = high - steps;
        }
        if (activity.most - span < floor) {
            const Real steps = floored((activity.most - floor) / size);
            if (a > 0) low = std::max(low, bounds.up[v] - steps);
            else high = std::min(high, bounds.lo[v] + steps);
        }
        if (low > high) return false;
        if (low > bounds.lo[v] || high < bounds.up[v]) {
            activity.move(a, low - bounds.lo[v], high - bounds.up[v]);
            tighten(t, bounds, v, low, high);
        }
    }
    return true;
}

// Bound propagation from the trail's entries `head` on, to the end. Returns false where refuted.
inline bool propagate(Tableau& t, Bounds& bounds, const Program& program, std::size_t head) {
    const SparseRows& rows = program.sparse;
    for (; head < bounds.trail.size(); head++) {
        const int changed = bounds.trail[head].v;
        for (Whole e = rows.column_begin[changed]; e < rows.column_begin[changed + 1]; e++)
            if (!imply(t, bounds, program, rows.row[e])) return false;
    }
    return true;
}

}  // namespace kernel
