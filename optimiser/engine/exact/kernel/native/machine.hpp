// All non-dominated points, zone by zone, or single searches one after the other: one thread's loop
// over sub-problems, resumable after any number of nodes. What threads share is touched in turn, and
// a thread leaves alone the zones that another has at hand.
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

#include "front.hpp"
#include "gathering.hpp"
#include "kept_relaxations.hpp"
#include "local_search.hpp"
#include "stages.hpp"

namespace kernel {

class Machine {
public:
    const Program& program;
    Search search;
    KeptRelaxations kept;
    std::vector<Real> expected;  // (p,) how far above the relaxation's bound an optimum was of late
    Counts counts;
    Whole alone = kFar;          // at that clock others are called for

    // At most `stack` bytes for open siblings, `roots` for kept relaxations; a stage of a front's
    // sub-problem takes at most `nodes`.
    Machine(const Program& given, Front& front, std::size_t stack, std::size_t roots, Whole nodes)
        : program(given), search(program, stack), kept(program, roots), expected(program.p),
          gathering_(program.p), limit_(nodes), zone_(program.p), y_(program.p), front_(front),
          zones(front.zones), points(front.points), corners(front.corners) {
        search.turns = &front.turns;
    }

    // Go on as the thread `who`, beside another one, with what that has learnt.
    void join(const Machine& other, int who) {
        kept.learn(other.kept);
        expected = other.expected;
        gathering_ = other.gathering_;
        search.who = who;
        search.ahead = other.search.clock();
        front_.turns.join(search.ahead);
    }

    // Work for so many units.
    Halt advance(Whole work) {
        search.quota = work;
        bool ready = search.mode != Mode::root && (phase_ == Phase::first || phase_ == Phase::second ||
                                                   phase_ == Phase::searching || phase_ == Phase::bundled);
        while (true) {
            if (const Phase before = phase_; is_shared(before)) {
                if (const std::optional<Halt> halt = turn()) return *halt;
                if (phase_ == Phase::choose) continue;
                ready = before == Phase::record && phase_ == Phase::bundled;
            }
            if (!ready) {
                if (!prepare()) {
                    phase_ = Phase::emptied;
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
                    phase_ = Phase::given_up;
                    continue;
                case Explored::done: break;
            }
            if (phase_ == Phase::searching) return Halt::ended;
            finish();
        }
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

    // Whether there is work for other threads.
    bool calls() const {
        return phase_ == Phase::choose && corners == program.p && zones.count() > 1 && search.clock() >= alone;
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
    Gathering gathering_;
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
    Front& front_;                // and what it consists of
    Zones& zones;
    Points& points;
    int& corners;

    // A single search, of the zones in the bundle where there are any.
    bool set_up(const std::vector<Whole>& limits, int cost, int leave_out, Whole cut, Whole nodes,
                bool every) {
        const bool possible = limit(search, [&](int k) { return limits[k]; }, static_cast<int>(limits.size()));
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

    // Take a turn: what came of the sub-problem, and the next one; or why there is none now.
    std::optional<Halt> turn() {
        std::optional<Halt> halt = Halt::halted;
        front_.turns.take(search.who, search.clock(), [&](Whole clock) {
            search.ahead += clock - search.clock();
            if (phase_ == Phase::record) record();
            else if (phase_ == Phase::emptied) empty();
            else if (phase_ == Phase::given_up) give_up();
            halt = phase_ == Phase::choose ? choose() : std::nullopt;
            if (!halt) search.ahead += 1 + Whole{zones.count()} * program.p / kEntries / kNodeWork * kClockNode;
            return search.clock();
        });
        return halt;
    }

    // The next sub-problem, or why there is none now; the phase stays where others have got all.
    std::optional<Halt> choose() {
        zones.let_go(search.who);
        if (search.quota <= 0) return Halt::halted;
        if (calls()) return Halt::halted;
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
        else if (zones.count() == 0) return Halt::complete;
        else if (!pick()) return front_.turns.rest(search.who), std::nullopt;
        counts.subproblems += search.bundle.empty();
        search.quota -= kNodeWork + Whole{zones.count()} * program.p / kEntries;
        probe_ = static_cast<Whole>(1.5 * expected[direction_]) + 1;
        if (search.bundle.empty()) {
            phase_ = Phase::start;
        } else {
            phase_ = Phase::bundle;
            nodes_before_ = search.nodes;
            search.last = search.nodes + gathering_.most_nodes(limit_);
        }
        return std::nullopt;
    }

    // Whoever asks takes points for efficient: the second stage for one that is tentative.
    void settle(int q) {
        y_.assign(points[q], points[q] + program.p);
        search.best_plan.assign(points.plan(q), points.plan(q) + program.n);
        direction_ = -1, phase_ = Phase::second;
    }

    // The next zone and its direction; the corners first. Returns false where no zone is free.
    bool pick() {
        direction_ = corners;
        if (corners < program.p) {
            zone_ = zones.top;
            for (int q = 0; q < points.count(); q++)
                zone_[direction_] = std::min(zone_[direction_], points[q][direction_]);
        } else {
            const int z = zones.choose();
            if (z < 0) return false;
            direction_ = static_cast<int>(zones.direction[z]);
            std::copy_n(zones[z], program.p, zone_.data());
            zones.holder[z] = search.who;
            if (!gathering_.alone() && (program.p > 2 || (proposals_ && goes_on_at_once())))
                gathering_.gather(zones, z, search, direction_);
        }
        cut_ = zone_[direction_] - 1;
        return true;
    }

    // The bundle is searched, or its zones stay open.
    void end_bundle() {
        counts.nodes_bundled += search.nodes - nodes_before_;
        search.bundle.clear();
        search.leave();
    }
    void give_up() {
        end_bundle();
        gathering_.gave_up();
        phase_ = Phase::choose;
    }

    // The current zone is empty, or every one in the bundle.
    void empty() {
        phase_ = Phase::choose;
        if (!search.bundle.empty()) {
            for (int id : search.bundle.whole()) zones.exclude(id);
            counts.subproblems++;
            counts.bundles++;
            end_bundle();
            return gathering_.ended(points.count() > points_before_);
        }
        if (corners < program.p) zones.ideal[direction_] = zone_[direction_], corners++;
        zones.exclude(zone_.data(), direction_, zone_[direction_]);
    }

    // Add the point at hand. With direction -1 it was known before: it says nothing of what lies
    // below it.
    void record() {
        const int k = direction_;
        const bool bundled = !search.bundle.empty();
        if (front_.turns.count() > 1 && !zones.hold(y_.data())) {
            // another thread has found it meanwhile, or better
            counts.overtaken++;
        } else {
            points.add(y_.data(), search.best_plan.data(),
                       bundled || (k >= 0 && goes_on_at_once()) ? Standing::tentative : Standing::efficient);
            if (k >= 0 && corners < program.p) zones.ideal[k] = y_[k], corners++;
            zones.insert(points);
        }
        if (bundled) {
            search.bundle.cut(zones, search.who);
            search.last = search.nodes + gathering_.most_nodes(limit_);
            return void(phase_ = Phase::bundled);
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
            !limit(search, [&](int k) { return second ? y_[k] : zone_[k] - 1; }, program.p))
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
        if (phase_ == Phase::bundled) return void(phase_ = Phase::emptied);
        const int k = direction_;
        const Whole used = search.nodes - nodes_before_;
        if (search.found) program.evaluate(search.best_plan, y_);
        gathering_.searched(used);
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
            phase_ = Phase::emptied;
        }
        counts.seconds += phase_ == Phase::second;
    }
};

}  // namespace kernel
