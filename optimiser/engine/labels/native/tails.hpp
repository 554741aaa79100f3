// Plans of the last columns alone, made from the end on, and where plans of the first ones meet them.
//
// D. Bergman, M. Bodur, C. Cardonha and A. A. Cire (2022). Network models for multiobjective
//     discrete optimization. INFORMS Journal on Computing 34, 990-1005, section 5.
#pragma once
#include "incumbents.hpp"
#include "lanes.hpp"

namespace labels {

// Labels of the columns from ``layer`` on. They are those of the opposite order, whose states are found as
// labels reach them; what precedes one costs at least what the cheapest way to a state that it fits does.
template <class T, int D, int W>
class Tails {
public:
    using L = Label<T, D, W>;

    int layer;
    std::vector<L> labels = std::vector<L>(1);
    Keys keys;
    Whole kept = 0;

    Tails(const Diagram& d, const Multipliers& w)
        : layer(d.model.columns), d_(d), w_(w), facts_(Facts::backwards(d.facts)), mirror_(d.model, facts_),
          lanes_(mirror_), trace_(d.model.columns), many_(w.weightings.size()) {
        keys.words = static_cast<int>(d.model.order.size());
        keys.value.assign(keys.words, 0);
        reach();
    }

    // Whether bits suffice, and none of the facts that are open before a layer binds both sides in a row.
    bool fits(int l) const {
        return facts_.fits && facts_.bits <= 64 * W && !(l && d_.facts.layers[l - 1].unpriced);
    }

    // One column more; false where ``looks``, told of labels, or so many of them end it.
    template <class Looks>
    bool extend(const Incumbents<T, D, W>& known, Whole limit, const Looks& looks, Whole& made, Whole& work) {
        const int r = d_.model.columns - layer, column = facts_.order[r];
        std::vector<char> wanted(mirror_.nodes[r].size(), 0);
        for (const L& label : labels) wanted[label.node] = 1;
        mirror_.expand(r, kInfinite, wanted);
        lanes_.next();
        layer--;
        std::vector<Wholes> before(mirror_.nodes[r + 1].size());
        std::vector<L> next;
        Keys following;
        following.words = keys.words;
        Wholes bounds(many_);
        std::size_t last = 0;
        L label;
        for (const L& from : labels) {
            if (!looks(1) || static_cast<Whole>(next.size()) > limit) return false;
            for (int x = 0; x < mirror_.width(r); x++) {
                if (!lanes_.extended(r, from, x, label)) continue;
                made++, work += kLabelWork;
                Wholes& least = before[label.node];
                if (least.empty()) least = precedes(mirror_.nodes[r + 1][label.node].state, work);
                if (least[0] >= kInfinite || !known.open(least.data(), label, bounds, last, work)) continue;
                for (int w = 0; w < keys.words; w++)
                    following.value.push_back(keys.value[static_cast<std::size_t>(from.id) * keys.words + w]
                                              + d_.model.order[w][column] * x);
                label.id = static_cast<int>(next.size());
                next.push_back(label);
            }
        }
        return settle(r, next, following, looks, work);
    }

    // The labels as those of the first columns meet them: of each the bits that cost something if the other
    // one has them too, as Lanes::prices say, or that rule out each other.
    std::vector<L> facing() const {
        std::vector<L> found = labels;
        const int r = d_.model.columns - layer;
        for (L& label : found) {
            const Mask& mine = mirror_.nodes[r][label.node].state;
            Mask bits;
            against(mine, bits);
            label.state = Bits<W>(bits);
            for (int p : crossing())
                if (obtainable(p, mine)) {
                    const Wholes by = d_.added({{d_.model.columns + p, 1}});
                    for (std::size_t d = 0; d < by.size(); d++)
                        label.v[d] += static_cast<T>(std::min<Whole>(0, by[d]));
                }
        }
        return found;
    }

    // The decisions of one of them.
    void decide(int id, std::vector<int>& x) const {
        for (int r = d_.model.columns - layer - 1; r >= 0; r--) {
            x[facts_.order[r]] = trace_[r][id].second;
            id = trace_[r][id].first;
        }
    }

private:
    // The least that every node costs to come to, in each weighting.
    void reach() {
        const int n = d_.model.columns;
        from_.resize(n + 1);
        from_[0].assign(many_, 0);
        for (int l = 0; l < n; l++) {
            from_[l + 1].assign(d_.nodes[l + 1].size() * many_, kInfinite);
            for (std::size_t i = 0; i < d_.nodes[l].size(); i++)
                for (int x = 0; x < d_.width(l); x++) {
                    const int node = static_cast<int>(i), to = d_.child(l, node, x);
                    if (to < 0) continue;
                    const Wholes step = d_.step(l, node, x);
                    for (std::size_t k = 0; k < many_; k++) {
                        Whole& least = from_[l + 1][static_cast<std::size_t>(to) * many_ + k];
                        const Whole mine = from_[l][i * many_ + k];
                        if (mine < kInfinite)
                            least = std::min(least, mine + Potentials::weighed(step, w_.weightings[k]));
                    }
                }
        }
    }

    // Products that are open where the two sides meet.
    std::vector<int> crossing() const {
        std::vector<int> found;
        if (layer == 0) return found;
        for (const Price& p : d_.facts.layers[layer - 1].prices)
            if (found.empty() || found.back() != p.product) found.push_back(p.product);
        return found;
    }

    const std::vector<Price>& prices() const { return facts_.layers[d_.model.columns - layer - 1].prices; }

    // Whether a tail has all of a product that is to be had.
    bool obtainable(int product, const Mask& mine) const {
        for (const Price& p : prices())
            if (p.product == product) return p.missed != mine.has(p.bit);
        throw Broken("a product is open on one side only");
    }

    // The bits of the first columns' states that count against a tail; false where all do.
    bool against(const Mask& mine, Mask& bits) const {
        if (layer == 0 || layer == d_.model.columns) return true;
        for (const Price& p : d_.facts.layers[layer - 1].prices)
            if (obtainable(p.product, mine)) bits.set(p.bit);
        for (const OpenRow& theirs : d_.facts.layers[layer - 1].open) {
            const Segment& own = row(theirs.row);
            const Whole used = own.size ? own.read(mine) : own.base, room = d_.model.bound[theirs.row] - used;
            if (theirs.sum.base > room) return false;
            for (int b = 0; b < theirs.sum.size; b++)
                if (theirs.sum.base + b + 1 > room) bits.set(theirs.sum.at + b);
        }
        return true;
    }

    const Segment& row(int r) const {
        for (const OpenRow& open : facts_.layers[d_.model.columns - layer - 1].open)
            if (open.row == r) return open.sum;
        throw Broken("a row is open on one side only");
    }

    // The least (weightings,) that what precedes a tail of that state costs.
    Wholes precedes(const Mask& mine, Whole& work) const {
        Wholes least(many_, kInfinite), sum(many_);
        Mask bits;
        if (!against(mine, bits)) return least;
        std::vector<std::pair<int, Wholes>> costs;  // of bits that count against it
        Mask priced;
        Wholes ahead(many_, 0);
        for (int p : crossing())
            if (obtainable(p, mine)) cost(p, ahead, costs, priced);
        const auto& nodes = d_.nodes[layer];
        for (std::size_t i = 0; i < nodes.size(); i++) {
            Mask hit = nodes[i].state;
            hit.meet(bits);
            const Whole* from = &from_[layer][i * many_];
            if (!hit.within(priced) || from[0] >= kInfinite) continue;
            for (std::size_t k = 0; k < many_; k++) sum[k] = from[k] + ahead[k];
            for (const auto& [bit, by] : costs)
                if (hit.has(bit))
                    for (std::size_t k = 0; k < many_; k++) sum[k] += by[k];
            for (std::size_t k = 0; k < many_; k++) least[k] = std::min(least[k], sum[k]);
            work += static_cast<Whole>(many_) / kPotentials;
        }
        return least;
    }

    // What a product brings if nothing is missed, and what each of its bits takes from that.
    void cost(int product, Wholes& ahead, std::vector<std::pair<int, Wholes>>& costs, Mask& priced) const {
        const Wholes by = d_.added({{d_.model.columns + product, 1}});
        Wholes good = by, bad = by;
        for (Whole& c : good) c = std::min<Whole>(0, c);
        for (Whole& c : bad) c = std::max<Whole>(0, c);
        for (std::size_t k = 0; k < many_; k++) ahead[k] += Potentials::weighed(good, w_.weightings[k]);
        for (const Price& p : d_.facts.layers[layer - 1].prices) {
            if (p.product != product) continue;
            priced.set(p.bit);
            costs.push_back({p.bit, {}});
            for (std::size_t k = 0; k < many_; k++)
                costs.back().second.push_back(p.missed ? -Potentials::weighed(good, w_.weightings[k])
                                                       : Potentials::weighed(bad, w_.weightings[k]));
        }
    }

    // Those that no other one dominates, numbered anew.
    template <class Looks>
    bool settle(int r, std::vector<L>& next, const Keys& from, const Looks& looks, Whole& work) {
        const Tree<T, D, W> tree(next, d_.dims, d_.model.objectives());
        labels.clear();
        keys.value.clear();
        for (L label : next) {
            if (!looks(1)) return false;
            if (tree.dominated(label, from, lanes_.prices[r], work)) continue;
            trace_[r].push_back({label.parent, label.x});
            const auto start = from.value.begin() + static_cast<std::ptrdiff_t>(label.id) * keys.words;
            keys.value.insert(keys.value.end(), start, start + keys.words);
            label.id = static_cast<int>(labels.size());
            labels.push_back(label);
        }
        kept += static_cast<Whole>(labels.size());
        return true;
    }

    const Diagram& d_;
    const Multipliers& w_;
    Facts facts_;
    Diagram mirror_;
    Lanes<T, D, W> lanes_;
    std::vector<std::vector<std::pair<int, int>>> trace_;  // (columns,) parent, x
    std::size_t many_;
    std::vector<Wholes> from_;  // (columns + 1,) node * weightings + k
};

}  // namespace labels
