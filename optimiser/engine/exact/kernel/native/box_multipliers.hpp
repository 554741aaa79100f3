// Multipliers in whole numbers: rounded from a tableau, or single rows where everything is fixed,
// and what they exclude.
//
// Signs here are those of the dual: an objective's multiplier is minus its weight.
#pragma once
#include "simplex.hpp"

#ifdef __SIZEOF_INT128__
namespace kernel {
__extension__ typedef __int128 Wide;
}
#else  // Visual Studio; never built there
#include <__msvc_int128.hpp>
namespace kernel {
using Wide = std::_Signed128;
}
#endif

namespace kernel {

// Sums of floats up to here are of whole numbers that 64 bits hold.
constexpr Real kWidest = 0x1p61;

// A problem in whole numbers for trees that refute boxes: m objectives, then r rows, over n columns.
struct BoxProgram {
    int m = 0, n = 0;
    Grid<Whole> matrix;              // (m + r, n)
    Grid<Real> scaled;               // (m + r, n) the same divided by `scale`
    std::vector<Whole> low, high;    // (r,) sides of the rows
    std::vector<char> whole;         // (n,)
    std::vector<Real> lower, upper;  // (n + m + r,) bounds of columns and the scaled rows' activities
    std::vector<Real> weight;        // (m + r,) how much a unit of each multiplier adds to a bound
    std::vector<Real> scale;         // (m + r,)

    int height() const { return matrix.height(); }
};

// The b boxes of a tree.
struct Boxes {
    Grid<Whole> limits;           // (b, m) what the objectives' rows are at most
    Grid<Real> ends;              // (b, m) the same divided by the rows' scale
    std::vector<char> bounded_;   // (b, m) whether that says anything

    int count() const { return limits.height(); }
    bool bounded(int g, int k) const { return bounded_[std::size_t(g) * limits.width() + k]; }
};

// A tree, node by node in preorder, as a certificate has it.
struct BoxTree {
    std::vector<Whole> columns;      // branched on, -1 at a leaf
    std::vector<Whole> values;       // the floor of the branch
    std::vector<Whole> counts;       // vectors of each node
    std::vector<Whole> sizes;        // multipliers of each vector
    std::vector<Whole> rows;         // whose each multiplier is
    std::vector<Whole> multipliers;

    // Write a vector down.
    void keep(const std::vector<Whole>& mult, int m) {
        const std::size_t before = rows.size();
        for (int i = 0; i < static_cast<int>(mult.size()); i++)
            if (mult[i] != 0) {
                rows.push_back(i);
                multipliers.push_back(i < m ? -mult[i] : mult[i]);
            }
        sizes.push_back(static_cast<Whole>(rows.size() - before));
    }
};

// The bound of a vector over the node's box, in whole numbers.
//
// Not that of refutation.hpp: a certificate's rows may lack a side, and the sides that are there may
// be whole numbers that no float holds, so that they are not among the float bounds.
inline Wide bound_of(const BoxProgram& program, const Bounds& bounds, const std::vector<Whole>& mult,
                     std::vector<Whole>& D) {
    Wide bound = 0;
    std::fill(D.begin(), D.end(), 0);
    for (int i = 0; i < program.height(); i++) {
        const Whole t = mult[i];
        if (t == 0) continue;
        if (i >= program.m)
            bound += Wide{t} * Wide{t > 0 ? program.low[i - program.m] : program.high[i - program.m]};
        subtract_multiple(D.data(), program.matrix[i], t, program.n);
    }
    for (int j = 0; j < program.n; j++)
        bound += std::min(Wide{D[j]} * Wide{static_cast<Whole>(bounds.lo[j])},
                          Wide{D[j]} * Wide{static_cast<Whole>(bounds.up[j])});
    return bound;
}

// Whether a vector with this bound excludes box g.
inline bool excludes(const std::vector<Whole>& mult, Wide bound, const Boxes& boxes, int g) {
    for (int k = 0; k < boxes.limits.width(); k++) {
        if (mult[k] == 0) continue;
        if (!boxes.bounded(g, k)) return false;
        bound += Wide{mult[k]} * Wide{boxes.limits[g][k]};
    }
    return bound > 0;
}

// The multipliers of all rows in floating point, into `dual`; the objective aimed at counts as a
// row.
//
// The front's search scales and caps its multipliers by what was proven of the model's widths; these
// are as coarse as still excludes the box, so that a certificate is short.
//
// The tableau's rows are divided by `scale`. The largest weight of an objective becomes 1, so that
// the others tend to be whole numbers themselves.
inline void duals(const Tableau& t, const BoxProgram& program, int aim, const Reoptimised& done,
                  std::vector<Real>& dual) {
    const int n = program.n, m = program.m, height = program.height();
    std::fill(dual.begin(), dual.end(), 0.0);
    if (done.outcome == Outcome::over) {
        dual[aim] = -1.0;
        for (int j = 0; j < t.nc; j++)
            if (t.N[j] >= n) dual[t.N[j] - n] = -t.T[0][j];
    } else {
        const int r = std::abs(done.row);
        const Real sign = done.row > 0 ? 1.0 : -1.0;
        if (t.B[r] >= n) dual[t.B[r] - n] = sign;
        for (int j = 0; j < t.nc; j++)
            if (t.N[j] >= n) dual[t.N[j] - n] = sign * t.T[r][j];
    }
    auto largest = [&](int first, int last) {
        Real most = 0.0;
        for (int i = first; i < last; i++) most = std::max(most, std::abs(dual[i]));
        return most;
    };
    const Real most = largest(0, height);
    for (int i = 0; i < m; i++)
        if (std::abs(dual[i]) < 1e-10 * most) dual[i] = 0.0;  // noise, not a weight
    for (int i = 0; i < height; i++) dual[i] /= program.scale[i];
    Real unit = largest(0, m);
    if (unit == 0.0) unit = largest(m, height);
    if (unit > 0.0)
        for (int i = 0; i < height; i++) dual[i] /= unit;
}

// Round the multipliers, coarsely first, until they exclude box g in whole numbers. Returns whether
// they do, with their bound.
inline bool confirm(const BoxProgram& program, const Bounds& bounds, const Boxes& boxes, int g,
                    const std::vector<Real>& dual, std::vector<Whole>& mult, std::vector<Whole>& D,
                    Wide& bound) {
    const int n = program.n, m = program.m, height = program.height();
    for (int attempt = 0; attempt < 8; attempt++) {
        const Real scale = attempt == 0 ? 1.0 : static_cast<Real>(Whole{1} << (4 * attempt - 2));
        Real wide = 0.0;
        for (int i = 0; i < height; i++) {
            Real value = rounded(dual[i] * scale);
            if (i < m)
                // weights on objectives: only where the box has a limit
                value = boxes.bounded(g, i) ? std::min(value, 0.0) : 0.0;
            else if ((value > 0.0 && bounds.lo[n + i] == -kInfinite) ||
                     (value < 0.0 && bounds.up[n + i] == kInfinite))
                value = 0.0;
            wide += std::abs(value) * program.weight[i];
            mult[i] = clipped(value, kWidest);
        }
        if (!(wide <= kWidest)) return false;
        bound = bound_of(program, bounds, mult, D);
        if (excludes(mult, bound, boxes, g)) return true;
    }
    return false;
}

// Where all whole columns are fixed: exclude by single rows, exact however wide they are.
inline void settle_fixed(const BoxProgram& program, const Bounds& bounds, const Boxes& boxes,
                         std::vector<char>& alive, std::vector<Whole>& mult, std::vector<Whole>& D,
                         BoxTree& out) {
    const int n = program.n, m = program.m;
    for (int i = 0; i < program.height(); i++)
        for (int sign : {-1, 1}) {
            const bool possible = i < m     ? sign < 0
                                  : sign > 0 ? bounds.lo[n + i] > -kInfinite
                                             : bounds.up[n + i] < kInfinite;
            if (!possible) continue;
            std::fill(mult.begin(), mult.end(), 0);
            mult[i] = sign;
            const Wide bound = bound_of(program, bounds, mult, D);
            bool kept = false;
            for (int g = 0; g < boxes.count(); g++)
                if (alive[g] && excludes(mult, bound, boxes, g)) alive[g] = false, kept = true;
            if (kept) out.keep(mult, m);
        }
}

}  // namespace kernel
