// All non-dominated plans by label setting: partial plans layer by layer, those that others dominate
// or that known points leave nothing to are dropped.
//
// C. Bazgan, H. Hugot and D. Vanderpooten (2009). Solving efficiently the 0-1 multi-objective knapsack
//     problem. Computers & Operations Research 36, 260-279.
#pragma once
#include "crew.hpp"
#include "meeting.hpp"
#include "open.hpp"

namespace labels {

template <class T, int D, int W>
class Search {
public:
    using L = Label<T, D, W>;

    Search(const Diagram& d, const Multipliers& w, const Limits& limits, GoingOn going_on, Whole work)
        : d_(d), w_(w), model_(d.model), limits_(limits), going_on_(std::move(going_on)),
          n_(model_.columns), lanes_(d), known_(d, w), crew_(limits.workers), blocks_(kBlocks), work_(work) {
        known_.learn(w.met, work_);
        trace_.resize(n_);
        start_.keys.words = static_cast<int>(model_.order.size());
        start_.keys.value.assign(start_.keys.words, 0);
    }

    void run(Found& found) {
        const Whole states = std::max<Whole>(1, d_.widest);
        bool on = true;
        for (int beam : {limits_.beam, 10 * limits_.beam, 50 * limits_.beam, 0}) {
            const double before = std::max(1.0, static_cast<double>(known_.plans.size()));
            // a wide diagram needs a wide beam; a pass that left nothing out was the last
            const int width = static_cast<int>(std::min<Whole>(20'000, beam * (1 + states / 400)));
            on = width || !halved() ? pass(width) : meet();
            if (!on || whole_) break;
            growth_ = std::clamp(static_cast<double>(known_.plans.size()) / before / 2.0, 1.0, kMost);
        }
        found.complete = on;
        found.made = made_, found.kept = kept_, found.peak = peak_, found.work = work_;
        found.reason = reason_;
        if (found.complete) known_.confirm(last_);
        else found.open = open();
        for (const Plan& plan : found.complete ? last_ : known_.plans) found.plans.push_back(plan.x);
        found.feasible = !found.complete || !last_.empty();
        for (int k = 0; k < model_.objectives(); k++)
            found.bounds.push_back(known_.up(w_.bound[k], w_.weightings[k][k]));
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
    // The last layer up to which a pass left nothing out: the next one begins there.
    struct Start {
        int layer = 0;
        std::vector<L> labels = std::vector<L>(1);
        Keys keys;
        Whole made = 0, kept = 0, peak = 0;
    };
    // Labels that come of some of a layer.
    struct Block {
        std::vector<L> labels;
        Wholes keys;
        Whole made = 0, work = 0;
    };
    static constexpr Whole kOften = 1024;
    static constexpr std::size_t kBlocks = 16;  // between two looks at whether the search goes on
    static constexpr double kMost = 3.0;        // growth
    // times a beam that a layer may be wide; with many objectives known points close little
    static constexpr double kSlack = 1.5, kSlackMany = 3.0, kDue = 0.4;
    static constexpr int kMany = 5;
    // of what may be done, that is foreseen of the last pass; and of a head and a tail
    static constexpr double kForeseen = 0.55, kPair = 0.05;
    // States of a layer, each of which tails that reach it are held against.
    static constexpr std::size_t kNear = 64;

    // One way through the layers; width 0 keeps everything that may matter, else it is a beam.
    bool pass(int width) {
        layer_ = start_.layer;
        if (!goes_on()) return stopped();
        known_.prepare();
        made_ = start_.made, kept_ = start_.kept, peak_ = start_.peak;
        whole_ = true;
        began_ = work_;
        due_ = 0.0;
        const double slack = model_.objectives() < kMany ? kSlack : kSlackMany;
        std::vector<L> now = begun(), next;
        Keys keys = start_.keys, following;
        following.words = keys.words;
        for (int l = layer_; l < n_; l++) {
            layer_ = l;
            const std::size_t done = extend(l, now, keys, next, following);
            if (done < now.size() || !filter(l, next, following)) {
                now.erase(now.begin(), now.begin() + static_cast<std::ptrdiff_t>(done));
                if (!whole_) return stopped();
                rest_ = {{l, std::move(now)}, {l + 1, std::move(next)}};
                return false;
            }
            settle(l, next, following, keys);
            std::swap(now, next);
            kept_ += static_cast<Whole>(now.size());
            if (!width) ahead_ = rest(l + 1, now.size());
            if (width && l + 1 < n_ && static_cast<double>(now.size()) > slack * width) {
                if (whole_) start_ = {l + 1, now, keys, made_, kept_, peak_};
                narrow(l, width, now);
            }
        }
        last_.clear();
        for (const L& label : now) last_.push_back(plan_of(label));
        if (width) known_.learn(last_, work_);
        return true;
    }

    // What labels after a layer lead to in the last pass, where they become fewer evenly from there on and
    // each takes as much as those before.
    double rest(int layer, std::size_t labels) const {
        const double each = static_cast<double>(work_ - began_) / static_cast<double>(kept_ - start_.kept);
        return each * static_cast<double>(labels) * (n_ - layer) / 2.0;
    }

    // Whether the last pass is made from both ends: where much is left of it, and states are few.
    bool halved() const { return 2 * start_.layer <= n_ && d_.nodes[start_.layer].size() <= kNear; }

    // The last pass from both ends: the side with fewer labels goes on, and where they meet plans are made of both.
    bool meet() {
        Tails<T, D, W> tails(d_, w_);
        layer_ = start_.layer;
        if (!tails.fits(n_)) return pass(0);
        if (!goes_on()) return stopped();
        known_.prepare();
        made_ = start_.made, kept_ = start_.kept, peak_ = start_.peak;
        whole_ = true, began_ = work_, due_ = 0.0;
        std::vector<L> now = begun(), next;
        Keys keys = start_.keys, following;
        following.words = keys.words;
        const auto looking = [&](std::size_t labels) { return looks(labels); };
        while (layer_ < tails.layer) {
            if (now.size() > tails.labels.size() && tails.fits(tails.layer - 1)) {
                if (!tails.extend(known_, limits_.kept, looking, made_, work_)) return unmet();
                continue;
            }
            const int l = layer_;
            if (extend(l, now, keys, next, following) < now.size() || !filter(l, next, following)) return unmet();
            settle(l, next, following, keys);
            std::swap(now, next);
            kept_ += static_cast<Whole>(now.size());
            ahead_ = kPair * static_cast<double>(now.size()) * static_cast<double>(tails.labels.size());
            layer_++;
        }
        kept_ += tails.kept;
        ahead_ = 0.0;
        const Prices<T, D, W> none;
        Meeting<T, D, W> meeting(d_, known_, layer_ ? lanes_.prices[layer_ - 1] : none);
        const bool on = meeting.couple(now, keys, tails.facing(), tails.keys, d_.dims, limits_.kept, looking, work_);
        last_.clear();
        for (std::size_t i = 0; i < meeting.pairs.size(); i++) {
            last_.push_back({meeting.points[i], {}, std::vector<int>(n_)});
            decide(layer_, meeting.pairs[i].head, last_.back().x);
            tails.decide(meeting.pairs[i].tail, last_.back().x);
        }
        if (on) return true;
        known_.learn(last_, work_);
        return unmet();
    }

    bool unmet() {
        if (!*reason_) reason_ = "labels";
        return stopped();
    }

    // Nothing of this pass counts.
    bool stopped() {
        rest_ = {{start_.layer, std::move(start_.labels)}};
        return false;
    }

    // The labels that a pass begins with, less those that points known by now leave nothing to.
    std::vector<L> begun() {
        std::vector<L> labels;
        Wholes bounds(w_.weightings.size());
        std::size_t last = 0;
        for (const L& label : start_.labels)
            if (!layer_ || known_.open(layer_, label, bounds, last, work_)) labels.push_back(label);
        return labels;
    }

    // How many of the labels could be extended before the search was ended; all the same if it goes on.
    std::size_t extend(int l, const std::vector<L>& now, const Keys& keys, std::vector<L>& next, Keys& following) {
        next.clear();
        following.value.clear();
        for (std::size_t from = 0; from < now.size(); from += limits_.block * kBlocks) {
            const std::size_t to = std::min(now.size(), from + limits_.block * kBlocks);
            if (!looks(to - from)) return from;
            in_blocks(from, to, now.size(), [&](std::size_t b, std::size_t first, std::size_t end) {
                expand(l, now, keys, first, end, blocks_[b]);
            });
            for (Block& block : blocks_) {
                for (L& label : block.labels) {
                    label.id = static_cast<int>(next.size());
                    next.push_back(label);
                }
                following.value.insert(following.value.end(), block.keys.begin(), block.keys.end());
                made_ += block.made, work_ += block.work;
                block.labels.clear(), block.keys.clear();
                block.made = block.work = 0;
            }
            if (made_ > limits_.labels || static_cast<Whole>(next.size()) > limits_.kept) {
                reason_ = "labels";
                return from;
            }
        }
        peak_ = std::max(peak_, static_cast<Whole>(next.size()));
        return now.size();
    }

    // What comes of some labels and may matter.
    void expand(int l, const std::vector<L>& now, const Keys& keys, std::size_t first, std::size_t end,
                Block& block) const {
        const int wide = d_.width(l), column = d_.facts.layers[l].column;
        Wholes bounds(w_.weightings.size());
        std::size_t last = 0;
        L label;
        for (std::size_t i = first; i < end; i++) {
            const Whole* key = &keys.value[static_cast<std::size_t>(now[i].id) * keys.words];
            for (int x = 0; x < wide; x++) {
                if (!lanes_.extended(l, now[i], x, label)) continue;
                block.made++;
                block.work += kLabelWork;
                if (l + 1 < n_ && !known_.open(l + 1, label, bounds, last, block.work)) continue;
                for (int w = 0; w < keys.words; w++) block.keys.push_back(key[w] + model_.order[w][column] * x);
                block.labels.push_back(label);
            }
        }
    }

    // Some of the labels of a layer, block by block, by several threads where there are many.
    template <class Job>
    void in_blocks(std::size_t from, std::size_t to, std::size_t layer, const Job& job) {
        const bool alone = limits_.workers < 2 || layer < limits_.together;
        crew_.run((to - from + limits_.block - 1) / limits_.block, alone, [&](std::size_t b) {
            job(b, from + b * limits_.block, std::min(to, from + (b + 1) * limits_.block));
        });
    }

    // Whether to go on; asked now and then.
    bool looks(std::size_t labels) {
        looked_ += static_cast<Whole>(labels);
        if (looked_ < kOften) return true;
        looked_ = 0;
        return goes_on();
    }

    bool goes_on() {
        const Whole known = static_cast<Whole>(known_.plans.size());
        const Whole expected = static_cast<Whole>(growth_ * static_cast<double>(known));
        reason_ = !affordable(limits_.work + limits_.each * expected) ? "work" : going_on_(known, made_) ? "" : "stopped";
        return !*reason_;
    }

    // A pass that left nothing out is not given up in its second half where what is left of it, at the
    // pace so far, costs less than what was given in all: labels become fewer towards the end. It is
    // given up before where there are so many that what they lead to takes too large a share of that.
    bool affordable(Whole given) const {
        if (ahead_ > 0.0 && static_cast<double>(work_) + ahead_ > kForeseen * static_cast<double>(given)) return false;
        if (work_ <= given) return true;
        if (!whole_ || 2 * layer_ < n_ || work_ / 2 > given) return false;
        return static_cast<double>(work_ - began_) * (n_ - layer_)
               <= static_cast<double>(given) * (layer_ - start_.layer);
    }

    // Drops what others dominate. That is due where it saves more than it takes: a label that stays
    // although it is dominated, as all that follow from it are, is dropped later. So a sample tells
    // what share of a layer is, and nothing more is done until these shares sum up; at the end it is.
    bool filter(int l, std::vector<L>& labels, const Keys& keys) {
        const Tree<T, D, W> tree(labels, d_.dims, model_.objectives());
        std::vector<char> out(labels.size());
        const auto test = [&](std::size_t i, Whole& work) {
            out[i] = tree.dominated(labels[i], keys, lanes_.prices[l], work);
        };
        bool due = true;
        if (l + 1 < n_ && labels.size() > limits_.sample * limits_.sample) {
            for (std::size_t i = 0; i < labels.size(); i += limits_.sample) test(i, work_);
            const auto dominated = static_cast<double>(std::count(out.begin(), out.end(), 1));
            due_ += dominated * static_cast<double>(limits_.sample) / static_cast<double>(labels.size());
            due = due_ >= kDue;
        }
        if (due) due_ = 0.0;
        for (std::size_t from = 0; due && from < labels.size(); from += limits_.block * kBlocks) {
            const std::size_t to = std::min(labels.size(), from + limits_.block * kBlocks);
            if (!looks(to - from)) return false;
            in_blocks(from, to, labels.size(), [&](std::size_t b, std::size_t first, std::size_t end) {
                for (std::size_t i = first; i < end; i++) test(i, blocks_[b].work);
            });
            for (Block& block : blocks_) work_ += block.work, block.work = 0;
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
        trace_[l].clear();
        to.value.clear();
        for (std::size_t i = 0; i < labels.size(); i++) {
            trace_[l].push_back({labels[i].parent, labels[i].x});
            const auto start = from.value.begin() + static_cast<std::ptrdiff_t>(labels[i].id) * to.words;
            to.value.insert(to.value.end(), start, start + to.words);
            labels[i].id = static_cast<int>(i);
        }
    }

    Plan plan_of(const L& label) const {
        Plan plan{Wholes(label.v.begin(), label.v.begin() + model_.objectives()), {}, std::vector<int>(n_)};
        decide(n_, label.id, plan.x);
        return plan;
    }

    // The decisions of a label that is after so many layers.
    void decide(int layers, int id, std::vector<int>& x) const {
        for (int l = layers - 1; l >= 0; l--) {
            x[d_.facts.layers[l].column] = trace_[l][id].x;
            id = trace_[l][id].parent;
        }
    }

    // Labels to go on from, where the search is stopped.
    std::shared_ptr<Open> open() const {
        std::size_t labels = 0;
        for (const Rest& rest : rest_) labels += rest.labels.size();
        auto open = std::make_shared<Open>(labels, w_.weightings, known_.most);
        Wholes bounds(w_.weightings.size());
        for (const Rest& rest : rest_)
            for (const L& label : rest.labels) {
                known_.bound(rest.layer, label.node, label.v, bounds);
                open->add(bounds);
            }
        return open;
    }

    const Diagram& d_;
    const Multipliers& w_;
    const Model& model_;
    Limits limits_;
    GoingOn going_on_;
    int n_;
    Lanes<T, D, W> lanes_;
    Incumbents<T, D, W> known_;
    std::vector<Plan> last_;
    Crew crew_;
    std::vector<Block> blocks_;
    std::vector<std::vector<Trace>> trace_;
    std::mt19937 random_{3};
    const char* reason_ = "";
    Whole made_ = 0, kept_ = 0, peak_ = 0, looked_ = 0, work_;
    double growth_ = 2.0;     // of the points, that a wider beam lets expect: half that of the last one
    int layer_ = 0;           // of this pass
    Whole began_ = 0;         // work that was done before it
    double ahead_ = 0.0;      // what its labels lead to, in the last one
    double due_ = 0.0;        // shares of layers that are dominated and were not dropped
    bool whole_ = true;       // nothing was left out in it
    Start start_;
    std::vector<Rest> rest_;  // of a pass that was stopped
};

}  // namespace labels
