// The free columns of a node where they are few, and what is settled once they are.
#pragma once
#include "refutation.hpp"

namespace kernel {

// A product that the free columns decide, or that is 1: its place among the open columns, its free
// factors as bits, how many they are, the least and the greatest.
struct Term {
    int place;
    std::size_t bits;
    int count, first, last;
};

class FreeColumns {
public:
    static constexpr int kNone = -1;
    std::vector<int> places;    // among the open columns; a column's position here is its bit
    std::vector<int> bit;       // (n,) kNone but while they are marked
    std::vector<int> standing;  // places of the other open columns that are not 0
    std::vector<Term> terms;

    FreeColumns(const Program& program, const Columns& columns)
        : bit(program.n, kNone), program_(program), columns_(columns) {}

    // Note them. Returns whether they are so few, and take two values each.
    bool gather(const Bounds& bounds, std::size_t at_most) {
        places.clear();
        for (int k = 0; k < columns_.live; k++) {
            const int v = columns_.column[k];
            if (!program_.branchable[v] || bounds.fixed(v)) continue;
            if (places.size() == at_most || bounds.up[v] != bounds.lo[v] + 1.0) return false;
            places.push_back(k);
        }
        return true;
    }

    // Number them as they stand, with what else the rows have.
    void mark(const Bounds& bounds) {
        for (std::size_t b = 0; b < places.size(); b++) bit[columns_.column[places[b]]] = static_cast<int>(b);
        standing.clear();
        for (int k = 0; k < columns_.live; k++)
            if (const int v = columns_.column[k]; program_.branchable[v] && bounds.lo[v] != 0.0)
                standing.push_back(k);
        find_products(bounds);
    }
    void unmark() {
        for (const int k : places) bit[columns_.column[k]] = kNone;
    }

private:
    const Program& program_;
    const Columns& columns_;

    void find_products(const Bounds& bounds) {
        terms.clear();
        const int greatest = static_cast<int>(places.size());
        for (std::size_t k = 0; k < program_.product.size(); k++) {
            Term term{columns_.place[program_.product[k]], 0, 0, greatest, kNone};
            if (term.place >= columns_.live) continue;
            bool possible = true;
            for (Whole e = program_.factor_begin[k]; e < program_.factor_begin[k + 1] && possible; e++) {
                const int v = program_.factor[e], b = bit[v];
                if (b == kNone) {
                    possible = bounds.lo[v] == 1.0;
                    continue;
                }
                term.bits |= std::size_t{1} << b;
                term.count++;
                term.first = std::min(term.first, b);
                term.last = std::max(term.last, b);
            }
            if (possible) terms.push_back(term);
        }
    }
};

}  // namespace kernel
