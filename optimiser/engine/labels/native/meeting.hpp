// Plans made of a label of the first columns and one of the last: of all sums those that nothing dominates,
// without forming those that boxes of labels rule out.
#pragma once
#include <limits>

#include "tails.hpp"

namespace labels {

template <class T, int D, int W>
class Meeting {
public:
    using L = Label<T, D, W>;
    using Vector = std::array<T, D>;

    struct Pair {
        int head, tail;
    };
    std::vector<Pair> pairs;  // of all that were found, those that no other one dominates
    std::vector<Wholes> points;

    Meeting(const Diagram& d, Incumbents<T, D, W>& known, const Prices<T, D, W>& prices)
        : m_(d.model.objectives()), known_(known), prices_(prices) {
        most_.fill(std::numeric_limits<T>::max());
        for (std::size_t r = 0; r < d.facts.resource.size(); r++)
            most_[m_ + r] = static_cast<T>(d.model.bound[d.facts.resource[r]]);
    }

    // Labels of both sides, as Tails::facing has them; false where ``looks``, told of pairs that are looked at,
    // or so many plans at a time end it.
    template <class Looks>
    bool couple(std::vector<L> heads, const Keys& head_keys, std::vector<L> tails, const Keys& tail_keys,
                int dims, Whole limit, const Looks& looks, Whole& work) {
        keys_.words = head_keys.words;
        const Tree<T, D, W> first(heads, dims, m_, kLeaf), last(tails, dims, m_, kLeaf);
        std::size_t due = enough();
        bool on = true;
        Vector sum;
        const auto open = [&](const Vector& a, const Bits<W>& bits, const Vector& b, const Bits<W>& other) {
            work += kBoxWork;
            on = on && looks(1);
            return on && open_sum(a, bits, b, other, sum, work) ? &sum : nullptr;
        };
        first.pairs(last, open, [&](const L& head, const L& tail, const Vector& both) {
            L label;
            label.v = both;
            label.id = static_cast<int>(found_.size());
            found_.push_back(label);
            pairs.push_back({head.id, tail.id});
            for (int w = 0; w < keys_.words; w++)
                keys_.value.push_back(head_keys.value[static_cast<std::size_t>(head.id) * keys_.words + w]
                                      + tail_keys.value[static_cast<std::size_t>(tail.id) * keys_.words + w]);
            if (found_.size() < due) return true;
            settle(work);
            due = enough();
            return on = on && static_cast<Whole>(found_.size()) <= limit;
        });
        settle(work);
        for (const L& label : found_) points.push_back(Wholes(label.v.begin(), label.v.begin() + m_));
        return on;
    }

private:
    static constexpr int kLeaf = 2;

    std::size_t enough() const { return std::max(found_.size() + found_.size() / 2, known_.plans.size()) + 2048; }

    // Whether the sum is within all limits and no known point beats it.
    bool open_sum(const Vector& a, const Bits<W>& bits, const Vector& b, const Bits<W>& other, Vector& sum,
                  Whole& work) const {
        Bits<W> both = bits;
        both.meet(other);
        for (int d = 0; d < D; d++) sum[d] = a[d] + b[d];
        if (!both.none()) {
            if (!both.within(prices_.priced)) return false;
            prices_.pay(both, sum);
        }
        if (!below<T, D>(sum, most_)) return false;
        for (int d = m_; d < D; d++) sum[d] = 0;
        return !known_.beats(sum, work);
    }

    // Of the plans found so far those stay that no other one dominates, and what follows is held against them.
    void settle(Whole& work) {
        std::vector<L> left;
        std::vector<Pair> pairs_left;
        Keys keys;
        keys.words = keys_.words;
        {
            const Tree<T, D, W> tree(found_, m_, m_);
            for (L label : found_) {
                if (tree.dominated(label, keys_, {}, work)) continue;
                const auto start = keys_.value.begin() + static_cast<std::ptrdiff_t>(label.id) * keys_.words;
                keys.value.insert(keys.value.end(), start, start + keys_.words);
                pairs_left.push_back(pairs[label.id]);
                label.id = static_cast<int>(left.size());
                left.push_back(label);
            }
        }
        found_ = std::move(left);
        pairs = std::move(pairs_left);
        keys_ = std::move(keys);
        known_.also(found_);
    }

    int m_;
    Incumbents<T, D, W>& known_;
    const Prices<T, D, W>& prices_;
    Vector most_;
    std::vector<L> found_;
    Keys keys_;
};

}  // namespace labels
