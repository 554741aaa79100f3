// The plans of a node where few columns are free, all at once and without a tree.
//
// What a row comes to is written down for all values of the free columns: every column doubles what
// is there. What some row keeps out goes, and what is left is looked at in whole numbers. A thousand
// plans take as long as one small relaxation.
#pragma once
#include <array>

#include "free_columns.hpp"

namespace kernel {

class Combinations {
public:
    static constexpr std::size_t kMost = 10;
    std::size_t most = kMost;  // free columns at the most; 0: no node's plans are looked at at once

    Combinations(const Program& program, const Columns& columns)
        : program_(program), columns_(columns), free_(program, columns), sums_(kRoom), left_(kRoom),
          more_(kRoom) {}

    // Note the free columns of a node and the sparse rows that may keep their values out. Returns
    // whether the columns are few, beside so many rows, and take two values each.
    bool gather(const Bounds& bounds, std::size_t at_most) {
        if (most == 0) return false;
        if (!free_.gather(bounds, std::min(at_most, most))) return false;
        rows_.clear();
        const std::size_t rows = kEntriesMost >> free_.places.size();
        for (int k = 0; k < columns_.live_rows; k++)
            if (const int r = columns_.row[k]; program_.plain[r]) {
                rows_.push_back(r);
                if (program_.dense() + rows_.size() > rows) return false;
            }
        return true;
    }

    // All of them, whatever rows say.
    void begin(const Bounds& bounds) {
        std::fill_n(left_.begin(), count(), 1);
        free_.mark(bounds);
    }
    void end() { free_.unmark(); }

    // Leave out those that a row a (n,) in the order of the columns, with `fixed` for what is not
    // among the open ones, has outside `low` and `high`. Returns whether there are any left.
    bool keep(const Bounds& bounds, const Whole* a, Whole fixed, Real low, Real high) {
        for (int k : free_.standing) fixed += a[k] * static_cast<Whole>(bounds.lo[columns_.column[k]]);
        for (std::size_t b = 0; b < free_.places.size(); b++) alone_[b] = a[free_.places[b]];
        for (auto& line : both_) line.fill(0);
        std::array<bool, kMost> tied{};
        for (const Term& term : free_.terms) {
            const Whole worth = a[term.place];
            if (term.count == 0) fixed += worth;
            else if (term.count == 1) alone_[term.last] += worth;
            else if (term.count == 2 && worth != 0) both_[term.last][term.first] += worth, tied[term.last] = true;
        }
        sums_[0] = fixed;
        for (std::size_t b = 0; b < free_.places.size(); b++) {
            const std::size_t half = std::size_t{1} << b;
            if (!tied[b]) {
                doubled(sums_.data(), half, alone_[b]);
                continue;
            }
            more_[0] = alone_[b];
            for (std::size_t c = 0; c < b; c++) doubled(more_.data(), std::size_t{1} << c, both_[b][c]);
            for (std::size_t j = 0; j < half; j++) sums_[half + j] = sums_[j] + more_[j];
        }
        for (const Term& term : free_.terms)
            if (term.count > 2 && a[term.place] != 0)
                add_where(sums_.data(), term.bits, a[term.place], count());
        return keep_within(sums_.data(), left_.data(), clipped(low, kLimit), clipped(high, kLimit), count()) != 0;
    }

    // Leave out those that sparse rows keep out. Returns whether there are any left.
    bool keep_rows(const Bounds& bounds) {
        const SparseRows& sparse = program_.sparse;
        for (const int r : rows_) {
            alone_.fill(0);
            Whole fixed = 0;
            for (Whole e = sparse.begin[r]; e < sparse.begin[r + 1]; e++) {
                const int v = sparse.column[e];
                fixed += sparse.value[e] * static_cast<Whole>(bounds.lo[v]);
                if (free_.bit[v] != FreeColumns::kNone) alone_[free_.bit[v]] = sparse.value[e];
            }
            sums_[0] = fixed;
            for (std::size_t b = 0; b < free_.places.size(); b++) doubled(sums_.data(), std::size_t{1} << b, alone_[b]);
            const int logical = program_.n + program_.dense() + r;
            if (!keep_within(sums_.data(), left_.data(), clipped(bounds.lo[logical], kLimit),
                             clipped(bounds.up[logical], kLimit), count()))
                return false;
        }
        return true;
    }

    // Call `look` with the sum of the last row and the branchable columns' values in x, plan after
    // plan of what is left.
    template <class Look>
    void each(const Bounds& bounds, std::vector<Whole>& x, Look look) const {
        for (int v = 0; v < program_.n; v++)
            if (program_.branchable[v]) x[v] = static_cast<Whole>(bounds.lo[v]);
        for (std::size_t j = 0; j < count(); j++) {
            if (!left_[j]) continue;
            for (std::size_t b = 0; b < free_.places.size(); b++) {
                const int v = columns_.column[free_.places[b]];
                x[v] = static_cast<Whole>(bounds.lo[v]) + static_cast<Whole>(j >> b & 1);
            }
            look(sums_[j]);
        }
    }

    // Units of work for all rows.
    Whole work() const {
        const Whole rows = program_.dense() + 2 + static_cast<Whole>(rows_.size());
        return 1 + (rows << free_.places.size()) / (8 * kEntries) + static_cast<Whole>(program_.product.size()) / kEntries;
    }

private:
    static constexpr std::size_t kRoom = std::size_t{1} << kMost, kEntriesMost = 8 * kRoom;
    static constexpr Real kLimit = 0x1p60;
    const Program& program_;
    const Columns& columns_;
    FreeColumns free_;
    std::vector<int> rows_;      // sparse rows that may be violated
    std::vector<Whole> sums_, left_, more_;  // (2^f,)
    std::array<Whole, kMost> alone_;
    std::array<std::array<Whole, kMost>, kMost> both_;

    std::size_t count() const { return std::size_t{1} << free_.places.size(); }
};

}  // namespace kernel
