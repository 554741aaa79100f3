// Which points of a batch reach farther along fixed directions than any before.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

// Where the compiler can, the loops are there several times, for processors with wider vectors,
// each with the same bits: nothing is summed, nothing fused (the build says -ffp-contract=off).
// GCC knows these names of processors from version 12 on
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && __GNUC__ >= 12
#define NONLINEAR_CLONED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define NONLINEAR_CLONED
#endif

namespace nonlinear {

using Positions = std::vector<std::int64_t>;

// Of every direction the first of the points that reach farthest, -1 where none reaches farther
// than length (directions); that grows. How far a point reaches along a direction is the least,
// over the objectives, of its room (points, objectives) times the inverse (objectives, directions)
// of the direction's slope.
NONLINEAR_CLONED inline Positions reach(const double* room, std::size_t points,
                                        std::size_t objectives, const double* inverse,
                                        std::size_t directions, double* length) {
    Positions best(directions, -1);
    std::vector<double> along(directions), longest(directions);
    for (std::size_t i = 0; i < points; i++, room += objectives) {
        for (std::size_t w = 0; w < directions; w++) along[w] = room[0] * inverse[w];
        for (std::size_t j = 1; j < objectives; j++) {
            const double own = room[j];
            const double* slope = inverse + j * directions;
            for (std::size_t w = 0; w < directions; w++) {
                const double next = own * slope[w];
                along[w] = next < along[w] ? next : along[w];
            }
        }
        // most points reach farther nowhere, which is found out by vectors: one by one takes longer
        // than all that went before
        for (std::size_t w = 0; w < directions; w++)
            longest[w] = along[w] > length[w] ? along[w] : length[w];
        if (!std::memcmp(longest.data(), length, directions * sizeof(double))) continue;
        for (std::size_t w = 0; w < directions; w++)
            if (along[w] > length[w]) {
                length[w] = along[w];
                best[w] = static_cast<std::int64_t>(i);
            }
    }
    return best;
}

}  // namespace nonlinear
