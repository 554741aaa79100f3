// The stages of a search for a front, and what is counted on the way.
#pragma once
#include "rows.hpp"

namespace kernel {

// beyond every whole number of a program
constexpr Whole kFar = std::numeric_limits<Whole>::max();

// Why a search stands still; machine.py says what each means.
enum class Halt { complete, halted, overrun, planned, ended, next };

// choose and start a zone; its stages; a bundle to be begun, and begun; what came of them: a point to
// be recorded, nothing more, or that it takes too long; a single search to be begun, and begun
enum class Phase {
    choose, start, first, second, bundle, bundled, record, emptied, given_up, single, searching
};

// Whether a phase is about what threads share.
inline bool is_shared(Phase phase) {
    return phase == Phase::choose || phase == Phase::record || phase == Phase::emptied ||
           phase == Phase::given_up;
}

// Who says which zone is next: the search itself, or the caller, who is asked once the corners are
// known, and then has chosen
enum class Led { no, asks, chosen };

enum class Answer { none, nothing, plan };

struct Counts {
    Whole subproblems = 0, bundles = 0, seconds = 0, repeats = 0;
    Whole nodes_empty = 0, nodes_second = 0, nodes_bundled = 0;
    Whole overtaken = 0;  // plans that another thread has found before, or better ones
    Whole nodes = 0, pivots = 0;

    Counts& operator+=(const Counts& more) {
        for (Whole Counts::*of : {&Counts::subproblems, &Counts::bundles, &Counts::seconds, &Counts::repeats,
                                  &Counts::nodes_empty, &Counts::nodes_second, &Counts::nodes_bundled,
                                  &Counts::overtaken, &Counts::nodes, &Counts::pivots})
            this->*of += more.*of;
        return *this;
    }
};

// Of two objectives: one is at least `least` wherever the other is below `limit`.
struct Proven {
    Whole least = 0, limit = -kFar;

    // What the one is at least where the other is below `bound`.
    Whole below(Whole bound) const { return bound > limit ? -kFar : least; }
};

// Nodes that a sub-problem takes at the least, on the average, where plans are proposed; and the units
// of work that looking for them may take for each node and pivot so far.
constexpr Whole kFew = 12, kBeside = 8;

// Nodes that a bundle may take for each plan it finds, and for the end; ten times as many with two
// objectives.
constexpr Whole kBundled = 10'000;

}  // namespace kernel
