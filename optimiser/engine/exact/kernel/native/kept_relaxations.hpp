// The relaxation of every objective, kept between sub-problems: only the limits on the other
// objectives change, which keeps it dual feasible.
#pragma once
#include "branch_and_bound.hpp"

namespace kernel {

// A kept relaxation is built anew after so many uses, against drift.
constexpr int kRefresh = 100;

// The relaxation at the root for every cost; where there is room for r < c only, cost o has place o
// modulo r as long as no other takes it.
class KeptRelaxations {
public:
    struct Kept {
        Tableau tableau;             // its `loc` and room stay empty
        std::vector<Real> low, high; // (t,)
        std::vector<SideCosts> costs; // (n,)
        int uses = -1;               // since it was built, -1 where it is not
        int cost = -1;
    };
    std::vector<Kept> places;

    // At most so many bytes, unless a single one takes more: of hundreds of preferences among
    // thousands of columns all would take gigabytes.
    KeptRelaxations(const Program& program, std::size_t bytes) {
        const std::size_t one = std::size_t{8} * program.height() * program.n;
        places.resize(std::clamp<std::size_t>(bytes / one, 1, program.cost.height()));
        for (Kept& kept : places) {
            kept.tableau = Tableau(program.height(), program.n, 0);
            kept.low.resize(program.total());
            kept.high.resize(program.total());
        }
    }

    std::size_t bytes() const {
        return places.size() * places[0].tableau.T.height() * places[0].tableau.T.width() * sizeof(Real);
    }

    // What the branchings of another thread have cost.
    void learn(const KeptRelaxations& other) {
        for (const Kept& kept : other.places)
            if (kept.cost >= 0) of(kept.cost).costs = kept.costs;
    }

    // The place of a cost; what another cost left there is forgotten.
    Kept& of(int cost) {
        Kept& kept = places[cost % places.size()];
        if (kept.cost != cost) {
            kept.tableau.m = 0;
            kept.uses = -1;
            kept.cost = cost;
            kept.costs.assign(kept.tableau.N.size(), {});
        }
        return kept;
    }
};

// The bounds of columns and rows with the first rows at most `highest`. Returns false where one of
// them is below what is possible at all.
template <class Highest>
bool limit(Search& s, Highest highest, int rows) {
    Bounds& bounds = s.bounds;
    bounds.lo = s.program.low;
    bounds.up = s.program.high;
    bool possible = true;
    for (int v = s.program.n; v < s.program.n + rows; v++) {
        bounds.up[v] = std::min(bounds.up[v], static_cast<Real>(highest(v - s.program.n)));
        possible = possible && bounds.up[v] >= bounds.lo[v];
    }
    return possible;
}

// Load a kept relaxation, moved to the rows' limits at hand; built where there is none.
inline void load(KeptRelaxations::Kept& kept, Search& s) {
    Tableau& t = s.tableau;
    const Bounds& bounds = s.bounds;
    if (kept.uses < 0 || kept.uses >= kRefresh) {
        start(t, bounds, s.cost, s.program.rows, s.skip);
        kept.uses = 0;
        return;
    }
    copy(kept.tableau, t);
    t.locate();
    for (int j = 0; j < t.nc; j++) {
        const int v = t.N[j];
        if (v < s.program.n) continue;
        const Real before = t.sg[j] < 0.0 ? kept.high[v] : kept.low[v];
        if (bounds.fixed(v)) t.sg[j] = 0.0;
        else if (t.sg[j] == 0.0) t.sg[j] = t.T[0][j] <= 0.0 ? 1.0 : -1.0;
        const Real now = t.sg[j] < 0.0 ? bounds.up[v] : bounds.lo[v];
        if (now != before) shift(t, j, now - before);
    }
    kept.uses++;
}

// Start the search for a plan whose cost o is at most `cut` within the limits in `s.bounds`.
//
// With `probe` >= 0 the search looks only so far beyond the relaxation's bound, which is returned: a
// tight cut fixes more columns, and an optimum is seldom far from its bound. No plan costs less than
// `known`. In the mode root a pause came before the end of the relaxation, and another call goes on
// with it.
inline Whole begin(KeptRelaxations& all, Search& s, int o, int skip, Whole cut, Whole probe, Whole known) {
    KeptRelaxations::Kept& kept = all.places[o % all.places.size()];
    if (s.mode != Mode::root) {
        all.of(o);
        s.cost = s.program.cost[o];
        s.scale = s.program.scale[o];
        s.cap = s.program.cap[o];
        s.skip = skip;
        s.costs = kept.costs.data();
        load(kept, s);
        s.quota -= 2 * Whole{s.tableau.m + 1} * (s.tableau.nc + 1) / kEntries;
    }
    const Relaxed relaxed = enter(s, cut);
    if (relaxed.outcome == Outcome::halfway) return 0;
    if (relaxed.outcome != Outcome::infeasible) {
        copy(s.tableau, kept.tableau);
        kept.low = s.bounds.lo;
        kept.high = s.bounds.up;
    } else if (kept.tableau.m == 0) {
        kept.uses = -1;
    }
    // a tableau that has drifted may say anything
    const Real bound = std::ceil(std::min(static_cast<Real>(cut), s.tableau.beta[0]) - 1e-6);
    s.goal = std::max(known, s.program.least[o]);
    const Whole floor = bound > static_cast<Real>(s.goal) ? static_cast<Whole>(bound) : s.goal;
    if (probe >= 0 && relaxed.outcome == Outcome::optimal) s.best = std::min(cut, floor + probe) + 1;
    narrow_root(s, relaxed);
    return floor;
}

}  // namespace kernel
