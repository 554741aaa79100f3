// An order of the columns in which few facts are open at a time: greedy on what is cut, randomised,
// the best of many.
#pragma once
#include <algorithm>
#include <cmath>
#include <numeric>

#include "model.hpp"

namespace labels {

// What ties columns together: a product, or a row that is kept as state; so many bits while open.
struct Tie {
    std::vector<int> of;
    int bits;
};

class Ordering {
public:
    Ordering(int columns, std::vector<Tie> ties, std::vector<double> rank)
        : n_(columns), ties_(std::move(ties)), rank_(std::move(rank)), at_(columns) {
        for (int t = 0; t < static_cast<int>(ties_.size()); t++)
            for (int j : ties_[t].of) at_[j].push_back(t);
    }

    static constexpr int kFirst = 8, kMany = 300;

    double least = 1e300;  // states that the best order leaves open at the most

    // The best of so many; none where the first ones leave far more states open than ``hopeless``.
    std::vector<int> best(double hopeless, int most) {
        std::vector<int> best;
        const int tries = ties_.empty() ? 1 : most;
        for (int t = 0; t < tries && (t < kFirst || looked_ < kSeen); t++) {
            double cost = 0.0;
            std::vector<int> order = greedy(t, least, cost);
            if (static_cast<int>(order.size()) == n_ && cost < least - 1e-9) {
                least = cost;
                best = std::move(order);
            }
            if (t + 1 == kFirst && least > hopeless) return {};
        }
        return best;
    }

private:
    static constexpr Whole kSeen = 2'000'000;  // columns that are looked at in all tries

    // Open bits, and decided columns that are in something open: there are at most 2^ of either
    // states.
    struct Front {
        int bits = 0, columns = 0;
        int least() const { return std::min(bits, columns); }
    };

    // Marsaglia's xorshift (2003): tries take as many numbers as they look at columns.
    double random() {
        seed_ ^= seed_ << 13, seed_ ^= seed_ >> 7, seed_ ^= seed_ << 17;
        return static_cast<double>(seed_ >> 11) * 0x1p-53;
    }

    std::vector<int> greedy(int attempt, double stop, double& cost) {
        std::vector<int> order;
        open_.assign(n_, 0);
        decided_.assign(n_, 0);
        left_.clear();
        for (const Tie& tie : ties_) left_.push_back(static_cast<int>(tie.of.size()));
        after_.resize(n_);
        for (int j = 0; j < n_; j++) after_[j] = change(j);
        Front front;
        while (static_cast<int>(order.size()) < n_ && cost < stop) {
            int pick = -1;
            double least = 1e300;
            const bool any = attempt && order.empty();
            looked_ += n_;
            for (int j = 0; j < n_; j++) {
                if (decided_[j]) continue;
                const Front then{front.bits + after_[j].bits, front.columns + after_[j].columns};
                double value = any ? 1000.0 * random() : then.least() + 0.01 * then.bits + 1e-6 * rank_[j];
                if (attempt && !any) value += 0.9 * random();
                if (value < least) least = value, pick = j;
            }
            front = {front.bits + after_[pick].bits, front.columns + after_[pick].columns};
            decide(pick);
            order.push_back(pick);
            cost += std::exp2(std::min(front.least(), 500));
        }
        return order;
    }

    // What column j would open, less what it would close.
    Front change(int j) {
        Front by;
        int mine = 0;
        for (int t : at_[j]) {
            const Tie& tie = ties_[t];
            looked_ += 1 + static_cast<Whole>(left_[t] == 1 ? 2 * tie.of.size() : 0);
            if (left_[t] == 1) {
                if (tie.of.size() > 1) by.bits -= tie.bits;
                for (int i : tie.of)
                    if (decided_[i] && --open_[i] == 0) by.columns--;
            } else {
                if (left_[t] == static_cast<int>(tie.of.size())) by.bits += tie.bits;
                mine++;
            }
        }
        for (int t : at_[j])
            if (left_[t] == 1)
                for (int i : ties_[t].of)
                    if (decided_[i]) open_[i]++;
        if (mine) by.columns++;
        return by;
    }

    // Counts are brought up to date, and the changes that others would make that share something with j.
    void decide(int j) {
        std::vector<int>& near = touched_;
        near.clear();
        decided_[j] = 1;
        for (int t : at_[j]) {
            const bool closes = --left_[t] == 0;
            if (!closes) open_[j]++;
            near.push_back(t);
            for (int i : ties_[t].of) {
                if (!closes || i == j) continue;
                open_[i]--;
                for (int other : at_[i])
                    if (left_[other] == 1) near.push_back(other);
            }
        }
        std::sort(near.begin(), near.end());
        near.erase(std::unique(near.begin(), near.end()), near.end());
        for (int t : near)
            for (int i : ties_[t].of)
                if (!decided_[i]) after_[i] = change(i);
    }

    int n_;
    std::vector<Tie> ties_;
    std::vector<double> rank_;
    std::vector<std::vector<int>> at_;
    // of one try: ties that a decided column is in and that are open, columns left in a tie
    std::vector<int> open_, left_, touched_;
    std::vector<char> decided_;
    std::vector<Front> after_;
    Whole looked_ = 0;
    std::uint64_t seed_ = 88172645463325252ull;
};

}  // namespace labels
