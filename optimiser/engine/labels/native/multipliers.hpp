// Weightings spread over all directions, each with multipliers of the resources under which its bound
// is best: subgradient steps (Held, Wolfe and Crowder 1974). Steps are floats, multipliers whole
// numbers, so that every bound is exact whatever the steps were.
#pragma once
#include <cmath>
#include <set>

#include "diagram.hpp"

namespace labels {

struct Plan {
    Wholes y;            // (m,)
    Wholes key;          // (orders,)
    std::vector<int> x;  // (columns,)
};

class Multipliers {
public:
    std::vector<Weighting> weightings;  // the first m weigh one objective alone
    Wholes due;                         // (weightings,) what the multipliers take off: times the bounds
    Wholes bound;                       // (weightings,) proven least weighted value of any plan
    Potentials potentials;
    std::vector<Plan> met;              // plans that the steps came by
    Whole work;                         // that was done, the diagram's included

    // Steps take half of what is allowed so far at the most, but for the first.
    Multipliers(const Diagram& d, int want, const Limits& limits, const GoingOn& going_on)
        : work(2 * d.size * kArcWork), d_(d), m_(d.model.objectives()) {
        lattice(want);
        const int many = static_cast<int>(weightings.size());
        auto best = weightings;
        bound.assign(many, -kInfinite);
        std::vector<double> pace(many, 1.0);
        for (int k = 0; k < many; k++) exact_.emplace_back(weightings[k].begin(), weightings[k].end());
        const Whole step = 2 * d.size * want / kPotentials + 1;
        std::set<Wholes> points;
        std::size_t seen = 0;
        bool last = d.dims == m_;
        for (int round = 0; ; round++) {
            if (round && !going_on(static_cast<Whole>(met.size()), 0)) break;
            work += step;
            potentials.compute(d, weightings);
            const Whole given = limits.work + limits.each * static_cast<Whole>(points.size());
            last |= round >= kFew && (round >= kMany || work + step > std::min(given / 2, kMost));
            for (int k = 0; k < many; k++) {
                const Whole value = potentials.at(0, 0)[k] - dues(k);
                if (value > bound[k]) bound[k] = value, best[k] = weightings[k];
                else pace[k] *= 0.75;
                follow(k, pace[k], !last);
            }
            if (last) break;
            for (; seen < met.size(); seen++) points.insert(met[seen].y);
        }
        weightings = std::move(best);
        potentials.compute(d, weightings);
        for (int k = 0; k < many; k++) due.push_back(dues(k));
    }

private:
    // Weights are steps of a simplex, shares of each objective's size: fine enough for multipliers to
    // be whole numbers, small enough for sums of weighted values to stay far below kInfinite.
    static constexpr double kHeaviest = 0x1p44;
    static constexpr double kDearest = 0x1p52;
    static constexpr int kFew = 3, kMany = 60;     // steps
    static constexpr Whole kMost = 75'000'000;

    void lattice(int want) {
        std::vector<std::vector<int>> points;
        for (int steps = 1; static_cast<int>(points.size()) < want && (m_ > 1 || steps == 1); steps++) {
            points.clear();
            std::vector<int> point(m_);
            fill(points, point, 0, steps);
        }
        std::stable_sort(points.begin(), points.end(), [](const auto& a, const auto& b) {
            const int x = *std::max_element(a.begin(), a.end()), y = *std::max_element(b.begin(), b.end());
            return x != y ? x > y : a > b;
        });
        std::vector<double> size;
        for (const Wholes& o : d_.model.objective) size.push_back(std::max<double>(1.0, d_.model.size_of(o)));
        for (const auto& point : points) {
            Weighting w(d_.dims, 0);
            const int top = *std::max_element(point.begin(), point.end());
            for (int k = 0; k < m_; k++)
                w[k] = std::llround(kHeaviest * point[k] / top / size[k]);
            weightings.push_back(w);
        }
    }

    void fill(std::vector<std::vector<int>>& points, std::vector<int>& point, int k, int left) const {
        if (k == m_ - 1) {
            point[k] = left;
            points.push_back(point);
            return;
        }
        for (int x = 0; x <= left; x++) {
            point[k] = x;
            fill(points, point, k + 1, left - x);
        }
    }

    Whole dues(int k) const {
        Whole sum = 0;
        for (int b = m_; b < d_.dims; b++) sum += weightings[k][b] * limit(b);
        return sum;
    }

    Whole limit(int b) const { return d_.model.bound[d_.facts.resource[b - m_]]; }

    // Walks down the arcs that the bound rests on, notes the plan where it holds, and moves the
    // multipliers towards what it overspends.
    void follow(int k, double pace, bool move) {
        Plan plan{Wholes(d_.dims), {}, std::vector<int>(d_.model.columns)};
        int node = 0;
        if (potentials.at(0, 0)[k] >= kInfinite) return;
        for (int l = 0; l < d_.model.columns; l++) {
            int pick = -1;
            Whole least = kInfinite;
            for (int x = 0; x < d_.width(l); x++) {
                const int to = d_.child(l, node, x);
                if (to < 0) continue;
                const Whole cost = potentials.at(l + 1, to)[k] + Potentials::weighed(d_.step(l, node, x), weightings[k]);
                if (cost < least) least = cost, pick = x;
            }
            const Wholes added = d_.step(l, node, pick);
            for (int d = 0; d < d_.dims; d++) plan.y[d] += added[d];
            plan.x[d_.facts.layers[l].column] = pick;
            node = d_.child(l, node, pick);
        }
        double square = 0.0;
        bool holds = true;
        for (int b = m_; b < d_.dims; b++) {
            const double over = static_cast<double>(plan.y[b] - limit(b));
            holds &= over <= 0.0;
            square += over * over;
        }
        if (move && square > 0.0) {
            // towards a bound a little above: how far, its size says
            double reach = 0.0;
            for (int o = 0; o < m_; o++)
                reach += static_cast<double>(weightings[k][o] * d_.model.size_of(d_.model.objective[o]));
            const double length = pace * 0.05 * reach / square;
            for (int b = m_; b < d_.dims; b++) {
                const double span = static_cast<double>(std::abs(limit(b)) +
                    d_.model.size_of(d_.model.row[d_.facts.resource[b - m_]]));
                const double most = kDearest / d_.dims / std::max(1.0, span);
                exact_[k][b] = std::clamp(exact_[k][b] + length * static_cast<double>(plan.y[b] - limit(b)), 0.0, most);
                weightings[k][b] = std::llround(exact_[k][b]);
            }
        }
        if (holds) {
            plan.y.resize(m_);
            met.push_back(std::move(plan));
        }
    }

    const Diagram& d_;
    int m_;
    std::vector<std::vector<double>> exact_;
};

}  // namespace labels
