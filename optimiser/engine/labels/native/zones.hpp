// What known points leave open: a label is of use only if all of its bounds reach into a zone.
//
// A zone is everything strictly below its corner; together the zones hold every point that no known
// one is as good as (Klamroth, Lacour and Vanderpooten 2015, section 4). Here the corner itself and
// what is level with it count as open too: so do all known points then, each being level with a zone
// of its own, and another plan with the same objectives, which may be preferred, is not lost.
#pragma once
#include <algorithm>
#include <numeric>

#include "multipliers.hpp"

namespace labels {

// Corners (zones, m) of what some points leave; kInfinite where nothing bounds a side. As soon as there
// are ``enough``, or finding them takes long, no further point is taken in.
class Corners {
public:
    std::vector<Wholes> all;

    Corners(const std::vector<Wholes>& points, int m, int enough) : m_(m) {
        Zone whole{Wholes(m_, kInfinite), std::vector<Wholes>(m_, Wholes(m_, -kInfinite))};
        for (int k = 0; k < m_; k++) whole.by[k][k] = kInfinite;
        zones_ = {whole};
        std::size_t seen = 0;
        for (const Wholes& p : points) {
            seen += zones_.size();
            if (static_cast<int>(zones_.size()) > enough || seen > kSeen) break;
            split(p);
        }
        for (Zone& z : zones_) all.push_back(std::move(z.corner));
        zones_.clear();
    }

private:
    struct Zone {
        Wholes corner;
        std::vector<Wholes> by;  // (m, m) for each side the point that defines it
    };
    static constexpr std::size_t kSeen = 20'000'000;  // zones that points are compared with

    // Of equal coordinates the later point's counts as less, by less than any two whole numbers
    // differ: no two points share one then, which the rule for needless children asks for, and the
    // same whole points are open.
    void split(const Wholes& p) {
        std::vector<Zone> fresh;
        std::size_t kept = 0;
        for (Zone& z : zones_) {
            bool inside = true;
            for (int k = 0; k < m_ && inside; k++) inside = p[k] <= z.corner[k];
            if (!inside) {
                if (&zones_[kept] != &z) zones_[kept] = std::move(z);
                kept++;
                continue;
            }
            for (int j = 0; j < m_; j++) {
                bool needed = true;
                for (int k = 0; k < m_ && needed; k++) needed = k == j || z.by[k][j] < p[j];
                if (!needed) continue;
                Zone child = z;
                child.corner[j] = p[j];
                child.by[j] = p;
                fresh.push_back(std::move(child));
            }
        }
        zones_.resize(kept);
        for (Zone& z : fresh) zones_.push_back(std::move(z));
    }

    int m_;
    std::vector<Zone> zones_;
};

class Zones {
public:
    // All corners (zones, m), none infinite.
    Zones(std::vector<Wholes> corners, std::vector<Weighting> weightings)
        : m_(static_cast<int>(corners.front().size())), many_(static_cast<int>(weightings.size())),
          weightings_(std::move(weightings)), corners_(std::move(corners)) {
        ids_.resize(corners_.size());
        std::iota(ids_.begin(), ids_.end(), 0);
        make(0, static_cast<int>(ids_.size()));
        weigh(corners_);
    }

    // Other corners in place of these: as many, each where it was.
    void weigh(const std::vector<Wholes>& corners) {
        weighted_.resize(ids_.size() * many_);
        for (std::size_t i = 0; i < ids_.size(); i++)
            for (int k = 0; k < many_; k++) weighted_[i * many_ + k] = weighed(corners[ids_[i]], weightings_[k]);
        for (int b = static_cast<int>(boxes_.size()) - 1; b >= 0; b--) {
            Box& box = boxes_[b];
            box.most.assign(many_, -kInfinite);
            if (box.left >= 0) {
                for (int child : {box.left, box.right})
                    for (int k = 0; k < many_; k++) box.most[k] = std::max(box.most[k], boxes_[child].most[k]);
            } else {
                for (int i = box.from; i < box.to; i++)
                    for (int k = 0; k < many_; k++)
                        box.most[k] = std::max(box.most[k], weighted_[static_cast<std::size_t>(i) * many_ + k]);
            }
        }
    }

    // Whether some corner is at least (weightings,) in every weighting. Boxes that are looked at are
    // counted.
    bool open(const Wholes& bounds, std::size_t& last, Whole& looked) const {
        // labels that follow one another often reach the same corner: the last one is looked at first
        if (reached(bounds, &weighted_[last * many_])) return true;
        int stack[128], size = 0;
        stack[size++] = 0;
        while (size) {
            looked += kBoxWork;
            const Box& box = boxes_[stack[--size]];
            if (!reached(bounds, box.most.data())) continue;
            if (box.left >= 0) {
                stack[size++] = box.right;
                stack[size++] = box.left;
                continue;
            }
            for (int i = box.from; i < box.to; i++)
                if (reached(bounds, &weighted_[static_cast<std::size_t>(i) * many_]))
                    return last = static_cast<std::size_t>(i), true;
        }
        return false;
    }

private:
    struct Box {
        int from, to, left = -1, right = -1;
        Wholes most;
    };
    static constexpr int kLeaf = 8;

    static Whole weighed(const Wholes& y, const Weighting& w) {
        Whole sum = 0;
        for (std::size_t k = 0; k < y.size(); k++) sum += w[k] * y[k];
        return sum;
    }

    bool reached(const Wholes& bounds, const Whole* corner) const {
        for (int k = 0; k < many_; k++)
            if (bounds[k] > corner[k]) return false;
        return true;
    }

    int make(int from, int to) {
        const int id = static_cast<int>(boxes_.size());
        boxes_.push_back({from, to, -1, -1, {}});
        if (to - from <= kLeaf) return id;
        int widest = 0;
        double most = -1.0;
        for (int k = 0; k < m_; k++) {
            Whole low = corners_[ids_[from]][k], high = low;
            for (int i = from; i < to; i++) {
                low = std::min(low, corners_[ids_[i]][k]);
                high = std::max(high, corners_[ids_[i]][k]);
            }
            if (static_cast<double>(high - low) > most) most = static_cast<double>(high - low), widest = k;
        }
        const int middle = from + (to - from) / 2;
        std::nth_element(ids_.begin() + from, ids_.begin() + middle, ids_.begin() + to,
                         [&](int a, int b) { return corners_[a][widest] > corners_[b][widest]; });
        const int left = make(from, middle), right = make(middle, to);
        boxes_[id].left = left;
        boxes_[id].right = right;
        return id;
    }

    int m_, many_;
    std::vector<Weighting> weightings_;
    std::vector<Wholes> corners_;
    std::vector<int> ids_;
    Wholes weighted_;
    std::vector<Box> boxes_;
};

}  // namespace labels
