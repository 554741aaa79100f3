// Depth-first branch and bound on one tableau: copy on branch, every conclusion checked in whole
// numbers.
//
// explore() runs for a bounded amount of work and can be called again: everything it needs stands in
// the Search.
//
// A node is left behind only when evaluate() (or exact propagation) refutes it, or when all its
// columns are fixed and its single point has been looked at in whole numbers. Where floating point
// claims more than the integers confirm, the tableau is rebuilt, and if that does not help the node
// is branched further.
#pragma once
#include "node.hpp"

namespace kernel {

// Free columns of a node whose plans are looked at before any relaxation.
constexpr std::size_t kVeryFew = 8;

// How a call of explore() ends; plan: one is in `best_plan`.
enum class Explored { done, paused, budget, plan };

// Start a search for plans that cost at most `cut` from the tableau at hand, or go on with it: the
// relaxation at the root. The tableau is dual feasible unless it seems infeasible; halfway leaves
// the mode root, and the next call goes on.
inline Relaxed enter(Search& s, Whole cut) {
    if (s.mode != Mode::root) {
        s.best = cut + 1;
        s.found = false;
        s.siblings.clear();
        s.bounds.trail.clear();
        s.head = 0;
        s.steps = 0;
        s.choice.column = Choice::kNone;
        s.columns.reset(s.cost, s.program.rows);
    }
    const Relaxed relaxed = relax(s, static_cast<Real>(cut) + 1e-6);
    s.mode = relaxed.outcome == Outcome::halfway ? Mode::root : Mode::back;
    return relaxed;
}

// Refute the root, or fix its columns once and gather the rest, so that the search works on narrow
// arrays; leaves the first node ready.
inline void narrow_root(Search& s, Relaxed relaxed) {
    const Whole bound = refute(s, relaxed);
    if (bound > 0) return;
    if (!leave_behind(s, relaxed.outcome)) {
        if (relaxed.outcome == Outcome::infeasible)
            start(s.tableau, s.bounds, s.cost, s.program.rows, s.skip);
        else
            fix(s, bound);
    }
    s.columns.gather();
    set_aside(s.columns, s.bounds);
    set_rows_aside(s.columns, s.program, s.bounds);
    drop_columns(s.tableau, s.program.n);
    s.taken.column = Choice::kNone;
    s.mode = Mode::node;
}

// What is to be done with a node that is not refuted.
enum class Next { branch, leave, again, plan };

// Look at the node's point where there is no column to branch on.
inline Next settle(Search& s, Whole bound) {
    if (s.choice.column == Choice::kNone && s.every) choose_unfixed(s);
    if (s.choice.column != Choice::kNone) return Next::branch;
    const Whole before = s.best;
    const Verdict verdict = incumbent(s);
    if (!s.bundle.empty()) {
        s.best = before;
        if (verdict == Verdict::taken) return Next::plan;
    }
    if (s.every) {
        s.best = before;
        return verdict == Verdict::taken ? Next::plan : Next::leave;
    }
    if (verdict == Verdict::taken && s.best <= s.goal) s.siblings.clear();
    if (bound + s.scale * (before - s.best) > 0) return Next::leave;
    if (verdict == Verdict::infeasible && s.rebuilt != s.nodes) {
        // The relaxation takes for feasible what is not: the tableau has drifted. Once a node, build
        // it anew.
        s.rebuilt = s.nodes + 1;
        start(s.tableau, s.bounds, s.cost, s.program.rows, s.skip);
        return Next::again;
    }
    choose_unfixed(s);
    return s.choice.column == Choice::kNone ? Next::leave : Next::branch;
}

// List the plans of the points alive whose free columns are in two halves: all that the node has.
inline void list(Search& s) {
    const std::vector<int> points = s.bundle.living();
    s.quota -= s.halves.work(points.size());
    const Whole before = s.best;
    auto limits = [&](int h) { return s.bundle.limits(h); };
    s.halves.each(s.bounds, points, limits, s.whole, [&](int h) {
        const bool taken = take(s) == Verdict::taken;
        s.best = before;
        // equal sums may have come about otherwise
        if (taken && s.bundle.holding(s.sums.data()) == h)
            s.bundle.gather(limits(h), s.best_plan);
        return !s.bundle.is_cut(h);
    });
}

// Whether nothing is left of a node's plans once every row has kept out what it does; the least of
// the cost at hand are below `best`.
inline bool kept_out(Search& s, Whole best) {
    const Program& program = s.program;
    const Bounds& bounds = s.bounds;
    Combinations& all = s.combinations;
    for (int i = 0; i < program.dense(); i++) {
        if (i == s.skip) continue;
        if (!all.keep(bounds, (*s.columns.rows)[i], s.columns.fixed[i], bounds.lo[program.n + i],
                      highest_alive(s, i)))
            return true;
    }
    return !all.keep_rows(bounds) ||
           !all.keep(bounds, s.columns.cost, s.columns.fixed_cost, -kInfinite, static_cast<Real>(best - 1));
}

// Look at the plans of a node, that are listed or of all that few free columns leave. Returns whether
// that finds one: the least of the cost at hand.
inline bool combine(Search& s) {
    const bool several = !s.bundle.empty();
    const Whole before = s.best;
    Whole best = best_alive(s);
    bool found = false;
    auto look = [&](Whole cost) {
        if (cost < best && take(s) == Verdict::taken) found = true, best = s.best;
    };
    if (s.deviations.complete) {
        for (const Deviations::Plan& plan : s.deviations.plans()) {
            s.deviations.values(plan, s.skip, s.sums);
            if (several && s.bundle.holding(s.sums.data()) < 0) continue;
            s.deviations.write(plan, s.whole);
            look(s.deviations.cost(plan));
        }
    } else {
        Combinations& all = s.combinations;
        s.quota -= all.work();
        all.begin(s.bounds);
        if (!kept_out(s, best)) all.each(s.bounds, s.whole, look);
        all.end();
    }
    if (several) s.best = before;
    s.taken.column = Choice::kNone;
    return found;
}

// Enter one side of the chosen column and keep the other. Returns whether it fits.
inline bool branch(Search& s) {
    narrow_node(s);
    const auto [v, floor, upwards, value] = s.choice;
    const Real low = s.bounds.lo[v], high = s.bounds.up[v];
    const Real part = s.choice.value - floor, before = s.tableau.beta[0];
    const Side down{v, false, part, before}, up{v, true, 1.0 - part, before};
    const bool fits =
        upwards ? s.siblings.push(s.tableau, s.bounds, s.columns, v, low, floor, down)
                : s.siblings.push(s.tableau, s.bounds, s.columns, v, floor + 1.0, high, up);
    if (!fits) return false;
    s.taken = upwards ? up : down;
    if (!s.bundle.empty()) s.bundle.keep();
    tighten(s.tableau, s.bounds, v, upwards ? floor + 1.0 : low, upwards ? high : floor);
    return true;
}

// Search until the tree is exhausted, the quota is used up (paused), or there are `last` nodes or
// no room for siblings (budget). Where every plan is wanted each is left in `best_plan`, once, in
// turn, and the next call goes on.
inline Explored explore(Search& s) {
    while (true) {
        if (s.mode == Mode::back) {
            if (s.siblings.depth == 0) {
                undo(s.bounds, 0);
                return Explored::done;
            }
            s.siblings.pop(s.tableau, s.bounds, s.columns, s.taken);
            s.head = s.bounds.trail.size() - 1;
            s.mode = Mode::node;
            if (!s.bundle.empty()) {
                s.bundle.back(s.bounds);
                s.best = s.bundle.cost_limit() + 1;
            }
        }
        if (s.nodes >= s.last) return Explored::budget;
        if (s.quota <= 0) return Explored::paused;
        s.show();
        const Whole entries = static_cast<Whole>(s.program.sparse.column.size());
        s.quota -= kNodeWork +
                   (4 * Whole{s.tableau.m + 1} * (s.tableau.nc + 1) + entries) / kEntries;
        s.nodes++;
        // where a pause came, what it had narrowed by then must not tell how the node goes on
        const bool goes_on = s.choice.column == Choice::kUnfinished;
        s.choice.column = Choice::kNone;
        s.mode = Mode::back;
        if (!s.bundle.empty() && !s.bundle.alive()) continue;
        if (!propagated(s)) continue;
        const bool few = !s.every && !goes_on && s.combinations.gather(s.bounds, kVeryFew);
        s.deviations.complete = s.parted = false;
        const Whole bound = few ? 0 : bound_node(s);
        if (bound > 0) continue;
        if (s.choice.column == Choice::kUnfinished) {
            s.nodes--;
            s.mode = Mode::node;
            return Explored::paused;
        }
        if (s.parted) {
            list(s);
            continue;
        }
        if (few || s.deviations.complete || (!s.every && s.combinations.gather(s.bounds, Combinations::kMost))) {
            if (!combine(s)) continue;
            if (s.bundle.empty()) {
                if (s.best <= s.goal) s.siblings.clear();
                continue;
            }
            s.mode = Mode::node;
            return Explored::plan;
        }
        switch (settle(s, bound)) {
            case Next::leave: continue;
            case Next::plan:
                // there may be more in what is left of the zones
                if (!s.bundle.empty() && !s.every) s.mode = Mode::node;
                return Explored::plan;
            case Next::branch:
                if (!branch(s)) return Explored::budget;
                [[fallthrough]];
            case Next::again: s.mode = Mode::node;
        }
    }
}

}  // namespace kernel
