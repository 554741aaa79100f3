// The plans of a node that its exact bound does not keep out, without a relaxation for each branching.
//
// A plan costs as much more than the bound as it deviates from the ends where reduced costs want its
// columns, and, for a product whose factors differ, the multiplier of the row that is slack then: a sum
// of terms of which none is negative (refutation.hpp). So columns are decided one after the other, the
// dearest first, as long as what is decided leaves the bound below the cut, and no dense row above its
// limit whatever the others are. A step is a sum of a few numbers. Where synergies tie columns together
// few plans are left, while a relaxation has dozens of rows.
#pragma once
#include "descent.hpp"
#include "free_columns.hpp"
#include "synergies.hpp"

namespace kernel {

class Deviations {
public:
    using Plan = Descent::Plan;
    using Lanes = Descent::Lanes;
    using Mask = Descent::Mask;
    static constexpr int kLanes = Descent::kLanes;
    std::size_t most = Descent::kMost;  // free columns at the most; 0: nothing is listed
    bool complete = false;  // whether they are all that the node at hand has

    Deviations(const Program& program, const Bounds& bounds, const Columns& columns,
               const Multipliers& multipliers, const std::vector<Ends>& more)
        : program_(program), bounds_(bounds), columns_(columns), lam_(multipliers), more_(more),
          free_(program, columns), slack_(program.n) {}

    // List the plans of the node at hand that cost less than `best` and whose dense rows but `skip` are
    // at most `highest`, if they are few. `bound` is what the multipliers and reduced costs at hand
    // prove, and `more` is filled from these. Returns the units of work.
    template <class Highest>
    Whole list(Whole bound, Whole best, int skip, Highest highest) {
        complete = false;
        const std::size_t at_most = std::min(most, static_cast<std::size_t>(reach_));
        if (at_most == 0 || !free_.gather(bounds_, at_most)) return 0;
        if (!pays()) return 0;
        sort();
        free_.mark(bounds_);
        lanes_ = 0;
        walk_.count = static_cast<int>(free_.places.size());
        for (int b = 0; b < walk_.count; b++) walk_.none[b].fill(0), walk_.all[b].fill(0);
        walk_.left[0].fill(kFree);
        tie();
        add_bound(bound);
        add(columns_.cost, columns_.fixed_cost, best - 1);
        for (int i = 0; i < program_.dense() && lanes_ < kLanes; i++)
            if (i != skip) add((*columns_.rows)[i], columns_.fixed[i], clipped(highest(i), kHighest));
        add_lines();
        free_.unmark();
        walk_.plans.clear();
        walk_.steps = 0;
        complete = descend(walk_);
        learn();
        return 1 + walk_.steps * kLanes / kEntries;
    }

    const std::vector<Plan>& plans() const { return walk_.plans; }
    // What a plan costs at least.
    Whole cost(const Plan& plan) const { return high_[1] - plan.left[1]; }
    // What the objectives of a plan are at least, the first of `y`, where `aim` is the cost at hand.
    void values(const Plan& plan, int aim, std::vector<Whole>& y) const {
        for (int k = 0, lane = 2; k < program_.p; k++) {
            y[k] = k == aim ? cost(plan) : lane < kLanes ? high_[lane] - plan.left[lane] : -kFree;
            lane += k != aim;
        }
    }

    // The branchable columns of a plan, into x (n,).
    void write(const Plan& plan, std::vector<Whole>& x) const {
        for (int v = 0; v < program_.n; v++)
            if (program_.branchable[v]) x[v] = static_cast<Whole>(bounds_.lo[v]);
        for (std::size_t b = 0; b < free_.places.size(); b++)
            x[columns_.column[free_.places[b]]] += plan.ones >> b & 1;
    }

private:
    // sums of whole numbers stay below, their differences within 63 bits
    static constexpr Whole kFree = Whole{1} << 62;
    static constexpr Real kHighest = 0x1p60;
    // more than any number of free columns
    static constexpr Real kCounted = 99.0;
    const Program& program_;
    const Bounds& bounds_;
    const Columns& columns_;
    const Multipliers& lam_;
    const std::vector<Ends>& more_;
    FreeColumns free_;
    std::vector<Ends> slack_;                   // (n,) of a product, what slack costs; by the bits' order
    Descent walk_;
    Lanes high_;                                // what a lane is at most
    int lanes_ = 0;
    Real reach_ = 12.0;                         // free columns with which it ended of late

    void learn() {
        const Real count = static_cast<Real>(free_.places.size());
        if (!complete) reach_ = std::max(8.0, reach_ - 0.5);
        else if (count > reach_ - 1.0) reach_ = std::min<Real>(Descent::kMost, reach_ + 0.25);
    }

    // Whether listing is worth it. With two objectives what branchings have cost tells the next ones,
    // and beside many rows that keep columns apart nodes are cheap.
    bool pays() const {
        if (program_.p > 2 || !program_.pairs.empty()) return true;
        const std::size_t rows = std::count_if(columns_.row.begin(), columns_.row.begin() + columns_.live_rows,
                                               [&](int r) { return program_.plain[r]; });
        return 2 * rows <= free_.places.size();
    }

    // The dearest first.
    void sort() {
        auto dear = [&](int k) {
            const Ends ends = more_[k].with(lam_.D[k]);
            return std::max(ends.none, ends.all);
        };
        std::sort(free_.places.begin(), free_.places.end(), [&](int a, int b) {
            const Whole one = dear(a), other = dear(b);
            return one != other ? one > other : a < b;
        });
    }

    // Products of two free columns, and what rows that are slack cost.
    void tie() {
        for (const Pair& pair : program_.pairs) {
            const int x = free_.bit[pair.factor[0]], y = free_.bit[pair.factor[1]];
            const Whole of_x = multiplier(program_, lam_, pair.below[0]);
            const Whole of_y = multiplier(program_, lam_, pair.below[1]);
            slack_[pair.product] = x < y ? Ends{of_x, of_y} : Ends{of_y, of_x};
        }
        walk_.begin.fill(0);
        for (const Term& term : free_.terms) walk_.begin[term.last + 1] += term.count == 2;
        for (int b = 0; b < walk_.count; b++) walk_.begin[b + 1] += walk_.begin[b];
        walk_.ties.resize(walk_.begin[walk_.count]);
        walk_.both.assign(walk_.ties.size(), {});
        std::array<int, Descent::kMost> at;
        std::copy_n(walk_.begin.begin(), walk_.count, at.begin());
        for (const Term& term : free_.terms) {
            if (term.count != 2) continue;
            const Ends slack = slack_[columns_.column[term.place]];
            walk_.ties[at[term.last]++] = {Mask{1} << term.first, term.place, slack.none, slack.all, 0};
        }
    }

    // One more lane: a row in the order of the columns, with `sum` for what is not open, at most `high`.
    void add(const Whole* a, Whole sum, Whole high) {
        const int lane = lanes_++;
        std::array<Whole, Descent::kMost> one;
        for (const int k : free_.standing) sum += a[k] * static_cast<Whole>(bounds_.lo[columns_.column[k]]);
        for (int b = 0; b < walk_.count; b++) one[b] = a[free_.places[b]];
        for (const Term& term : free_.terms) {
            const Whole worth = a[term.place];
            if (term.count == 0) sum += worth;
            else if (term.count == 1) one[term.last] += worth;
            else if (term.count > 2) sum += std::min<Whole>(worth, 0);
        }
        high_[lane] = high;
        Whole left = high - sum;
        for (int b = 0; b < walk_.count; b++) {
            Whole least = std::min<Whole>(one[b], 0);
            for (int t = walk_.begin[b]; t < walk_.begin[b + 1]; t++) {
                const Whole worth = a[walk_.ties[t].place];
                if (lane == 0) walk_.ties[t].both = worth;
                walk_.both[t][lane] = worth;
                least += std::min<Whole>(worth, 0);
            }
            walk_.none[b][lane] = least;
            walk_.all[b][lane] = least - one[b];
            left -= least;
        }
        walk_.left[0][lane] = left;
    }

    // The sparse rows of the free columns that are counted one by one.
    void add_lines() {
        const SparseRows& sparse = program_.sparse;
        for (int b = 0; b < walk_.count; b++) walk_.lines[b].clear(), walk_.clashes[b] = {};
        for (int k = 0; k < columns_.live_rows; k++) {
            const int r = columns_.row[k];
            if (!program_.plain[r]) continue;
            Descent::Line line{};
            Real fixed = 0.0;
            bool counted = true;
            for (Whole e = sparse.begin[r]; e < sparse.begin[r + 1] && counted; e++) {
                const int v = sparse.column[e], b = free_.bit[v];
                fixed += sparse.real[e] * bounds_.lo[v];
                if (b == FreeColumns::kNone) continue;
                counted = std::abs(sparse.value[e]) == 1;
                (sparse.value[e] > 0 ? line.plus : line.minus) |= Mask{1} << b;
            }
            if (!counted) continue;
            const int logical = program_.n + program_.dense() + r;
            line.low = static_cast<int>(std::clamp(bounds_.lo[logical] - fixed, -kCounted, kCounted));
            line.high = static_cast<int>(std::clamp(bounds_.up[logical] - fixed, -kCounted, kCounted));
            walk_.add(line);
        }
    }

    // The first lane: what the bound comes to with all columns as they are, at most 0.
    void add_bound(Whole bound) {
        for (int k = 0; k < columns_.live; k++) bound -= least_at(columns_, bounds_, k, lam_.D[k]);
        add(lam_.D.data(), bound, 0);
    }
};

}  // namespace kernel
