// How far a plan can be from the known ones when a search is stopped: the best completions of labels
// that are open, by their bounds, against the zones that the known points leave.
#pragma once
#include "zones.hpp"

namespace labels {

// The range of each coordinate of some points; 0 where all are equal.
inline Wholes ranges(const std::vector<Wholes>& points) {
    Wholes low = points.front(), high = low;
    for (const Wholes& p : points)
        for (std::size_t k = 0; k < p.size(); k++) low[k] = std::min(low[k], p[k]), high[k] = std::max(high[k], p[k]);
    for (std::size_t k = 0; k < low.size(); k++) high[k] -= low[k];
    return high;
}

// At most so many of the points, those first that the ones before them cover least.
inline std::vector<Wholes> spread(const std::vector<Wholes>& points, const Wholes& scale, int most) {
    std::vector<double> apart(points.size(), 1e300);
    std::vector<Wholes> chosen;
    std::size_t next = 0;
    while (static_cast<int>(chosen.size()) < most && apart[next] > 0.0) {
        const Wholes& p = points[next];
        chosen.push_back(p);
        for (std::size_t i = 0; i < points.size(); i++) {
            double above = 0.0;
            for (std::size_t k = 0; k < p.size(); k++)
                above = std::max(above, static_cast<double>(p[k] - points[i][k]) / static_cast<double>(std::max<Whole>(1, scale[k])));
            apart[i] = std::min(apart[i], above);
        }
        next = static_cast<std::size_t>(std::max_element(apart.begin(), apart.end()) - apart.begin());
    }
    return chosen;
}

// Bounds (weightings,) of what is open, one for each label or for some that follow one another.
class Open {
public:
    Open(std::size_t labels, std::size_t many) : many_(many), together_(labels / kMost + 1) {}

    void add(const Wholes& bounds) {
        if (count_++ % together_ == 0) rows.push_back(bounds);
        else
            for (std::size_t k = 0; k < many_; k++) rows.back()[k] = std::min(rows.back()[k], bounds[k]);
    }

    // No plan is further from the points than this share of every range; 1 where that says nothing.
    // An objective that is the same in all points is not measured: (m,) scale, 0 for it, would hide
    // what is better in it, so that there is no gap then.
    double gap(const std::vector<Wholes>& points, const Wholes& scale, const Wholes& most,
               const std::vector<Weighting>& weightings) const {
        for (Whole s : scale)
            if (!s) return 1.0;
        // nothing that is at most ``most`` is more than a range inside a corner that is cut off here
        Wholes cut = most;
        for (std::size_t k = 0; k < cut.size(); k++) cut[k] += scale[k];
        const Zones zones(spread(points, scale, scale.size() <= 3 ? 3000 : 1000), cut, weightings, kZones);
        std::vector<double> size;
        for (const Weighting& w : weightings) {
            Whole sum = 0;
            for (std::size_t k = 0; k < scale.size(); k++) sum += w[k] * scale[k];
            size.push_back(static_cast<double>(sum));
        }
        double least = 0.0;
        for (const Wholes& bounds : rows) least = zones.reach(bounds, size, least);
        // the quotients of whole numbers are rounded, each by less
        return std::min(1.0, least * (1.0 + 0x1p-40));
    }

    std::vector<Wholes> rows;

private:
    static constexpr std::size_t kMost = 50'000;
    static constexpr int kZones = 60'000;
    std::size_t many_, together_, count_ = 0;
};

}  // namespace labels
