// Which of many points no other dominates, with more objectives than sorting helps with.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

namespace nonlinear {

// Points in a tree, halved where they are widest apart (Bentley 1975, Communications of the ACM
// 18(9), 509-517), that knows the least corner of what was kept below each of its nodes: where that
// does not dominate, nothing below does.
class KeptPoints {
public:
    KeptPoints(const double* points, std::size_t count, std::size_t objectives)
        : y_(points), m_(objectives), order_(count), leaf_(count) {
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        if (count) split(0, count, none_);
        corner_.assign(nodes_.size() * m_, std::numeric_limits<double>::infinity());
        kept_.resize(count * m_);
    }

    // Whether one that was kept is nowhere worse.
    bool dominate(const double* p) {
        open_.assign(1, 0);
        while (!open_.empty()) {
            const std::size_t at = open_.back();
            open_.pop_back();
            if (!below(&corner_[at * m_], p)) continue;
            const Node& node = nodes_[at];
            if (node.upper != none_) {
                open_.push_back(node.upper);
                open_.push_back(at + 1);
                continue;
            }
            const double* q = &kept_[node.first * m_];
            for (std::size_t i = 0; i < node.kept; i++, q += m_)
                if (below(q, p)) return true;
        }
        return false;
    }

    void keep(std::size_t point) {
        const double* p = y_ + point * m_;
        Node& own = nodes_[leaf_[point]];
        std::copy(p, p + m_, &kept_[(own.first + own.kept++) * m_]);
        for (std::size_t at = leaf_[point]; at != none_; at = nodes_[at].parent) {
            double* corner = &corner_[at * m_];
            for (std::size_t j = 0; j < m_; j++) corner[j] = std::min(corner[j], p[j]);
        }
    }

private:
    static constexpr std::size_t none_ = ~std::size_t{0};

    static constexpr std::size_t few_ = 12;

    // The lower half follows its node; a leaf has no upper one, and its points from first on.
    struct Node {
        std::size_t parent, upper, first, kept;
    };

    bool below(const double* q, const double* p) const {
        for (std::size_t j = 0; j < m_; j++)
            if (q[j] > p[j]) return false;
        return true;
    }

    std::size_t widest(std::size_t first, std::size_t last) const {
        std::size_t best = 0;
        double width = -1.0;
        for (std::size_t j = 0; j < m_; j++) {
            double low = y_[order_[first] * m_ + j], high = low;
            for (std::size_t i = first + 1; i < last; i++) {
                const double v = y_[order_[i] * m_ + j];
                low = std::min(low, v);
                high = std::max(high, v);
            }
            if (high - low > width) width = high - low, best = j;
        }
        return best;
    }

    void split(std::size_t first, std::size_t last, std::size_t parent) {
        const std::size_t own = nodes_.size();
        nodes_.push_back({parent, none_, first, 0});
        if (last - first <= few_) {
            for (std::size_t i = first; i < last; i++) leaf_[order_[i]] = own;
            return;
        }
        const std::size_t j = widest(first, last), middle = first + (last - first) / 2;
        const auto begin = order_.begin();
        std::nth_element(begin + static_cast<std::ptrdiff_t>(first),
                         begin + static_cast<std::ptrdiff_t>(middle),
                         begin + static_cast<std::ptrdiff_t>(last),
                         [&](std::size_t a, std::size_t b) { return y_[a * m_ + j] < y_[b * m_ + j]; });
        split(first, middle, own);
        nodes_[own].upper = nodes_.size();
        split(middle, last, own);
    }

    const double* y_;
    std::size_t m_;
    std::vector<std::size_t> order_, leaf_, open_;
    std::vector<Node> nodes_;
    std::vector<double> corner_, kept_;
};

// Of finite points (count, objectives) those that no other dominates, of equal ones the first, in
// increasing order. A point is dominated by none that comes after it in the order of sums, which
// rounding does not turn round, and of equal sums of values and places.
inline std::vector<std::int64_t> undominated(const double* points, std::size_t count,
                                             std::size_t objectives) {
    std::vector<double> sum(count);
    std::vector<std::size_t> order(count);
    for (std::size_t i = 0; i < count; i++)
        sum[i] = std::accumulate(points + i * objectives, points + (i + 1) * objectives, 0.0);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        if (sum[a] != sum[b]) return sum[a] < sum[b];
        const double *p = points + a * objectives, *q = points + b * objectives;
        for (std::size_t j = 0; j < objectives; j++)
            if (p[j] != q[j]) return p[j] < q[j];
        return a < b;
    });
    KeptPoints kept(points, count, objectives);
    std::vector<std::int64_t> found;
    for (const std::size_t i : order) {
        if (kept.dominate(points + i * objectives)) continue;
        kept.keep(i);
        found.push_back(static_cast<std::int64_t>(i));
    }
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace nonlinear
