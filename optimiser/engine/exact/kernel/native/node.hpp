// One node: its exact bound, what that fixes, which column to branch on, and its point looked at in
// whole numbers.
#pragma once
#include "relaxation.hpp"

namespace kernel {

// Units of work that one look ahead may take: with a thousand wide rows it would take seconds.
constexpr Whole kLooked = 1'000'000;

// How many sides a look ahead cut off; both means that the node is refuted.
enum class Ahead { nothing, sides, refuted };

// A bound of the zone at hand as one of every zone alive in the tree; with `drop` those that it
// refutes are left behind.
inline Whole of_all(Search& s, Whole bound, Whole scale) {
    return s.bundle.empty() ? bound : s.bundle.drop(bound, s.multipliers, scale);
}

// The exact bound of the node (above 0: refuted), from the ray where the relaxation seems
// infeasible.
inline Whole refute(Search& s, Relaxed relaxed) {
    const Whole cut = s.best - 1;
    if (relaxed.outcome == Outcome::infeasible) {
        ray_multipliers(s.tableau, s.program.n, s.cap, relaxed.row, s.multipliers);
        const Whole bound = evaluate(s.program, s.bounds, s.columns, s.multipliers, 0, cut);
        if (const Whole least = of_all(s, bound, 0); least > 0) return least;
    }
    dual_multipliers(s.tableau, s.program.n, s.cap, s.scale, s.multipliers);
    return of_all(s, evaluate(s.program, s.bounds, s.columns, s.multipliers, s.scale, cut), s.scale);
}

// Reduced-cost fixing from the exact `bound` <= 0 and its D, with products (synergies.hpp). Returns
// whether bounds changed.
inline bool fix(Search& s, Whole bound) {
    const Whole gap = -bound, least = gap / s.widest;
    const std::size_t before = s.bounds.trail.size();
    const bool products = !s.program.pairs.empty();
    if (products) weigh_products(s.program, s.bounds, s.columns, s.multipliers, s.more);
    for (int k = 0; k < s.columns.live; k++) {
        const Whole D = s.multipliers.D[k], size = std::abs(D);
        const int v = s.columns.column[k];
        Real low = s.bounds.lo[v], high = s.bounds.up[v];
        if (products && low == 0.0 && high == 1.0) {
            const Ends more = s.more[k].with(D);
            if (more.none > gap) tighten(s.tableau, s.bounds, v, 1.0, 1.0);
            else if (more.all > gap) tighten(s.tableau, s.bounds, v, 0.0, 0.0);
            continue;
        }
        if (size <= least || size * static_cast<Whole>(high - low) <= gap) continue;
        const Real steps = static_cast<Real>(gap / size);
        if (D > 0) high = low + steps;
        else low = high - steps;
        tighten(s.tableau, s.bounds, v, low, high);
    }
    return s.bounds.trail.size() > before;
}

// One more than a plan of the node at hand may cost.
inline Whole best_alive(const Search& s) {
    Whole best = s.best;
    for (const int h : s.bundle.living()) best = std::max(best, s.bundle.aimed(h) + 1);
    return best;
}

// What dense row i is at most in some zone alive.
inline Real highest_alive(const Search& s, int i) {
    Real high = s.bounds.up[s.program.n + i];
    if (i < s.program.p)
        for (const int h : s.bundle.living()) high = std::max(high, static_cast<Real>(s.bundle.limits(h)[i]));
    return high;
}

// List the plans that the exact `bound` leaves. Returns whether these are all.
inline bool deviate(Search& s, Whole bound) {
    if (s.every) return false;
    s.quota -= s.deviations.list(bound, best_alive(s), s.skip, [&](int i) { return highest_alive(s, i); });
    return s.deviations.complete;
}

// Where the plans of points are listed: part the free columns in two halves, of which the exact `bound`
// leaves so much. Returns whether these are few enough.
inline bool parted(Search& s, Whole bound) {
    return s.parted = s.every && s.bundle.just() && s.halves.part(s.bounds, -bound);
}

// Whether the pivot's multipliers refute the side low..high of the column basic in row i, which a
// dual step of this length (infinite: a ray) leaves.
inline bool side_refuted(Search& s, int i, Real low, Real high, Real step, Whole& left) {
    const int v = s.tableau.B[i];
    const Real before_low = s.bounds.lo[v], before_high = s.bounds.up[v];
    s.bounds.lo[v] = low;
    s.bounds.up[v] = high;
    Whole scale = s.scale;
    if (std::abs(step) < kInfinite) {
        step_multipliers(s.tableau, s.program.n, s.cap, scale, i, step, s.multipliers);
    } else {
        scale = 0;
        ray_multipliers(s.tableau, s.program.n, s.cap, step < 0 ? -i : i, s.multipliers);
    }
    const Whole bound = evaluate(s.program, s.bounds, s.columns, s.multipliers, scale, s.best - 1);
    const Whole work = 1 + (s.multipliers.count + 2) * static_cast<Whole>(s.columns.live) / kEntries;
    left -= work;
    s.quota -= work;
    s.bounds.lo[v] = before_low;
    s.bounds.up[v] = before_high;
    return s.bundle.empty() ? bound > 0 : s.bundle.refutes(bound, s.multipliers, scale);
}

// What a look ahead has found so far.
struct Looked {
    Real best = -1.0;      // the score of the choice
    Whole left = kLooked;
    bool cut = false, refuted = false;
};

// What one dual pivot would do to the column that is basic in row i, if it is fractional.
//
// A side that the pivot's multipliers refute (in whole numbers) is cut off at once, without a node
// of its own, as long as the work for that is bounded. `room` is how far the objective may rise.
inline void look_at(Search& s, int i, Real room, Looked& looked) {
    Tableau& t = s.tableau;
    const int v = t.B[i];
    const Real below = floored(t.beta[i] + kWhole), part = t.beta[i] - below;
    if (part < kWhole) return;
    const Rates rates = pivot_rates(t.T[i], t.ratio.data(), t.nc);
    const Real down = rates.most > 1e-12 ? 1.0 / rates.most : kInfinite;
    const Real rise = rates.least < -1e-12 ? -1.0 / rates.least : kInfinite;
    Real one = down * part, two = rise * (1.0 - part);
    int gone = 0;
    auto refuted = [&](Real low, Real high, Real step) {
        return looked.left > 0 && side_refuted(s, i, low, high, step, looked.left);
    };
    if (one > room && refuted(s.bounds.lo[v], below, -down)) {
        gone++;
        tighten(t, s.bounds, v, std::max(s.bounds.lo[v], below + 1.0), s.bounds.up[v]);
    }
    if (two > room && refuted(below + 1.0, s.bounds.up[v], rise)) {
        looked.refuted = gone++ > 0;
        if (looked.refuted) return;
        tighten(t, s.bounds, v, s.bounds.lo[v], below);
    }
    if (gone) {
        looked.cut = true;
        return;
    }
    if (const SideCosts& costs = s.costs[v]; costs.reliable()) {
        one = std::max(one, costs.of(false) * part);
        two = std::max(two, costs.of(true) * (1.0 - part));
    }
    one = std::min(one, room);
    two = std::min(two, room);
    const Real score = std::max(one, 1e-6) * std::max(two, 1e-6);
    if (score > looked.best) {
        looked.best = score;
        s.choice = {v, below, two < one, t.beta[i]};
    }
}

// What one dual pivot would do to every fractional column; followers get a row for it, one after the
// other. Leaves in `choice` the column to branch on, its floor and whether to go up first.
inline Ahead look_ahead(Search& s, Real room) {
    Tableau& t = s.tableau;
    Looked looked;
    s.choice.column = Choice::kNone;
    inverse_ratios(t.T[0], t.sg.data(), t.ratio.data(), t.nc);
    for (int k = 1, all = t.rows(); k <= all && !looked.refuted; k++) {
        const bool follower = k > t.m;
        const int v = follower ? t.followers[k - t.m - 1].column : t.B[k];
        if (v >= s.program.n || !s.program.branchable[v]) continue;
        if (follower) {
            const Real value = value_of(t, s.bounds, v);
            if (std::abs(value - rounded(value)) < kWhole) continue;
            express(t, s.bounds, v, t.m + 1);
        }
        look_at(s, follower ? t.m + 1 : k, room, looked);
    }
    return looked.refuted ? Ahead::refuted : looked.cut ? Ahead::sides : Ahead::nothing;
}

// What the branching that led here has cost, at the node's first relaxation: at least what is left
// below the cut where nothing is there.
inline void learn(Search& s, Outcome outcome, Real cut) {
    const auto [v, upwards, part, before] = s.taken;
    s.taken.column = Choice::kNone;
    if (v == Choice::kNone || part < kWhole) return;
    const Real least = outcome == Outcome::infeasible ? cut - before : 0.0;
    s.costs[v].add(upwards, std::max(least, s.tableau.beta[0] - before) / part);
}

// Whether the zone at hand is refuted here while others in the tree are not.
inline bool is_left_behind(const Search& s) { return !s.bundle.empty() && !s.bundle.at_is_alive(); }

// The relaxation becomes that of another zone where that at hand is refuted. Returns whether it did.
inline bool leave_behind(Search& s, Outcome outcome) {
    if (!is_left_behind(s)) return false;
    if (outcome == Outcome::infeasible) flip_back(s.tableau, s.bounds);
    s.bundle.turn(s.tableau, s.bounds);
    s.best = s.bundle.cost_limit() + 1;
    s.taken.column = Choice::kNone;  // another zone's relaxation says nothing of what it cost
    return true;
}

// Propagate what has changed. Returns false where that refutes the node.
inline bool propagated(Search& s) {
    if (s.program.sparse.count() == 0) return true;
    const bool possible = propagate(s.tableau, s.bounds, s.program, s.columns, s.head);
    s.head = s.bounds.trail.size();
    if (!possible) learn(s, Outcome::infeasible, static_cast<Real>(s.best - 1));
    return possible;
}

// Whether the relaxation's point is still within the bounds that the trail has from `mark` on.
inline bool stands(const Search& s, std::size_t mark) {
    if (s.program.sparse.count() == 0) return primal_feasible(s.tableau, s.bounds);
    return std::all_of(s.bounds.trail.begin() + mark, s.bounds.trail.end(), [&](const Bounds::Change& one) {
        return s.bounds.lo[one.v] - kFeasible <= s.x[one.v] && s.x[one.v] <= s.bounds.up[one.v] + kFeasible;
    });
}

// How much more the last exact bound is since columns were fixed.
inline Whole raised(Search& s) {
    const Whole before = s.multipliers.ends;
    s.multipliers.ends = ends_of(s.bounds, s.columns, s.multipliers);
    return s.multipliers.ends - before;
}

// Propagate, relax, check and fix until nothing changes. Returns the exact bound, above 0: refuted;
// with kUnfinished as the choice where a pause came first.
inline Whole bound_node(Search& s) {
    if (!s.bundle.empty() && !s.bundle.alive()) return 1;
    leave_behind(s, Outcome::optimal);
    while (true) {
        if (!propagated(s)) return 1;
        const Real cut = static_cast<Real>(s.best - 1) + 1e-6;
        Real limit = s.lifted == s.nodes ? kInfinite : cut;
        Relaxed relaxed;
        Whole bound = 0;
        for (int attempt = 0; attempt < 2; attempt++) {
            relaxed = relax(s, limit);
            if (relaxed.outcome == Outcome::halfway) {
                s.choice.column = Choice::kUnfinished;
                return 0;
            }
            learn(s, relaxed.outcome, cut);
            bound = refute(s, relaxed);
            if (bound > 0 || relaxed.outcome != Outcome::over || is_left_behind(s)) break;
            limit = kInfinite;
            s.lifted = s.nodes;
        }
        s.lifted = 0;
        if (bound > 0) return bound;
        if (leave_behind(s, relaxed.outcome)) continue;
        s.choice.column = Choice::kNone;
        if (relaxed.outcome == Outcome::infeasible) {
            // The ray is not confirmed: a tableau that has drifted. Bound flips have left it dual
            // infeasible.
            start(s.tableau, s.bounds, s.cost, s.program.rows, s.skip);
            if (s.doubted == s.nodes) return bound;
            s.doubted = s.nodes;
            continue;
        }
        const std::size_t mark = s.bounds.trail.size();
        bool stood = true;
        while (stood && fix(s, bound)) {
            if (!propagated(s)) return 1;
            bound += raised(s);
            if (bound > 0) return bound;
            stood = relaxed.outcome == Outcome::optimal && stands(s, mark);
        }
        if (!stood) continue;
        if (parted(s, bound) || relaxed.outcome != Outcome::optimal || deviate(s, bound)) return bound;
        const Ahead ahead = look_ahead(s, cut - s.tableau.beta[0]);
        if (ahead == Ahead::refuted) return 1;
        if (ahead == Ahead::nothing) return bound;
    }
}

enum class Verdict { infeasible, no_better, taken };

// Take the plan in `whole`, whose columns but products are within their bounds, if it is feasible and
// better, all in whole numbers.
inline Verdict take(Search& s) {
    const Program& program = s.program;
    const int n = program.n, dense = program.dense();
    const Bounds& bounds = s.bounds;
    auto within = [&](int v, Real value) { return bounds.lo[v] <= value && value <= bounds.up[v]; };
    Whole* x = s.whole.data();
    for (std::size_t k = 0; k < program.product.size(); k++) {
        Whole value = 1;
        for (Whole e = program.factor_begin[k]; e < program.factor_begin[k + 1]; e++)
            value *= x[program.factor[e]];
        x[program.product[k]] = value;
        if (!within(program.product[k], static_cast<Real>(value))) return Verdict::infeasible;
    }
    Whole objective = 0;
    for (int v = 0; v < n; v++) objective += s.cost[v] * x[v];
    if (s.bundle.empty() && objective >= s.best) return Verdict::no_better;
    program.add_up(s.whole, s.sums);
    if (!s.bundle.empty() && s.bundle.holding(s.sums.data()) < 0) return Verdict::infeasible;
    for (int i = s.bundle.empty() ? 0 : program.p; i < dense; i++)
        if (i != s.skip && !within(n + i, static_cast<Real>(s.sums[i]))) return Verdict::infeasible;
    const SparseRows& sparse = program.sparse;
    for (int r = 0; r < sparse.count(); r++) {
        Whole activity = 0;
        for (Whole e = sparse.begin[r]; e < sparse.begin[r + 1]; e++)
            activity += sparse.value[e] * x[sparse.column[e]];
        if (!within(n + dense + r, static_cast<Real>(activity))) return Verdict::infeasible;
    }
    s.best = objective;
    s.found = true;
    std::copy_n(x, n, s.best_plan.data());
    return Verdict::taken;
}

// Take the rounded current point if it is feasible and better.
//
// Fixed columns have their fixed value whatever the tableau says: at a node with nothing left to
// branch on this is its one point.
inline Verdict incumbent(Search& s) {
    const Bounds& bounds = s.bounds;
    column_values(s.tableau, bounds, s.program.n, s.x.data());
    for (int v = 0; v < s.program.n; v++) {
        const Real value = bounds.fixed(v) ? bounds.lo[v] : rounded(s.x[v]);
        s.whole[v] = 0;
        if (bounds.lo[v] <= value && value <= bounds.up[v]) s.whole[v] = static_cast<Whole>(value);
        else if (s.program.branchable[v]) return Verdict::infeasible;
    }
    return take(s);
}

// Some column that may still be branched on with a floor between its bounds, into `choice`; none
// where all are fixed. The side that goes first stays as it was.
inline void choose_unfixed(Search& s) {
    s.choice.column = Choice::kNone;
    for (int v = 0; v < s.program.n; v++)
        if (s.program.branchable[v] && !s.bounds.fixed(v)) {
            s.choice.column = v;
            s.choice.floor = std::min(std::max(floored(s.x[v]), s.bounds.lo[v]), s.bounds.up[v] - 1.0);
            s.choice.value = std::clamp(s.x[v], s.choice.floor, s.choice.floor + 1.0);
            return;
        }
}

}  // namespace kernel
