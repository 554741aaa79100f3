// A bounded dual simplex on a dense tableau whose rows come and go.
//
// Every row i of the model has a logical variable equal to its activity, so that all rows read
// a_i x - s_i = 0 and a change of a row's limits is a change of two bounds. Nothing here is trusted:
// refutation.hpp checks in integers what a tableau seems to prove.
//
// A. Koberstein, "The dual simplex method, techniques for a fast and stable implementation", thesis,
// Paderborn 2005 (bound flipping ratio test, chapter 3).
#pragma once
#include "program.hpp"

namespace kernel {

// halfway is what the relaxation says where a pause came first
enum class Outcome { optimal, infeasible, over, stuck, halfway };

// From so many rows on a step is chosen by its steepness: of few, looking at them takes longer than
// the steps it saves.
constexpr int kMany = 20;

constexpr int kAbsent = std::numeric_limits<int>::max();
constexpr int kFollowing = kAbsent - 1;

// A basic column whose row is not in the tableau: x_column = x_leader + sign * x_tie, where the tie
// is the nonbasic logical of a row of these two; without a tie (kAbsent) the two are one.
struct Follower {
    int column, leader, tie;
    Real sign;
};

// Basic variable B[i] and the nonbasic variables N[j] satisfy x_B[i] + sum_j T[i, j] x_N[j] =
// constant; row 0 is the objective, T[0, j] is minus the reduced cost of N[j] and beta[i] the value
// of B[i] (beta[0]: of the objective).
struct Tableau {
    int m = 0, nc = 0;        // rows beside the objective's, columns
    Grid<Real> T;             // (h, n)
    std::vector<Real> beta;   // (h,)
    std::vector<Real> sg;     // (n,) +1 where N[j] stands at its lower bound, -1 at its upper bound,
                              // 0 where it is fixed and can never enter
    std::vector<int> B, N;    // (h,), (n,)
    std::vector<int> loc;     // (t,) j >= 0 of a nonbasic variable, -i of a basic one, kFollowing of
                              // one without a row, kAbsent of one that is not in the tableau (a fixed
                              // column, a row left out)
    std::vector<Follower> followers;
    std::vector<int> tied;    // (t,) the position in `followers` of a follower and of its tie
    std::vector<Real> ratio;  // (n,) room
    std::vector<int> kept;    // (n,) room

    Tableau() = default;
    Tableau(int height, int n, int total)
        : T(height, n), beta(height), sg(n), B(height), N(n), loc(total), tied(total), ratio(n), kept(n) {}

    Whole work() const { return work_of(m, nc); }
    int rows() const { return m + static_cast<int>(followers.size()); }

    // Fill `loc` and `tied` from the rest.
    void locate() {
        std::fill(loc.begin(), loc.end(), kAbsent);
        for (int i = 1; i <= m; i++) loc[B[i]] = -i;
        for (int j = 0; j < nc; j++) loc[N[j]] = j;
        for (int k = 0; k < static_cast<int>(followers.size()); k++) {
            loc[followers[k].column] = kFollowing;
            tie(k);
        }
    }
    // Note where follower k is.
    void tie(int k) {
        tied[followers[k].column] = k;
        if (followers[k].tie != kAbsent) tied[followers[k].tie] = k;
    }
    // Whether nonbasic column j is the tie of a follower.
    bool ties(int j) const {
        const std::size_t k = tied[N[j]];
        return k < followers.size() && followers[k].tie == N[j];
    }
};

// Bounds of the columns and of the rows' activities, whole numbers, and what they were.
struct Bounds {
    struct Change {
        int v;
        Real low, high;
    };
    std::vector<Real> lo, up;  // (t,)
    std::vector<Change> trail;

    bool fixed(int v) const { return lo[v] == up[v]; }
};

struct Reoptimised {
    Outcome outcome;
    int row;  // that cannot be repaired: positive where it is below its lower bound, negative where
              // it is above its upper bound; 0 otherwise
    Whole pivots;
};

// Move nonbasic column j by `delta`; all rows follow.
inline void shift(Tableau& t, int j, Real delta) {
    const Real* entry = t.T.data() + j;
    for (int i = 0; i <= t.m; i++, entry += t.T.stride()) t.beta[i] -= *entry * delta;
}

// The rows and columns that are filled, without what `locate` fills.
inline void copy(const Tableau& from, Tableau& to) {
    to.m = from.m;
    to.nc = from.nc;
    for (int i = 0; i <= from.m; i++) std::copy_n(from.T[i], from.nc, to.T[i]);
    std::copy_n(from.beta.data(), from.m + 1, to.beta.data());
    std::copy_n(from.B.data(), from.m + 1, to.B.data());
    std::copy_n(from.N.data(), from.nc, to.N.data());
    std::copy_n(from.sg.data(), from.nc, to.sg.data());
    to.followers = from.followers;
}

// The all-logical basis over the dense `rows` (d, n) without row `skip`, dual feasible since every
// column is boxed.
template <class Number>
void start(Tableau& t, const Bounds& bounds, const Number* c, const Grid<Number>& rows, int skip) {
    const int n = rows.width();
    auto end = [&](int j) { return c[j] >= 0 ? bounds.lo[j] : bounds.up[j]; };
    std::fill(t.loc.begin(), t.loc.end(), kAbsent);
    t.m = t.nc = 0;
    t.followers.clear();
    t.beta[0] = 0.0;
    for (int j = 0; j < n; j++) {
        t.beta[0] += static_cast<Real>(c[j]) * end(j);
        if (bounds.fixed(j)) continue;
        t.N[t.nc] = j;
        t.loc[j] = t.nc;
        t.sg[t.nc] = c[j] >= 0 ? 1.0 : -1.0;
        t.T[0][t.nc++] = static_cast<Real>(-c[j]);
    }
    for (int i = 0; i < rows.height(); i++) {
        if (i == skip) continue;
        t.B[++t.m] = n + i;
        t.loc[n + i] = -t.m;
        Real activity = 0.0;
        for (int j = 0; j < n; j++) activity += static_cast<Real>(rows[i][j]) * end(j);
        t.beta[t.m] = activity;
        Real* line = t.T[t.m];
        for (int k = 0; k < t.nc; k++) line[k] = static_cast<Real>(-rows[i][t.N[k]]);
    }
}

// Where nonbasic column j stands.
inline Real end_of(const Tableau& t, const Bounds& bounds, int j) {
    return t.sg[j] < 0.0 ? bounds.up[t.N[j]] : bounds.lo[t.N[j]];
}

// How far a follower is from its leader.
inline Real apart(const Tableau& t, const Bounds& bounds, const Follower& f) {
    return f.tie == kAbsent ? 0.0 : f.sign * end_of(t, bounds, t.loc[f.tie]);
}

// Where variable v stands.
inline Real value_of(const Tableau& t, const Bounds& bounds, int v) {
    const int place = t.loc[v];
    if (place < 0) return t.beta[-place];
    if (place == kFollowing) {
        const Follower& f = t.followers[t.tied[v]];
        return value_of(t, bounds, f.leader) + apart(t, bounds, f);
    }
    return place == kAbsent ? bounds.lo[v] : end_of(t, bounds, place);
}

// Add `factor` times the row of variable v to a row of the tableau.
inline void add_expressed(const Tableau& t, int v, Real factor, Real* line) {
    const int place = t.loc[v];
    if (place == kAbsent) return;
    if (place == kFollowing) {
        const Follower& f = t.followers[t.tied[v]];
        if (f.tie != kAbsent) line[t.loc[f.tie]] -= factor * f.sign;
        add_expressed(t, f.leader, factor, line);
    } else if (place >= 0) {
        line[place] -= factor;
    } else {
        add_multiple(line, t.T[-place], factor, t.nc);
    }
}

// The last follower takes the place of follower k.
inline void drop_follower(Tableau& t, int k) {
    t.followers[k] = t.followers.back();
    t.tie(k);
    t.followers.pop_back();
}

// Write the row of a variable v that is basic where row i is.
inline void express(Tableau& t, const Bounds& bounds, int v, int i) {
    std::fill_n(t.T[i], t.nc, 0.0);
    add_expressed(t, v, 1.0, t.T[i]);
    t.beta[i] = value_of(t, bounds, v);
    t.B[i] = v;
}

// Give follower k a row again.
inline void release(Tableau& t, const Bounds& bounds, int k) {
    const int v = t.followers[k].column;
    express(t, bounds, v, t.m + 1);
    t.loc[v] = -++t.m;
    drop_follower(t, k);
}

// Column q (now at `value`) enters, row r leaves at `target`. A tie has been released before.
inline void pivot(Tableau& t, int r, int q, Real target, Real value) {
    Real* leaving = t.T[r];
    const Real inverse = 1.0 / leaving[q], step = (t.beta[r] - target) * inverse;
    shift(t, q, step);
    t.beta[r] = value + step;
    for (int j = 0; j < t.nc; j++) leaving[j] *= inverse;
    leaving[q] = inverse;
    eliminate(t.T.data(), t.T.stride(), leaving, t.m, t.nc, r, q);
    std::swap(t.B[r], t.N[q]);
    t.loc[t.B[r]] = -r;
    t.loc[t.N[q]] = q;
}

// The entering column for leaving row r by the bound flipping ratio test, -1 where there is none.
//
// Columns passed on the way are flipped to their other bound. A slope of exactly zero pivots: on
// integer data it is common and does not mean infeasible.
inline int entering(Tableau& t, const Bounds& bounds, int r, bool low, Real violation) {
    const Real* row = t.T[r];
    Real* ratio = t.ratio.data();
    int count = dual_ratios(row, t.T[0], t.sg.data(), low ? -1.0 : 1.0, ratio, t.nc);
    for (Real slope = violation; count > 0; count--) {
        const Real best = least(ratio, t.nc);
        const int q = largest_within(ratio, row, best + 1e-11 + 1e-12 * std::abs(best), t.nc);
        const Real span = bounds.up[t.N[q]] - bounds.lo[t.N[q]];
        slope -= std::abs(row[q]) * span;
        if (slope < kFeasible) return q;
        ratio[q] = kInfinite;
        shift(t, q, span * t.sg[q]);
        t.sg[q] = -t.sg[q];
    }
    return -1;
}

struct Leaving {
    int row;    // 0 where every basic variable is within its bounds
    bool low;   // whether it is below its lower bound
    Real worst; // how far off
};

// Which basic variable leaves: the one that is furthest off; of many the one that is so by the
// steepest step of the reduced costs.
//
// J. J. Forrest, D. Goldfarb, "Steepest-edge simplex algorithms for linear programming",
// Mathematical Programming 57, 1992, 341-374; the norms are those of the rows as they stand.
inline Leaving leaving(const Tableau& t, const Bounds& bounds) {
    const bool steepest = t.m >= kMany;
    Leaving found{0, true, kFeasible};
    Real best = 0.0;
    for (int i = 1; i <= t.m; i++) {
        const Real under = bounds.lo[t.B[i]] - t.beta[i], over = t.beta[i] - bounds.up[t.B[i]];
        const Real off = std::max(under, over);
        if (steepest) {
            if (off <= kFeasible) continue;
            const Real steep = off * off / (1.0 + squares(t.T[i], t.nc));
            if (steep <= best) continue;
            best = steep;
        } else if (off <= found.worst) {
            continue;
        }
        found = {i, under > over, off};
    }
    return found;
}

// Dual simplex until primal feasible, proven infeasible, the objective is above `limit`, or `most`
// pivots.
inline Reoptimised reoptimise(Tableau& t, const Bounds& bounds, Real limit, Whole most) {
    for (Whole done = 0;; done++) {
        if (t.beta[0] > limit) return {Outcome::over, 0, done};
        const auto [r, low, worst] = leaving(t, bounds);
        if (r == 0) return {Outcome::optimal, 0, done};
        if (done >= most) return {Outcome::stuck, 0, done};
        const int q = entering(t, bounds, r, low, worst);
        if (q < 0) return {Outcome::infeasible, low ? r : -r, done};
        if (t.ties(q)) release(t, bounds, t.tied[t.N[q]]);
        const int out = t.B[r], in = t.N[q];
        pivot(t, r, q, low ? bounds.lo[out] : bounds.up[out],
              t.sg[q] > 0 ? bounds.lo[in] : bounds.up[in]);
        t.sg[q] = bounds.fixed(out) ? 0.0 : low ? 1.0 : -1.0;
    }
}

// Append sparse row s, its logical basic at its activity at the point x.
inline void add_row(Tableau& t, const SparseRows& rows, int s, int logical, const Real* x) {
    Real* line = t.T[++t.m];
    std::fill(line, line + t.nc, 0.0);
    Real activity = 0.0;
    for (Whole e = rows.begin[s]; e < rows.begin[s + 1]; e++) {
        const Real a = rows.real[e];
        activity += a * x[rows.column[e]];
        add_expressed(t, rows.column[e], a, line);
    }
    t.beta[t.m] = activity;
    t.B[t.m] = logical;
    t.loc[logical] = -t.m;
}

// Remove row i of a basic variable, which is `where` now; the last row takes its place.
inline void drop_row(Tableau& t, int i, int where) {
    t.loc[t.B[i]] = where;
    const int last = t.m--;
    if (i == last) return;
    std::copy_n(t.T[last], t.nc, t.T[i]);
    t.beta[i] = t.beta[last];
    t.B[i] = t.B[last];
    t.loc[t.B[i]] = -i;
}

// Remove the fixed nonbasic columns of the model (not logicals: their reduced costs are
// multipliers), and what is marked as absent.
inline void drop_columns(Tableau& t, int n) {
    std::vector<int>& kept = t.kept;
    int width = 0;
    for (int j = 0; j < t.nc; j++) {
        const int v = t.N[j];
        if ((t.sg[j] == 0.0 && v < n) || t.loc[v] == kAbsent) {
            t.loc[v] = kAbsent;
            continue;
        }
        kept[width] = j;
        t.sg[width] = t.sg[j];
        t.N[width] = v;
        t.loc[v] = width++;
    }
    if (width == t.nc) return;
    for (int i = 0; i <= t.m; i++) {
        Real* line = t.T[i];
        for (int j = 0; j < width; j++) line[j] = line[kept[j]];
    }
    t.nc = width;
}

// The point of the current basis.
inline void column_values(const Tableau& t, const Bounds& bounds, int n, Real* x) {
    std::copy_n(bounds.lo.data(), n, x);
    for (int j = 0; j < t.nc; j++)
        if (t.sg[j] < 0.0 && t.N[j] < n) x[t.N[j]] = bounds.up[t.N[j]];
    for (int i = 1; i <= t.m; i++)
        if (t.B[i] < n) x[t.B[i]] = t.beta[i];
    for (const Follower& f : t.followers) {
        const Real leading = t.loc[f.leader] == kFollowing ? value_of(t, bounds, f.leader) : x[f.leader];
        x[f.column] = leading + apart(t, bounds, f);
    }
}

// Undo the bound flips of a ratio test that found no column: every nonbasic column back to its dual
// feasible end.
inline void flip_back(Tableau& t, const Bounds& bounds) {
    for (int j = 0; j < t.nc; j++) {
        const Real span = bounds.up[t.N[j]] - bounds.lo[t.N[j]];
        if (t.sg[j] * t.T[0][j] > 1e-9 && span < kInfinite) {
            shift(t, j, span * t.sg[j]);
            t.sg[j] = -t.sg[j];
        }
    }
}

// Whether every basic variable is within its bounds.
inline bool primal_feasible(const Tableau& t, const Bounds& bounds) {
    for (int i = 1; i <= t.m; i++)
        if (t.beta[i] < bounds.lo[t.B[i]] - kFeasible || t.beta[i] > bounds.up[t.B[i]] + kFeasible)
            return false;
    return true;
}

}  // namespace kernel
