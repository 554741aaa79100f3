// Labels and the test whether one of many dominates: a k-d tree over values and bits.
#pragma once
#include <algorithm>

#include "facts.hpp"

namespace labels {

// A partial plan: what it costs and uses so far, D lanes that are all better when smaller.
template <class T, int D, int W>
struct Label {
    std::array<T, D> v{};
    Bits<W> state;
    int node = 0, parent = -1, id = 0, x = 0;
};

template <class T, int D>
inline bool below(const std::array<T, D>& a, const std::array<T, D>& b) {
    int above = 0;
    for (int d = 0; d < D; d++) above |= a[d] > b[d];
    return !above;
}

// Which of two labels with equal objectives is preferred: the lesser key, then the earlier.
class Keys {
public:
    Wholes value;  // id * words + w
    int words = 0;

    int compare(int a, int b) const {
        for (int w = 0; w < words; w++) {
            const Whole x = value[static_cast<std::size_t>(a) * words + w];
            const Whole y = value[static_cast<std::size_t>(b) * words + w];
            if (x != y) return x < y ? -1 : 1;
        }
        return 0;
    }
    bool before(int a, int b) const {
        const int c = compare(a, b);
        return c ? c < 0 : a < b;
    }
};

// What bits cost that a label has and another has not: with it paid in advance, the label is as good
// as one without them, whatever follows.
template <class T, int D, int W>
struct Prices {
    Bits<W> priced;
    std::vector<std::pair<int, std::array<T, D>>> of;

    void pay(const Bits<W>& bits, std::array<T, D>& v) const {
        for (const auto& [bit, price] : of)
            if (bits.has(bit))
                for (int d = 0; d < D; d++) v[d] += price[d];
    }
};

template <class T, int D, int W>
class Tree {
public:
    using L = Label<T, D, W>;

    // The labels are reordered.
    Tree(std::vector<L>& labels, int dims, int m, int leaf = 12)
        : q_(labels), dims_(dims), m_(m), leaf_(leaf) {
        if (!labels.empty()) make(0, static_cast<int>(labels.size()), 0);
    }

    // Whether another label is as good in everything, what its further bits cost paid, and then better
    // in an objective or preferred: nothing that comes of this one is missed. Boxes that are looked at are counted.
    bool dominated(const L& label, const Keys& keys, const Prices<T, D, W>& prices, Whole& looked) const {
        const Bits<W>& priced = prices.priced;
        int stack[256], size = 0;
        if (!boxes_.empty()) stack[size++] = 0;
        while (size) {
            looked += kBoxWork;
            const Box& box = boxes_[stack[--size]];
            if (!below<T, D>(box.low, label.v)) continue;
            const Bits<W> extra = box.all.without(label.state);
            if (!extra.none()) {
                if (!extra.within(priced)) continue;
                std::array<T, D> paid = box.low;
                prices.pay(extra, paid);
                if (!below<T, D>(paid, label.v)) continue;
            }
            if (box.left >= 0) {
                stack[size++] = box.right;
                stack[size++] = box.left;
                continue;
            }
            looked += kLeafWork;
            for (int i = box.from; i < box.to; i++) {
                const L& other = q_[i];
                if (!below<T, D>(other.v, label.v) || other.id == label.id) continue;
                const Bits<W> more = other.state.without(label.state);
                std::array<T, D> paid = other.v;
                if (!more.none()) {
                    if (!more.within(priced)) continue;
                    prices.pay(more, paid);
                    if (!below<T, D>(paid, label.v)) continue;
                }
                if (!same(paid, label.v) || keys.before(other.id, label.id)) return true;
            }
        }
        return false;
    }

    // Whether some label is as good in every objective and better in one.
    bool beaten(const std::array<T, D>& corner, Whole& looked) const {
        int stack[256], size = 0;
        if (!boxes_.empty()) stack[size++] = 0;
        while (size) {
            looked += kBoxWork;
            const Box& box = boxes_[stack[--size]];
            if (!below<T, D>(box.low, corner)) continue;
            if (box.left >= 0) {
                stack[size++] = box.right;
                stack[size++] = box.left;
                continue;
            }
            for (int i = box.from; i < box.to; i++)
                if (below<T, D>(q_[i].v, corner) && !same(q_[i].v, corner)) return true;
        }
        return false;
    }

    // Takes all pairs of a label here and one of another tree whose ``sum(label, label, vector)`` is worth it:
    // it is asked of boxes first, as of labels with the least of all coordinates and the bits that all have.
    // False where ``take`` ends it.
    template <class Sum, class Take>
    bool pairs(const Tree& other, const Sum& sum, const Take& take) const {
        std::vector<std::pair<int, int>> stack;
        if (!boxes_.empty() && !other.boxes_.empty()) stack.push_back({0, 0});
        while (!stack.empty()) {
            const auto [i, j] = stack.back();
            stack.pop_back();
            const Box &a = boxes_[i], &b = other.boxes_[j];
            if (!sum(a.low, a.all, b.low, b.all)) continue;
            if (a.left < 0 && b.left < 0) {
                for (int p = a.from; p < a.to; p++)
                    for (int q = b.from; q < b.to; q++) {
                        const L &x = q_[p], &y = other.q_[q];
                        const auto* both = sum(x.v, x.state, y.v, y.state);
                        if (both && !take(x, y, *both)) return false;
                    }
            } else if (b.left < 0 || (a.left >= 0 && extent(a) > extent(b))) {
                stack.push_back({a.right, j});
                stack.push_back({a.left, j});
            } else {
                stack.push_back({i, b.right});
                stack.push_back({i, b.left});
            }
        }
        return true;
    }

private:
    struct Box {
        std::array<T, D> low, high;
        Bits<W> all;
        int from, to, left = -1, right = -1;
    };
    bool same(const std::array<T, D>& a, const std::array<T, D>& b) const {
        for (int k = 0; k < m_; k++)
            if (a[k] != b[k]) return false;
        return true;
    }

    T extent(const Box& box) const {
        T most = 0;
        for (int d = 0; d < dims_; d++) most = std::max<T>(most, box.high[d] - box.low[d]);
        return most;
    }

    int make(int from, int to, int depth) {
        const int id = static_cast<int>(boxes_.size());
        boxes_.emplace_back();
        Box box{q_[from].v, q_[from].v, q_[from].state, from, to};
        Bits<W> any = box.all;
        for (int i = from; i < to; i++) {
            for (int d = 0; d < D; d++) {
                box.low[d] = std::min(box.low[d], q_[i].v[d]);
                box.high[d] = std::max(box.high[d], q_[i].v[d]);
            }
            box.all.meet(q_[i].state);
            any.join(q_[i].state);
        }
        // halves at each step at the least an eighth of what is left: the stack holds
        if (to - from > leaf_ && depth < 100) {
            int cut = depth % 2 ? from : by_bit(box, any, from, to);
            if (cut == from) cut = by_value(box, from, to);
            if (cut > from && cut < to) {
                box.left = make(from, cut, depth + 1);
                box.right = make(cut, to, depth + 1);
            }
        }
        boxes_[id] = box;
        return id;
    }

    // Every other time by the bit that halves best, if one does well enough.
    int by_bit(const Box& box, const Bits<W>& any, int from, int to) {
        int best = -1;
        double most = 0.25;
        const int stride = std::max(1, (to - from) / 256);
        for (int w = 0; w < W; w++) {
            for (std::uint64_t open = any.w[w] & ~box.all.w[w], b = 0; open; open >>= 1, b++) {
                if (!(open & 1)) continue;
                const int bit = 64 * w + static_cast<int>(b);
                int set = 0, seen = 0;
                for (int i = from; i < to; i += stride) set += q_[i].state.has(bit), seen++;
                const double share = std::min(set, seen - set) / static_cast<double>(seen);
                if (share > most) most = share, best = bit;
            }
        }
        if (best < 0) return from;
        const auto middle = std::partition(q_.begin() + from, q_.begin() + to,
                                           [&](const L& q) { return !q.state.has(best); });
        return static_cast<int>(middle - q_.begin());
    }

    int by_value(const Box& box, int from, int to) {
        int widest = 0;
        for (int d = 1; d < dims_; d++)
            if (box.high[d] - box.low[d] > box.high[widest] - box.low[widest]) widest = d;
        const int middle = from + (to - from) / 2;
        std::nth_element(q_.begin() + from, q_.begin() + middle, q_.begin() + to,
                         [&](const L& a, const L& b) { return a.v[widest] < b.v[widest]; });
        return middle;
    }

    std::vector<L>& q_;
    int dims_, m_, leaf_;
    std::vector<Box> boxes_;
};

}  // namespace labels
