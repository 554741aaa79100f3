// Rows of numbers, and the loops over them that take most of the time.
//
// Where the compiler can, each is there several times, for processors with wider vectors. Every one
// takes the same steps: no sum is reordered, no product fused with a sum (the build says
// -ffp-contract=off), and a least value is the same in any order. So nodes do not differ by
// processor.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <new>
#include <vector>

// GCC knows these names of processors from version 12 on
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && __GNUC__ >= 12
#define KERNEL_CLONED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define KERNEL_CLONED
#endif

namespace kernel {

using Whole = std::int64_t;
using Real = double;

constexpr Real kInfinite = std::numeric_limits<Real>::infinity();
// of a ratio test: smaller entries are no pivots
constexpr Real kPivot = 1e-9;

// The nearest whole number, the even one of two, and the greatest one that is not above: without a
// call of the library, which older processors need.
inline Real rounded(Real value) {
    const Real size = 0x1p52;
    if (!(std::abs(value) < size)) return value;
    return value < 0.0 ? (value - size) + size : (value + size) - size;
}
inline Real floored(Real value) {
    const Real near = rounded(value);
    return near > value ? near - 1.0 : near;
}

// A matrix of zeros whose rows begin at multiples of 64 bytes. Memory is asked of the system as
// zeros: of a tableau with room for thousands of rows only those that come are ever there.
template <class T>
class Grid {
    static constexpr std::size_t kBytes = 64, kLine = kBytes / sizeof(T);
    struct Free {
        void operator()(void* block) const { std::free(block); }
    };

public:
    Grid() = default;
    Grid(int height, int width)
        : height_(height), width_(width), stride_((width + kLine - 1) / kLine * kLine),
          block_(std::calloc(height * stride_ * sizeof(T) + kBytes, 1)) {
        if (!block_) throw std::bad_alloc();
        const auto address = reinterpret_cast<std::uintptr_t>(block_.get());
        first_ = reinterpret_cast<T*>((address + kBytes - 1) / kBytes * kBytes);
    }

    T* operator[](int i) { return first_ + i * stride_; }
    const T* operator[](int i) const { return first_ + i * stride_; }
    T* data() { return first_; }
    const T* data() const { return first_; }
    int height() const { return height_; }
    int width() const { return width_; }
    std::size_t stride() const { return stride_; }

private:
    int height_ = 0, width_ = 0;
    std::size_t stride_ = 0;
    std::unique_ptr<void, Free> block_;
    T* first_ = nullptr;
};

namespace {

constexpr int kLanes = 8;

// Subtract multiples of the pivot row, given divided as `row`, from all rows but r.
KERNEL_CLONED void eliminate(Real* T, std::size_t stride, const Real* __restrict row, int m, int nc,
                             int r, int q) {
    const Real inverse = row[q];
    for (int i = 0; i <= m; i++) {
        Real* __restrict line = T + i * stride;
        const Real f = line[q];
        if (i == r || f == 0.0) continue;
        for (int j = 0; j < nc; j++) line[j] -= f * row[j];
        line[q] = -f * inverse;
    }
}

// The dual ratios of a row, infinite where the entry is no pivot. Returns how many are finite.
KERNEL_CLONED int dual_ratios(const Real* __restrict row, const Real* __restrict objective,
                              const Real* __restrict sg, Real direction, Real* __restrict ratio,
                              int nc) {
    Whole count = 0;
    for (int j = 0; j < nc; j++) {
        const Real t = direction * row[j] * sg[j];
        const Real quotient = (-objective[j] * sg[j]) / t;
        const bool good = t > kPivot;
        ratio[j] = good ? quotient : kInfinite;
        count += good;
    }
    return static_cast<int>(count);
}

KERNEL_CLONED Real least(const Real* ratio, int nc) {
    Real lane[kLanes], best = kInfinite;
    for (Real& one : lane) one = kInfinite;
    int j = 0;
    for (; j + kLanes <= nc; j += kLanes)
        for (int l = 0; l < kLanes; l++) lane[l] = ratio[j + l] < lane[l] ? ratio[j + l] : lane[l];
    for (; j < nc; j++) best = ratio[j] < best ? ratio[j] : best;
    for (Real one : lane) best = one < best ? one : best;
    return best;
}

// The column of the largest entry among those whose ratio is at most `limit`.
KERNEL_CLONED int largest_within(const Real* ratio, const Real* row, Real limit, int nc) {
    Real size = 0.0;
    int q = -1;
    for (int j = 0; j < nc; j++)
        if (ratio[j] <= limit && std::abs(row[j]) > size) {
            size = std::abs(row[j]);
            q = j;
        }
    return q;
}

// The sum of squares, in lanes, so that its order is that of every processor.
KERNEL_CLONED Real squares(const Real* __restrict row, int nc) {
    Real lane[kLanes] = {}, sum = 0.0;
    int j = 0;
    for (; j + kLanes <= nc; j += kLanes)
        for (int l = 0; l < kLanes; l++) lane[l] += row[j + l] * row[j + l];
    for (; j < nc; j++) sum += row[j] * row[j];
    for (Real one : lane) sum += one;
    return sum;
}

// target += factor * row
KERNEL_CLONED void add_multiple(Real* __restrict target, const Real* __restrict row, Real factor,
                                int nc) {
    for (int j = 0; j < nc; j++) target[j] += factor * row[j];
}

// target -= factor * row
KERNEL_CLONED void subtract_multiple(Whole* __restrict target, const Whole* __restrict row,
                                     Whole factor, int count) {
    for (int j = 0; j < count; j++) target[j] -= factor * row[j];
}

// A second half of sums: the first with `more` on top.
KERNEL_CLONED void doubled(Whole* sums, std::size_t count, Whole more) {
    const Whole* __restrict first = sums;
    Whole* __restrict second = sums + count;
    for (std::size_t j = 0; j < count; j++) second[j] = first[j] + more;
}

// Add `more` to the sums whose position has all of these bits.
KERNEL_CLONED void add_where(Whole* __restrict sums, std::size_t bits, Whole more, std::size_t count) {
    for (std::size_t j = 0; j < count; j++) sums[j] += (j & bits) == bits ? more : 0;
}

// Leave out what is not between `low` and `high`. Returns whether anything is left.
KERNEL_CLONED Whole keep_within(const Whole* __restrict sums, Whole* __restrict left, Whole low,
                                Whole high, std::size_t count) {
    Whole any = 0;
    for (std::size_t j = 0; j < count; j++) {
        left[j] &= static_cast<Whole>(sums[j] >= low) & static_cast<Whole>(sums[j] <= high);
        any |= left[j];
    }
    return any;
}

// The inverse dual ratio of column j in row i is T[i, j] * ratio[j]: one division a column for all
// rows.
KERNEL_CLONED void inverse_ratios(const Real* __restrict objective, const Real* __restrict sg,
                                  Real* __restrict ratio, int nc) {
    for (int j = 0; j < nc; j++) {
        const Real cost = -objective[j] * sg[j];
        ratio[j] = sg[j] / (cost < 1e-12 ? 1e-12 : cost);
    }
}

struct Rates {
    Real least, most;
};

// The least and the greatest inverse dual ratio in a row, at most and at least 0: what going up and
// down by one costs.
KERNEL_CLONED Rates pivot_rates(const Real* __restrict row, const Real* __restrict ratio, int nc) {
    Real lows[kLanes] = {}, highs[kLanes] = {};
    Rates found{0.0, 0.0};
    int j = 0;
    for (; j + kLanes <= nc; j += kLanes)
        for (int l = 0; l < kLanes; l++) {
            const Real rate = row[j + l] * ratio[j + l];
            lows[l] = rate < lows[l] ? rate : lows[l];
            highs[l] = rate > highs[l] ? rate : highs[l];
        }
    for (; j < nc; j++) {
        const Real rate = row[j] * ratio[j];
        found.least = rate < found.least ? rate : found.least;
        found.most = rate > found.most ? rate : found.most;
    }
    for (int l = 0; l < kLanes; l++) {
        found.least = lows[l] < found.least ? lows[l] : found.least;
        found.most = highs[l] > found.most ? highs[l] : found.most;
    }
    return found;
}

}  // namespace
}  // namespace kernel
