// The plans that are known, and what they leave to labels.
#pragma once
#include <memory>
#include <random>

#include "dominance.hpp"
#include "zones.hpp"

namespace labels {

template <class T, int D, int W>
class Incumbents {
public:
    using L = Label<T, D, W>;

    std::vector<Plan> plans;
    Wholes most;  // (m,) of every objective

    Incumbents(const Diagram& d, const Multipliers& w)
        : d_(d), w_(w), model_(d.model), m_(model_.objectives()) {
        for (const Wholes& o : model_.objective) most.push_back(model_.most_of(o));
    }

    // More plans: of all, those stay that no other one dominates. Work is counted.
    void learn(const std::vector<Plan>& more, Whole& work) {
        plans.insert(plans.end(), more.begin(), more.end());
        std::vector<L> labels;
        Keys keys;
        keys.words = static_cast<int>(model_.order.size());
        for (const Plan& p : plans) {
            L label;
            label.id = static_cast<int>(labels.size());
            for (int k = 0; k < m_; k++) label.v[k] = static_cast<T>(p.y[k]);
            for (const Wholes& order : model_.order) {
                Whole sum = 0;
                for (int j = 0; j < model_.columns; j++) sum += order[j] * p.x[j];
                keys.value.push_back(sum);
            }
            labels.push_back(label);
        }
        Tree<T, D, W> tree(labels, m_, m_);
        std::vector<int> kept;
        for (const L& label : labels)
            if (!tree.dominated(label, keys, {}, work)) kept.push_back(label.id);
        std::sort(kept.begin(), kept.end());
        std::vector<Plan> left;
        for (int id : kept) left.push_back(std::move(plans[id]));
        plans = std::move(left);
    }

    // What is asked next is asked of all that are known now.
    void prepare() {
        std::vector<Wholes> points;
        for (const Plan& p : plans) points.push_back(p.y);
        also({});
        // from four objectives on zones close little that no known point beats (packings of 100 columns
        // and 7 objectives take 0.8 s without, 3.1 s with those of 300 points)
        const std::size_t stride = points.size() / 3000 + 1;
        std::vector<Wholes> some;
        std::mt19937 random(7);
        std::shuffle(points.begin(), points.end(), random);
        for (std::size_t i = 0; m_ <= 3 && i < points.size(); i += stride) some.push_back(points[i]);
        Corners corners(some, m_, 20'000);
        for (Wholes& corner : corners.all)
            for (int k = 0; k < m_; k++) corner[k] = std::min(corner[k], most[k]);
        zones_ = std::make_unique<Zones>(std::move(corners.all), w_.weightings);
    }

    // Points that are held against sums, beside those that are known.
    void also(const std::vector<L>& more) {
        known_.clear();
        for (const Plan& p : plans) {
            L label;
            for (int k = 0; k < m_; k++) label.v[k] = static_cast<T>(p.y[k]);
            known_.push_back(label);
        }
        known_.insert(known_.end(), more.begin(), more.end());
        tree_ = std::make_unique<Tree<T, D, W>>(known_, m_, m_);
    }

    // Whether a known point is as good in all objectives and better in one.
    bool beats(const std::array<T, D>& v, Whole& work) const { return tree_->beaten(v, work); }

    // What every completion is at least, in each weighting.
    void bound(int l, int node, const std::array<T, D>& v, Wholes& bounds) const {
        bound(w_.potentials.at(l, node), v, bounds);
    }

    // The same where completing takes (weightings,) at the least.
    void bound(const Whole* least, const std::array<T, D>& v, Wholes& bounds) const {
        for (std::size_t k = 0; k < bounds.size(); k++) {
            Whole sum = least[k] - w_.due[k];
            for (int d = 0; d < d_.dims; d++) sum += w_.weightings[k][d] * v[d];
            bounds[k] = sum;
        }
    }

    // Whether a completion can be a new point, or one of the known ones by another plan; ``bounds``
    // (weightings,) and ``last``, a corner, are the caller's own, from one label to the next.
    bool open(int l, const L& label, Wholes& bounds, std::size_t& last, Whole& work) const {
        return open(w_.potentials.at(l, label.node), label, bounds, last, work);
    }

    bool open(const Whole* least, const L& label, Wholes& bounds, std::size_t& last, Whole& work) const {
        bound(least, label.v, bounds);
        std::array<T, D> corner{};
        constexpr Whole far = Whole{1} << (sizeof(T) == 4 ? 30 : 50);
        for (int k = 0; k < m_; k++)
            corner[k] = static_cast<T>(std::clamp(up(bounds[k], w_.weightings[k][k]), -far, far));
        return !tree_->beaten(corner, work) && zones_->open(bounds, last, work);
    }

    // Those are among the points of a whole front: if not, something is wrong.
    void confirm(const std::vector<Plan>& front) const {
        std::vector<Wholes> points;
        for (const Plan& p : front) points.push_back(p.y);
        std::sort(points.begin(), points.end());
        for (const Plan& p : plans) {
            if (std::binary_search(points.begin(), points.end(), p.y)) continue;
            bool beaten = false;
            for (const Wholes& y : points) {
                bool as_good = true;
                for (int k = 0; k < m_ && as_good; k++) as_good = y[k] <= p.y[k];
                if (as_good) { beaten = true; break; }
            }
            if (!beaten) throw Broken("a known plan is missing from the front");
        }
    }

    static Whole up(Whole value, Whole by) { return value / by + (value % by > 0); }

private:
    const Diagram& d_;
    const Multipliers& w_;
    const Model& model_;
    int m_;
    std::vector<L> known_;
    std::unique_ptr<Zones> zones_;
    std::unique_ptr<Tree<T, D, W>> tree_;
};

}  // namespace labels
