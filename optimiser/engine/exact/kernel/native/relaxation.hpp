// The relaxation of a node: the dual simplex with sparse rows that come when violated and go when
// slack.
//
// A node deep in the tree has few columns left. What is fixed leaves the tableau and the integer
// arrays, fixed columns in the basis by pivots of length zero first, so that the work follows the
// size of what is open.
#pragma once
#include "search.hpp"

namespace kernel {

// Units of work that making a basis narrower may take: nothing is wrong where it stays wide.
constexpr Whole kDriven = 1'000'000;

// Drop the sparse rows (logicals from `first` on) that do not bind.
inline void purge(Tableau& t, const Bounds& bounds, int first) {
    for (int i = 1; i <= t.m;) {
        const int v = t.B[i];
        const bool slack = v >= first && bounds.lo[v] - kFeasible <= t.beta[i] &&
                           t.beta[i] <= bounds.up[v] + kFeasible;
        if (slack) drop_row(t, i, kAbsent);
        else i++;
    }
}

// Whether variable v follows column w, directly or through others.
inline bool follows(const Tableau& t, int v, int w) {
    while (v != w && t.loc[v] == kFollowing) v = t.followers[t.tied[v]].leader;
    return v == w;
}

// Take the rows of columns out that are tied to another one: while the row "v <= w" is tight, v is
// what w is, and its own bounds seldom say more.
inline void follow(Search& s) {
    Tableau& t = s.tableau;
    for (int i = 1; i <= t.m; i++) {
        const int v = t.B[i];
        if (v >= s.program.n) continue;
        for (const Link& link : s.program.links[v]) {
            const int place = t.loc[link.logical];
            if (place < 0 || place >= kFollowing || t.ties(place) || follows(t, link.leader, v)) continue;
            drop_row(t, i--, kFollowing);
            t.followers.push_back({v, link.leader, link.logical, link.sign});
            t.tie(static_cast<int>(t.followers.size()) - 1);
            break;
        }
    }
}

// Give rows to the followers that the point x (n,) moves out of their bounds. Returns whether there
// were any.
inline bool released(Tableau& t, const Bounds& bounds, const Real* x) {
    bool any = false;
    for (int k = static_cast<int>(t.followers.size()) - 1; k >= 0; k--) {
        const int v = t.followers[k].column;
        if (t.followers[k].tie == kAbsent) continue;
        if (bounds.lo[v] - kFeasible <= x[v] && x[v] <= bounds.up[v] + kFeasible) continue;
        release(t, bounds, k);
        any = true;
    }
    return any;
}

// Add the sparse rows that the current point violates. Returns whether there were any.
inline bool separate(Search& s) {
    Tableau& t = s.tableau;
    const Bounds& bounds = s.bounds;
    const SparseRows& rows = s.program.sparse;
    const int first = s.program.n + s.program.dense(), capacity = t.T.height() - 1;
    column_values(t, bounds, s.program.n, s.x.data());
    bool purged = false, added = released(t, bounds, s.x.data());
    for (int k = 0; k < s.columns.live_rows; k++) {
        const int r = s.columns.row[k], v = first + r;
        if (t.loc[v] != kAbsent) continue;
        Real activity = 0.0;
        for (Whole e = rows.begin[r]; e < rows.begin[r + 1]; e++)
            activity += rows.real[e] * s.x[rows.column[e]];
        if (bounds.lo[v] - kWhole <= activity && activity <= bounds.up[v] + kWhole) continue;
        if (t.rows() == capacity) {
            if (purged) break;
            purged = true;
            purge(t, bounds, first);
            if (t.rows() == capacity) break;
        }
        add_row(t, rows, r, v, s.x.data());
        added = true;
    }
    return added;
}

struct Relaxed {
    Outcome outcome = Outcome::optimal;
    int row = 0;  // of the ray
};

// The relaxation of the node, up to `limit`; halfway where the work that was given is used up before
// its end, from where the next call goes on.
inline Relaxed relax(Search& s, Real limit) {
    const Whole most = 200 + 20 * static_cast<Whole>(s.program.n);
    Whole begun = s.steps;
    Relaxed found;
    s.steps = 0;
    for (int round = 0; round < 100; round++) {
        const Whole size = 1 + s.tableau.work();
        const Whole given = std::max<Whole>(1, std::min(most - begun, s.quota / size));
        const Reoptimised done = reoptimise(s.tableau, s.bounds, limit, given);
        found = {done.outcome, done.row};
        s.pivots += done.pivots;
        s.quota -= done.pivots * size;
        if (found.outcome == Outcome::stuck && begun + done.pivots < most) {
            s.steps = begun + done.pivots;
            found.outcome = Outcome::halfway;
        }
        begun = 0;
        if (found.outcome != Outcome::optimal || !s.program.sparse.count()) break;
        follow(s);
        if (!separate(s)) break;
    }
    return found;
}

// The column by which a fixed basic one can leave row i without a step, -1 where there is none.
//
// It may leave in either direction; the direction of the smallest ratio keeps dual feasibility only
// together with the other ratios of its own sign, so each sign is looked at on its own.
inline int driving(const Tableau& t, int i) {
    const Real *row = t.T[i], *objective = t.T[0];
    Real best = kInfinite, size = 0.0;
    int q = -1;
    for (Real sign : {1.0, -1.0}) {
        Real one = kInfinite;
        int which = -1;
        for (int j = 0; j < t.nc; j++) {
            const Real a = sign * row[j] * t.sg[j];
            if (!(a > 1e-7)) continue;
            const Real r = (-objective[j] * t.sg[j]) / a;
            if (r < one - 1e-11 || (r <= one + 1e-11 && std::abs(row[j]) > size)) {
                one = std::min(one, r);
                which = j;
                size = std::abs(row[j]);
            }
        }
        if (which >= 0 && one < best) best = one, q = which;
    }
    return q;
}

// Make the fixed basic columns nonbasic by dual pivots of length zero, so that they can be dropped;
// what would take long stays.
inline void drive_out(Search& s) {
    Tableau& t = s.tableau;
    const Bounds& bounds = s.bounds;
    Whole left = kDriven;
    for (int i = 1; i <= t.m && left > 0; i++) {
        const int v = t.B[i];
        if (v >= s.program.n || !bounds.fixed(v)) continue;
        const int q = driving(t, i);
        if (q < 0) continue;
        if (t.ties(q)) release(t, bounds, t.tied[t.N[q]]);
        const int e = t.N[q];
        pivot(t, i, q, bounds.lo[v], t.sg[q] > 0 ? bounds.lo[e] : bounds.up[e]);
        t.sg[q] = 0.0;
        left -= 1 + t.work();
    }
    s.quota -= kDriven - left;
}

// Swap the fixed columns behind the open ones; what they add moves to `fixed` and `fixed_cost`.
//
// To undo it is enough to restore these and the number of the open ones: later swaps stay within
// the columns that were open.
inline void set_aside(Columns& columns, const Bounds& bounds) {
    int last = columns.live;
    Whole* cost = columns.own_cost.data();
    for (int k = 0; k < last;) {
        const int v = columns.column[k];
        if (!bounds.fixed(v)) {
            k++;
            continue;
        }
        const int w = columns.column[--last];
        const Whole value = static_cast<Whole>(bounds.lo[v]);
        columns.fixed_cost += cost[k] * value;
        std::swap(cost[k], cost[last]);
        for (int i = 0; i < columns.own_rows.height(); i++) {
            Whole* line = columns.own_rows[i];
            columns.fixed[i] += line[k] * value;
            std::swap(line[k], line[last]);
        }
        columns.column[k] = w;
        columns.column[last] = v;
        columns.place[w] = k;
        columns.place[v] = last;
    }
    columns.live = last;
}

// Swap the sparse rows that hold whatever the open columns are behind the others. It is undone as
// the columns' order is.
inline void set_rows_aside(Columns& columns, const Program& program, const Bounds& bounds) {
    const int first = program.n + program.dense();
    int last = columns.live_rows;
    for (int k = 0; k < last;) {
        const int r = columns.row[k], v = first + r;
        const Activity activity(program.sparse, r, bounds);
        if (activity.least < bounds.lo[v] || activity.most > bounds.up[v]) {
            k++;
            continue;
        }
        const int other = columns.row[--last];
        columns.row[k] = other;
        columns.row[last] = r;
        columns.row_place[other] = k;
        columns.row_place[r] = last;
    }
    columns.live_rows = last;
}

// What a follower has become at this node: open; the same as its leader, as all other factors are 1;
// or fixed, beside a leader that is nonbasic.
enum class Bond { open, merged, fixed };

inline Bond bond(const Search& s, const Follower& f) {
    const Tableau& t = s.tableau;
    if (f.tie == kAbsent || end_of(t, s.bounds, t.loc[f.tie]) != 0.0) return Bond::open;
    if (s.bounds.fixed(f.column)) {
        const int place = t.loc[f.leader];
        const Real off = value_of(t, s.bounds, f.leader) - s.bounds.lo[f.column];
        return place >= 0 && place != kFollowing && off == 0.0 ? Bond::fixed : Bond::open;
    }
    const Program& p = s.program;
    const int k = p.whose[f.column];
    if (k < 0) return Bond::open;
    for (Whole e = p.factor_begin[k]; e < p.factor_begin[k + 1]; e++)
        if (p.factor[e] != f.leader && s.bounds.lo[p.factor[e]] != 1.0) return Bond::open;
    return Bond::merged;
}

// Mark the ties that are no longer needed as absent.
//
// Of a merged follower the row of its tie says "is", whatever its multiplier, once evaluate() adds
// the reduced costs of the two. Of a fixed one the tie is the leader, turned and moved.
inline void untie(Search& s) {
    Tableau& t = s.tableau;
    for (int k = static_cast<int>(t.followers.size()) - 1; k >= 0; k--) {
        const Follower f = t.followers[k];
        const Bond now = bond(s, f);
        if (now == Bond::open) continue;
        const int at = t.loc[f.tie];
        if (now == Bond::merged) {
            t.followers[k].tie = kAbsent;
            s.columns.merged.push_back({f.column, f.leader});
        } else {
            const int place = t.loc[f.leader];
            if (place != kAbsent && t.sg[place] != 0.0) {
                if ((t.T[0][place] - f.sign * t.T[0][at]) * t.sg[place] > 0.0) continue;
                for (int i = 0; i <= t.m; i++) t.T[i][place] -= f.sign * t.T[i][at];
            }
            t.loc[f.column] = kAbsent;
            drop_follower(t, k);
        }
        t.loc[f.tie] = kAbsent;
    }
}

// Drop the fixed columns where they are enough to pay for it.
inline void narrow_node(Search& s) {
    Tableau& t = s.tableau;
    const int n = s.program.n, dense = s.program.dense();
    if (t.m > dense) {
        bool stuck = false;
        for (int k = static_cast<int>(t.followers.size()) - 1; k >= 0; k--) {
            const Follower& f = t.followers[k];
            if (f.tie != kAbsent && s.bounds.fixed(f.column) && t.loc[f.leader] < 0)
                release(t, s.bounds, k);
        }
        for (int i = 1; i <= t.m; i++) stuck = stuck || (t.B[i] < n && s.bounds.fixed(t.B[i]));
        if (stuck) drive_out(s);
        purge(t, s.bounds, n + dense);
    }
    int fixed = 0;
    for (int j = 0; j < t.nc; j++) fixed += t.sg[j] == 0.0 && t.N[j] < n;
    for (const Follower& f : t.followers) fixed += bond(s, f) != Bond::open;
    if (8 * fixed > t.nc) {
        untie(s);
        drop_columns(t, n);
        set_aside(s.columns, s.bounds);
        set_rows_aside(s.columns, s.program, s.bounds);
    }
}

}  // namespace kernel
