// Search zones: what the points found so far leave open, as local upper bounds.
//
// A zone u stands for the points y < u in every objective. The union of all zones is what no point
// found dominates (weakly); a new point y splits the zones that hold it, u becoming (y_l, u_-l), and
// each candidate is kept exactly when every other component k of u still has a defining point: a
// point z with z_k = u_k, z_j < u_j for the other j, and z_l < y_l. Points that share a component
// are chained, so that equal objective values, where one component has several defining points, need
// no lists of their own.
//
// K. Klamroth, R. Lacour, D. Vanderpooten, "On the representation of the search region in
//     multi-objective optimization", European Journal of Operational Research 245, 2015, 767-778
//     (theorem 4.3, without general position).
// S. Tamby, D. Vanderpooten, "Enumeration of the nondominated set of multiobjective discrete
//     optimization problems", INFORMS Journal on Computing 33, 2021, 72-85 (which zone next, in
//     which direction; what a solved zone excludes).
#pragma once
#include <numeric>
#include <utility>

#include "rows.hpp"

namespace kernel {

// What is known of a point: it may be dominated by what is not found yet; nothing dominates it; a
// later point does.
enum class Standing : Whole { tentative, efficient, dominated };

// The points so far: k of them, p objectives, n columns. None dominates a later one; those that a
// later one dominates stay: their zones are as good as cut by that.
struct Points {
    int p, n;
    std::vector<Whole> Y;             // (k, p)
    std::vector<std::int32_t> X;      // (k, n) plans
    std::vector<Whole> chain;         // (k, p) which points share a component
    std::vector<Standing> standing;   // (k,)
    std::vector<int> efficient, tentative;  // which are, in the order in which that became known

    Points(int objectives, int columns) : p(objectives), n(columns) {}

    int count() const { return static_cast<int>(Y.size() / p); }
    const Whole* operator[](int q) const { return Y.data() + std::size_t(q) * p; }
    const std::int32_t* plan(int q) const { return X.data() + std::size_t(q) * n; }
    Whole& next(int q, int k) { return chain[std::size_t(q) * p + k]; }

    // Add a point, chained to those that share a component with it.
    void add(const Whole* y, const Whole* x, Standing known) {
        const int q = count();
        if (!tentative.empty()) {
            keep_tentative([&](int t) {
                const bool beaten = std::equal(y, y + p, (*this)[t], std::less_equal<Whole>());
                if (beaten) standing[t] = Standing::dominated;
                return !beaten;
            });
        }
        stand(known);
        Y.insert(Y.end(), y, y + p);
        X.insert(X.end(), x, x + n);
        chain.insert(chain.end(), p, q);
        for (int k = 0; k < p; k++)
            for (int r = 0; r < q; r++)
                if ((*this)[r][k] == y[k]) {
                    std::swap(next(q, k), next(r, k));
                    break;
                }
    }

    // What is known of the next point.
    void stand(Standing known) {
        const int q = static_cast<int>(standing.size());
        standing.push_back(known);
        if (known != Standing::dominated) (known == Standing::efficient ? efficient : tentative).push_back(q);
    }

    // The tentative points that `kept` says stay so.
    template <class Kept>
    void keep_tentative(Kept kept) {
        tentative.erase(std::remove_if(tentative.begin(), tentative.end(), [&](int t) { return !kept(t); }),
                        tentative.end());
    }

    // The plans (l, n) of some points, without the `first` ones.
    std::vector<std::int32_t> plans(const std::vector<int>& of, std::size_t first = 0) const {
        std::vector<std::int32_t> found;
        for (std::size_t i = first; i < of.size(); i++) {
            const auto plan = X.begin() + std::size_t(of[i]) * n;
            found.insert(found.end(), plan, plan + n);
        }
        return found;
    }

    // The efficient points (l, p).
    std::vector<Whole> values() const {
        std::vector<Whole> found;
        for (int q : efficient) found.insert(found.end(), (*this)[q], (*this)[q] + p);
        return found;
    }

    // Whether point q is where zone u ends in component k.
    bool touches(int q, const Whole* u, int k) const {
        const Whole* y = (*this)[q];
        for (int j = 0; j < p; j++)
            if (j == k ? y[j] != u[j] : y[j] >= u[j]) return false;
        return true;
    }

    // Some point of the chain of `first` that defines component k of u and has f_component < value;
    // -1 if none.
    int defining(const Whole* u, int first, int k, int component, Whole value) {
        int q = first;
        do {
            const Whole* y = (*this)[q];
            bool good = y[component] < value;
            for (int j = 0; j < p && good; j++) good = j == k || y[j] < u[j];
            if (good) return q;
            q = static_cast<int>(next(q, k));
        } while (q != first);
        return -1;
    }
};

struct Zones {
    static constexpr int kFree = -1;

    int p;
    std::vector<Whole> ideal;     // (p,) proven least values
    std::vector<Whole> top;       // (p,) one above the greatest values
    std::vector<Whole> U;         // (z, p) local upper bounds
    std::vector<Whole> defining;  // (z, p) their points
    std::vector<Real> score;      // (z,)
    std::vector<Whole> direction; // (z,)
    std::vector<int> id;          // (z,) a number of its own, and
    std::vector<int> place;       // where that is, -1 once it is gone
    std::vector<int> holder;      // (z,) which thread has it at hand, kFree where none

    // One zone that holds everything.
    Zones(std::vector<Whole> least, std::vector<Whole> above)
        : p(static_cast<int>(least.size())), ideal(std::move(least)), top(std::move(above)), U(top),
          defining(p, -1), score{-1.0}, direction{0}, id{0}, place{0}, holder{kFree} {
        write_columns();
    }

    // Ids for zones that were read.
    void number() {
        id.resize(count());
        std::iota(id.begin(), id.end(), 0);
        place = id;
        holder.assign(count(), kFree);
        write_columns();
    }

    int count() const { return static_cast<int>(score.size()); }
    const Whole* operator[](int z) const { return U.data() + std::size_t(z) * p; }

    // The free zone with the highest score; -1 where none is free.
    int choose() const {
        int best = -1;
        for (int z = 0; z < count(); z++)
            if (holder[z] == kFree && (best < 0 || score[z] > score[best])) best = z;
        return best;
    }

    // Let go of what a thread has at hand.
    void let_go(int who) { std::replace(holder.begin(), holder.end(), who, kFree); }

    // Whether a point is in some zone.
    bool hold(const Whole* y) const {
        const int s = strictest(y);
        for (int z = 0; z < count(); z++)
            if (columns_[s][z] > y[s] && std::equal(y, y + p, (*this)[z], std::less<Whole>())) return true;
        return false;
    }

    // At most so many zones, z first, then those free ones whose corners are nearest as shares of the
    // ranges.
    std::vector<int> near(int z, int most) const {
        std::vector<Real> share(p);
        for (int k = 0; k < p; k++)
            share[k] = 1.0 / std::max(1.0, static_cast<Real>(top[k] - ideal[k]));
        // a heap of the nearest so far, the farthest of them first
        std::vector<std::pair<Real, int>> nearest{{-1.0, z}};
        Real farthest = most == 1 ? -1.0 : kInfinite;
        const int s = strictest((*this)[z]);
        const Whole* along = columns_[s].data();
        const Whole at = along[z];
        for (int h = 0; h < count(); h++) {
            if (h == z || holder[h] != kFree) continue;
            if (share[s] * std::abs(static_cast<Real>(along[h] - at)) >= farthest) continue;
            Real sum = 0.0;
            for (int k = 0; k < p && sum < farthest; k++)
                sum += share[k] * std::abs(static_cast<Real>((*this)[h][k] - (*this)[z][k]));
            if (sum >= farthest) continue;
            if (static_cast<int>(nearest.size()) == most) {
                std::pop_heap(nearest.begin(), nearest.end());
                nearest.pop_back();
            }
            nearest.push_back({sum, h});
            std::push_heap(nearest.begin(), nearest.end());
            if (static_cast<int>(nearest.size()) == most) farthest = nearest.front().first;
        }
        std::sort_heap(nearest.begin(), nearest.end());
        std::vector<int> found;
        for (const auto& [sum, h] : nearest) found.push_back(h);
        return found;
    }

    // Remove the zone with this id, known to be empty, unless it is gone.
    void exclude(int known) {
        if (place[known] >= 0) remove(place[known]);
    }

    // Of two objectives: neighbouring zones become one where the point between them is tentative, which
    // is as if it had not been found.
    void join(Points& points) {
        std::vector<int> order(count());
        std::iota(order.begin(), order.end(), 0);
        std::sort(order.begin(), order.end(), [&](int a, int b) { return (*this)[a][0] < (*this)[b][0]; });
        std::vector<int> gone;
        for (std::size_t i = 1; i < order.size(); i++) {
            const std::size_t left = std::size_t(order[i - 1]) * 2, right = std::size_t(order[i]) * 2;
            const Whole q = defining[left], r = defining[right + 1];
            if (q < 0 || r < 0 || points[q][0] != points[r][0] || points[q][1] != points[r][1]) continue;
            if (points.standing[q] != Standing::tentative && points.standing[r] != Standing::tentative) continue;
            for (Whole one : {q, r}) points.standing[one] = Standing::dominated;
            U[right + 1] = columns_[1][order[i]] = U[left + 1];
            defining[right + 1] = defining[left + 1];
            gone.push_back(id[order[i - 1]]);
        }
        for (int one : gone) remove(place[one]);
        points.keep_tentative([&](int t) { return points.standing[t] == Standing::tentative; });
    }

    // Tentative points that no zone ends at are efficient.
    //
    // What dominates point x is, for some k, at or below x with f_k one less. No point found is
    // there, or it would dominate x itself; so that lies in a zone which ends at x in component k.
    // Where no such zone is open, one was found to be empty. Returns how many were looked at.
    Whole confirm(Points& points) const {
        if (points.tentative.empty()) return 0;
        Whole looked = 0;
        std::vector<char> open(points.count());
        for (int z = 0; z < count(); z++)
            for (int k = 0; k < p; k++) {
                const int first = static_cast<int>(defining[std::size_t(z) * p + k]);
                if (first < 0) continue;
                int q = first;
                do {
                    if (points.standing[q] == Standing::tentative && points.touches(q, (*this)[z], k))
                        open[q] = 1;
                    looked++;
                    q = static_cast<int>(points.next(q, k));
                } while (q != first);
            }
        points.keep_tentative([&](int t) {
            if (open[t]) return true;
            points.standing[t] = Standing::efficient;
            points.efficient.push_back(t);
            return false;
        });
        return looked;
    }

    // Remove the zones in {f_j < u_j for j other than k, f_k < value}, known to be empty.
    void exclude(const Whole* u, int k, Whole value) {
        for (int z = count() - 1; z >= 0; z--) {
            const Whole* zone = (*this)[z];
            bool inside = zone[k] <= value;
            for (int j = 0; j < p && inside; j++) inside = j == k || zone[j] <= u[j];
            if (inside) remove(z);
        }
    }

    // Split the zones that hold the last of the points.
    void insert(Points& points) {
        const int q = points.count() - 1;
        const int s = strictest(points[q]);
        const Whole value = points[q][s];
        for (int z = count() - 1; z >= 0; z--) {
            bool inside = columns_[s][z] > value;
            for (int k = 0; k < p && inside; k++) inside = points[q][k] < (*this)[z][k];
            if (!inside) continue;
            for (int l = 0; l < p; l++) split(points, q, z, l);
            // its own place goes to the last of the new ones, or to the last zone
            remove(z);
        }
    }

private:
    // (p, z) the same as U, by objective: what holds a point is looked for along one of them
    std::vector<std::vector<Whole>> columns_;

    void write_columns() {
        columns_.assign(p, {});
        for (std::size_t i = 0; i < U.size(); i++) columns_[i % p].push_back(U[i]);
    }

    // The objective in which point y is highest as a share of the range, so that few zones end above.
    int strictest(const Whole* y) const {
        int found = 0;
        Real most = -kInfinite;
        for (int k = 0; k < p; k++) {
            const Real share = static_cast<Real>(y[k] - ideal[k]) /
                               std::max(1.0, static_cast<Real>(top[k] - ideal[k]));
            if (share > most) most = share, found = k;
        }
        return found;
    }

    // The zone z below component l of point q, where it is not in another.
    void split(Points& points, int q, int z, int l) {
        const Whole value = points[q][l];
        if (value <= ideal[l]) return;
        const std::size_t at = defining.size();
        for (int k = 0; k < p; k++) {
            Whole by = defining[std::size_t(z) * p + k];
            if (k == l) by = q;
            else if (by >= 0) {
                by = points.defining((*this)[z], static_cast<int>(by), k, l, value);
                if (by < 0) return defining.resize(at);
            }
            defining.push_back(by);
        }
        for (int k = 0; k < p; k++) {
            U.push_back(k == l ? value : U[std::size_t(z) * p + k]);
            columns_[k].push_back(U.back());
        }
        holder.push_back(holder[z]);
        rate();
    }

    // The best direction of the last zone and its score: the volume of the zone seen along that
    // direction.
    void rate() {
        const Whole* u = (*this)[count()];
        Real best = -1.0;
        Whole along = 0;
        for (int k = 0; k < p; k++) {
            if (u[k] >= top[k]) continue;
            Real volume = 1.0;
            for (int j = 0; j < p; j++)
                if (j != k)
                    volume *= static_cast<Real>(u[j] - ideal[j]) /
                              std::max(1.0, static_cast<Real>(top[j] - ideal[j]));
            if (volume > best) best = volume, along = k;
        }
        score.push_back(best);
        direction.push_back(along);
        id.push_back(static_cast<int>(place.size()));
        place.push_back(count() - 1);
    }

    // Remove zone z; the last one takes its place.
    void remove(int z) {
        const std::size_t last = std::size_t(count() - 1) * p, at = std::size_t(z) * p;
        for (int k = 0; k < p; k++) {
            U[at + k] = columns_[k][z] = U[last + k];
            columns_[k].pop_back();
            defining[at + k] = defining[last + k];
        }
        score[z] = score.back();
        direction[z] = direction.back();
        holder[z] = holder.back();
        place[id.back()] = z;
        place[id[z]] = -1;
        id[z] = id.back();
        id.pop_back();
        U.resize(last);
        defining.resize(last);
        score.pop_back();
        direction.pop_back();
        holder.pop_back();
    }
};

}  // namespace kernel
