// The plans that few free columns leave, column after column: what a walk needs, and the walk.
//
// It is apart from what fills it (deviations.hpp), since nothing in a run is done as often as a step.
#pragma once
#include <array>

#include "rows.hpp"

namespace kernel {

struct Descent {
    // of the free columns those that are 1
    using Mask = std::uint32_t;
    static constexpr int kLanes = 8, kMost = 24;
    // What a walk may take in all, as far as that is seen after so many steps, and twice as many, ...
    static constexpr Real kSteps = 1500.0;
    static constexpr Whole kLook = 150;
    // What the bound and rows have left, nothing below 0: the bound first, then the cost, then the dense
    // rows but one, as many as there is room for.
    using Lanes = std::array<Whole, kLanes>;
    struct Plan {
        Lanes left;
        Mask ones;
    };
    // A product of a column with one that was decided before: what it takes from the bound where both
    // are 1, where only the earlier one is, or only this one.
    struct Tie {
        Mask earlier;
        int place;
        Whole only_earlier, only_this, both;
    };
    // A sparse row: the columns that it counts and those that it takes away, and what that may come to.
    struct Line {
        Mask plus, minus;
        int low, high;
    };
    int count = 0;
    std::array<Lanes, kMost> none, all;      // what a column leaves more that is 0, and 1
    std::array<Lanes, kMost + 1> left;       // what is left before a column
    std::array<int, kMost + 1> begin;        // (count + 1,) of its ties
    std::vector<Tie> ties;
    std::vector<Lanes> both;                 // what is left less of rows where both are 1
    // Earlier columns with which a column may not be 0 and may not be 1: while they are 0, and are 1.
    struct Clash {
        Mask at_none[2], at_all[2];
    };
    std::array<Clash, kMost> clashes;
    std::array<std::vector<Line>, kMost> lines;  // of a column, but those that are told by clashes
    std::vector<Plan> plans;
    Whole steps = 0;

    // Take a row in: whether its columns clash in pairs, or as a line of all of them.
    void add(const Line& line) {
        const Mask all = line.plus | line.minus;
        const bool pair = bits(all) == 2, group = line.minus == 0 && line.low <= 0 && line.high == 1;
        for (int d = 0; all >> d != 0; d++) {
            const Mask bit = Mask{1} << d, earlier = all & (bit - 1);
            if (!(all & bit)) continue;
            if (group) {
                clashes[d].at_all[1] |= earlier;
            } else if (!pair) {
                lines[d].push_back(line);
            } else if (earlier != 0) {
                const int own = line.plus & bit ? 1 : -1, other = line.plus & earlier ? 1 : -1;
                auto out = [&](int sum) { return sum < line.low || sum > line.high; };
                if (out(0)) clashes[d].at_none[0] |= earlier;
                if (out(other)) clashes[d].at_none[1] |= earlier;
                if (out(own)) clashes[d].at_all[0] |= earlier;
                if (out(own + other)) clashes[d].at_all[1] |= earlier;
            }
        }
    }

    // Whether the rows of column d can still hold, it and those before decided.
    bool may_hold(int d, Mask ones) const {
        const Mask later = ~((Mask{2} << d) - 1);
        for (const Line& line : lines[d]) {
            const int least = bits(ones & line.plus) - bits((ones | later) & line.minus);
            const int most = bits((ones | later) & line.plus) - bits(ones & line.minus);
            if (least > line.high || most < line.low) return false;
        }
        return true;
    }

    // Whether all steps seem few before column d, from what share of the walk is done.
    bool is_short(int d, Mask ones, Mask parted) const {
        Real share = 1.0, done = 0.0;
        for (int c = 0; c < d; c++) {
            if (!(parted >> c & 1)) continue;
            share *= 0.5;
            if (ones >> c & 1) done += share;
        }
        return static_cast<Real>(steps) <= kSteps * done;
    }

private:
    static int bits(Mask mask) {
        mask -= mask >> 1 & 0x55555555u;
        mask = (mask & 0x33333333u) + (mask >> 2 & 0x33333333u);
        return static_cast<int>(((mask + (mask >> 4)) & 0x0F0F0F0Fu) * 0x01010101u >> 24);
    }
};

namespace {

// Whether nothing is below 0 once `more` is added to what is left before column d.
inline bool put(Descent& s, int d, const Descent::Lanes& more, Whole bound) {
    const Descent::Lanes& now = s.left[d];
    Descent::Lanes& next = s.left[d + 1];
    Whole signs = 0;
    for (int l = 0; l < Descent::kLanes; l++) next[l] = now[l] + more[l];
    next[0] = bound;
    for (int l = 0; l < Descent::kLanes; l++) signs |= next[l];
    return signs >= 0;
}

// Decide the columns, one after the other. Returns whether that is done before it seems too long.
KERNEL_CLONED bool descend(Descent& s) {
    std::array<int, Descent::kMost> open;  // columns of which 1 is still to be looked at
    std::array<Whole, Descent::kMost> bound;  // what it leaves of the bound
    int opened = 0;
    Descent::Mask ones = 0, parted = 0;
    Whole look = Descent::kLook;
    for (int d = 0;;) {
        if (s.steps++ == look) {
            if (!s.is_short(d, ones, parted)) return false;
            look *= 2;
        }
        if (d == s.count) {
            s.plans.push_back({s.left[d], ones});
        } else {
            Whole none = s.left[d][0] + s.none[d][0], all = s.left[d][0] + s.all[d][0];
            for (int t = s.begin[d]; t < s.begin[d + 1]; t++) {
                const Descent::Tie& tie = s.ties[t];
                const bool both = ones & tie.earlier;
                none -= both ? tie.only_earlier : 0;
                all -= both ? tie.both : tie.only_this;
            }
            const Descent::Mask bit = Descent::Mask{1} << d;
            const Descent::Clash& clash = s.clashes[d];
            if ((~ones & clash.at_none[0]) | (ones & clash.at_none[1])) none = -1;
            if ((~ones & clash.at_all[0]) | (ones & clash.at_all[1])) all = -1;
            if (!s.lines[d].empty()) {
                if (none >= 0 && !s.may_hold(d, ones)) none = -1;
                if (all >= 0 && !s.may_hold(d, ones | bit)) all = -1;
            }
            parted &= ~bit;
            if (all >= 0) {
                open[opened++] = d;
                bound[d] = all;
                if (none >= 0) parted |= bit;
            }
            if (none >= 0 && put(s, d, s.none[d], none)) {
                d++;
                continue;
            }
        }
        bool found = false;
        while (!found) {
            if (opened == 0) return true;
            d = open[--opened];
            const Descent::Mask bit = Descent::Mask{1} << d;
            ones &= bit - 1;
            Descent::Lanes more = s.all[d];
            for (int t = s.begin[d]; t < s.begin[d + 1]; t++)
                if (ones & s.ties[t].earlier)
                    for (int l = 1; l < Descent::kLanes; l++) more[l] -= s.both[t][l];
            found = put(s, d, more, bound[d]);
            ones |= bit;
        }
        d++;
    }
}

}  // namespace

}  // namespace kernel
