// An order of the columns in which few facts are open at a time: greedy on what is cut, randomised,
// the best of many.
#pragma once
#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

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

    std::vector<int> best() {
        std::mt19937 random(1);
        std::vector<int> best;
        double least = 1e300;
        const int tries = ties_.empty() ? 1 : std::clamp(4'000'000 / (n_ * n_ + 1), 8, 300);
        for (int t = 0; t < tries; t++) {
            double cost = 0.0;
            std::vector<int> order = greedy(random, t, least, cost);
            if (static_cast<int>(order.size()) == n_ && cost < least - 1e-9) {
                least = cost;
                best = std::move(order);
            }
        }
        return best;
    }

private:
    // Open bits, and decided columns that are in something open: there are at most 2^ of either
    // states.
    struct Front {
        int bits = 0, columns = 0;
        int least() const { return std::min(bits, columns); }
    };

    std::vector<int> greedy(std::mt19937& random, int attempt, double stop, double& cost) {
        std::vector<int> order, open(n_, 0), left;
        std::vector<char> decided(n_, 0);
        for (const Tie& tie : ties_) left.push_back(static_cast<int>(tie.of.size()));
        Front front;
        while (static_cast<int>(order.size()) < n_ && cost < stop) {
            int pick = -1;
            double least = 1e300;
            for (int j = 0; j < n_; j++) {
                if (decided[j]) continue;
                const Front after = decide(j, front, open, left, decided, false);
                double value = after.least() + 0.01 * after.bits + 1e-6 * rank_[j];
                if (attempt) value += 0.9 * (random() % 1000) / 1000.0;
                if (attempt && order.empty()) value = random() % 1000;
                if (value < least) least = value, pick = j;
            }
            front = decide(pick, front, open, left, decided, true);
            order.push_back(pick);
            cost += std::exp2(std::min(front.least(), 500));
        }
        return order;
    }

    // What is open once column j is decided too; where it is done, counts are brought up to date.
    Front decide(int j, Front front, std::vector<int>& open, std::vector<int>& left,
                 std::vector<char>& decided, bool done) {
        int mine = 0;
        touched_.clear();
        for (int t : at_[j]) {
            const Tie& tie = ties_[t];
            if (left[t] == 1) {
                if (tie.of.size() > 1) front.bits -= tie.bits;
                for (int i : tie.of)
                    if (decided[i] && --open[i] == 0) front.columns--;
                touched_.push_back(t);
            } else {
                if (left[t] == static_cast<int>(tie.of.size())) front.bits += tie.bits;
                mine++;
            }
            if (done) left[t]--;
        }
        if (mine) front.columns++;
        if (done) {
            decided[j] = 1;
            open[j] = mine;
        } else {
            for (int t : touched_)
                for (int i : ties_[t].of)
                    if (decided[i]) open[i]++;
        }
        return front;
    }

    int n_;
    std::vector<Tie> ties_;
    std::vector<double> rank_;
    std::vector<std::vector<int>> at_;
    std::vector<int> touched_;
};

}  // namespace labels
