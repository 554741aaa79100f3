// Every state that a plan can pass through when resources are not counted, and what completing it
// costs at least: exactly, for each of several weightings of objectives and resources.
//
// D. Bergman, M. Bodur, C. Cardonha and A. A. Cire (2022). Network models for multiobjective
//     discrete optimization. INFORMS Journal on Computing 34, 990-1005.
#pragma once
#include <map>

#include "facts.hpp"

namespace labels {

struct Node {
    Mask state;
    int done;  // which products x = 1 completes: a row of Step::done
};

// What a decision at a layer adds to a label: objectives, then resources.
struct Step {
    std::vector<Wholes> chosen;  // (width, dims) of the column alone
    std::vector<Wholes> done;    // (sets of completed products, dims)
};

// The nodes of a layer by their states: open addressing, as nodes come one by one and never go.
class Known {
public:
    explicit Known(std::vector<Node>& nodes) : nodes_(nodes), at_(64, -1) {}

    // The node of that state, made where there is none.
    int of(const Mask& state) {
        if (2 * (nodes_.size() + 1) > at_.size()) {
            at_.assign(4 * at_.size(), -1);
            for (std::size_t i = 0; i < nodes_.size(); i++) at_[slot(nodes_[i].state)] = static_cast<int>(i);
        }
        int& at = at_[slot(state)];
        if (at < 0) {
            at = static_cast<int>(nodes_.size());
            nodes_.push_back({state, 0});
        }
        return at;
    }

private:
    std::size_t slot(const Mask& state) const {
        std::size_t i = MaskHash()(state) & (at_.size() - 1);
        while (at_[i] >= 0 && !(nodes_[at_[i]].state == state)) i = (i + 1) & (at_.size() - 1);
        return i;
    }

    std::vector<Node>& nodes_;
    std::vector<int> at_;
};

class Diagram {
public:
    const Model& model;
    const Facts& facts;
    int dims;
    std::vector<std::vector<Node>> nodes;     // (columns + 1,)
    std::vector<std::vector<int>> children;   // (columns,) node * width + x -> node, -1 where none
    std::vector<Step> steps;
    Whole size = 0, widest = 0;
    bool fits = true, stopped = false;

    // A first node: the layers after it are made one by one.
    Diagram(const Model& m, const Facts& f)
        : model(m), facts(f), dims(m.objectives() + static_cast<int>(f.resource.size())) {
        nodes.resize(model.columns + 1);
        children.resize(model.columns);
        nodes[0].push_back({});
    }

    // All of it, unless that would be more than so many nodes. What it would be is foreseen, where
    // that is asked for, from a tenth of them on: half of the layers to come are as wide as the last.
    Diagram(const Model& m, const Facts& f, Whole limit, bool foresee, const GoingOn& going_on) : Diagram(m, f) {
        const int n = model.columns;
        for (int l = 0; l < n && fits && !stopped; l++) {
            expand(l, limit - size, std::vector<char>(nodes[l].size(), 1));
            stopped = !going_on(0, 0);
            const auto width = static_cast<Whole>(nodes[l + 1].size());
            size += width;
            widest = std::max(widest, width);
            const bool grows = foresee && kEarly * size > limit;
            fits = size + (grows ? width * (n - 1 - l) / 2 : 0) <= limit;
        }
        if (fits && !stopped) cut_dead_ends();
    }

    // What comes of the nodes of a layer that are wanted; ends where there are more than are left.
    void expand(int l, Whole left, const std::vector<char>& wanted) {
        const int column = facts.layers[l].column, wide = width(l);
        Step step;
        for (int x = 0; x < wide; x++) step.chosen.push_back(added({{column, x}}));
        std::map<std::vector<int>, int> sets{{{}, 0}};
        step.done.push_back(Wholes(dims));
        Known known(nodes[l + 1]);
        children[l].assign(nodes[l].size() * wide, -1);
        std::vector<int> done;
        for (std::size_t i = 0; i < nodes[l].size() && static_cast<Whole>(nodes[l + 1].size()) <= left; i++) {
            for (int x = 0; x < wide && wanted[i]; x++) {
                Mask next;
                if (!facts.step(l, nodes[l][i].state, x, next, done)) continue;
                if (!done.empty()) {
                    const auto [at, fresh] = sets.emplace(done, static_cast<int>(sets.size()));
                    if (fresh) step.done.push_back(added_by(done));
                    nodes[l][i].done = at->second;
                }
                children[l][i * wide + x] = known.of(next);
            }
        }
        steps.push_back(std::move(step));
    }

    int width(int l) const { return model.width[facts.layers[l].column]; }
    // What items add in all, each so many times: objectives, then resources.
    Wholes added(const std::vector<std::pair<int, int>>& items) const {
        Wholes sum(dims);
        for (const auto& [item, x] : items) {
            for (int k = 0; k < model.objectives(); k++) sum[k] += model.objective[k][item] * x;
            for (std::size_t r = 0; r < facts.resource.size(); r++)
                sum[model.objectives() + r] += model.row[facts.resource[r]][item] * x;
        }
        return sum;
    }
    // What a decision at a node adds.
    Wholes step(int l, int node, int x) const {
        Wholes sum = steps[l].chosen[x];
        if (x == 1)
            for (int d = 0; d < dims; d++) sum[d] += steps[l].done[nodes[l][node].done][d];
        return sum;
    }
    int child(int l, int node, int x) const { return children[l][static_cast<std::size_t>(node) * width(l) + x]; }

private:
    static constexpr Whole kEarly = 10;

    Wholes added_by(const std::vector<int>& products) const {
        std::vector<std::pair<int, int>> items;
        for (int p : products) items.push_back({model.columns + p, 1});
        return added(items);
    }

    // Arcs into states that nothing completes are taken away.
    void cut_dead_ends() {
        std::vector<char> alive(nodes[model.columns].size(), 1);
        for (int l = model.columns - 1; l >= 0; l--) {
            std::vector<char> before(nodes[l].size(), 0);
            for (std::size_t a = 0; a < children[l].size(); a++) {
                int& to = children[l][a];
                if (to >= 0 && !alive[to]) to = -1;
                if (to >= 0) before[a / width(l)] = 1;
            }
            alive = std::move(before);
        }
        feasible = alive[0];
    }

public:
    bool feasible = true;
};

// A weighting of objectives and resources in whole numbers (dims,).
using Weighting = Wholes;

// For every node and weighting the least weighted cost of completing it: whole numbers, exact.
class Potentials {
public:
    std::vector<Wholes> least;  // (columns + 1,) node * weightings + k

    void compute(const Diagram& d, const std::vector<Weighting>& weightings) {
        const int n = d.model.columns;
        many_ = static_cast<int>(weightings.size());
        least.resize(n + 1);
        least[n].assign(d.nodes[n].size() * many_, 0);
        Wholes chosen, done;
        for (int l = n - 1; l >= 0; l--) {
            const int wide = d.width(l);
            weigh(d.steps[l].chosen, weightings, chosen);
            weigh(d.steps[l].done, weightings, done);
            least[l].assign(d.nodes[l].size() * many_, kInfinite);
            for (std::size_t i = 0; i < d.nodes[l].size(); i++) {
                Whole* mine = &least[l][i * many_];
                for (int x = 0; x < wide; x++) {
                    const int to = d.child(l, static_cast<int>(i), x);
                    if (to < 0) continue;
                    const Whole* next = &least[l + 1][static_cast<std::size_t>(to) * many_];
                    const Whole* own = &chosen[static_cast<std::size_t>(x) * many_];
                    const Whole* more = &done[static_cast<std::size_t>(d.nodes[l][i].done) * many_];
                    if (x == 1)
                        for (int k = 0; k < many_; k++) mine[k] = std::min(mine[k], next[k] + own[k] + more[k]);
                    else
                        for (int k = 0; k < many_; k++) mine[k] = std::min(mine[k], next[k] + own[k]);
                }
            }
        }
    }

    const Whole* at(int l, int node) const { return &least[l][static_cast<std::size_t>(node) * many_]; }

    static Whole weighed(const Wholes& vector, const Weighting& w) {
        Whole sum = 0;
        for (std::size_t d = 0; d < w.size(); d++) sum += w[d] * vector[d];
        return sum;
    }

private:
    void weigh(const std::vector<Wholes>& vectors, const std::vector<Weighting>& weightings, Wholes& into) const {
        into.clear();
        for (const Wholes& v : vectors)
            for (const Weighting& w : weightings) into.push_back(weighed(v, w));
    }

    int many_ = 0;
};

}  // namespace labels
