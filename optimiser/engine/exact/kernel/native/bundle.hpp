// Zones that one tree empties together.
//
// Where most zones hold nothing, their trees are nearly the same: a vector of multipliers that
// refutes one zone at a node refutes its neighbours as a rule, at the cost of a dot product, for
// only the objectives' limits differ. So a node has a list of zones that are still alive there; its
// relaxation is that of one of them, everything else (fixed columns, sides cut off) holds for all
// that are alive, and it is left behind when none is.
//
// A plan that is found in a zone cuts that zone into others, which take its place in the node at
// hand and in every open sibling: what was refuted of the zone stays refuted of its parts.
#pragma once
#include <stdexcept>

#include "refutation.hpp"
#include "zone_table.hpp"

namespace kernel {

class Bundle {
public:
    std::vector<std::int32_t> listed;  // (l, n) plans of efficient points
    std::vector<int> whose;            // (l,) the number of its point

    Bundle(int p, int n) : p_(p), n_(n), weight_(p) {}

    // Begin with no zone, all of objective `aim` minimised; there may be so many, those that come
    // from cutting others included. `low` (p,) are the objectives' least values, `made` the zones made
    // so far.
    void begin(int aim, int most, const Real* low, std::size_t made) {
        clear();
        aim_ = aim;
        most_ = most;
        made_ = made;
        low_.assign(low, low + p_);
    }
    // Begin with limits (b, p) of the objectives within which plans are to be gathered: at most so
    // many of each, and one. `low` as before.
    void begin_limits(const Whole* of, int b, int aim, int most, const Real* low) {
        begin(aim, b, low, 0);
        std::vector<Whole> zone(p_);
        for (int i = 0; i < b; i++) {
            for (int k = 0; k < p_; k++) zone[k] = of[std::size_t(i) * p_ + k] + 1;
            if (!add(zone.data(), i)) throw std::invalid_argument("limits that cannot be");
        }
        listed.clear();
        whose.clear();
        left_.assign(b, most + 1);
    }
    // The same with efficient points as limits: nothing dominates them, so that what is nowhere above
    // one is just there.
    void begin_points(const Whole* of, int b, int aim, int most, const Real* low) {
        begin_limits(of, b, aim, most, low);
        just_ = true;
        for (int k = 0; k < p_; k++) {
            Whole least = of[k];
            for (int i = 1; i < b; i++) least = std::min(least, of[std::size_t(i) * p_ + k]);
            low_[k] = static_cast<Real>(least);
        }
    }
    void clear() {
        at_ = next_ = cuts_ = 0;
        just_ = false;
        limits_.clear();
        zones_.clear();
        alive_.clear();
        open_.clear();
        siblings_.clear();
    }

    // One more zone, with its id. Returns whether it has a place.
    bool add(const Whole* zone, int id) {
        if (count() == most_) return false;
        for (int k = 0; k < p_; k++)
            if (static_cast<Real>(zone[k] - 1) < low_[k]) return false;
        alive_.push_back(count());
        for (int k = 0; k < p_; k++) limits_.push_back(zone[k] - 1);
        zones_.push_back({id, false, {}});
        return true;
    }

    bool empty() const { return zones_.empty(); }
    // Whether plans just at the limits are wanted, and there are none below.
    bool just() const { return just_; }
    int count() const { return static_cast<int>(zones_.size()); }
    // What the objectives are at most in a zone.
    const Whole* limits(int zone) const { return limits_.data() + std::size_t(zone) * p_; }
    // The ids of those that are not cut into others.
    std::vector<int> whole() const {
        std::vector<int> found;
        for (const Zone& one : zones_)
            if (!one.cut) found.push_back(one.id);
        return found;
    }

    // There are new points, of this thread or of another: the zones that are gone from `zones` are
    // cut into those that were made inside them since, where another has not got these.
    void cut(Zones& zones, int who) {
        const int before = count();
        const std::vector<int> alive = alive_;
        std::vector<int> fresh;
        for (; made_ < zones.place.size(); made_++) {
            const int z = zones.place[made_];
            if (z < 0 || (zones.holder[z] != who && zones.holder[z] != Zones::kFree)) continue;
            zones.holder[z] = Zones::kFree;
            fresh.push_back(static_cast<int>(made_));
        }
        for (int h = 0; h < before; h++) {
            if (zones_[h].cut || zones.place[zones_[h].id] >= 0) continue;
            zones_[h].cut = true;
            for (int& id : fresh) {
                const int z = id < 0 ? id : zones.place[id];
                if (z < 0 || !inside(zones[z], h)) continue;
                if (add(zones[z], id)) zones_[h].into.push_back(count() - 1), zones.holder[z] = who;
                id = -1;
            }
        }
        cuts_++;
        alive_ = alive;
        renew();
    }

    // One more plan, of the point y.
    void gather(const Whole* y, const std::vector<Whole>& plan) {
        const int h = holding(y);
        listed.insert(listed.end(), plan.begin(), plan.end());
        whose.push_back(h);
        if (--left_[h] > 0) return;
        zones_[h].cut = true;
        cuts_++;
        renew();
    }

    // The limits of the first zone. A row whose sides meet would be fixed in the tableau, for all
    // zones: the lower sides are one below what they may be.
    void limit(Bounds& bounds) const {
        for (int k = 0; k < p_; k++) {
            bounds.lo[n_ + k] = low_[k] - 1.0;
            bounds.up[n_ + k] = static_cast<Real>(limits(0)[k]);
        }
    }

    // ---- at a node

    int at() const { return at_; }
    bool alive() const { return !alive_.empty(); }
    const std::vector<int>& living() const { return alive_; }
    bool is_cut(int zone) const { return zones_[zone].cut; }
    bool at_is_alive() const { return std::find(alive_.begin(), alive_.end(), at_) != alive_.end(); }
    // What the cost is at most in a zone.
    Whole aimed(int zone) const { return limits(zone)[aim_]; }
    Whole cost_limit() const { return limits(at_)[aim_]; }

    // A zone that is alive and holds values (p,) of the objectives; -1 if none does.
    int holding(const Whole* y) const {
        for (const int h : alive_)
            if (within(y, h)) return h;
        return -1;
    }

    // From the bound of the zone at hand, and the multipliers it comes from: without what they
    // refute, the least bound of any zone alive; 1 where none is left.
    Whole drop(Whole bound, const Multipliers& lam, Whole scale) {
        weigh(lam, scale);
        bound += weighed(at_);
        Whole found = 1;
        std::size_t left = 0;
        for (const int h : alive_) {
            const Whole own = bound - weighed(h);
            if (own > 0) continue;
            alive_[left++] = h;
            if (found > 0 || own < found) found = own, next_ = h;
        }
        alive_.resize(left);
        return found;
    }

    // Whether they refute every zone alive.
    bool refutes(Whole bound, const Multipliers& lam, Whole scale) {
        if (bound <= 0) return false;
        weigh(lam, scale);
        bound += weighed(at_);
        return bound > weighed(next_) &&
               std::all_of(alive_.begin(), alive_.end(), [&](int h) { return bound > weighed(h); });
    }

    // The relaxation becomes that of the zone that was furthest from being refuted.
    void turn(Tableau& t, Bounds& bounds) {
        at_ = std::find(alive_.begin(), alive_.end(), next_) != alive_.end() ? next_ : alive_.front();
        for (int k = 0; k < p_; k++) {
            if (k == aim_) continue;
            const int v = n_ + k, j = t.loc[v];
            const Real limit = static_cast<Real>(limits(at_)[k]);
            if (j >= 0 && j != kAbsent && t.sg[j] < 0.0 && limit != bounds.up[v])
                shift(t, j, limit - bounds.up[v]);
            bounds.up[v] = limit;
        }
    }

    // ---- open siblings

    void keep() {
        siblings_.push_back({open_.size(), at_, cuts_});
        open_.insert(open_.end(), alive_.begin(), alive_.end());
    }

    // The zones of the last sibling kept, whose tableau is at hand.
    void back(Bounds& bounds) {
        const Sibling last = siblings_.back();
        siblings_.pop_back();
        alive_.assign(open_.begin() + last.begin, open_.end());
        open_.resize(last.begin);
        at_ = next_ = last.at;
        if (last.cuts != cuts_) renew();
        for (int k = 0; k < p_; k++)
            if (k != aim_) bounds.up[n_ + k] = static_cast<Real>(limits(at_)[k]);
    }

private:
    struct Zone {
        int id;
        bool cut;
        std::vector<int> into;
    };
    struct Sibling {
        std::size_t begin;
        int at, cuts;
    };
    int p_, n_, aim_ = 0, most_ = 0;
    bool just_ = false;
    int at_ = 0;                     // whose relaxation it is
    int next_ = 0;                   // whose it will be
    int cuts_ = 0;
    std::size_t made_ = 0;           // the zones that are known here
    std::vector<Real> low_;          // (p,)
    std::vector<Whole> limits_;      // (count, p)
    std::vector<Zone> zones_;        // (count,)
    std::vector<int> alive_;
    std::vector<int> open_;          // what is alive in the siblings, one after the other
    std::vector<Sibling> siblings_;
    std::vector<int> left_;          // (b,) how many plans of each point may still be listed
    std::vector<Whole> weight_;      // (p,) how much a unit of each limit takes from a bound

    bool within(const Whole* y, int h) const {
        return std::equal(y, y + p_, limits(h), [](Whole a, Whole b) { return a <= b; });
    }
    bool inside(const Whole* zone, int h) const {
        return std::equal(zone, zone + p_, limits(h), [](Whole a, Whole b) { return a - 1 <= b; });
    }
    // The parts in place of what was cut since.
    void renew() {
        std::size_t left = 0;
        for (std::size_t i = 0; i < alive_.size(); i++) {
            const int h = alive_[i];
            if (zones_[h].cut) alive_.insert(alive_.end(), zones_[h].into.begin(), zones_[h].into.end());
            else alive_[left++] = h;
        }
        alive_.resize(left);
    }
    void weigh(const Multipliers& lam, Whole scale) {
        std::fill(weight_.begin(), weight_.end(), 0);
        weight_[aim_] = scale;
        for (int e = 0; e < lam.count; e++)
            if (const int i = lam.whose[e]; i < p_ && lam.value[i] < 0) weight_[i] -= lam.value[i];
    }
    Whole weighed(int h) const {
        const Whole* limit = limits(h);
        Whole sum = 0;
        for (int k = 0; k < p_; k++) sum += weight_[k] * limit[k];
        return sum;
    }
};

}  // namespace kernel
