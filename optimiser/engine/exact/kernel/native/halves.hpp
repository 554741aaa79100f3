// The plans of given points where few columns are free: all that their values leave, without a tree.
//
// The free columns are parted in two; what each half adds to the objectives is written down for all
// its values, and for every point and every sum of one half the rest is looked up among the sums of
// the other. A sum stands for all objectives at once, as a number modulo 2^64: equal objectives have
// equal sums, and what has equal sums is looked at in whole numbers.
//
// E. Horowitz, S. Sahni, "Computing partitions with applications to the knapsack problem", Journal of
// the ACM 21, 1974, 277-292.
#pragma once
#include <array>
#include <functional>
#include <numeric>

#include "refutation.hpp"

namespace kernel {

// Values of one half at the most.
constexpr std::size_t kHalf = 256;

class Halves {
public:
    explicit Halves(const Program& program) : program_(program), weight_(program.n), of_(program.n) {
        std::uint64_t mixer = 0x9e3779b97f4a7c15u;
        for (int k = 0; k < program.p; k++) {
            mixer = mixer * 6364136223846793005u + 1442695040888963407u;
            factor_.push_back(mixer | 1);
            for (int v = 0; v < program.n; v++)
                weight_[v] += factor_[k] * static_cast<std::uint64_t>(program.rows[k][v]);
        }
    }

    // Part the free columns of a node. Returns whether their values are few enough, and what depends
    // on several of them can be told within a half.
    bool part(const Bounds& bounds) {
        free_.clear();
        for (int v = 0; v < program_.n; v++) {
            of_[v] = -1;
            if (!program_.branchable[v] || bounds.fixed(v)) continue;
            if (free_.size() == kMost) return false;
            of_[v] = static_cast<int>(free_.size());
            free_.push_back(v);
        }
        group();
        for (Half& half : halves_) half.columns.clear(), half.ranges.clear(), half.values = 1;
        std::array<std::size_t, kMost> values;
        values.fill(1);
        for (std::size_t i = 0; i < free_.size(); i++) {
            const Real range = bounds.up[free_[i]] - bounds.lo[free_[i]] + 1.0;
            std::size_t& all = values[root(static_cast<int>(i))];
            if (!(range <= static_cast<Real>(kHalf)) || (all *= static_cast<std::size_t>(range)) > kHalf) return false;
        }
        roots_.clear();
        for (int i = 0; i < static_cast<int>(free_.size()); i++)
            if (up_[i] == i) roots_.push_back(i);
        std::stable_sort(roots_.begin(), roots_.end(), [&](int a, int b) { return values[a] > values[b]; });
        for (int r : roots_) {
            Half& half = halves_[halves_[1].values < halves_[0].values];
            if ((half.values *= values[r]) > kHalf) return false;
            for (std::size_t i = 0; i < free_.size(); i++)
                if (root(static_cast<int>(i)) == r) half.columns.push_back(free_[i]);
        }
        return true;
    }

    // Call `look` with every plan whose sum is that of values (p,) of the objectives, until it
    // returns false. The columns were parted before.
    template <class Look>
    void each(const Whole* y, std::vector<Whole>& x, Look look) {
        std::uint64_t sum = 0;
        for (int k = 0; k < program_.p; k++) sum += factor_[k] * static_cast<std::uint64_t>(y[k]);
        sum -= base_;
        const std::vector<std::uint64_t>& second = halves_[1].sums;
        for (std::size_t j = 0; j < second.size(); j++) {
            const std::uint64_t wanted = sum - second[j];
            for (int i = first_[place(wanted)]; i >= 0; i = next_[i]) {
                if (halves_[0].sums[i] != wanted) continue;
                set(0, i, x);
                set(1, j, x);
                if (!look()) return;
            }
        }
    }

    // The sums of both halves, with the fixed columns (and the least value of the free ones) in x.
    void add_up(const Bounds& bounds, std::vector<Whole>& x) {
        base_ = 0;
        for (int v = 0; v < program_.n; v++) {
            if (!program_.branchable[v]) continue;
            x[v] = static_cast<Whole>(bounds.lo[v]);
            base_ += weight_[v] * static_cast<std::uint64_t>(x[v]);
        }
        for (Half& half : halves_) {
            half.sums.assign(1, 0);
            half.low.clear();
            for (int v : half.columns) {
                half.low.push_back(x[v]);
                const std::size_t before = half.sums.size();
                const int range = static_cast<int>(bounds.up[v] - bounds.lo[v]);
                for (int more = 1; more <= range; more++)
                    for (std::size_t i = 0; i < before; i++)
                        half.sums.push_back(half.sums[i] + weight_[v] * static_cast<std::uint64_t>(more));
                half.ranges.push_back(range + 1);
            }
        }
        add_products(x);
        first_.fill(-1);
        const std::vector<std::uint64_t>& sums = halves_[0].sums;
        next_.resize(sums.size());
        for (std::size_t i = 0; i < sums.size(); i++) {
            next_[i] = first_[place(sums[i])];
            first_[place(sums[i])] = static_cast<int>(i);
        }
    }

    Whole work(std::size_t points) const {
        return static_cast<Whole>(halves_[0].values + points * halves_[1].values) / 16 + 1;
    }

private:
    static constexpr std::size_t kMost = 16;
    struct Half {
        std::vector<int> columns, ranges;
        std::vector<Whole> low;
        std::vector<std::uint64_t> sums;  // by the values of the columns, the first one's in turn first
        std::size_t values = 1;
    };
    const Program& program_;
    std::vector<std::uint64_t> weight_, factor_;  // (n,), (p,)
    std::vector<int> of_;                         // (n,) place among the free columns, or -1
    std::vector<int> free_, up_, roots_;          // these, and what ties them to others
    std::vector<int> factors_;                    // the free ones of a product, and
    std::vector<std::size_t> steps_;              // how far apart their values are among the sums
    Half halves_[2];
    std::uint64_t base_ = 0;
    std::array<int, 1024> first_;
    std::vector<int> next_;

    static std::size_t place(std::uint64_t sum) { return (sum * 0x9e3779b97f4a7c15u) >> 54; }
    int root(int i) const {
        while (up_[i] != i) i = up_[i];
        return i;
    }

    // Free columns that a product ties have a half in common.
    void group() {
        up_.resize(free_.size());
        std::iota(up_.begin(), up_.end(), 0);
        for (std::size_t k = 0; k < program_.product.size(); k++) {
            int tied = -1;
            for (Whole e = program_.factor_begin[k]; e < program_.factor_begin[k + 1]; e++)
                if (const int i = of_[program_.factor[e]]; i >= 0) {
                    if (tied >= 0) up_[root(i)] = root(tied);
                    tied = i;
                }
        }
    }

    // The values of half h's columns at its i-th sum.
    void set(int h, std::size_t i, std::vector<Whole>& x) const {
        const Half& half = halves_[h];
        for (std::size_t c = 0; c < half.columns.size(); c++) {
            x[half.columns[c]] = half.low[c] + static_cast<Whole>(i % half.ranges[c]);
            i /= half.ranges[c];
        }
    }

    // What products of binary columns add: to all sums where all factors are fixed, else to those of
    // the half that has the free ones.
    void add_products(const std::vector<Whole>& x) {
        for (std::size_t k = 0; k < program_.product.size(); k++) {
            bool possible = true;
            factors_.clear();
            for (Whole e = program_.factor_begin[k]; e < program_.factor_begin[k + 1]; e++) {
                const int v = program_.factor[e];
                if (of_[v] >= 0) factors_.push_back(v);
                else possible = possible && x[v] == 1;
            }
            const std::uint64_t weight = weight_[program_.product[k]];
            if (!possible || weight == 0) continue;
            if (factors_.empty()) base_ += weight;
            else add_product(weight);
        }
    }

    void add_product(std::uint64_t weight) {
        auto place_in = [](const Half& half, int v) {
            return std::find(half.columns.begin(), half.columns.end(), v) - half.columns.begin();
        };
        const bool other = place_in(halves_[0], factors_[0]) == static_cast<std::ptrdiff_t>(halves_[0].columns.size());
        Half& half = halves_[other];
        steps_.clear();
        for (int v : factors_) {
            const auto before = half.ranges.begin() + place_in(half, v);
            steps_.push_back(std::accumulate(half.ranges.begin(), before, std::size_t{1}, std::multiplies<>()));
        }
        for (std::size_t i = 0; i < half.sums.size(); i++)
            if (std::all_of(steps_.begin(), steps_.end(), [&](std::size_t step) { return i / step % 2 == 1; }))
                half.sums[i] += weight;
    }
};

}  // namespace kernel
