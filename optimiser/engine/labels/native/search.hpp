// All non-dominated plans by label setting: partial plans layer by layer, those that others dominate
// or that known points leave nothing to are dropped.
//
// C. Bazgan, H. Hugot and D. Vanderpooten (2009). Solving efficiently the 0-1 multi-objective knapsack
//     problem. Computers & Operations Research 36, 260-279.
#pragma once
#include <memory>
#include <random>

#include "dominance.hpp"
#include "gap.hpp"

namespace labels {

template <class T, int D, int W>
class Search {
public:
    using L = Label<T, D, W>;

    Search(const Diagram& d, const Multipliers& w, const Limits& limits, GoingOn going_on, Whole work)
        : d_(d), w_(w), model_(d.model), limits_(limits), going_on_(std::move(going_on)),
          m_(model_.objectives()), n_(model_.columns), work_(work) {
        for (int l = 0; l < n_; l++) {
            chosen_.push_back(lanes(d.steps[l].chosen));
            done_.push_back(lanes(d.steps[l].done));
            prices_.push_back(prices(l));
        }
        for (const Wholes& o : model_.objective) most_.push_back(model_.most_of(o));
        learn(w.met);
    }

    void run(Found& found) {
        const Whole states = std::max<Whole>(1, d_.widest);
        bool on = true;
        for (int beam : {60, 600, 3000, 0}) {
            const double before = std::max(1.0, static_cast<double>(best_.size()));
            // a wide diagram needs a wide beam; a pass that left nothing out was the last
            on = pass(static_cast<int>(std::min<Whole>(20'000, beam * (1 + states / 400))));
            if (!on || whole_) break;
            growth_ = std::clamp(static_cast<double>(best_.size()) / before / 2.0, 1.0, kMost);
        }
        found.complete = on;
        found.made = made_, found.kept = kept_, found.peak = peak_, found.work = work_;
        found.reason = reason_;
        if (found.complete) confirm();
        else measure(found);
        for (const Plan& plan : found.complete ? last_ : best_) found.plans.push_back(plan.x);
        found.feasible = !found.complete || !last_.empty();
        for (int k = 0; k < m_; k++) found.bounds.push_back(up(w_.bound[k], w_.weightings[k][k]));
    }

private:
    struct Trace {
        int parent, x;
    };
    // Labels that are to be completed yet, after a layer.
    struct Rest {
        int layer;
        std::vector<L> labels;
    };
    static constexpr Whole kOften = 1024;
    static constexpr double kMost = 3.0;  // growth

    static Whole up(Whole value, Whole by) { return value / by + (value % by > 0); }

    std::vector<std::array<T, D>> lanes(const std::vector<Wholes>& vectors) const {
        std::vector<std::array<T, D>> found;
        for (const Wholes& v : vectors) {
            std::array<T, D> a{};
            for (std::size_t d = 0; d < v.size(); d++) a[d] = static_cast<T>(v[d]);
            found.push_back(a);
        }
        return found;
    }

    // What a missed product could still have brought, and what one that is there can still take.
    Prices<T, D, W> prices(int l) const {
        Prices<T, D, W> found;
        for (const Price& p : d_.facts.layers[l].prices) {
            Wholes price = d_.added({{n_ + p.product, p.missed ? -1 : 1}});
            for (Whole& c : price) c = std::max<Whole>(0, c);
            found.priced.set(p.bit);
            found.of.push_back({p.bit, lanes({price})[0]});
        }
        return found;
    }

    // One way through the layers; width 0 keeps everything that may matter, else it is a beam.
    bool pass(int width) {
        layer_ = 0;
        if (!goes_on()) return false;
        prepare();
        made_ = kept_ = peak_ = 0;
        whole_ = true;
        began_ = work_;
        std::vector<L> now(1), next;
        rest_.clear();
        Keys keys, following;
        keys.words = following.words = static_cast<int>(model_.order.size());
        keys.value.assign(keys.words, 0);
        trace_.assign(n_, {});
        for (int l = 0; l < n_; l++) {
            layer_ = l;
            const std::size_t done = extend(l, now, keys, next, following);
            if (done < now.size() || !filter(l, next, following)) {
                if (!whole_) return false;
                now.erase(now.begin(), now.begin() + static_cast<std::ptrdiff_t>(done));
                rest_ = {{l, std::move(now)}, {l + 1, std::move(next)}};
                return false;
            }
            if (width && static_cast<int>(next.size()) > width && l + 1 < n_) narrow(l, width, next);
            settle(l, next, following, keys);
            std::swap(now, next);
            kept_ += static_cast<Whole>(now.size());
        }
        last_.clear();
        for (const L& label : now) last_.push_back(plan_of(label));
        if (width) learn(last_);
        return true;
    }

    void prepare() {
        std::vector<Wholes> points;
        known_.clear();
        for (const Plan& p : best_) {
            points.push_back(p.y);
            L label;
            for (int k = 0; k < m_; k++) label.v[k] = static_cast<T>(p.y[k]);
            known_.push_back(label);
        }
        // from four objectives on zones close little that no known point beats (packings of 100 columns
        // and 7 objectives take 0.8 s without, 3.1 s with those of 300 points)
        const std::size_t stride = points.size() / 3000 + 1;
        std::vector<Wholes> some;
        std::mt19937 random(7);
        std::shuffle(points.begin(), points.end(), random);
        for (std::size_t i = 0; m_ <= 3 && i < points.size(); i += stride) some.push_back(points[i]);
        zones_ = std::make_unique<Zones>(some, most_, w_.weightings, 20'000, work_);
        tree_ = std::make_unique<Tree<T, D, W>>(known_, m_, m_, work_);
    }

    // How many of the labels could be extended before the search was ended; all the same if it goes on.
    std::size_t extend(int l, const std::vector<L>& now, const Keys& keys, std::vector<L>& next, Keys& following) {
        const Layer& layer = d_.facts.layers[l];
        const int wide = d_.width(l), words = keys.words;
        next.clear();
        following.value.clear();
        Wholes bounds(w_.weightings.size());
        for (std::size_t i = 0; i < now.size(); i++) {
            const L& from = now[i];
            if (++looked_ % kOften == 0 && !goes_on()) return i;
            for (int x = 0; x < wide; x++) {
                const int to = d_.child(l, from.node, x);
                if (to < 0) continue;
                L label = from;
                add(label.v, chosen_[l][x]);
                if (x == 1) add(label.v, done_[l][d_.nodes[l][from.node].done]);
                if (!affords(layer, label.v)) continue;
                made_++;
                work_ += kLabelWork;
                if (l + 1 < n_ && !worth(l + 1, to, label.v, bounds)) continue;
                label.state = Bits<W>(d_.nodes[l + 1][to].state);
                label.node = to;
                label.parent = from.id;
                label.x = x;
                label.id = static_cast<int>(next.size());
                for (int w = 0; w < words; w++)
                    following.value.push_back(keys.value[static_cast<std::size_t>(from.id) * words + w]
                                              + model_.order[w][layer.column] * x);
                next.push_back(label);
            }
            if (made_ > limits_.labels || static_cast<Whole>(next.size()) > limits_.kept) {
                reason_ = "labels";
                return i;
            }
        }
        peak_ = std::max(peak_, static_cast<Whole>(next.size()));
        return now.size();
    }

    bool goes_on() {
        const Whole known = static_cast<Whole>(best_.size());
        const Whole expected = static_cast<Whole>(growth_ * static_cast<double>(known));
        reason_ = !affordable(limits_.work + limits_.each * expected) ? "work" : going_on_(known, made_) ? "" : "stopped";
        return !*reason_;
    }

    // A pass that left nothing out is not given up in its second half where what is left of it, at the
    // pace so far, costs less than what was given in all: labels become fewer towards the end.
    bool affordable(Whole given) const {
        if (work_ <= given) return true;
        if (!whole_ || 2 * layer_ < n_ || work_ / 2 > given) return false;
        return static_cast<double>(work_ - began_) * (n_ - layer_) <= static_cast<double>(given) * layer_;
    }

    static void add(std::array<T, D>& to, const std::array<T, D>& what) {
        for (int d = 0; d < D; d++) to[d] += what[d];
    }

    // Resources that can no longer run out look alike.
    bool affords(const Layer& layer, std::array<T, D>& v) const {
        for (std::size_t r = 0; r < layer.least.size(); r++) {
            T& used = v[m_ + r];
            if (used > layer.most[r]) return false;
            if (used < layer.least[r]) used = static_cast<T>(layer.least[r]);
        }
        return true;
    }

    // What every completion is at least, in each weighting.
    void bound(int l, int node, const std::array<T, D>& v, Wholes& bounds) const {
        const Whole* least = w_.potentials.at(l, node);
        for (std::size_t k = 0; k < bounds.size(); k++) {
            Whole sum = least[k] - w_.due[k];
            for (int d = 0; d < d_.dims; d++) sum += w_.weightings[k][d] * v[d];
            bounds[k] = sum;
        }
    }

    // Whether a completion can be a new point, or one of the known ones by another plan.
    bool worth(int l, int node, const std::array<T, D>& v, Wholes& bounds) const {
        bound(l, node, v, bounds);
        std::array<T, D> corner{};
        constexpr Whole far = Whole{1} << (sizeof(T) == 4 ? 30 : 50);
        for (int k = 0; k < m_; k++)
            corner[k] = static_cast<T>(std::clamp(up(bounds[k], w_.weightings[k][k]), -far, far));
        return !tree_->beaten(corner) && zones_->open(bounds);
    }

    bool filter(int l, std::vector<L>& labels, const Keys& keys) {
        Tree<T, D, W> tree(labels, d_.dims, m_, work_);
        std::vector<char> out(labels.size());
        for (std::size_t i = 0; i < labels.size(); i++) {
            if (++looked_ % kOften == 0 && !goes_on()) return false;
            out[i] = tree.dominated(labels[i], keys, prices_[l]);
        }
        std::size_t kept = 0;
        for (std::size_t i = 0; i < labels.size(); i++)
            if (!out[i]) labels[kept++] = labels[i];
        labels.resize(kept);
        return true;
    }

    // The best of each weighting, and some at random.
    void narrow(int l, int width, std::vector<L>& labels) {
        whole_ = false;
        const std::size_t many = w_.weightings.size(), per = width * 2 / 3 / many + 1;
        std::vector<char> in(labels.size());
        std::vector<std::pair<Whole, int>> ranked(labels.size());
        for (std::size_t k = 0; k < many; k++) {
            for (std::size_t i = 0; i < labels.size(); i++) {
                Whole sum = w_.potentials.at(l + 1, labels[i].node)[k];
                for (int d = 0; d < d_.dims; d++) sum += w_.weightings[k][d] * labels[i].v[d];
                ranked[i] = {sum, static_cast<int>(i)};
            }
            const std::size_t first = std::min(per, ranked.size());
            std::nth_element(ranked.begin(), ranked.begin() + (first - 1), ranked.end());
            for (std::size_t i = 0; i < first; i++) in[ranked[i].second] = 1;
        }
        auto count = std::count(in.begin(), in.end(), 1);
        while (count < width) {
            char& one = in[random_() % labels.size()];
            if (!one) one = 1, count++;
        }
        std::size_t kept = 0;
        for (std::size_t i = 0; i < labels.size(); i++)
            if (in[i]) labels[kept++] = labels[i];
        labels.resize(kept);
    }

    // Labels are numbered anew; how each came about is kept.
    void settle(int l, std::vector<L>& labels, const Keys& from, Keys& to) {
        to.value.clear();
        for (std::size_t i = 0; i < labels.size(); i++) {
            trace_[l].push_back({labels[i].parent, labels[i].x});
            const auto start = from.value.begin() + static_cast<std::ptrdiff_t>(labels[i].id) * to.words;
            to.value.insert(to.value.end(), start, start + to.words);
            labels[i].id = static_cast<int>(i);
        }
    }

    Plan plan_of(const L& label) const {
        Plan plan{Wholes(label.v.begin(), label.v.begin() + m_), {}, std::vector<int>(n_)};
        int at = label.id;
        for (int l = n_ - 1; l >= 0; l--) {
            plan.x[d_.facts.layers[l].column] = trace_[l][at].x;
            at = trace_[l][at].parent;
        }
        return plan;
    }

    void learn(const std::vector<Plan>& plans) {
        best_.insert(best_.end(), plans.begin(), plans.end());
        std::vector<L> labels;
        Keys keys;
        keys.words = static_cast<int>(model_.order.size());
        for (const Plan& p : best_) {
            L label;
            label.id = static_cast<int>(labels.size());
            for (int k = 0; k < m_; k++) label.v[k] = static_cast<T>(p.y[k]);
            for (const Wholes& order : model_.order) {
                Whole sum = 0;
                for (int j = 0; j < n_; j++) sum += order[j] * p.x[j];
                keys.value.push_back(sum);
            }
            labels.push_back(label);
        }
        Tree<T, D, W> tree(labels, m_, m_, work_);
        std::vector<int> kept;
        for (const L& label : labels)
            if (!tree.dominated(label, keys, {})) kept.push_back(label.id);
        std::sort(kept.begin(), kept.end());
        std::vector<Plan> left;
        for (int id : kept) left.push_back(std::move(best_[id]));
        best_ = std::move(left);
    }

    // What is proven of the known plans when the search is stopped: as everything else was dropped for
    // something at least as good, what is not a completion of an open label is covered.
    void measure(Found& found) const {
        if (best_.empty() || m_ < 2) return;
        std::vector<Wholes> points;
        for (const Plan& p : best_) points.push_back(p.y);
        found.scale = ranges(points);
        Open root(1, w_.bound.size());
        root.add(w_.bound);
        found.gap = root.gap(points, found.scale, most_, w_.weightings);
        if (rest_.empty()) return;
        Open open(rest_[0].labels.size() + rest_[1].labels.size(), w_.bound.size());
        Wholes bounds(w_.bound.size());
        for (const Rest& rest : rest_)
            for (const L& label : rest.labels) {
                bound(rest.layer, label.node, label.v, bounds);
                open.add(bounds);
            }
        found.gap = std::min(found.gap, open.gap(points, found.scale, most_, w_.weightings));
    }

    // What was known before is among what the last pass found: if not, something is wrong.
    void confirm() {
        std::vector<Wholes> points;
        for (const Plan& p : last_) points.push_back(p.y);
        std::sort(points.begin(), points.end());
        for (const Plan& p : best_) {
            if (std::binary_search(points.begin(), points.end(), p.y)) continue;
            bool beaten = false;
            for (const Wholes& y : points) {
                bool as_good = true;
                for (int k = 0; k < m_ && as_good; k++) as_good = y[k] <= p.y[k];
                if (as_good) { beaten = true; break; }
            }
            if (!beaten) throw Broken("a known plan is missing from the front");
        }
    }

    const Diagram& d_;
    const Multipliers& w_;
    const Model& model_;
    Limits limits_;
    GoingOn going_on_;
    int m_, n_;
    std::vector<std::vector<std::array<T, D>>> chosen_, done_;
    std::vector<Prices<T, D, W>> prices_;
    Wholes most_;
    std::vector<Plan> best_, last_;
    std::vector<L> known_;
    std::unique_ptr<Zones> zones_;
    std::unique_ptr<Tree<T, D, W>> tree_;
    std::vector<std::vector<Trace>> trace_;
    std::mt19937 random_{3};
    const char* reason_ = "";
    Whole made_ = 0, kept_ = 0, peak_ = 0, looked_ = 0, work_;
    double growth_ = 2.0;     // of the points, that a wider beam lets expect: half that of the last one
    int layer_ = 0;           // of this pass
    Whole began_ = 0;         // work that was done before it
    bool whole_ = true;       // nothing was left out in it
    std::vector<Rest> rest_;  // of a pass that was stopped and had left nothing out
};

}  // namespace labels
