// The search for trees that refute boxes: depth first, one tableau a level, multipliers confirmed in
// whole numbers.
//
// Tableaus, bounds and what a pivot would do are those of the front's search. Its loop over cuts is
// not: here every row stands in the tableau, since a leaf's multipliers may be on any of them, and
// there is no best plan so far to cut below.
#pragma once
#include <deque>

#include "box_multipliers.hpp"
#include "propagation.hpp"

namespace kernel {

// How many boxes a node may leave open before it branches without looking at the rest.
constexpr int kOpen = 3;

// How a tree ends: every box is empty; more nodes than were allowed; what is fixed lies in a box;
// whole numbers too wide to confirm a bound; more levels than were allowed.
enum class TreeEnd { done, limit, found, numbers, depth };

class BoxSearch {
public:
    BoxTree tree;
    std::vector<Real> lower;  // (n + m + r,) bounds at the node that ended the search

    // Trees with objective `aim` minimised, so many levels and nodes at most.
    BoxSearch(const BoxProgram& program, const Boxes& boxes, int aim, int depth, Whole most)
        : program_(program), boxes_(boxes), aim_(aim), depth_(depth), most_(most), x_(program.n),
          dual_(program.height()), mult_(program.height()), D_(program.n), seen_(boxes.count()) {}

    TreeEnd grow() {
        Level& root = level(0);
        root.bounds.lo = program_.lower;
        root.bounds.up = program_.upper;
        start(root.tableau, root.bounds, program_.scaled[aim_], program_.scaled, aim_);
        std::fill(root.alive.begin(), root.alive.end(), true);
        if (const TreeEnd end = visit(0); end != TreeEnd::done) return end;
        for (int d = 0; d >= 0;) {
            Level& here = level(d);
            if (here.children == 2) {
                d--;
                continue;
            }
            Level& next = level(d + 1);
            descend(here, next);
            if (const TreeEnd end = visit(++d); end != TreeEnd::done) return end;
        }
        return TreeEnd::done;
    }

private:
    struct Level {
        Tableau tableau;
        Bounds bounds;
        std::vector<char> alive;  // (b,) boxes that are not refuted yet
        int column = -1, children = 2;
        Real value = 0.0;
    };
    const BoxProgram& program_;
    const Boxes& boxes_;
    const int aim_, depth_;
    const Whole most_;
    std::deque<Level> levels_;  // a reference to one stays good
    std::vector<Real> x_, dual_;
    std::vector<Whole> mult_, D_;
    std::vector<char> seen_;    // (b,) boxes that cannot be excluded at this node
    int chosen_ = -1;           // the column to branch on, and its floor
    Real value_ = 0.0;

    Level& level(int d) {
        while (static_cast<int>(levels_.size()) <= d) {
            Level& made = levels_.emplace_back();
            made.tableau = Tableau(program_.height() + 1, program_.n, program_.n + program_.height());
            made.alive.resize(boxes_.count());
        }
        return levels_[d];
    }

    // Look at the node on level d: done where it is refuted or has its branch.
    TreeEnd visit(int d) {
        Level& here = levels_[d];
        if (static_cast<Whole>(tree.columns.size()) >= most_) return TreeEnd::limit;
        const std::size_t before = tree.sizes.size();
        const TreeEnd end = settle(here);
        if (end != TreeEnd::done && chosen_ < 0)
            settle_fixed(program_, here.bounds, boxes_, here.alive, mult_, D_, tree);
        tree.counts.push_back(static_cast<Whole>(tree.sizes.size() - before));
        tree.columns.push_back(-1);
        tree.values.push_back(0);
        here.children = 2;
        if (std::find(here.alive.begin(), here.alive.end(), true) == here.alive.end())
            return TreeEnd::done;
        if (chosen_ < 0) {
            lower = here.bounds.lo;
            return end;
        }
        if (d == depth_) return TreeEnd::depth;
        here.column = chosen_;
        here.value = value_;
        here.children = 0;
        tree.columns.back() = chosen_;
        tree.values.back() = static_cast<Whole>(value_);
        return TreeEnd::done;
    }

    // The next child of a node.
    static void descend(Level& here, Level& next) {
        const int v = here.column;
        const bool first = here.children++ == 0;
        copy(here.tableau, next.tableau);
        next.tableau.loc = here.tableau.loc;
        next.bounds.lo = here.bounds.lo;
        next.bounds.up = here.bounds.up;
        next.alive = here.alive;
        tighten(next.tableau, next.bounds, v, first ? here.bounds.lo[v] : here.value + 1.0,
                first ? here.value : here.bounds.up[v]);
        // a level has a copy of its own: there is no trail to go back along
        next.bounds.trail.clear();
    }

    // Exclude what the node's relaxation can. Done, or found where a fixed plan lies in a box, or
    // numbers.
    TreeEnd settle(Level& here) {
        Tableau& t = here.tableau;
        Bounds& bounds = here.bounds;
        TreeEnd result = TreeEnd::done;
        int opened = 0;
        chosen_ = -1;
        std::fill(seen_.begin(), seen_.end(), false);
        for (int g = 0; g < boxes_.count() && opened < kOpen; g++) {
            if (!here.alive[g] || seen_[g]) continue;
            set_limits(t, bounds, g);
            const Real limit = boxes_.bounded(g, aim_) ? boxes_.ends[g][aim_] + 1e-9 : kInfinite;
            const Reoptimised done = reoptimise(t, bounds, limit, 200 + 20 * Whole{program_.n});
            if (done.outcome == Outcome::over || done.outcome == Outcome::infeasible) {
                Wide bound = 0;
                duals(t, program_, aim_, done, dual_);
                const bool confirmed = confirm(program_, bounds, boxes_, g, dual_, mult_, D_, bound);
                if (done.outcome == Outcome::infeasible) flip_back(t, bounds);
                if (confirmed) {
                    tree.keep(mult_, program_.m);
                    for (int h = 0; h < boxes_.count(); h++)
                        if (here.alive[h] && excludes(mult_, bound, boxes_, h)) here.alive[h] = false;
                    continue;
                }
                if (result == TreeEnd::done) result = TreeEnd::numbers;
            } else {
                result = TreeEnd::found;
            }
            opened++;
            if (chosen_ < 0) {
                column_values(t, bounds, program_.n, x_.data());
                choose(t, bounds, std::max(limit < kInfinite ? limit - t.beta[0] : 1e9, 1e-9));
            }
            if (done.outcome == Outcome::optimal) mark(here, g);
        }
        return result;
    }

    // The objectives' limits of one box; a logical at its limit moves with it.
    void set_limits(Tableau& t, Bounds& bounds, int g) const {
        for (int k = 0; k < program_.m; k++) {
            if (k == aim_) continue;
            const int v = program_.n + k, j = t.loc[v];
            const Real limit = boxes_.ends[g][k];
            if (j >= 0 && j != kAbsent && t.sg[j] < 0.0 && limit != bounds.up[v])
                shift(t, j, limit - bounds.up[v]);
            bounds.up[v] = limit;
        }
    }

    // The fractional column whose better side costs most by one dual pivot; none where all are
    // fixed.
    //
    // No side is cut off here as the front's search does: what a tree leaves out needs a leaf that
    // proves it. Costs are counted up to `room`, and where all are whole the nearest number divides.
    void choose(Tableau& t, const Bounds& bounds, Real room) {
        Real best = -1.0;
        inverse_ratios(t.T[0], t.sg.data(), t.ratio.data(), t.nc);
        for (int i = 1; i <= t.m; i++) {
            const int v = t.B[i];
            if (v >= program_.n || !program_.whole[v]) continue;
            const Real below = floored(t.beta[i] + kWhole), part = t.beta[i] - below;
            if (part < kWhole || below < bounds.lo[v] || below + 1.0 > bounds.up[v]) continue;
            const Rates rates = pivot_rates(t.T[i], t.ratio.data(), t.nc);
            const Real one = rates.most > 1e-12 ? std::min(part / rates.most, room) : room;
            const Real two = rates.least < -1e-12 ? std::min((part - 1.0) / rates.least, room) : room;
            const Real score = std::max(one, 1e-9) * std::max(two, 1e-9);
            if (score > best) best = score, chosen_ = v, value_ = below;
        }
        for (int v = 0; v < program_.n && chosen_ < 0; v++)
            if (program_.whole[v] && bounds.lo[v] < bounds.up[v]) {
                chosen_ = v;
                value_ = std::min(std::max(floored(x_[v] + 0.5), bounds.lo[v]), bounds.up[v] - 1.0);
            }
    }

    // The boxes after g that hold the current point of the relaxation too cannot be excluded here.
    void mark(const Level& here, int g) {
        column_values(here.tableau, here.bounds, program_.n, x_.data());
        for (int h = g + 1; h < boxes_.count(); h++)
            if (here.alive[h]) seen_[h] = true;
        for (int k = 0; k < program_.m; k++) {
            Real value = 0.0;
            for (int j = 0; j < program_.n; j++)
                value += static_cast<Real>(program_.matrix[k][j]) * x_[j];
            for (int h = g + 1; h < boxes_.count(); h++)
                if (value > static_cast<Real>(boxes_.limits[h][k]) + 1e-6) seen_[h] = false;
        }
    }
};

}  // namespace kernel
