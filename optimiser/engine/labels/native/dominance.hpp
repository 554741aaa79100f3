// Labels and the test whether one of many dominates: a k-d tree over values and bits.
#pragma once
#include <algorithm>

#include "facts.hpp"

namespace labels {

// A partial plan: what it costs and uses so far, D lanes that are all better when smaller.
template <class T, int D>
struct Label {
    std::array<T, D> v{};
    Mask state;
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

template <class T, int D>
class Tree {
public:
    using L = Label<T, D>;

    // The labels are reordered.
    Tree(std::vector<L>& labels, int dims, int m) : q_(labels), dims_(dims), m_(m) {
        if (!labels.empty()) make(0, static_cast<int>(labels.size()), 0);
    }

    // Whether another label is as good in everything and better in an objective, or as good and
    // preferred: then nothing that comes of this one is missed.
    bool dominated(const L& label, const Keys& keys) const {
        return search(label.v, label.state, [&](const L& other) {
            return other.id != label.id &&
                   (!same(other.v, label.v) || keys.before(other.id, label.id));
        });
    }

    // Whether some label is as good in every objective and better in one.
    bool beaten(const std::array<T, D>& corner) const {
        Mask all;
        for (auto& word : all.w) word = ~std::uint64_t{0};
        return search(corner, all, [&](const L& other) { return !same(other.v, corner); });
    }

private:
    struct Box {
        std::array<T, D> low, high;
        Mask all;
        int from, to, left = -1, right = -1;
    };
    static constexpr int kLeaf = 12;

    bool same(const std::array<T, D>& a, const std::array<T, D>& b) const {
        for (int k = 0; k < m_; k++)
            if (a[k] != b[k]) return false;
        return true;
    }

    template <class Wins>
    bool search(const std::array<T, D>& v, const Mask& state, Wins wins) const {
        if (boxes_.empty()) return false;
        int stack[256], size = 0;
        stack[size++] = 0;
        while (size) {
            const Box& box = boxes_[stack[--size]];
            if (!below<T, D>(box.low, v) || !box.all.within(state)) continue;
            if (box.left >= 0) {
                stack[size++] = box.right;
                stack[size++] = box.left;
                continue;
            }
            for (int i = box.from; i < box.to; i++)
                if (below<T, D>(q_[i].v, v) && q_[i].state.within(state) && wins(q_[i])) return true;
        }
        return false;
    }

    int make(int from, int to, int depth) {
        const int id = static_cast<int>(boxes_.size());
        boxes_.emplace_back();
        Box box{q_[from].v, q_[from].v, q_[from].state, from, to};
        Mask any = box.all;
        for (int i = from; i < to; i++) {
            for (int d = 0; d < D; d++) {
                box.low[d] = std::min(box.low[d], q_[i].v[d]);
                box.high[d] = std::max(box.high[d], q_[i].v[d]);
            }
            box.all.meet(q_[i].state);
            any.join(q_[i].state);
        }
        // halves at each step at the least an eighth of what is left: the stack holds
        if (to - from > kLeaf && depth < 100) {
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
    int by_bit(const Box& box, const Mask& any, int from, int to) {
        int best = -1;
        double most = 0.25;
        const int stride = std::max(1, (to - from) / 256);
        for (int w = 0; w < kWords; w++) {
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
    int dims_, m_;
    std::vector<Box> boxes_;
};

}  // namespace labels
