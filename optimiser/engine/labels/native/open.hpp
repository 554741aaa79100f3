// What a search that was stopped leaves open: bounds of the labels that are to be completed yet, against
// the zones that known points leave.
#pragma once
#include <memory>

#include "zones.hpp"

namespace labels {

// At most so many of the points, those first that the ones before them cover least, in shares of the
// range of each coordinate.
inline std::vector<Wholes> spread(const std::vector<Wholes>& points, int most) {
    Wholes low = points.front(), high = low;
    for (const Wholes& p : points)
        for (std::size_t k = 0; k < p.size(); k++) low[k] = std::min(low[k], p[k]), high[k] = std::max(high[k], p[k]);
    std::vector<double> apart(points.size(), 1e300);
    std::vector<Wholes> chosen;
    std::size_t next = 0;
    while (static_cast<int>(chosen.size()) < most && apart[next] > 0.0) {
        const Wholes& p = points[next];
        chosen.push_back(p);
        for (std::size_t i = 0; i < points.size(); i++) {
            double above = 0.0;
            for (std::size_t k = 0; k < p.size(); k++)
                above = std::max(above, static_cast<double>(p[k] - points[i][k]) / static_cast<double>(std::max<Whole>(1, high[k] - low[k])));
            apart[i] = std::min(apart[i], above);
        }
        next = static_cast<std::size_t>(std::max_element(apart.begin(), apart.end()) - apart.begin());
    }
    return chosen;
}

// Everything that no known point is as good as is a completion of a label here, since all else was
// dropped for something at least as good. Of many labels several are one, with the least of their bounds.
class Open {
public:
    Open(std::size_t labels, std::vector<Weighting> weightings, Wholes most)
        : weightings_(std::move(weightings)), most_(std::move(most)), together_(labels / kMost + 1) {}

    // Bounds (weightings,) of all completions of one more label.
    void add(const Wholes& bounds) {
        if (count_++ % together_ == 0) rows_.push_back(bounds);
        else
            for (std::size_t k = 0; k < bounds.size(); k++) rows_.back()[k] = std::min(rows_.back()[k], bounds[k]);
    }

    // (m,) of every objective the values that sides of the points' zones have, in ascending order.
    std::vector<Wholes> sides(const std::vector<Wholes>& points) {
        const int m = static_cast<int>(most_.size());
        corners_ = Corners(spread(points, m <= 3 ? 3000 : 1000), m, kZones).all;
        sides_.assign(m, {});
        for (int k = 0; k < m; k++) {
            for (const Wholes& corner : corners_)
                if (corner[k] < kInfinite) sides_[k].push_back(corner[k]);
            std::sort(sides_[k].begin(), sides_[k].end());
            sides_[k].erase(std::unique(sides_[k].begin(), sides_[k].end()), sides_[k].end());
        }
        zones_ = std::make_unique<Zones>(moved(sides_), weightings_);
        return sides_;
    }

    // Whether some completion can be in a zone whose sides are at these values, inclusive, in place of
    // those above. If so, labels without one are forgotten: what is asked next is asked of smaller zones.
    bool reaches(const std::vector<Wholes>& sides) {
        zones_->weigh(moved(sides));
        std::vector<Wholes> left;
        std::size_t last = 0;
        Whole looked = 0;
        for (const Wholes& bounds : rows_)
            if (zones_->open(bounds, last, looked)) left.push_back(bounds);
        if (left.empty()) return false;
        rows_ = std::move(left);
        return true;
    }

private:
    static constexpr std::size_t kMost = 50'000;
    static constexpr int kZones = 60'000;

    // Corners with other sides; nothing is above ``most_``.
    std::vector<Wholes> moved(const std::vector<Wholes>& sides) const {
        std::vector<Wholes> found;
        for (const Wholes& corner : corners_) {
            Wholes to = most_;
            for (std::size_t k = 0; k < to.size(); k++) {
                if (corner[k] == kInfinite) continue;
                const auto at = std::lower_bound(sides_[k].begin(), sides_[k].end(), corner[k]) - sides_[k].begin();
                to[k] = std::min(to[k], sides[k].at(static_cast<std::size_t>(at)));
            }
            found.push_back(std::move(to));
        }
        return found;
    }

    std::vector<Weighting> weightings_;
    Wholes most_;
    std::size_t together_, count_ = 0;
    std::vector<Wholes> rows_, corners_, sides_;
    std::unique_ptr<Zones> zones_;
};

}  // namespace labels
