// The program as Python hands it over, and the numbers that the whole search shares.
#pragma once
#include <cstdint>
#include <limits>
#include <set>
#include <utility>
#include <vector>

#include "rows.hpp"

namespace kernel {

// How far a basic variable may stand outside its bounds in floating point, and how far from a whole
// number a value of the relaxation still counts as one: every conclusion is checked in integers.
constexpr Real kFeasible = 1e-7;
constexpr Real kWhole = 1e-6;

// Work is counted, not nodes: a node of three columns takes a microsecond, one of 5,000 columns and
// 1,000 rows seconds. A unit is as many entries of a tableau as a few dozen nanoseconds touch, and
// a relaxation may pause between two pivots. A node of any size takes kNodeWork units.
constexpr Whole kEntries = 64;
constexpr Whole kNodeWork = 16;

inline Whole work_of(Whole rows, Whole columns) { return (rows + 1) * (columns + 1) / kEntries; }

// A number of floating point as a whole one of at most `most` in size; what is none becomes -most.
inline Whole clipped(Real value, Real most) {
    return static_cast<Whole>(!(value > -most) ? -most : value < most ? value : most);
}

// Rows of few terms, one after the other.
struct SparseRows {
    std::vector<Whole> begin;   // (s + 1,)
    std::vector<int> column;    // (e,)
    std::vector<Whole> value;   // (e,)
    std::vector<Whole> column_begin;  // (n + 1,)
    std::vector<int> row;       // (e,) the same by column
    std::vector<Real> real;     // (e,) the values in floating point

    int count() const { return static_cast<int>(begin.size()) - 1; }
};

// A row of two binary columns that says "at most" or "is": of one column the other, the row's logical,
// and the sign with which x_column = x_leader + sign * x_logical.
struct Link {
    int leader, logical;
    Real sign;
};

// A sparse row that says x_v <= x_w, and with which sign x_w is in it; -1 where there is none.
struct Below {
    int row = -1;
    Whole sign = 1;
};

// A product of two columns, and the rows that keep it at most either.
struct Pair {
    int product;
    int factor[2];
    Below below[2];
};

// What does not change: n columns, p objectives, d dense rows (the first p are the objectives), s
// sparse rows, t = n + d + s bounds, c costs (what may be minimised; of a front the objectives and
// their sum).
struct Program {
    int n = 0, p = 0;
    Grid<Whole> cost;                // (c, n)
    Grid<Whole> rows;                // (d, n)
    Grid<Whole> by_column;           // (n, d) the same
    SparseRows sparse;
    std::vector<char> branchable;    // (n,) false for products
    std::vector<int> product;        // (q,)
    std::vector<Whole> factor_begin; // (q + 1,)
    std::vector<int> factor;
    std::vector<std::vector<Link>> links;  // (n,) by the column that is told
    std::vector<int> whose;          // (n,) which product a column is, -1 where it is none
    std::vector<Pair> pairs;         // no two of the same columns
    std::vector<char> plain;         // (s,) whether a sparse row has no product
    std::vector<Real> low, high;     // (t,) whole numbers
    Grid<Real> cap;                  // (c, d + s) the largest multiplier of each row
    std::vector<Whole> scale;        // (c,) what multipliers are rounded at
    std::vector<Whole> least, most;  // (c,) how far a cost reaches within the columns' bounds

    // Fill `sums` (d,): what the dense rows of a plan x (n,) come to, the objectives first.
    void add_up(const std::vector<Whole>& x, std::vector<Whole>& sums) const {
        std::fill(sums.begin(), sums.end(), 0);
        for (int v = 0; v < n; v++)
            if (x[v] != 0)
                for (int i = 0; i < dense(); i++) sums[i] += by_column[v][i] * x[v];
    }
    int dense() const { return rows.height(); }
    int total() const { return static_cast<int>(low.size()); }

    // What the objectives y (p,) of a plan x (n,) are.
    void evaluate(const std::vector<Whole>& x, std::vector<Whole>& y) const {
        for (int k = 0; k < p; k++) {
            y[k] = 0;
            for (int v = 0; v < n; v++) y[k] += cost[k][v] * x[v];
        }
    }

    // Fill `by_column`.
    void turn() {
        by_column = Grid<Whole>(n, dense());
        for (int v = 0; v < n; v++)
            for (int i = 0; i < dense(); i++) by_column[v][i] = rows[i][v];
    }

    // Fill `least` and `most`.
    void reach() {
        least.assign(cost.height(), 0);
        most.assign(cost.height(), 0);
        for (int o = 0; o < cost.height(); o++)
            for (int v = 0; v < n; v++) {
                const Whole a = cost[o][v] * static_cast<Whole>(low[v]);
                const Whole b = cost[o][v] * static_cast<Whole>(high[v]);
                least[o] += std::min(a, b);
                most[o] += std::max(a, b);
            }
    }

    // Fill `whose`, `links`, `pairs` and `plain`. A product leads nobody: what is fractional has to be seen on a column
    // that can be branched on.
    void link() {
        whose.assign(n, -1);
        for (std::size_t k = 0; k < product.size(); k++) whose[product[k]] = static_cast<int>(k);
        auto binary = [&](int v) { return low[v] == 0.0 && high[v] == 1.0; };
        links.assign(n, {});
        for (int r = 0; r < sparse.count(); r++) {
            const Whole e = sparse.begin[r];
            const int logical = n + dense() + r;
            if (sparse.begin[r + 1] != e + 2 || sparse.value[e] + sparse.value[e + 1] != 0 ||
                std::abs(sparse.value[e]) != 1 || (low[logical] != 0.0 && high[logical] != 0.0))
                continue;
            const int one = sparse.column[e], other = sparse.column[e + 1];
            if (!binary(one) || !binary(other)) continue;
            const Real sign = static_cast<Real>(sparse.value[e]);
            if (branchable[other]) links[one].push_back({other, logical, sign});
            if (branchable[one]) links[other].push_back({one, logical, -sign});
        }
        pair_up();
        for (int r = 0; r < sparse.count(); r++)
            plain.push_back(std::all_of(sparse.column.begin() + sparse.begin[r],
                                        sparse.column.begin() + sparse.begin[r + 1],
                                        [&](int v) { return branchable[v]; }));
    }

    // Rows of a tableau: the dense ones, the sparse ones that may be in it at a time, the
    // objective, one to spare. Of many thousands of columns not all rows are in it that bind: what
    // a relaxation without them says is weaker, and true.
    int height() const {
        const int most = std::max<int>(kTableau / static_cast<int>(sizeof(Real)) / std::max(n, 1), 32);
        return dense() + std::min({sparse.count(), n + 32, most}) + 2;
    }

private:
    // Fill `pairs`.
    void pair_up() {
        std::set<std::pair<int, int>> known;
        for (std::size_t k = 0; k < product.size(); k++) {
            if (factor_begin[k + 1] != factor_begin[k] + 2) continue;
            const int* of = &factor[factor_begin[k]];
            const Pair pair{product[k], {of[0], of[1]}, {below(product[k], of[0]), below(product[k], of[1])}};
            if (pair.below[0].row >= 0 && pair.below[1].row >= 0 && known.emplace(of[0], of[1]).second)
                pairs.push_back(pair);
        }
    }
    Below below(int v, int w) const {
        for (Whole at = sparse.column_begin[v]; at < sparse.column_begin[v + 1]; at++) {
            const int r = sparse.row[at], logical = n + dense() + r;
            const Whole e = sparse.begin[r];
            if (sparse.begin[r + 1] != e + 2 || sparse.value[e] + sparse.value[e + 1] != 0) continue;
            if (sparse.column[e] != w && sparse.column[e + 1] != w) continue;
            const Whole a = sparse.value[sparse.column[e] == w ? e : e + 1];
            if (std::abs(a) == 1 && (a > 0 ? low[logical] : high[logical]) == 0.0) return {r, a};
        }
        return {};
    }

    static constexpr int kTableau = 64 << 20;  // bytes of a tableau's sparse rows
};

}  // namespace kernel
