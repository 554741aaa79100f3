// Which zones are emptied by one tree, and how many: twice as many after bundles that came to their
// end, a quarter after one that did not.
#pragma once
#include "search.hpp"
#include "stages.hpp"

namespace kernel {

class Gathering {
public:
    explicit Gathering(int objectives) : p_(objectives) {}

    bool alone() const { return size_ == 1; }
    // Zones that a bundle begins with at the most, and nodes that it may take for each plan it finds.
    int most() const { return p_ == 2 ? 8 : std::min(32, 1 << (p_ - 1)); }
    Whole most_nodes(Whole limit) const { return std::min(p_ == 2 ? 10 * kBundled : kBundled, limit); }

    // The free zones around z, for the thread that searches; objective `aim` is minimised in all. The
    // bundle stays empty where z has to be searched alone.
    void gather(Zones& zones, int z, Search& search, int aim) const {
        search.bundle.begin(aim, std::max(64, 4 * most()), search.program.low.data() + search.program.n,
                            zones.place.size());
        search.every = false;
        for (int h : zones.near(z, size_)) {
            if (search.bundle.add(zones[h], zones.id[h])) zones.holder[h] = search.who;
            else if (h == z) return search.bundle.clear();
        }
    }

    void ended(bool found) {
        size_ = p_ == 2 && found ? std::max(2, size_ / 2) : std::min(most(), 2 * size_);
    }
    void gave_up() { size_ = std::max(1, size_ / 4); }
    // A zone was searched alone, in so many nodes.
    void searched(Whole nodes) {
        if (8 * nodes < kBundled) size_ = std::max(2, size_);
    }

private:
    int p_;
    int size_ = 2;  // zones that the next bundle begins with
};

}  // namespace kernel
