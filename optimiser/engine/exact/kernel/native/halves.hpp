// The plans of given points where few columns are free: all that their values leave, without a tree.
//
// The free columns are parted in two; what each half adds to the objectives is written down for all
// its values, and for every point and every sum of one half the rest is looked up among the sums of
// the other. A sum stands for all objectives at once, as a number modulo 2^64: equal objectives have
// equal sums, and what has equal sums is looked at in whole numbers.
//
// What depends on columns of both halves cannot be added up so. Where products tie too many together,
// a few columns are in neither half: their values are set in turn, and a product of them is then a part
// of what a column of a half adds.
//
// E. Horowitz, S. Sahni, "Computing partitions with applications to the knapsack problem", Journal of
// the ACM 21, 1974, 277-292.
#pragma once
#include <array>
#include <numeric>

#include "refutation.hpp"

namespace kernel {

// Values of one half at the most, and of all halves, whatever the columns in neither are.
constexpr std::size_t kHalf = 256, kHalves = 4096;

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

    // Part the free columns of a node. Returns whether their values are few enough.
    bool part(const Bounds& bounds) {
        if (!gather(bounds)) return false;
        find_terms(bounds);
        for (turns_ = 1; turns_ <= kHalves;) {
            if (fits()) return true;
            const auto most = std::max_element(free_.begin(), free_.end(), [](const Free& a, const Free& b) {
                return a.tied < b.tied;
            });
            if (most == free_.end() || most->tied == 0) return false;
            most->half = kNeither;
            turns_ *= 2;
        }
        return false;
    }

    // Call `look` with every plan, in x, whose objectives have the sum of point h of `points`, whose
    // values are `limits(h)` (p,), and with h, until it returns false. The columns were parted before.
    template <class Limits, class Look>
    void each(const Bounds& bounds, const std::vector<int>& points, Limits limits, std::vector<Whole>& x,
              Look look) {
        wanted_.clear();
        for (const int h : points) {
            std::uint64_t sum = 0;
            for (int k = 0; k < program_.p; k++) sum += factor_[k] * static_cast<std::uint64_t>(limits(h)[k]);
            wanted_.push_back({h, sum});
        }
        begin(bounds, x);
        for (std::size_t turn = 0; turn < turns_; turn++) {
            set(kNeither, turn, x);
            add_up(x);
            for (std::size_t i = 0; i < wanted_.size();) {
                if (found(wanted_[i].second - base_, x, [&] { return look(wanted_[i].first); })) i++;
                else wanted_.erase(wanted_.begin() + i);
            }
        }
    }

    Whole work(std::size_t points) const {
        return static_cast<Whole>(turns_ * (halves_[0].values + points * halves_[1].values)) / 16 + 1;
    }

private:
    static constexpr std::size_t kMost = 19;  // free columns: of two values each, with three in neither
    static constexpr int kNone = -1, kNeither = 2;
    struct Free {
        int column;
        std::size_t values;
        int half;          // kNone before it has one
        int tied;          // to how many others, by products, that are in a half
        std::size_t step;  // how far apart its values are among those of its half: its bit if there are two
    };
    // A product that free columns decide: these, by their places, from `begin` to `end` of `factors_`,
    // first those in neither half; the others as bits.
    struct Term {
        std::size_t begin, middle, end;
        std::uint64_t weight;
        std::size_t bits;
    };
    struct Half {
        std::vector<int> columns;         // places, those of two values first
        std::vector<std::uint64_t> sums;  // by the values of the columns, the first one's in turn first
        std::vector<std::uint64_t> own;   // what products within it add
        std::size_t values = 1;
    };
    const Program& program_;
    std::vector<std::uint64_t> weight_, factor_;  // (n,), (p,)
    std::vector<int> of_;                         // (n,) place among the free columns, or -1
    std::vector<Free> free_;
    std::vector<Term> terms_;
    std::vector<int> factors_, up_, roots_;
    std::vector<std::size_t> size_;               // of a group, by its root
    std::vector<std::pair<int, std::uint64_t>> wanted_;
    std::vector<Whole> low_;                      // by place
    std::vector<std::uint64_t> alone_;            // by place: what one more adds
    std::vector<const Term*> across_;             // products of several columns of a half and of others
    Half halves_[3];                              // the last: the columns in neither
    std::size_t turns_ = 1;                       // values of these
    std::uint64_t fixed_ = 0, base_ = 0;
    // the sums of the first half by their first bits: whether there are any, as a bit of one of 256 words,
    // so that of what is looked for most is known not to be there; the place of one, and of the next
    std::array<std::uint64_t, 256> there_;
    std::array<int, 1024> first_;
    std::vector<int> next_;

    static std::size_t place(std::uint64_t sum) { return sum >> 54; }
    bool is_there(std::uint64_t sum) const { return there_[sum >> 56] >> (sum >> 50 & 63) & 1; }
    int root(int i) const {
        while (up_[i] != i) i = up_[i];
        return i;
    }

    // Note the free columns, those of two values first. Returns whether they are so few.
    bool gather(const Bounds& bounds) {
        free_.clear();
        std::fill(of_.begin(), of_.end(), kNone);
        for (const bool two : {true, false})
            for (int v = 0; v < program_.n; v++) {
                const Real range = bounds.up[v] - bounds.lo[v];
                if (!program_.branchable[v] || range == 0.0 || two != (range == 1.0)) continue;
                if (free_.size() == kMost || !(range < static_cast<Real>(kHalf))) return false;
                of_[v] = static_cast<int>(free_.size());
                free_.push_back({v, static_cast<std::size_t>(range) + 1, kNone, 0, 0});
            }
        return true;
    }

    void find_terms(const Bounds& bounds) {
        terms_.clear();
        factors_.clear();
        fixed_ = 0;
        for (std::size_t k = 0; k < program_.product.size(); k++) {
            const std::size_t begin = factors_.size();
            const std::uint64_t weight = weight_[program_.product[k]];
            bool possible = weight != 0;
            for (Whole e = program_.factor_begin[k]; e < program_.factor_begin[k + 1] && possible; e++) {
                const int v = program_.factor[e];
                if (of_[v] >= 0) factors_.push_back(of_[v]);
                else possible = bounds.lo[v] == 1.0;
            }
            if (!possible) factors_.resize(begin);
            else if (factors_.size() == begin) fixed_ += weight;
            else terms_.push_back({begin, begin, factors_.size(), weight, 0});
        }
    }

    // Put the free columns but those in neither into two halves. Returns whether they fit.
    bool fits() {
        group();
        std::size_t all = 1;
        for (const Free& one : free_)
            if (one.half != kNeither && (all *= one.values) > kHalf * kHalf) return false;
        size_.assign(free_.size(), 1);
        roots_.clear();
        for (int i = 0; i < static_cast<int>(free_.size()); i++) {
            if (free_[i].half == kNeither) continue;
            if (up_[i] == i) roots_.push_back(i);
            if ((size_[root(i)] *= free_[i].values) > kHalf) return false;
        }
        std::stable_sort(roots_.begin(), roots_.end(), [&](int a, int b) { return size_[a] > size_[b]; });
        std::size_t values[2] = {1, 1};
        for (const int r : roots_) {
            const int half = values[1] < values[0];
            if ((values[half] *= size_[r]) > kHalf) return false;
            for (std::size_t i = 0; i < free_.size(); i++)
                if (free_[i].half != kNeither && root(static_cast<int>(i)) == r) free_[i].half = half;
        }
        return turns_ * (values[0] + values[1]) <= kHalves;
    }

    // Columns that a product ties, once those in neither half are set, have a half in common.
    void group() {
        up_.resize(free_.size());
        std::iota(up_.begin(), up_.end(), 0);
        for (Free& one : free_) one.tied = 0;
        for (const Term& term : terms_) {
            int tied = -1;
            for (std::size_t e = term.begin; e < term.end; e++) {
                const int i = factors_[e];
                if (free_[i].half == kNeither) continue;
                if (tied >= 0) up_[root(i)] = root(tied), free_[i].tied++, free_[tied].tied++;
                tied = i;
            }
        }
    }

    // Number the values of the halves, write down what products within one add, and put the fixed
    // columns into x.
    void begin(const Bounds& bounds, std::vector<Whole>& x) {
        for (int v = 0; v < program_.n; v++) {
            if (!program_.branchable[v]) continue;
            x[v] = static_cast<Whole>(bounds.lo[v]);
            fixed_ += weight_[v] * static_cast<std::uint64_t>(x[v]);
        }
        for (Half& half : halves_) half.columns.clear(), half.values = 1;
        low_.clear();
        for (std::size_t i = 0; i < free_.size(); i++) {
            Half& half = halves_[free_[i].half];
            half.columns.push_back(static_cast<int>(i));
            low_.push_back(x[free_[i].column]);
            free_[i].step = half.values;
            half.values *= free_[i].values;
        }
        for (const int h : {0, 1}) halves_[h].own.assign(halves_[h].values, 0);
        for (Term& term : terms_) {
            const auto first = factors_.begin();
            term.middle = std::partition(first + term.begin, first + term.end, [&](int i) {
                return free_[i].half == kNeither;
            }) - first;
            for (std::size_t e = term.middle; e < term.end; e++) term.bits |= free_[factors_[e]].step;
            if (is_within(term)) add_product(halves_[free_[factors_[term.begin]].half].own, term);
        }
    }

    // Whether several columns of one half are all that a product depends on.
    static bool is_within(const Term& term) { return term.middle == term.begin && term.end > term.begin + 1; }

    static void add_product(std::vector<std::uint64_t>& sums, const Term& term) {
        for (std::size_t i = term.bits; i < sums.size(); i = (i + 1) | term.bits) sums[i] += term.weight;
    }

    // The sums of both halves, with the columns in neither as they are in x.
    void add_up(const std::vector<Whole>& x) {
        base_ = fixed_;
        alone_.clear();
        for (const Free& one : free_) alone_.push_back(weight_[one.column]);
        for (const int i : halves_[kNeither].columns)
            base_ += alone_[i] * static_cast<std::uint64_t>(x[free_[i].column] - low_[i]);
        across_.clear();
        for (const Term& term : terms_) {
            if (is_within(term)) continue;
            bool all = true;
            for (std::size_t e = term.begin; e < term.middle; e++) all = all && x[free_[factors_[e]].column] == 1;
            if (!all) continue;
            if (term.middle == term.end) base_ += term.weight;
            else if (term.middle + 1 == term.end) alone_[factors_[term.middle]] += term.weight;
            else across_.push_back(&term);
        }
        for (const int h : {0, 1}) add_up(halves_[h]);
        for (const Term* term : across_) add_product(halves_[free_[factors_[term->middle]].half].sums, *term);
        chain();
    }
    void add_up(Half& half) const {
        half.sums.assign(half.values, 0);
        for (const int i : half.columns)
            for (std::size_t more = 1; more < free_[i].values; more++)
                for (std::size_t at = 0, step = free_[i].step; at < step; at++)
                    half.sums[more * step + at] = half.sums[at] + more * alone_[i];
        for (std::size_t at = 0; at < half.values; at++) half.sums[at] += half.own[at];
    }

    // Note the sums of the first half by their first bits.
    void chain() {
        there_.fill(0);
        first_.fill(-1);
        const std::vector<std::uint64_t>& sums = halves_[0].sums;
        next_.resize(sums.size());
        for (std::size_t i = 0; i < sums.size(); i++) {
            next_[i] = first_[place(sums[i])];
            first_[place(sums[i])] = static_cast<int>(i);
            there_[sums[i] >> 56] |= std::uint64_t{1} << (sums[i] >> 50 & 63);
        }
    }

    // Call `look` with what in x has this sum, until it returns false. Returns whether it never did.
    template <class Look>
    bool found(std::uint64_t sum, std::vector<Whole>& x, Look look) {
        const std::uint64_t* second = halves_[1].sums.data();
        for (std::size_t j = 0, count = halves_[1].values; j < count; j++) {
            const std::uint64_t wanted = sum - second[j];
            if (!is_there(wanted)) continue;
            for (int i = first_[place(wanted)]; i >= 0; i = next_[i]) {
                if (halves_[0].sums[i] != wanted) continue;
                set(0, i, x);
                set(1, j, x);
                if (!look()) return false;
            }
        }
        return true;
    }

    // The values of half h's columns at its i-th sum.
    void set(int h, std::size_t i, std::vector<Whole>& x) const {
        for (const int c : halves_[h].columns) {
            x[free_[c].column] = low_[c] + static_cast<Whole>(i % free_[c].values);
            i /= free_[c].values;
        }
    }
};

}  // namespace kernel
