// What decisions add to labels, in lanes of a label's width.
#pragma once
#include "dominance.hpp"
#include "multipliers.hpp"

namespace labels {

template <class T, int D, int W>
class Lanes {
public:
    using L = Label<T, D, W>;

    std::vector<Prices<T, D, W>> prices;  // (columns,)

    explicit Lanes(const Diagram& d) : d_(d), m_(d.model.objectives()) {
        for (std::size_t l = 0; l < d.steps.size(); l++) next();
    }

    // One more layer of the diagram.
    void next() {
        const auto l = static_cast<int>(prices.size());
        chosen_.push_back(lanes(d_.steps[l].chosen));
        done_.push_back(lanes(d_.steps[l].done));
        prices.push_back(priced(l));
    }

    // A label with one more decision; false where nothing completes it.
    bool extended(int l, const L& from, int x, L& label) const {
        const int to = d_.child(l, from.node, x);
        if (to < 0) return false;
        label.v = from.v;
        add(label.v, chosen_[l][x]);
        if (x == 1) add(label.v, done_[l][d_.nodes[l][from.node].done]);
        if (!affords(d_.facts.layers[l], label.v)) return false;
        label.state = Bits<W>(d_.nodes[l + 1][to].state);
        label.node = to;
        label.parent = from.id;
        label.x = x;
        return true;
    }

private:
    std::vector<std::array<T, D>> lanes(const std::vector<Wholes>& vectors) const {
        std::vector<std::array<T, D>> found;
        for (const Wholes& v : vectors) {
            std::array<T, D> a{};
            for (std::size_t d = 0; d < v.size(); d++) a[d] = static_cast<T>(v[d]);
            found.push_back(a);
        }
        return found;
    }

    // What a missed product could still have brought, and what one that is there can still take.
    Prices<T, D, W> priced(int l) const {
        Prices<T, D, W> found;
        for (const Price& p : d_.facts.layers[l].prices) {
            Wholes price = d_.added({{d_.model.columns + p.product, p.missed ? -1 : 1}});
            for (Whole& c : price) c = std::max<Whole>(0, c);
            found.priced.set(p.bit);
            found.of.push_back({p.bit, lanes({price})[0]});
        }
        return found;
    }

    static void add(std::array<T, D>& to, const std::array<T, D>& what) {
        for (int d = 0; d < D; d++) to[d] += what[d];
    }

    // Resources that can no longer run out look alike.
    bool affords(const Layer& layer, std::array<T, D>& v) const {
        for (std::size_t r = 0; r < layer.least.size(); r++) {
            T& used = v[m_ + r];
            if (used > layer.most[r]) return false;
            if (used < layer.least[r]) used = static_cast<T>(layer.least[r]);
        }
        return true;
    }

    const Diagram& d_;
    int m_;
    std::vector<std::vector<std::array<T, D>>> chosen_, done_;
};

}  // namespace labels
