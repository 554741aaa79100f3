// All non-dominated points, zone by zone, or single searches one after the other: the loop over
// sub-problems, resumable after any number of nodes.
//
// A zone u with direction k asks for the least f_k among the plans with f_j < u_j for the other j
// and f_k < u_k (first stage), then, among the plans at most as large in every objective, for the
// least sum (second stage), which makes the point efficient without weights that would need wide
// numbers. Where the first stage finds nothing the zone is empty.
//
// With two objectives the first stage is enough: its point is tentative, since what dominates it lies
// in the zone that it leaves beside it. Where that takes long, local_search.hpp proposes others.
//
// With three objectives or more most zones are empty, with two those between proposed points: a
// sub-problem is then a bundle of neighbours (bundle.hpp) and asks for any plan in them, to the end.
#pragma once
#include <optional>

#include "kept_relaxations.hpp"
#include "local_search.hpp"
#include "stages.hpp"
#include "zone_table.hpp"

namespace kernel {

class Machine {
public:
    const Program program;
    Search search;
    KeptRelaxations kept;
    Zones zones;
    Points points;
    std::vector<Real> expected;  // (p,) how far above the relaxation's bound an optimum was of late
    int corners = 0;             // objectives whose least value is known
    Counts counts;

    // At most `stack` bytes for open siblings, `roots` for kept relaxations; a stage of a front's
    // sub-problem takes at most `nodes`.
    Machine(Program given, std::size_t stack, std::size_t roots, Whole nodes)
        : program(std::move(given)), search(program, stack), kept(program, roots),
          zones(ends(program.low, 0), ends(program.high, 1)), points(program.p, program.n),
          expected(program.p), limit_(nodes), zone_(program.p), y_(program.p) {}

    // Work for so many units.
    Halt advance(Whole work) {
        const Halt halt = work_on(work);
        zones.confirm(points);
        return halt;
    }

    // Set up a single search for a plan, or every one, whose cost is at most `cut`, with the first
    // dense rows at most `limits` and without row `leave_out` (-1: with all). Returns false where a
    // limit is below what is possible at all.
    bool pose(const std::vector<Whole>& limits, int cost, int leave_out, Whole cut, Whole nodes, bool every) {
        search.bundle.clear();
        return set_up(limits, cost, leave_out, cut, nodes, every);
    }

    // Set up a search for the plans of efficient points (b, p), which the bundle gathers; objective
    // `aim` is what is minimised. Or for all plans within such limits, objectives being at least `least`.
    void pose_points(const Whole* of, int b, int aim, int most, Whole nodes, const Real* least = nullptr) {
        if (least) search.bundle.begin_limits(of, b, aim, most, least);
        else search.bundle.begin_points(of, b, aim, most, program.low.data() + program.n);
        set_up({of, of + program.p}, aim, aim, search.bundle.cost_limit(), nodes, true);
        search.bundle.limit(search.bounds);
    }

    // A point that is proven to be efficient, with its plan.
    void know(const std::vector<Whole>& y, const std::vector<Whole>& x) {
        y_ = y;
        search.best_plan = x;
        direction_ = -1;
        record();
    }

    // The least values of all objectives are known.
    void know_corners(const std::vector<Whole>& ideal) {
        zones.ideal = ideal;
        corners = program.p;
    }

    // Whether the caller is asked for the next zone.
    void lead(bool asked) { led_ = asked ? Led::asks : Led::no; }

    // The next sub-problem: the least first objective below the limits.
    void choose(const std::vector<Whole>& limits) {
        zone_ = limits;
        direction_ = 0;
        cut_ = limits[0] - 1;
        led_ = Led::chosen;
    }

    // What the stage at hand may cost, for somebody else to answer it.
    Whole question() {
        if (!search.found && phase_ != Phase::second) {
            // the search may have looked only a little beyond the bound
            probed_ = cut_;
            search.best = cut_ + 1;
        }
        return search.best - 1;
    }

    // Take the answer: a plan, or that there is none but the one found.
    void answer(const std::vector<Whole>* x) {
        answer_ = x || search.found ? Answer::plan : Answer::nothing;
        if (x) search.best_plan = *x;
    }

    Phase phase() const { return phase_; }
    int direction() const { return direction_; }
    // What the relaxation proves of the sub-problem at hand; nothing before its end.
    std::optional<Whole> floor() const {
        return search.mode == Mode::root ? std::nullopt : std::optional(floor_);
    }

private:
    Phase phase_ = Phase::choose;
    Led led_ = Led::no;
    std::optional<LocalSearch> proposals_;  // of two objectives
    Answer answer_ = Answer::none;
    int size_ = 2;                // zones that the next bundle begins with
    int direction_ = 0;           // of the sub-problem: what it minimises, -1 of a known point
    int leave_out_ = -1;          // the dense row that a single search leaves out
    Whole cut_ = 0;               // that the cost must not exceed
    Whole probed_ = 0;            // the smaller cut that is tried first
    Whole probe_ = 0;             // how far the first try goes beyond the bound
    Whole floor_ = 0;             // the relaxation's bound
    Whole limit_ = 0;             // nodes that a stage may take
    Whole nodes_before_ = 0, points_before_ = 0;  // at its begin
    std::vector<Whole> zone_, y_; // the zone and the point at hand
    Proven proven_[2];            // of two objectives, by what is minimised

    std::vector<Whole> ends(const std::vector<Real>& of, Whole more) const {
        std::vector<Whole> found(program.p);
        for (int k = 0; k < program.p; k++) found[k] = static_cast<Whole>(of[program.n + k]) + more;
        return found;
    }

    // A single search, of the zones in the bundle where there are any.
    bool set_up(const std::vector<Whole>& limits, int cost, int leave_out, Whole cut, Whole nodes,
                bool every) {
        const bool possible = limit([&](int k) { return limits[k]; }, static_cast<int>(limits.size()));
        phase_ = Phase::single;
        direction_ = cost;
        leave_out_ = leave_out;
        // beyond its reach a cost says nothing, and would be too wide for exact sums
        cut_ = std::clamp(cut, program.least[cost] - 1, program.most[cost]);
        limit_ = nodes;
        search.every = every;
        search.mode = Mode::back;
        return possible;
    }

    // The bounds of columns and rows with the first rows at most `highest`. Returns false where one
    // of them is below what is possible at all.
    template <class Highest>
    bool limit(Highest highest, int rows) {
        Bounds& bounds = search.bounds;
        bounds.lo = program.low;
        bounds.up = program.high;
        bool possible = true;
        for (int v = program.n; v < program.n + rows; v++) {
            bounds.up[v] = std::min(bounds.up[v], static_cast<Real>(highest(v - program.n)));
            possible = possible && bounds.up[v] >= bounds.lo[v];
        }
        return possible;
    }

    Halt work_on(Whole work) {
        search.quota = work;
        bool ready = search.mode != Mode::root && (phase_ == Phase::first || phase_ == Phase::second ||
                                                   phase_ == Phase::searching || phase_ == Phase::bundled);
        while (true) {
            if (phase_ == Phase::record) {
                record();
                ready = phase_ == Phase::bundled;
            }
            if (phase_ == Phase::choose)
                if (const std::optional<Halt> halt = choose()) return *halt;
            if (!ready) {
                if (!prepare()) {
                    empty();
                    phase_ = Phase::choose;
                    continue;
                }
                if (search.mode == Mode::root) return Halt::halted;
                if (phase_ == Phase::single) phase_ = Phase::searching;
                else if (phase_ == Phase::bundle) phase_ = Phase::bundled;
                else if (phase_ == Phase::start) phase_ = Phase::first;
            }
            ready = false;
            switch (stage()) {
                case Explored::paused: return Halt::halted;
                case Explored::plan:
                    if (phase_ == Phase::searching && search.bundle.empty()) return Halt::planned;
                    program.evaluate(search.best_plan, y_);
                    if (phase_ == Phase::searching) {
                        search.bundle.gather(y_.data(), search.best_plan);
                        ready = true;
                        continue;
                    }
                    phase_ = Phase::record;
                    continue;
                case Explored::budget:
                    if (phase_ != Phase::bundled) return Halt::overrun;
                    end_bundle();
                    size_ = std::max(1, size_ / 4);
                    continue;
                case Explored::done: break;
            }
            if (phase_ == Phase::searching) return Halt::ended;
            finish();
        }
    }

    // The next sub-problem, or why there is none now.
    std::optional<Halt> choose() {
        if (search.quota <= 0) return Halt::halted;
        if (led_ == Led::asks && corners == program.p && zones.count() > 0) {
            if (proposals_) zones.join(points), proposals_.reset();
            zones.confirm(points);
            if (points.tentative.empty()) return Halt::next;
            return settle(points.tentative.front()), std::nullopt;
        }
        if (goes_on_at_once() && corners == 2 && (proposals_ || search.nodes > kFew * counts.subproblems)) {
            if (!proposals_) proposals_.emplace(program);
            proposals_->begin(points, (search.nodes + search.pivots) * kBeside);
            for (; proposals_->busy(); search.quota -= proposals_->step())
                if (search.quota <= 0) return Halt::halted;
            proposals_->end(points, zones);
        }
        points_before_ = points.count();
        if (led_ == Led::chosen) led_ = Led::asks;
        else if (!pick()) return Halt::complete;
        counts.subproblems += search.bundle.empty();
        search.quota -= kNodeWork + Whole{zones.count()} * program.p / kEntries;
        probe_ = static_cast<Whole>(1.5 * expected[direction_]) + 1;
        if (search.bundle.empty()) {
            phase_ = Phase::start;
        } else {
            phase_ = Phase::bundle;
            nodes_before_ = search.nodes;
            search.last = search.nodes + most_nodes();
        }
        return std::nullopt;
    }

    // Whoever asks takes points for efficient: the second stage for one that is tentative.
    void settle(int q) {
        y_.assign(points[q], points[q] + program.p);
        search.best_plan.assign(points.plan(q), points.plan(q) + program.n);
        direction_ = -1;
        phase_ = Phase::second;
    }

    // The next zone and its direction; the corners first. Returns false where no zone is left.
    bool pick() {
        if (zones.count() == 0) return false;
        direction_ = corners;
        if (corners < program.p) {
            zone_ = zones.top;
            for (int q = 0; q < points.count(); q++)
                zone_[direction_] = std::min(zone_[direction_], points[q][direction_]);
        } else {
            const int z = zones.choose();
            direction_ = static_cast<int>(zones.direction[z]);
            std::copy_n(zones[z], program.p, zone_.data());
            gather(z);
        }
        cut_ = zone_[direction_] - 1;
        return true;
    }

    // The zones around z for one tree; none where z is to be searched alone.
    void gather(int z) {
        if (size_ == 1 || (program.p < 3 && !(proposals_ && goes_on_at_once()))) return;
        search.bundle.begin(direction_, std::max(64, 4 * most_bundled()), program.low.data() + program.n);
        search.every = false;
        for (int h : zones.near(z, size_))
            if (!search.bundle.add(zones[h], zones.id[h]) && h == z) return search.bundle.clear();
    }

    // Zones that a bundle begins with, and nodes that it may take for each plan that it finds.
    int most_bundled() const { return program.p == 2 ? 8 : std::min(32, 1 << (program.p - 1)); }
    Whole most_nodes() const { return std::min(program.p == 2 ? 10 * kBundled : kBundled, limit_); }

    // The bundle is searched, or its zones stay open.
    void end_bundle() {
        counts.nodes_bundled += search.nodes - nodes_before_;
        search.bundle.clear();
        search.leave();
        phase_ = Phase::choose;
    }

    // The current zone is empty, or every one in the bundle.
    void empty() {
        if (!search.bundle.empty()) {
            for (int id : search.bundle.whole()) zones.exclude(id);
            counts.subproblems++;
            counts.bundles++;
            end_bundle();
            if (program.p == 2 && points.count() > points_before_) size_ = std::max(2, size_ / 2);
            else size_ = std::min(most_bundled(), 2 * size_);
            return;
        }
        if (corners < program.p) zones.ideal[direction_] = zone_[direction_], corners++;
        zones.exclude(zone_.data(), direction_, zone_[direction_]);
    }

    // Add the point at hand. With direction -1 it was known before: it says nothing of what lies
    // below it.
    void record() {
        const int k = direction_;
        const bool bundled = !search.bundle.empty();
        points.add(y_.data(), search.best_plan.data(),
                   bundled || (k >= 0 && goes_on_at_once()) ? Standing::tentative : Standing::efficient);
        if (k >= 0 && corners < program.p) zones.ideal[k] = y_[k], corners++;
        zones.insert(points);
        if (bundled) {
            search.bundle.cut(y_.data(), zones);
            search.last = search.nodes + most_nodes();
            phase_ = Phase::bundled;
            return;
        }
        if (k >= 0) {
            zones.exclude(zone_.data(), k, y_[k]);
            if (program.p == 2) proven_[k] = {y_[k], zone_[1 - k]};
        }
        phase_ = Phase::choose;
    }

    // Start the stage, or go on with that. Returns false where some limit is below what is possible
    // at all.
    bool prepare() {
        const bool second = phase_ == Phase::second, single = phase_ == Phase::single;
        if (search.mode != Mode::root && !single &&
            !limit([&](int k) { return second ? y_[k] : zone_[k] - 1; }, program.p))
            return false;
        const bool bundle = phase_ == Phase::bundle;
        if (bundle && search.mode != Mode::root) search.bundle.limit(search.bounds);
        if (!bundle) nodes_before_ = search.nodes;
        Whole cut = cut_;
        if (second) {
            cut = -1;
            for (Whole y : y_) cut += y;
        }
        floor_ = begin(kept, search, second ? program.p : direction_,
                       single ? leave_out_ : second ? -1 : direction_, cut,
                       second || single || bundle ? -1 : probe_, second || single ? -kFar : known());
        probed_ = search.best - 1;
        return true;
    }

    // What the objective of the zone at hand is at least.
    Whole known() const {
        const Whole least = zones.ideal[direction_];
        return program.p == 2 ? std::max(least, proven_[direction_].below(zone_[1 - direction_])) : least;
    }

    bool goes_on_at_once() const { return program.p == 2 && led_ == Led::no; }

    // The current stage to its end or the next halt; a fallback's answer ends it too.
    Explored stage() {
        if (answer_ != Answer::none) {
            search.found = answer_ == Answer::plan;
            answer_ = Answer::none;
            return Explored::done;
        }
        if (phase_ != Phase::bundled) search.last = nodes_before_ + limit_ + 1;
        return explore(search);
    }

    // The stage is over; choose what comes next.
    void finish() {
        if (phase_ == Phase::bundled) return empty();
        const int k = direction_;
        const Whole used = search.nodes - nodes_before_;
        if (search.found) program.evaluate(search.best_plan, y_);
        if (8 * used < kBundled) size_ = std::max(2, size_);
        if (phase_ == Phase::second) {
            counts.nodes_second += used;
            phase_ = Phase::record;
        } else if (search.found) {
            const Real above = static_cast<Real>(std::max<Whole>(0, y_[k] - floor_));
            expected[k] += 0.1 * (above - expected[k]);
            phase_ = program.p == 1 || goes_on_at_once() ? Phase::record : Phase::second;
        } else if (probed_ < cut_) {
            probe_ = 2 * probe_ + 1;
            counts.repeats++;
            phase_ = Phase::start;
        } else {
            counts.nodes_empty += used;
            empty();
            phase_ = Phase::choose;
        }
        counts.seconds += phase_ == Phase::second;
    }
};

}  // namespace kernel
