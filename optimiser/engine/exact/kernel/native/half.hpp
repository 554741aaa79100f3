// The values of some free columns of a node, as sums of what each adds, as far as its bound allows.
//
// A plan costs as much more than the node's bound as it deviates from the ends where reduced costs want
// its columns, and a product whose factors differ as much as the row that is slack then (synergies.hpp):
// a sum of terms of which none is negative. So values are kept whose deviations leave the bound below the
// cut, whatever the other columns are: of many columns few.
#pragma once
#include "synergies.hpp"

namespace kernel {

struct FreeColumn {
    int column;
    Whole range;  // its values are so many and one
    Whole D;      // its reduced cost
    int half;     // where it is put, or none
    int tied;     // to how many others, by products, that are in a half

    bool wants_high() const { return D < 0; }
};

// What two factors of a product cost by their values, which are 0 or 1, beyond their reduced costs.
struct Tie {
    int factor[2];  // places among the free columns
    Whole cost[2][2];

    Tie turned() const { return {{factor[1], factor[0]}, {{cost[0][0], cost[1][0]}, {cost[0][1], cost[1][1]}}}; }
};

class Half {
public:
    std::vector<int> columns;         // places among the free columns, of which there are at most 64
    // of each value: the places of columns that are 1, where there are products, whose factors are binary
    std::vector<std::uint64_t> bits;
    std::vector<std::uint64_t> sums, own;  // of each value; what products within add to that

    explicit Half(int most)
        : bits(most + 1), sums(most + 1), own(most + 1), most_(most), deviation_(most + 1), from_(most + 1) {}

    int count() const { return count_; }
    void clear(bool products) {
        products_ = products;
        columns.clear();
        stretches_.clear();
        count_ = 1;
        deviation_[0] = 0;
        bits[0] = in_ = 0;
    }

    // One more column, the i-th of the free ones, where deviations may come to so much. Returns whether there is
    // room for its values.
    bool put(const std::vector<FreeColumn>& free, int i, const std::vector<Tie>& ties, Whole gap) {
        near_.clear();
        for (const Tie& tie : ties) {
            if (tie.factor[0] == i && has(tie.factor[1])) near_.push_back(tie);
            if (tie.factor[1] == i && has(tie.factor[0])) near_.push_back(tie.turned());
        }
        columns.push_back(i);
        in_ |= bit(i);
        if (products_ && free[i].wants_high())
            for (int k = 0; k < count_; k++) bits[k] |= bit(i);
        return near_.empty() ? put_alone(free[i], i, gap) : put_tied(free[i], i, gap);
    }

    // The sums of the values, if one more of a column adds so much (by place).
    void add_up(const std::vector<FreeColumn>& free, const std::vector<std::uint64_t>& one_more) {
        sums[0] = 0;
        for (const int i : columns)
            if (free[i].wants_high()) sums[0] += one_more[i] * static_cast<std::uint64_t>(free[i].range);
        for (std::size_t e = 0; e < stretches_.size(); e++) {
            const Stretch& one = stretches_[e];
            const std::uint64_t more = one_more[one.place] * static_cast<std::uint64_t>(one.steps);
            const int end = e + 1 < stretches_.size() ? stretches_[e + 1].begin : count_;
            for (int k = one.begin; k < end; k++) sums[k] = sums[from_[k]] + more;
        }
        if (!products_) return;
        for (int k = 0; k < count_; k++) sums[k] += own[k];
    }
    // Products within the half add nothing yet.
    void begin_own() { std::fill_n(own.begin(), count_, 0); }
    // A product of binary columns, as bits, is 1 where these are: to `own` or `sums`.
    void add_product(std::vector<std::uint64_t>& to, std::uint64_t of, std::uint64_t weight) const {
        for (int k = 0; k < count_; k++)
            if ((bits[k] & of) == of) to[k] += weight;
    }

    // The columns at the k-th value, into x (n,); they begin at `low` (by place).
    void set(const std::vector<FreeColumn>& free, const std::vector<Whole>& low, int k, std::vector<Whole>& x) const {
        for (const int i : columns) x[free[i].column] = low[i] + (free[i].wants_high() ? free[i].range : 0);
        for (auto one = stretches_.rbegin(); one != stretches_.rend(); ++one) {
            if (k < one->begin) continue;
            x[free[one->place].column] += one->steps;
            k = from_[k];
        }
    }

    static std::uint64_t bit(int i) { return std::uint64_t{1} << i; }

private:
    // The values that a column makes of those before it, so many steps from where its reduced cost wants it.
    struct Stretch {
        int place;
        Whole steps;
        int begin;
    };
    int most_, count_ = 1;
    bool products_ = false;
    std::vector<Whole> deviation_;  // of each value
    std::vector<int> from_;         // the value before it that one column made it of
    std::vector<Stretch> stretches_;
    std::uint64_t in_ = 0;          // the columns, as bits
    std::vector<Tie> near_;

    bool has(int i) const { return in_ & bit(i); }

    bool put_alone(const FreeColumn& one, int i, Whole gap) {
        const int before = count_;
        const Whole dear = std::abs(one.D);
        Whole* deviation = deviation_.data();
        int* from = from_.data();
        for (Whole steps = 1; steps <= one.range && dear <= gap / steps; steps++) {
            stretches_.push_back({i, one.wants_high() ? -steps : steps, count_});
            const Whole more = dear * steps, left = gap - more;
            int count = count_;
            for (int k = 0; k < before; k++) {
                deviation[count] = deviation[k] + more;
                from[count] = k;
                count += deviation[k] <= left;
                if (count > most_) return false;
            }
            if (products_)
                for (int k = count_; k < count; k++) bits[k] = bits[from[k]] ^ bit(i);
            count_ = count;
        }
        return true;
    }
    // The same of two values, that products tie to others. A value that costs too much now stays, with nothing
    // made of it.
    bool put_tied(const FreeColumn& one, int i, Whole gap) {
        const int before = count_;
        const bool high = one.wants_high();
        stretches_.push_back({i, high ? -1 : 1, before});
        for (int k = 0; k < before; k++) {
            if (deviation_[k] > gap) continue;
            Whole moved = deviation_[k] + std::abs(one.D);
            for (const Tie& tie : near_) {
                const bool other = bits[k] & bit(tie.factor[1]);
                deviation_[k] += tie.cost[high][other];
                moved += tie.cost[!high][other];
            }
            if (moved > gap) continue;
            if (count_ == most_) return false;
            deviation_[count_] = moved;
            from_[count_] = k;
            bits[count_++] = bits[k] ^ bit(i);
        }
        return true;
    }
};

}  // namespace kernel
