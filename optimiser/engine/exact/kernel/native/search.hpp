// What the tree of a sub-problem consists of, and its open siblings.
#pragma once
#include <memory>

#include "bundle.hpp"

namespace kernel {

// Which column to branch on (kNone, or kUnfinished where a pause came first), the floor between its
// sides, and whether to go up first.
struct Choice {
    static constexpr int kNone = -1, kUnfinished = -2;
    int column = kNone;
    Real floor = 0.0;
    bool upwards = false;
    Real value = 0.0;  // in the relaxation
};

// The side of a branching that leads to a node: its column, whether it goes up, how far that moves
// the column, and the relaxation's value before.
struct Side {
    int column = Choice::kNone;
    bool upwards = false;
    Real part = 0.0, before = 0.0;
};

// What moving a column by one has cost, down and up, on the average of the branchings on it so far.
// They are kept from one sub-problem to the next.
//
// M. Benichou, J. M. Gauthier, P. Girodet, G. Hentges, G. Ribiere, O. Vincent, "Experiments in
// mixed-integer linear programming", Mathematical Programming 1, 1971, 76-94; with the look ahead
// until there are a few: T. Achterberg, T. Koch, A. Martin, "Branching rules revisited", Operations
// Research Letters 33, 2005, 42-54.
class SideCosts {
public:
    void add(bool upwards, Real cost) {
        count_[upwards] += 1.0;
        mean_[upwards] += (cost - mean_[upwards]) / count_[upwards];
    }
    bool reliable() const { return count_[0] >= kReliable && count_[1] >= kReliable; }
    Real of(bool upwards) const { return mean_[upwards]; }

private:
    static constexpr Real kReliable = 4.0;
    Real mean_[2] = {0.0, 0.0}, count_[2] = {0.0, 0.0};
};

// node: look at the current node; back: take the last sibling; root: go on with the relaxation
enum class Mode { node, back, root };

// Room for the open siblings of the current node, each with its own copy of the tableau. It is not
// touched before it is used.
class Siblings {
public:
    static constexpr std::size_t kFew = 4;  // numbers of a sibling beside its tableau
    int depth = 0;

    Siblings(std::size_t reals, std::size_t wholes)
        : reals_(reals), wholes_(wholes), real_(new Real[reals]), whole_(new Whole[wholes]) {}

    void clear() { depth = 0, real_top_ = whole_top_ = 0; }

    // Keep the current tableau for the sibling whose column v has bounds low..high. Returns whether
    // it fits.
    bool push(const Tableau& t, const Bounds& bounds, const Columns& columns, int v, Real low, Real high,
              const Side& side) {
        const std::size_t m = t.m, nc = t.nc, d = columns.fixed.size(), f = t.followers.size();
        if (real_top_ + (m + 1) * (nc + 1) + nc + kFew > reals_ ||
            whole_top_ + kHeader + m + nc + d + kFollower * f > wholes_)
            return false;
        Real* real = real_.get() + real_top_;
        for (std::size_t r = 0; r <= m; r++) {
            real = std::copy_n(t.T[static_cast<int>(r)], nc, real);
            *real++ = t.beta[r];
        }
        real = std::copy_n(t.sg.data(), nc, real);
        *real++ = low;
        *real++ = high;
        *real++ = side.part;
        *real++ = side.before;
        Whole* whole = whole_.get() + whole_top_;
        whole = std::copy_n(t.B.data() + 1, m, whole);
        whole = std::copy_n(t.N.data(), nc, whole);
        whole = std::copy_n(columns.fixed.data(), d, whole);
        for (const Follower& one : t.followers)
            for (Whole part : {one.column, one.leader, one.tie, static_cast<int>(one.sign)}) *whole++ = part;
        for (Whole one : {static_cast<Whole>(m), static_cast<Whole>(nc),
                          static_cast<Whole>(bounds.trail.size()), static_cast<Whole>(v),
                          static_cast<Whole>(columns.live), columns.fixed_cost, static_cast<Whole>(f),
                          static_cast<Whole>(columns.merged.size()),
                          static_cast<Whole>(columns.live_rows)})
            *whole++ = one;
        real_top_ = real - real_.get();
        whole_top_ = whole - whole_.get();
        depth++;
        return true;
    }

    // Return to the last sibling kept and enter it.
    void pop(Tableau& t, Bounds& bounds, Columns& columns, Side& side) {
        const Whole* header = whole_.get() + whole_top_ - kHeader;
        const std::size_t m = header[0], nc = header[1], d = columns.fixed.size(), f = header[6];
        const int v = static_cast<int>(header[3]);
        undo(bounds, header[2]);
        columns.live = static_cast<int>(header[4]);
        columns.fixed_cost = header[5];
        columns.merged.resize(header[7]);
        columns.live_rows = static_cast<int>(header[8]);
        whole_top_ -= kHeader + kFollower * f + d + nc + m;
        real_top_ -= (m + 1) * (nc + 1) + nc + kFew;
        const Whole* whole = whole_.get() + whole_top_;
        for (std::size_t r = 1; r <= m; r++) t.B[r] = static_cast<int>(*whole++);
        for (std::size_t j = 0; j < nc; j++) t.N[j] = static_cast<int>(*whole++);
        std::copy_n(whole, d, columns.fixed.data());
        whole += d;
        t.followers.clear();
        for (std::size_t k = 0; k < f; k++, whole += kFollower)
            t.followers.push_back({static_cast<int>(whole[0]), static_cast<int>(whole[1]),
                                   static_cast<int>(whole[2]), static_cast<Real>(whole[3])});
        const Real* real = real_.get() + real_top_;
        for (std::size_t r = 0; r <= m; r++) {
            std::copy_n(real, nc, t.T[static_cast<int>(r)]);
            t.beta[r] = real[nc];
            real += nc + 1;
        }
        std::copy_n(real, nc, t.sg.data());
        t.m = static_cast<int>(m);
        t.nc = static_cast<int>(nc);
        t.locate();
        depth--;
        side = {v, real[nc] > bounds.lo[v], real[nc + 2], real[nc + 3]};
        tighten(t, bounds, v, real[nc], real[nc + 1]);
    }

private:
    static constexpr std::size_t kHeader = 9, kFollower = 4;
    std::size_t reals_, wholes_, real_top_ = 0, whole_top_ = 0;
    std::unique_ptr<Real[]> real_;
    std::unique_ptr<Whole[]> whole_;
};

// How often bounds can change on one path of the tree, and the most steps that a column takes.
struct Steps {
    Whole widest = 1;

    explicit Steps(const Program& program) : changes_(program.n + 8) {
        for (int v = 0; v < program.n; v++) {
            const Whole steps = static_cast<Whole>(std::max(0.0, program.high[v] - program.low[v]));
            changes_ += steps;
            widest = std::max(widest, steps);
        }
    }
    std::size_t changes() const { return static_cast<std::size_t>(changes_); }

private:
    Whole changes_;
};

// The tree of the sub-problem at hand. Everything is allocated once.
struct Search {
    const Program& program;
    Tableau tableau;
    Bounds bounds;             // at the node
    Columns columns;
    Multipliers multipliers;
    Bundle bundle;             // the zones of the tree, none where it is that of a single search
    Siblings siblings;
    Choice choice;
    Side taken;                // to the node at hand, until its relaxation is known
    SideCosts* costs = nullptr;  // (n,) of the cost at hand
    std::vector<Real> x;       // (n,) the relaxation's point
    std::vector<Whole> whole;  // (n,) the same rounded
    std::vector<Whole> best_plan;

    const Whole* cost = nullptr;  // what is minimised
    Whole scale = 0;              // of the multipliers
    int skip = -1;                // the dense row that is not in this model, -1 where all are
    Whole goal = 0;               // nothing costs less: a plan that costs it ends the search
    Whole best = 0;               // the best value so far, one above the cut where there is none
    bool found = false;           // whether a plan has it
    bool every = false;           // whether every plan within the cut is wanted, not the best
    Mode mode = Mode::back;
    Whole quota = 0;              // units of work until the next pause
    Whole last = 0;               // the count of nodes at which the budget ends
    Whole nodes = 0, pivots = 0;  // since the start
    std::size_t head = 0;         // how much of the trail is propagated
    Whole steps = 0;              // pivots of a relaxation that a pause cut in two
    // the nodes whose tableau was last rebuilt, whose relaxation was begun anew, and whose goes on
    // beyond the cut
    Whole rebuilt = 0, doubted = 0, lifted = 0;
    const Whole widest;           // at least as many steps as any column has

    // At most `stack` bytes for the open siblings' numbers of each kind.
    Search(const Program& given, std::size_t stack) : Search(given, stack, Steps(given)) {}

    // Give up what is left of the tree.
    void leave() {
        undo(bounds, 0);
        siblings.clear();
        mode = Mode::back;
    }

private:
    Search(const Program& given, std::size_t stack, const Steps& all)
        : program(given), tableau(given.height(), given.n, given.total()),
          columns(given.dense(), given.sparse.count(), given.n), multipliers(given.total() - given.n, given.n),
          bundle(given.p, given.n),
          siblings(room(stack, all, std::size_t{1} * given.height() * (given.n + 1) + given.n + Siblings::kFew),
                   room(stack, all, given.height() + 5 * given.n + given.dense() + 9)),
          x(given.n), whole(given.n), best_plan(given.n), widest(all.widest) {
        bounds.lo = given.low;
        bounds.up = given.high;
        bounds.trail.reserve(all.changes());
    }

    // As many numbers as the deepest tree keeps, a node taking so many.
    static std::size_t room(std::size_t stack, const Steps& all, std::size_t node) {
        return std::min(stack / 8, (all.changes() + 1) * node);
    }
};

}  // namespace kernel
