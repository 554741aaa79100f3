// The plans of a node that its exact bound does not keep out, without a relaxation for each branching.
//
// A plan costs as much more than the bound as it deviates from the ends where reduced costs want its
// columns, and, for a product whose factors differ, the multiplier of the row that is slack then: a sum
// of terms of which none is negative (refutation.hpp). So columns are decided one after the other, the
// dearest first, as long as what is decided leaves the bound below the cut, and no dense row above its
// limit whatever the others are. A step is a sum of a few numbers. Where synergies tie columns together
// few plans are left, while a relaxation has dozens of rows.
#pragma once
#include <array>

#include "free_columns.hpp"
#include "synergies.hpp"

namespace kernel {

class Deviations {
public:
    // of the free columns those that are 1
    using Mask = std::uint32_t;
    static constexpr int kLanes = 8;
    // What the bound and rows come to: the bound first, then the cost, then the dense rows but one, as
    // many as there is room for.
    using Lanes = std::array<Whole, kLanes>;
    struct Plan {
        Lanes sums;  // at least
        Mask ones;
    };
    static constexpr std::size_t kMost = 24;
    std::size_t most = kMost;  // free columns at the most; 0: nothing is listed
    std::vector<Plan> plans;
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
        sort();
        free_.mark(bounds_);
        lanes_ = 0;
        for (Lanes& lane : room_) lane.fill(kFree);
        for (Lanes& lane : one_) lane.fill(0);
        sum_[0].fill(0);
        tie();
        add_bound(bound);
        add(columns_.cost, columns_.fixed_cost, best - 1);
        for (int i = 0; i < program_.dense() && lanes_ < kLanes; i++)
            if (i != skip) add((*columns_.rows)[i], columns_.fixed[i], clipped(highest(i), kHighest));
        free_.unmark();
        plans.clear();
        steps_ = 0;
        complete = descend(0, 0);
        learn();
        return 1 + steps_ * kLanes / kEntries;
    }

    // What the objectives of a plan are at least, the first of `y`, where `aim` is the cost at hand.
    void values(const Plan& plan, int aim, std::vector<Whole>& y) const {
        for (int k = 0, lane = 2; k < program_.p; k++)
            y[k] = k == aim ? plan.sums[1] : lane < kLanes ? plan.sums[lane++] : -kFree;
    }

    // The branchable columns of a plan, into x (n,).
    void write(const Plan& plan, std::vector<Whole>& x) const {
        for (int v = 0; v < program_.n; v++)
            if (program_.branchable[v]) x[v] = static_cast<Whole>(bounds_.lo[v]);
        for (std::size_t b = 0; b < free_.places.size(); b++)
            x[columns_.column[free_.places[b]]] += plan.ones >> b & 1;
    }

private:
    static constexpr Whole kSteps = 600;
    // sums of whole numbers stay below, their differences within 63 bits
    static constexpr Whole kFree = Whole{1} << 62;
    static constexpr Real kHighest = 0x1p60;
    // A product of a column with one that was decided before: what it adds where both are 1, and to the
    // bound where only the earlier one is, or only this one.
    struct Tie {
        Mask earlier;
        int place;
        Whole only_earlier, only_this;
        Lanes both;
    };
    const Program& program_;
    const Bounds& bounds_;
    const Columns& columns_;
    const Multipliers& lam_;
    const std::vector<Ends>& more_;
    FreeColumns free_;
    std::vector<Ends> slack_;                   // (n,) of a product, what slack costs; by the bits' order
    std::array<std::vector<Tie>, kMost> ties_;  // by the later column
    std::array<Lanes, kMost> one_;              // what a column adds that is 1
    std::array<Lanes, kMost + 1> sum_;          // of what is decided before a column
    std::array<Lanes, kMost + 1> room_;         // what that may be at most
    int lanes_ = 0;
    Whole steps_ = 0;
    Real reach_ = 12.0;                         // free columns with which it ended of late

    void learn() {
        const Real count = static_cast<Real>(free_.places.size());
        if (!complete) reach_ = std::max(8.0, reach_ - 0.5);
        else if (count > reach_ - 1.0) reach_ = std::min<Real>(kMost, reach_ + 0.25);
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
        for (std::size_t b = 0; b < free_.places.size(); b++) ties_[b].clear();
        for (const Pair& pair : program_.pairs) {
            const int x = free_.bit[pair.factor[0]], y = free_.bit[pair.factor[1]];
            const Whole of_x = multiplier(program_, lam_, pair.below[0]);
            const Whole of_y = multiplier(program_, lam_, pair.below[1]);
            slack_[pair.product] = x < y ? Ends{of_x, of_y} : Ends{of_y, of_x};
        }
        for (const Term& term : free_.terms) {
            if (term.count != 2) continue;
            const Ends slack = slack_[columns_.column[term.place]];
            ties_[term.last].push_back({Mask{1} << term.first, term.place, slack.none, slack.all, {}});
        }
    }

    // One more lane: a row in the order of the columns, with `sum` for what is not open, at most `high`.
    void add(const Whole* a, Whole sum, Whole high) {
        const int lane = lanes_++, count = static_cast<int>(free_.places.size());
        for (const int k : free_.standing) sum += a[k] * static_cast<Whole>(bounds_.lo[columns_.column[k]]);
        for (int b = 0; b < count; b++) one_[b][lane] = a[free_.places[b]];
        for (const Term& term : free_.terms) {
            const Whole worth = a[term.place];
            if (term.count == 0) sum += worth;
            else if (term.count == 1) one_[term.last][lane] += worth;
            else if (term.count > 2) sum += std::min<Whole>(worth, 0);
        }
        sum_[0][lane] = sum;
        room_[count][lane] = high;
        for (int b = count - 1; b >= 0; b--) {
            Whole least = std::min<Whole>(one_[b][lane], 0);
            for (Tie& tie : ties_[b]) {
                tie.both[lane] = a[tie.place];
                least += std::min<Whole>(tie.both[lane], 0);
            }
            room_[b][lane] = room_[b + 1][lane] - least;
        }
    }

    // The first lane: what the bound comes to with all columns as they are, at most 0.
    void add_bound(Whole bound) {
        for (int k = 0; k < columns_.live; k++) bound -= least_at(columns_, bounds_, k, lam_.D[k]);
        add(lam_.D.data(), bound, 0);
    }

    bool within(int d) const {
        Whole signs = 0;
        for (int l = 0; l < kLanes; l++) signs |= room_[d][l] - sum_[d][l];
        return signs >= 0;
    }

    // Decide the columns from d on. Returns whether that is done with the steps there are.
    bool descend(int d, Mask ones) {
        if (steps_++ == kSteps) return false;
        if (d == static_cast<int>(free_.places.size())) {
            plans.push_back({sum_[d], ones});
            return true;
        }
        // most are left by the bound, so that it is added up first
        Lanes& next = sum_[d + 1];
        const Lanes &now = sum_[d], &one = one_[d];
        Whole none = now[0], all = now[0] + one[0];
        for (const Tie& tie : ties_[d]) {
            const bool both = ones & tie.earlier;
            none += both ? tie.only_earlier : 0;
            all += both ? tie.both[0] : tie.only_this;
        }
        const Whole most = room_[d + 1][0];
        if (none <= most) {
            next = now;
            next[0] = none;
            if (within(d + 1) && !descend(d + 1, ones)) return false;
        }
        if (all > most) return true;
        for (int l = 1; l < kLanes; l++) next[l] = now[l] + one[l];
        for (const Tie& tie : ties_[d])
            if (ones & tie.earlier)
                for (int l = 1; l < kLanes; l++) next[l] += tie.both[l];
        next[0] = all;
        return !within(d + 1) || descend(d + 1, ones | Mask{1} << d);
    }
};

}  // namespace kernel
