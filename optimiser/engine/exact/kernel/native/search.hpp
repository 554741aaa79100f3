// What the tree of a sub-problem consists of, and its open siblings.
#pragma once
#include <memory>

#include "bundle.hpp"
#include "combinations.hpp"
#include "deviations.hpp"
#include "halves.hpp"
#include "turns.hpp"

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
// touched before it is used, and given back after a tree that took much of it: several searches may
// be set up side by side.
class Siblings {
public:
    static constexpr std::size_t kFew = 4;  // numbers of a sibling beside its tableau
    int depth = 0;

    Siblings(std::size_t reals, std::size_t wholes, std::size_t places)
        : real_(reals), whole_(wholes), place_(places) {}

    void clear() {
        depth = 0;
        real_.clear(), whole_.clear(), place_.clear();
    }

    // Keep the current tableau for the sibling whose column v has bounds low..high. Returns whether
    // it fits.
    bool push(const Tableau& t, const Bounds& bounds, const Columns& columns, int v, Real low, Real high,
              const Side& side) {
        const std::size_t m = t.m, nc = t.nc, d = columns.fixed.size(), f = t.followers.size();
        if (!real_.fits((m + 1) * (nc + 1) + nc + kFew) || !whole_.fits(kHeader + d) ||
            !place_.fits(m + nc + kFollower * f))
            return false;
        Real* real = real_.end();
        for (std::size_t r = 0; r <= m; r++) {
            real = std::copy_n(t.T[static_cast<int>(r)], nc, real);
            *real++ = t.beta[r];
        }
        real = std::copy_n(t.sg.data(), nc, real);
        for (Real one : {low, high, side.part, side.before}) *real++ = one;
        real_.grow(real);
        int* place = std::copy_n(t.B.data() + 1, m, place_.end());
        place = std::copy_n(t.N.data(), nc, place);
        for (const Follower& one : t.followers)
            for (int part : {one.column, one.leader, one.tie, static_cast<int>(one.sign)}) *place++ = part;
        place_.grow(place);
        Whole* whole = std::copy_n(columns.fixed.data(), d, whole_.end());
        for (Whole one : {static_cast<Whole>(m), static_cast<Whole>(nc),
                          static_cast<Whole>(bounds.trail.size()), static_cast<Whole>(v),
                          static_cast<Whole>(columns.live), columns.fixed_cost, static_cast<Whole>(f),
                          static_cast<Whole>(columns.merged.size()),
                          static_cast<Whole>(columns.live_rows)})
            *whole++ = one;
        whole_.grow(whole);
        depth++;
        return true;
    }

    // Return to the last sibling kept and enter it.
    void pop(Tableau& t, Bounds& bounds, Columns& columns, Side& side) {
        const Whole* header = whole_.end() - kHeader;
        const std::size_t m = header[0], nc = header[1], d = columns.fixed.size(), f = header[6];
        const int v = static_cast<int>(header[3]);
        undo(bounds, header[2]);
        columns.live = static_cast<int>(header[4]);
        columns.fixed_cost = header[5];
        columns.merged.resize(header[7]);
        columns.live_rows = static_cast<int>(header[8]);
        std::copy_n(whole_.shrink(kHeader + d), d, columns.fixed.data());
        const int* place = place_.shrink(m + nc + kFollower * f);
        std::copy_n(place, m, t.B.data() + 1);
        std::copy_n(place + m, nc, t.N.data());
        place += m + nc;
        t.followers.clear();
        for (std::size_t k = 0; k < f; k++, place += kFollower)
            t.followers.push_back({place[0], place[1], place[2], static_cast<Real>(place[3])});
        const Real* real = real_.shrink((m + 1) * (nc + 1) + nc + kFew);
        for (std::size_t r = 0; r <= m; r++) {
            std::copy_n(real, nc, t.T[static_cast<int>(r)]);
            t.beta[r] = real[nc];
            real += nc + 1;
        }
        std::copy_n(real, nc, t.sg.data());
        t.m = static_cast<int>(m);
        t.nc = static_cast<int>(nc);
        t.locate();
        side = {v, real[nc] > bounds.lo[v], real[nc + 2], real[nc + 3]};
        tighten(t, bounds, v, real[nc], real[nc + 1]);
        if (--depth == 0) clear();
    }

private:
    static constexpr std::size_t kHeader = 9, kFollower = 4;

    // Numbers one on the other.
    template <class T>
    class Pile {
    public:
        explicit Pile(std::size_t room) : room_(room), first_(new T[room]) {}
        bool fits(std::size_t more) const { return top_ + more <= room_; }
        T* end() { return first_.get() + top_; }
        void grow(const T* end) {
            top_ = static_cast<std::size_t>(end - first_.get());
            most_ = std::max(most_, top_);
        }
        const T* shrink(std::size_t count) { return first_.get() + (top_ -= count); }
        void clear() {
            top_ = 0;
            if (most_ * sizeof(T) > kStays) first_.reset(new T[room_]), most_ = 0;
        }

    private:
        static constexpr std::size_t kStays = std::size_t{16} << 20;  // bytes
        std::size_t room_, top_ = 0, most_ = 0;
        std::unique_ptr<T[]> first_;
    };
    Pile<Real> real_;
    Pile<Whole> whole_;
    Pile<int> place_;
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

// What a node counts beside a pivot, on a thread's clock.
constexpr Whole kClockNode = 4;

// The tree of the sub-problem at hand. Everything is allocated once.
struct Search {
    const Program& program;
    Tableau tableau;
    Bounds bounds;             // at the node
    Columns columns;
    Multipliers multipliers;
    Bundle bundle;             // the zones of the tree, none where it is that of a single search
    Halves halves;
    Combinations combinations;
    std::vector<Ends> more;    // (live,) of the open columns, thanks to products
    Deviations deviations;
    Siblings siblings;
    Choice choice;
    Side taken;                // to the node at hand, until its relaxation is known
    SideCosts* costs = nullptr;  // (n,) of the cost at hand
    std::vector<Real> x;       // (n,) the relaxation's point
    std::vector<Whole> whole;  // (n,) the same rounded
    std::vector<Whole> best_plan;
    std::vector<Whole> sums;   // (d,) what its dense rows come to, or those of the plan at hand

    const Whole* cost = nullptr;  // what is minimised
    Whole scale = 0;              // of the multipliers
    const Real* cap = nullptr;    // (d + s,) of them
    int skip = -1;                // the dense row that is not in this model, -1 where all are
    Whole goal = 0;               // nothing costs less: a plan that costs it ends the search
    Whole best = 0;               // the best value so far, one above the cut where there is none
    bool found = false;           // whether a plan has it
    bool every = false;           // whether every plan within the cut is wanted, not the best
    bool parted = false;          // whether the node's free columns are in two halves
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
    Turns* turns = nullptr;       // of a front
    int who = 0;                  // of its threads
    Whole ahead = 0;              // of what it has done itself, in its turns or at rest

    // At most `stack` bytes for the open siblings' numbers of each kind.
    Search(const Program& given, std::size_t stack) : Search(given, stack, Steps(given)) {}

    // How far it is, whatever the pauses.
    Whole clock() const { return ahead + kClockNode * nodes + pivots; }
    void show() const {
        if (turns) turns->show(who, clock());
    }

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
          bundle(given.p, given.n), halves(given, columns, multipliers), combinations(given, columns), more(given.n),
          deviations(given, bounds, columns, multipliers, more),
          siblings(room(stack, all, std::size_t{1} * given.height() * (given.n + 1) + given.n + Siblings::kFew),
                   room(stack, all, given.dense() + 9), room(stack, all, given.height() + 5 * given.n)),
          x(given.n), whole(given.n), best_plan(given.n), sums(given.dense()), widest(all.widest) {
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
