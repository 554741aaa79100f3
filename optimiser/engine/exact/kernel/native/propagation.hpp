// Bounds of columns: changed with a trail, and propagated through the sparse rows in exact whole
// numbers.
#pragma once
#include <numeric>
#include <utility>

#include "simplex.hpp"

namespace kernel {

// The columns in an order in which those that are open come first, and what the fixed ones add.
struct Columns {
    const Whole* cost = nullptr;        // (n,) in that order
    const Grid<Whole>* rows = nullptr;  // (d, n) likewise
    std::vector<int> column, place;     // (n,) in that order; and where each is
    std::vector<int> row, row_place;    // (s,) the sparse rows, those that may be violated first; and
                                        // where each is
    int live_rows = 0;                  // how many these are
    int live = 0;                       // how many are open
    Whole fixed_cost = 0;
    std::vector<Whole> fixed;           // (d,)
    std::vector<std::pair<int, int>> merged;  // products that are one with a factor, and that factor
    std::vector<Whole> own_cost;        // what `cost` and `rows` are once the order is not the
    Grid<Whole> own_rows;               // program's own

    Columns(int d, int s, int n)
        : column(n), place(n), row(s), row_place(s), fixed(d), own_cost(n), own_rows(d, n) {
        std::iota(row.begin(), row.end(), 0);
        row_place = row;
    }

    // The program's own order, everything open.
    void reset(const Whole* c, const Grid<Whole>& a) {
        cost = c;
        rows = &a;
        live = a.width();
        fixed_cost = 0;
        merged.clear();
        live_rows = static_cast<int>(row.size());
        std::fill(fixed.begin(), fixed.end(), 0);
        for (int v = 0; v < live; v++) column[v] = place[v] = v;
    }
    // Whether sparse row r holds whatever the open columns are.
    bool idle(int r) const { return row_place[r] >= live_rows; }
    // Copies to be reordered.
    void gather() {
        std::copy_n(cost, own_cost.size(), own_cost.data());
        for (int i = 0; i < rows->height(); i++) std::copy_n((*rows)[i], rows->width(), own_rows[i]);
        cost = own_cost.data();
        rows = &own_rows;
    }
};

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
    Real widest = 0.0;  // how much of that is one column's

    Activity(const SparseRows& rows, int s, const Bounds& bounds) {
        for (Whole e = rows.begin[s]; e < rows.begin[s + 1]; e++) {
            const Real a = rows.real[e], low = bounds.lo[rows.column[e]], high = bounds.up[rows.column[e]];
            move(a, low, high);
            widest = std::max(widest, std::abs(a) * (high - low));
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
    if (activity.least + activity.widest <= ceiling && activity.most - activity.widest >= floor)
        return true;
    for (Whole e = rows.begin[s]; e < rows.begin[s + 1]; e++) {
        const Real a = rows.real[e], size = std::abs(a);
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
inline bool propagate(Tableau& t, Bounds& bounds, const Program& program, const Columns& columns,
                      std::size_t head) {
    const SparseRows& rows = program.sparse;
    for (; head < bounds.trail.size(); head++) {
        const int changed = bounds.trail[head].v;
        for (Whole e = rows.column_begin[changed]; e < rows.column_begin[changed + 1]; e++)
            if (const int r = rows.row[e]; !columns.idle(r) && !imply(t, bounds, program, r)) return false;
    }
    return true;
}

}  // namespace kernel
