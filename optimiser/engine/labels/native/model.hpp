// The model as Python hands it over: whole numbers only, every objective minimised, every row "<=".
#pragma once
#include <array>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <stdexcept>
#include <vector>

namespace labels {

using Whole = std::int64_t;
using Wholes = std::vector<Whole>;

// Larger than any sum that a checked model can give (Model::check), small enough to be added to.
constexpr Whole kInfinite = Whole{1} << 61;
// Partial sums of one row, objective or order stay below.
constexpr Whole kWidest = Whole{1} << 40;
constexpr int kOrders = 8;

// What was not foreseen: the result is not to be believed, and the caller says so.
struct Broken : std::logic_error {
    using std::logic_error::logic_error;
};

// Columns take 0 .. width-1. A product is 1 where all of its factors, columns of width 2, are 1.
// Items are the columns and then the products; objectives and rows are sums over items.
struct Model {
    int columns = 0;
    std::vector<int> width;                 // (columns,)
    std::vector<std::vector<int>> factors;  // (products,) of two or more columns each
    std::vector<Wholes> objective;          // (m, items)
    std::vector<Wholes> row;                // (rows, items)
    Wholes bound;                           // (rows,)
    std::vector<Wholes> order;              // (<= kOrders, columns): of equal points the least plan

    int items() const { return columns + static_cast<int>(factors.size()); }
    int objectives() const { return static_cast<int>(objective.size()); }
    int most(int item) const { return item < columns ? width[item] - 1 : 1; }

    Whole least_of(const Wholes& sum) const { return extreme(sum, false); }
    Whole most_of(const Wholes& sum) const { return extreme(sum, true); }

    Whole size_of(const Wholes& sum) const {
        Whole size = 0;
        for (int i = 0; i < static_cast<int>(sum.size()); i++) size += std::abs(sum[i]) * most(i);
        return size;
    }

private:
    Whole extreme(const Wholes& sum, bool upper) const {
        Whole total = 0;
        for (int i = 0; i < static_cast<int>(sum.size()); i++)
            if ((sum[i] > 0) == upper) total += sum[i] * most(i);
        return total;
    }
};

// What may be spent: counted, so that the same model ends in the same way on every machine.
struct Limits {
    Whole nodes;   // of the diagram
    Whole labels;  // made in one pass
    Whole kept;    // alive in one layer
    Whole work;    // in all, about 7 ns each on a machine of 2020 ...
    Whole each;    // ... and so much more for every plan that is known
    bool foresee = false;         // whether a diagram ends as soon as it is bound to have more nodes
    int workers = 1;              // threads; what is found and counted is the same with any number
    std::size_t together = 2048;  // labels of a layer from which more than one is used
    std::size_t block = 256;      // labels that one of them takes at a time
    int beam = 60;                // labels of a layer in the first pass
    std::size_t sample = 16;      // of so many labels one tells whether dominated ones are dropped
};

// What steps cost, as Limits::work counts: an arc of the diagram, a label that is made, a box of a tree
// that is looked at, the labels of a leaf; of the values of potentials so many cost one.
constexpr Whole kArcWork = 6, kLabelWork = 50, kBoxWork = 1, kLeafWork = 3, kPotentials = 8;

// Told (plans known, labels made) now and then; false ends the search.
using GoingOn = std::function<bool(Whole, Whole)>;

class Open;

struct Found {
    bool complete = false;
    bool feasible = true;                       // false: proven that no plan holds
    const char* reason = "";                    // why it is not complete
    std::vector<std::vector<int>> plans;        // (k, columns)
    Wholes bounds;                              // (m,) proven lower bounds of the objectives
    std::shared_ptr<Open> open;                 // what a search that was stopped had begun with
    Whole nodes = 0, widest = 0, made = 0, kept = 0, peak = 0, work = 0;
};

}  // namespace labels
