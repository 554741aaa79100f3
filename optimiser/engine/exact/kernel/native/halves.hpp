// The plans of given points where few columns are free: all that their values leave, without a tree.
//
// The free columns are parted in two; what each half adds to the objectives is written down for all
// its values that the node's bound allows (half.hpp), and for every point and every sum of one half the
// rest is looked up among the sums of the other. A sum stands for all objectives at once, as a number
// modulo 2^64: equal objectives have equal sums, and what has equal sums is looked at in whole numbers.
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

#include "half.hpp"

namespace kernel {

// Values of one half at the most, and of all halves, whatever the columns in neither are.
constexpr int kHalf = 1024, kHalves = 4096;

class Halves {
public:
    Halves(const Program& program, const Columns& columns, const Multipliers& multipliers)
        : program_(program), columns_(columns), lam_(multipliers), weight_(program.n), of_(program.n) {
        std::uint64_t mixer = 0x9e3779b97f4a7c15u;
        for (int k = 0; k < program.p; k++) {
            mixer = mixer * 6364136223846793005u + 1442695040888963407u;
            factor_.push_back(mixer | 1);
            for (int v = 0; v < program.n; v++)
                weight_[v] += factor_[k] * static_cast<std::uint64_t>(program.rows[k][v]);
        }
    }

    // Part the free columns of a node, whose deviations may come to so much at the multipliers and reduced costs
    // at hand. Returns whether their values are few enough.
    bool part(const Bounds& bounds, Whole gap) {
        if (!gather(bounds)) return false;
        find_terms(bounds);
        find_ties(bounds);
        const bool fitted = fit(gap);
        if (!fitted) reach_ = std::max(kLeast, reach_ - 0.25);
        else if (static_cast<Real>(free_.size()) > reach_ - 1.0) reach_ = std::min(kMost, reach_ + 0.25);
        return fitted;
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
        for (int turn = 0; turn < halves_[kNeither].count(); turn++) {
            set(kNeither, turn, x);
            add_up(x);
            for (std::size_t i = 0; i < wanted_.size();) {
                if (found(wanted_[i].second - base_, x, [&] { return look(wanted_[i].first); })) i++;
                else wanted_.erase(wanted_.begin() + i);
            }
        }
    }

    Whole work(std::size_t points) const {
        const Whole all = halves_[0].count() + static_cast<Whole>(points) * halves_[1].count();
        return halves_[kNeither].count() * all / 16 + 1;
    }

private:
    static constexpr int kNone = -1, kNeither = 2;
    // Columns of a half that products tie together.
    static constexpr int kTied = 10;
    // Free columns that are parted at the least and at the most, as far as they reach.
    static constexpr Real kLeast = 16.0, kMost = 40.0;
    // A product that free columns decide: these, by their places, from `begin` to `end` of `factors_`,
    // first those in neither half; the others as bits.
    struct Term {
        std::size_t begin, middle, end;
        std::uint64_t weight, bits;
    };
    const Program& program_;
    const Columns& columns_;
    const Multipliers& lam_;
    Real reach_ = 20.0;                           // free columns whose values were few enough of late
    std::vector<std::uint64_t> weight_, factor_;  // (n,), (p,)
    std::vector<int> of_;                         // (n,) place among the free columns, or -1
    std::vector<FreeColumn> free_;
    std::vector<Term> terms_;
    std::vector<Tie> ties_;
    std::vector<int> factors_, up_, roots_;
    std::vector<int> size_;                       // of a group, by its root
    std::vector<std::pair<int, std::uint64_t>> wanted_;
    std::vector<Whole> low_;                      // by place
    std::vector<std::uint64_t> alone_;            // by place: what one more adds
    std::vector<const Term*> across_;             // products of several columns of a half and of others
    // the last: the columns in neither
    Half halves_[3] = {Half(kHalf), Half(kHalf), Half(kHalves / 2)};
    std::uint64_t fixed_ = 0, base_ = 0;
    // the sums of the first half by their first bits: whether there are any, as a bit of one of 256 words,
    // so that of what is looked for most is known not to be there; the place of one, and of the next
    std::array<std::uint64_t, 256> there_;
    std::array<int, 1024> first_;
    std::array<int, kHalf> next_;

    static std::size_t place(std::uint64_t sum) { return sum >> 54; }
    bool is_there(std::uint64_t sum) const { return there_[sum >> 56] >> (sum >> 50 & 63) & 1; }
    int root(int i) const {
        while (up_[i] != i) i = up_[i];
        return i;
    }

    // Note the free columns. Returns whether they are so few.
    bool gather(const Bounds& bounds) {
        free_.clear();
        std::fill(of_.begin(), of_.end(), kNone);
        for (int k = 0; k < columns_.live; k++) {
            const int v = columns_.column[k];
            const Real range = bounds.up[v] - bounds.lo[v];
            if (!program_.branchable[v] || range == 0.0) continue;
            if (free_.size() == static_cast<std::size_t>(reach_) || !(range < Real{kHalf})) return false;
            of_[v] = static_cast<int>(free_.size());
            free_.push_back({v, static_cast<Whole>(range), lam_.D[k], kNone, 0});
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

    // A product of two free columns is 0 where either is, and then a row that says that it is at most the other
    // may be slack.
    void find_ties(const Bounds& bounds) {
        ties_.clear();
        for (const Pair& pair : program_.pairs) {
            const int x = of_[pair.factor[0]], y = of_[pair.factor[1]], z = columns_.place[pair.product];
            if (x < 0 || y < 0 || z >= columns_.live) continue;
            const Whole none = -least_at(columns_, bounds, z, lam_.D[z]);
            const Whole of_x = multiplier(program_, lam_, pair.below[0]);
            const Whole of_y = multiplier(program_, lam_, pair.below[1]);
            ties_.push_back({{x, y}, {{none, none + of_y}, {none + of_x, none + lam_.D[z]}}});
        }
    }

    // Put the free columns into two halves, and as few as may be into neither.
    bool fit(Whole gap) {
        halves_[kNeither].clear(!terms_.empty());
        while (true) {
            group();
            if (fits(gap)) return true;
            const auto most = std::max_element(
                free_.begin(), free_.end(),
                [](const FreeColumn& a, const FreeColumn& b) { return a.tied < b.tied; });
            if (most == free_.end() || most->tied == 0) return false;
            most->half = kNeither;
            if (!halves_[kNeither].put(free_, static_cast<int>(most - free_.begin()), ties_, gap)) return false;
        }
    }

    // Columns that a product ties, once those in neither half are set, have a half in common.
    void group() {
        up_.resize(free_.size());
        std::iota(up_.begin(), up_.end(), 0);
        for (FreeColumn& one : free_) one.tied = 0;
        for (const Term& term : terms_) {
            int tied = -1;
            for (std::size_t e = term.begin; e < term.end; e++) {
                const int i = factors_[e];
                if (free_[i].half == kNeither) continue;
                if (tied >= 0) up_[root(i)] = root(tied), free_[i].tied++, free_[tied].tied++;
                tied = i;
            }
        }
        size_.assign(free_.size(), 0);
        roots_.clear();
        for (int i = 0; i < static_cast<int>(free_.size()); i++) {
            if (free_[i].half == kNeither) continue;
            if (up_[i] == i) roots_.push_back(i);
            size_[root(i)]++;
        }
    }

    // Put the groups into two halves, large and dear ones first. Returns whether they fit.
    bool fits(Whole gap) {
        if (std::any_of(roots_.begin(), roots_.end(), [&](int r) { return size_[r] > kTied; })) return false;
        std::stable_sort(roots_.begin(), roots_.end(), [&](int a, int b) {
            return size_[a] != size_[b] ? size_[a] > size_[b] : std::abs(free_[a].D) > std::abs(free_[b].D);
        });
        halves_[0].clear(!terms_.empty());
        halves_[1].clear(!terms_.empty());
        for (const int r : roots_) {
            const int half = halves_[1].count() < halves_[0].count();
            for (int i = 0; i < static_cast<int>(free_.size()); i++) {
                if (free_[i].half == kNeither || root(i) != r) continue;
                free_[i].half = half;
                if (!halves_[half].put(free_, i, ties_, gap)) return false;
            }
        }
        return halves_[kNeither].count() * (halves_[0].count() + halves_[1].count()) <= kHalves;
    }

    // Put the fixed columns into x, and say of products which columns of the halves they depend on.
    void begin(const Bounds& bounds, std::vector<Whole>& x) {
        for (int v = 0; v < program_.n; v++) {
            if (!program_.branchable[v]) continue;
            x[v] = static_cast<Whole>(bounds.lo[v]);
            fixed_ += weight_[v] * static_cast<std::uint64_t>(x[v]);
        }
        low_.clear();
        for (const FreeColumn& one : free_) low_.push_back(x[one.column]);
        for (Term& term : terms_) {
            const auto first = factors_.begin();
            term.middle = std::partition(first + term.begin, first + term.end, [&](int i) {
                return free_[i].half == kNeither;
            }) - first;
            for (std::size_t e = term.middle; e < term.end; e++) term.bits |= Half::bit(factors_[e]);
        }
        for (const int h : {0, 1}) halves_[h].begin_own();
        for (const Term& term : terms_) {
            if (!is_within(term)) continue;
            Half& half = halves_[free_[factors_[term.begin]].half];
            half.add_product(half.own, term.bits, term.weight);
        }
    }

    // Whether several columns of one half are all that a product depends on.
    static bool is_within(const Term& term) { return term.middle == term.begin && term.end > term.begin + 1; }

    // The sums of both halves, with the columns in neither as they are in x.
    void add_up(const std::vector<Whole>& x) {
        base_ = fixed_;
        alone_.clear();
        for (const FreeColumn& one : free_) alone_.push_back(weight_[one.column]);
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
        for (const int h : {0, 1}) halves_[h].add_up(free_, alone_);
        for (const Term* term : across_) {
            Half& half = halves_[free_[factors_[term->middle]].half];
            half.add_product(half.sums, term->bits, term->weight);
        }
        chain();
    }

    // Note the sums of the first half by their first bits.
    void chain() {
        there_.fill(0);
        first_.fill(-1);
        const std::vector<std::uint64_t>& sums = halves_[0].sums;
        for (int i = 0; i < halves_[0].count(); i++) {
            next_[i] = first_[place(sums[i])];
            first_[place(sums[i])] = i;
            there_[sums[i] >> 56] |= std::uint64_t{1} << (sums[i] >> 50 & 63);
        }
    }

    // Call `look` with what in x has this sum, until it returns false. Returns whether it never did.
    template <class Look>
    bool found(std::uint64_t sum, std::vector<Whole>& x, Look look) {
        const std::uint64_t* second = halves_[1].sums.data();
        for (int j = 0, count = halves_[1].count(); j < count; j++) {
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
    void set(int h, int i, std::vector<Whole>& x) const { halves_[h].set(free_, low_, i, x); }
};

}  // namespace kernel
