// In which order several threads may touch what they share.
//
// Whoever has done the least work goes first, work being counted and not timed: so what is found,
// and by whom, is the same in every run with the same number of threads. A thread shows the others
// how far it is while it works on its own, and waits for its turn until all are beyond that.
//
// M. Olszewski, J. Ansel, S. Amarasinghe, "Kendo: efficient deterministic multithreading in software",
// ASPLOS 2009, 97-108.
#pragma once
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "program.hpp"

namespace kernel {

class Turns {
public:
    // One more thread, that has done so much work; none may be running.
    void join(Whole clock) {
        members_.emplace_back();
        members_.back().shown = clock;
    }
    // The threads from `first` on are no longer there; none may be running.
    void leave(int first) { members_.resize(first); }
    int count() const { return static_cast<int>(members_.size()); }

    // How far a thread is that works on its own.
    void show(int who, Whole clock) {
        if (alone()) return;
        raise(who, clock);
        if (clock <= awaited_) return;
        std::lock_guard<std::mutex> held(mutex_);
        awaited_ = kNobody;
        changed_.notify_all();
    }

    // Wait for one's turn and take it: `turn` is told the clock, which is ahead of what was shown after
    // a rest, and returns the clock after. Nothing where the turn cannot come before somebody who pauses
    // goes on.
    template <class Turn>
    void take(int who, Whole clock, Turn turn) {
        if (alone()) return void(turn(clock));
        std::unique_lock<std::mutex> held(mutex_);
        Member& own = members_[who];
        if (!own.rests) raise(who, clock);
        changed_.notify_all();
        while (true) {
            if (!own.rests) awaited_ = std::min<Whole>(awaited_, own.shown);
            const Place place = place_of(who);
            if (place == Place::never) return;
            if (place == Place::now) break;
            changed_.wait(held);
        }
        const Whole before = own.shown;
        raise(who, turn(before));
        // a turn that a pause cuts in two takes no time, and is not over
        if (own.shown > before && !own.rests)
            for (int other = 0; other < count(); other++)
                if (members_[other].rests) members_[other].rests = false, raise(other, before);
        changed_.notify_all();
    }

    // In one's turn: there is nothing to do until somebody else has had a turn.
    void rest(int who) { members_[who].rests = true; }

    // From here on a thread does not go on before all go on.
    void pause(int who) {
        std::lock_guard<std::mutex> held(mutex_);
        members_[who].pauses = true;
        changed_.notify_all();
    }
    void go_on() {
        for (Member& one : members_) one.pauses = false;
    }

private:
    struct Member {
        std::atomic<Whole> shown{0};  // its next turn is not before that
        bool rests = false, pauses = false;
    };
    enum class Place { now, later, never };
    static constexpr Whole kNobody = std::numeric_limits<Whole>::max();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Member> members_;
    std::atomic<Whole> awaited_{kNobody};  // somebody waits until the others are beyond that

    bool alone() const { return members_.size() < 2; }
    // A thread shows what it does, and is moved by others only while it rests.
    void raise(int who, Whole clock) {
        std::atomic<Whole>& shown = members_[who].shown;
        if (clock > shown) shown = clock;
    }
    Place place_of(int who) const {
        const Member& own = members_[who];
        const Whole clock = own.shown;
        Place found = own.rests ? Place::never : Place::now;
        for (int other = 0; other < count(); other++) {
            const Member& one = members_[other];
            if (other == who || one.rests) continue;
            if (own.rests) {
                if (!one.pauses) return Place::later;
                continue;
            }
            const Whole shown = one.shown;
            if (shown > clock || (shown == clock && other > who)) continue;
            if (one.pauses) return Place::never;
            found = Place::later;
        }
        return found;
    }
};

}  // namespace kernel
