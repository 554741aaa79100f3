// The threads of a search: one, which others join once there is work for them.
#pragma once
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <system_error>
#include <thread>

#include "machine.hpp"

namespace kernel {

// Of the bytes for kept relaxations, what another thread may take for its own.
constexpr std::size_t kShare = 4;
// Looks at points that may take place, to confirm them, for each unit of the clock: about a fiftieth of
// the time.
constexpr Whole kLooks = 3;

class Crew {
public:
    const Program program;
    Front front;

    // At most `workers` threads, one until its clock is at `alone`; at a node with at most `few` free
    // columns all plans are looked at, if it is 0 at none. Else as a machine.
    Crew(Program given, std::size_t stack, std::size_t roots, Whole nodes, int workers, Whole alone,
         std::size_t few)
        : program(std::move(given)), front(program), most_(workers) {
        make_ = [=] {
            auto made = std::make_unique<Machine>(program, front, stack, roots, nodes);
            made->search.combinations.most = few;
            if (few == 0) made->search.deviations.most = 0;
            return made;
        };
        machines_.push_back(make_());
        front.turns.join(0);
        if (most_ > 1 && program.p > 2 && first().kept.bytes() <= roots / kShare) first().alone = alone;
    }

    // The one that every search begins with, and the one that says why the crew stands still.
    Machine& first() { return *machines_.front(); }
    Machine& speaker() { return *machines_[speaker_]; }
    const Machine& first() const { return *machines_.front(); }
    const Machine& speaker() const { return *machines_[speaker_]; }
    const std::vector<std::unique_ptr<Machine>>& machines() const { return machines_; }

    // Every thread works for so many units.
    Halt advance(Whole work) {
        if (first().calls()) grow();
        front.turns.go_on();
        halts_.assign(machines_.size(), Halt::halted);
        faults_.assign(machines_.size(), nullptr);
        std::vector<std::thread> others;
        try {
            for (int who = 1; who < static_cast<int>(machines_.size()); who++)
                others.emplace_back([this, who, work] { work_on(who, work); });
        } catch (const std::system_error&) {
            // the system has no room for another one
            for (std::size_t who = others.size() + 1; who < machines_.size(); who++)
                front.turns.pause(static_cast<int>(who));
        }
        work_on(0, work);
        for (std::thread& one : others) one.join();
        shrink(others.size() + 1);
        for (const std::exception_ptr& fault : faults_)
            if (fault) std::rethrow_exception(fault);
        if (front.zones.count() == 0 || clock() >= confirms_) confirm();
        return halt();
    }

    // Say of the points so far which are efficient, as far as the zones tell.
    void confirm() {
        confirms_ = clock() + front.zones.confirm(front.points) / kLooks;
    }

    Counts counts() const {
        Counts all;
        for (const auto& one : machines_) all += counted(*one);
        return all += gone_;
    }

private:
    int most_, speaker_ = 0;
    std::function<std::unique_ptr<Machine>()> make_;
    std::vector<std::unique_ptr<Machine>> machines_;
    std::vector<Halt> halts_;                 // of each in the last slice
    std::vector<std::exception_ptr> faults_;
    Counts gone_;                             // of those that are no longer there
    Whole confirms_ = 0;                      // the clock before which points are not confirmed

    Whole clock() const {
        const Counts all = counts();
        return kClockNode * all.nodes + all.pivots;
    }

    // What a thread has done, with the nodes and pivots of its search.
    static Counts counted(const Machine& one) {
        Counts all = one.counts;
        all.nodes = one.search.nodes, all.pivots = one.search.pivots;
        return all;
    }

    void work_on(int who, Whole work) {
        try {
            halts_[who] = machines_[who]->advance(work);
        } catch (...) {
            faults_[who] = std::current_exception();
        }
        front.turns.pause(who);
    }

    // Take on as many threads as there may be, where there is memory for them.
    void grow() {
        first().alone = kFar;
        try {
            while (static_cast<int>(machines_.size()) < most_) {
                machines_.push_back(make_());
                machines_.back()->join(first(), static_cast<int>(machines_.size()) - 1);
            }
        } catch (const std::bad_alloc&) {
            shrink(front.turns.count());
        }
    }

    // Go on with so many; what the others had at hand is free.
    void shrink(std::size_t count) {
        while (machines_.size() > count) {
            gone_ += counted(*machines_.back());
            machines_.pop_back();
            front.zones.let_go(static_cast<int>(machines_.size()));
        }
        front.turns.leave(static_cast<int>(count));
    }

    Halt halt() {
        speaker_ = 0;
        if (machines_.size() > 1 && front.zones.count() == 0) return Halt::complete;
        for (std::size_t who = 0; who < halts_.size() && who < machines_.size(); who++)
            if (halts_[who] == Halt::overrun) speaker_ = static_cast<int>(who);
        return halts_[speaker_];
    }
};

}  // namespace kernel
