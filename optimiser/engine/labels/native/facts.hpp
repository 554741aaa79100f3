// What is open after each layer, as bits that only restrict what can follow.
//
// A row that is kept as state is its sum so far, raised to the least sum that can still matter, in
// unary: more bits leave less room. A product that is good in everything it touches is one bit
// "missed"; one that is bad in everything is one bit "still there"; a mixed one has both. So a state
// whose bits are a subset of another's can be completed by whatever completes the other, and at no
// higher cost.
#pragma once
#include <algorithm>

#include "model.hpp"
#include "order.hpp"

namespace labels {

constexpr int kWords = 4;
constexpr int kBits = 64 * kWords;

template <int W>
struct Bits {
    std::array<std::uint64_t, W> w{};

    Bits() = default;
    // The first words of a wider one, where the others are empty.
    template <int V>
    explicit Bits(const Bits<V>& other) {
        for (int i = 0; i < W; i++) w[i] = other.w[i];
    }

    bool operator==(const Bits& other) const { return w == other.w; }
    bool has(int bit) const { return w[bit >> 6] >> (bit & 63) & 1; }
    void set(int bit) { w[bit >> 6] |= std::uint64_t{1} << (bit & 63); }
    bool none() const {
        std::uint64_t any = 0;
        for (int i = 0; i < W; i++) any |= w[i];
        return !any;
    }
    Bits without(const Bits& other) const {
        Bits left;
        for (int i = 0; i < W; i++) left.w[i] = w[i] & ~other.w[i];
        return left;
    }
    bool within(const Bits& other) const { return without(other).none(); }
    void meet(const Bits& other) { for (int i = 0; i < W; i++) w[i] &= other.w[i]; }
    void join(const Bits& other) { for (int i = 0; i < W; i++) w[i] |= other.w[i]; }
};

using Mask = Bits<kWords>;

struct MaskHash {
    std::size_t operator()(const Mask& mask) const {
        std::uint64_t h = 0x9E3779B97F4A7C15ull;
        for (std::uint64_t word : mask.w) h = (h ^ word) * 0xC2B2AE3D27D4EB4Full, h ^= h >> 29;
        return h;
    }
};

// Bits at [at, at + size) that say how far a sum is above base.
struct Segment {
    int at = 0, size = 0;
    Whole base = 0;

    // All bits are in one word, the lowest first.
    Whole read(const Mask& mask) const {
        Whole value = base;
        for (std::uint64_t set = mask.w[at >> 6] >> (at & 63); set & 1 && value < base + size; set >>= 1) value++;
        return value;
    }
    void write(Mask& mask, Whole value) const {
        if (value > base) mask.w[at >> 6] |= ((std::uint64_t{1} << (value - base)) - 1) << (at & 63);
    }
};

// A row that a layer's column or products that it completes are in.
struct RowStep {
    int row;
    Whole by;  // of the column
    Segment before, after;
    Whole most;  // more than this cannot be completed
};

// A product that a layer's column is in; bits are -1 where there are none.
struct ProductStep {
    int product, missed, there;
    bool begun, last;  // before this layer, with it
};

// A bit of a product that only objectives and resources see: what it costs a label at most to have
// it set where another has not, product by product.
struct Price {
    int bit, product;
    bool missed;
};

// A row that is open, and its sum so far.
struct OpenRow {
    int row;
    Segment sum;
};

struct Layer {
    int column = 0;
    std::vector<OpenRow> open;  // after this layer
    bool unpriced = false;      // a product is open that rows which are state see
    std::vector<Price> prices;  // of bits that are open after this layer
    Mask through;               // bits that stay as they are
    std::vector<RowStep> rows;
    std::vector<ProductStep> products;
    Wholes least, most;  // of every resource row after this layer: raised to, at most
};

// The rows that are state, those that are resources (coordinates of a label), and the layers.
class Facts {
public:
    std::vector<int> state, resource, order, position;
    std::vector<Layer> layers;
    bool fits = true, hopeless = false;
    int bits = 0;  // in use

    double most = 0.0;  // states that the order leaves open

    // In the best of so many orders. Where even one with many times ``nodes`` states is hard to find
    // there is none.
    Facts(const Model& model, Whole nodes, int orders = Ordering::kMany) : model_(model) {
        for (int r = 0; r < static_cast<int>(model.row.size()); r++)
            // what always holds ties nothing
            if (model.most_of(model.row[r]) > model.bound[r]) (span(r) <= kUnary ? state : resource).push_back(r);
        const auto limit = static_cast<double>(nodes);
        Ordering ordering(model.columns, ties(), ranks());
        order = ordering.best(kFar * limit * limit, orders);
        most = ordering.least;
        if (!(hopeless = order.empty())) lay();
    }

    // The same in the opposite order.
    static Facts backwards(const Facts& facts) { return Facts(facts.model_, facts); }

    // The state after deciding x; false where it cannot be completed. ``done``: products that are
    // completed and there.
    bool step(int l, const Mask& state, int x, Mask& next, std::vector<int>& done) const {
        const Layer& layer = layers[l];
        next = state;
        next.meet(layer.through);
        done.clear();
        for (const ProductStep& p : layer.products) {
            bool missed = x == 0;
            if (p.begun) missed |= p.missed >= 0 ? state.has(p.missed) : !state.has(p.there);
            if (p.last) {
                if (!missed) done.push_back(p.product);
                continue;
            }
            if (missed && p.missed >= 0) next.set(p.missed);
            if (!missed && p.there >= 0) next.set(p.there);
        }
        for (const RowStep& s : layer.rows) {
            Whole value = s.before.read(state) + s.by * x;
            for (int p : done) value += model_.row[s.row][model_.columns + p];
            if (value > s.most) return false;
            s.after.write(next, value);
        }
        return true;
    }

private:
    Facts(const Model& model, const Facts& other)
        : state(other.state), resource(other.resource), order(other.order.rbegin(), other.order.rend()),
          model_(model) {
        lay();
    }

    static constexpr Whole kUnary = 4;
    // bounds on the number of states are often a hundred thousand times too high
    static constexpr double kFar = 64.0;

    // How many values of its sum can matter at a time, less one.
    Whole span(int r) const {
        return std::min(model_.bound[r] - model_.least_of(model_.row[r]),
                        model_.most_of(model_.row[r]) - model_.bound[r]);
    }

    std::vector<int> columns_of(const Wholes& sum) const {
        std::vector<int> found;
        for (int i = 0; i < model_.items(); i++) {
            if (!sum[i]) continue;
            if (i < model_.columns) found.push_back(i);
            else for (int j : model_.factors[i - model_.columns]) found.push_back(j);
        }
        std::sort(found.begin(), found.end());
        found.erase(std::unique(found.begin(), found.end()), found.end());
        return found;
    }

    std::vector<Tie> ties() const {
        std::vector<Tie> found;
        for (const auto& factors : model_.factors) found.push_back({factors, 1});
        for (int r : state)
            found.push_back({columns_of(model_.row[r]), static_cast<int>(std::max<Whole>(1, span(r)))});
        return found;
    }

    // Where nothing else decides, what brings much for what it uses comes first.
    std::vector<double> ranks() const {
        std::vector<double> rank(model_.columns);
        for (int j = 0; j < model_.columns; j++) {
            double cost = 0.0, use = 1.0;
            for (const Wholes& o : model_.objective)
                cost += static_cast<double>(o[j]) / (1.0 + static_cast<double>(model_.size_of(o)));
            for (int r : resource)
                use += 100.0 * static_cast<double>(std::abs(model_.row[r][j]))
                       / (1.0 + static_cast<double>(std::abs(model_.bound[r])));
            rank[j] = 1e5 * cost / use / std::max(1, model_.columns);
        }
        return rank;
    }

    int place(int item) const {
        if (item < model_.columns) return position[item];
        int last = 0;
        for (int j : model_.factors[item - model_.columns]) last = std::max(last, position[j]);
        return last;
    }

    // Least and most of a row's sum over the items decided up to each layer, and over the others.
    struct Ends {
        Wholes reach_least, reach_most, rest_least, rest_most;
        int first, last;
    };

    Ends ends(const Wholes& row) const {
        const int n = model_.columns;
        Ends e{Wholes(n), Wholes(n), Wholes(n), Wholes(n), n, -1};
        for (int i = 0; i < model_.items(); i++) {
            if (!row[i]) continue;
            const Whole far = row[i] * model_.most(i), low = std::min<Whole>(0, far),
                        high = std::max<Whole>(0, far);
            const int at = place(i);
            e.first = std::min(e.first, at);
            e.last = std::max(e.last, at);
            for (int l = 0; l < n; l++) {
                (l >= at ? e.reach_least : e.rest_least)[l] += low;
                (l >= at ? e.reach_most : e.rest_most)[l] += high;
            }
        }
        return e;
    }

    // Bits are given to facts like registers: free again once the fact is closed.
    int allot(int from, int to, int size) {
        for (int at = 0; at + size <= kBits; at++) {
            bool free = at >> 6 == (at + size - 1) >> 6;
            for (int b = at; b < at + size && free; b++) free = busy_[b] < from;
            if (!free) continue;
            for (int b = at; b < at + size; b++) busy_[b] = to;
            bits = std::max(bits, at + size);
            return at;
        }
        fits = false;
        return 0;
    }

    struct Fact {
        int from, to, size, row, product;  // open after layers from .. to-1
        bool missed;
    };

    void lay() {
        const int n = model_.columns;
        layers.assign(n, {});
        position.assign(n, 0);
        for (int l = 0; l < n; l++) layers[l].column = order[l], position[order[l]] = l;
        std::vector<Ends> row_ends;
        std::vector<Fact> facts;
        for (int r : state) {
            row_ends.push_back(ends(model_.row[r]));
            const Ends& e = row_ends.back();
            int size = 0;
            for (int l = e.first; l < e.last; l++) size = std::max(size, segment(r, e, l).size);
            facts.push_back({e.first, e.last, size, static_cast<int>(row_ends.size()) - 1, -1, false});
        }
        for (int p = 0; p < static_cast<int>(model_.factors.size()); p++) products(p, facts);
        std::stable_sort(facts.begin(), facts.end(),
                         [](const Fact& a, const Fact& b) { return a.from < b.from; });
        busy_.assign(kBits, -1);
        std::vector<int> missed(model_.factors.size(), -1), there(model_.factors.size(), -1);
        for (const Fact& f : facts) {
            const int at = f.size ? allot(f.from, f.to - 1, f.size) : 0;
            if (f.row >= 0) row_steps(state[f.row], row_ends[f.row], at);
            else (f.missed ? missed : there)[f.product] = at;
        }
        for (int p = 0; p < static_cast<int>(model_.factors.size()); p++)
            product_steps(p, missed[p], there[p]);
        for (int r : resource) {
            const Ends e = ends(model_.row[r]);
            for (int l = 0; l < n; l++) {
                layers[l].least.push_back(model_.bound[r] - e.rest_most[l]);
                layers[l].most.push_back(model_.bound[r] - e.rest_least[l]);
            }
        }
    }

    Segment segment(int r, const Ends& e, int l) const {
        Segment s;
        s.base = std::max(e.reach_least[l], model_.bound[r] - e.rest_most[l]);
        const Whole top = std::min(e.reach_most[l], model_.bound[r] - e.rest_least[l]);
        s.size = static_cast<int>(std::clamp<Whole>(top - s.base, 0, kUnary));
        return s;
    }

    void row_steps(int r, const Ends& e, int at) {
        std::vector<char> touched(model_.columns);
        for (int i = 0; i < model_.items(); i++)
            if (model_.row[r][i]) touched[place(i)] = 1;
        for (int l = e.first; l <= e.last; l++) {
            RowStep s{r, model_.row[r][order[l]], {}, {}, model_.bound[r] - e.rest_least[l]};
            if (l > e.first) s.before = segment(r, e, l - 1);
            if (l < e.last) s.after = segment(r, e, l);
            else s.after.base = kInfinite;
            s.before.at = s.after.at = at;
            if (l < e.last) layers[l].open.push_back({r, s.after});
            if (touched[l]) layers[l].rows.push_back(s);
            else for (int b = 0; b < s.before.size; b++) layers[l].through.set(at + b);
        }
    }

    // Which of its two bits a product needs: what it does to objectives and rows tells.
    void products(int p, std::vector<Fact>& facts) const {
        bool good = false, bad = false;
        const int item = model_.columns + p;
        for (const auto* sums : {&model_.objective, &model_.row})
            for (const Wholes& sum : *sums) good |= sum[item] < 0, bad |= sum[item] > 0;
        int first = model_.columns, last = place(item);
        for (int j : model_.factors[p]) first = std::min(first, position[j]);
        if (good || !bad) facts.push_back({first, last, 1, -1, p, true});
        if (bad) facts.push_back({first, last, 1, -1, p, false});
    }

    void product_steps(int p, int missed, int there) {
        const auto& factors = model_.factors[p];
        int first = model_.columns;
        const int last = place(model_.columns + p);
        for (int j : factors) first = std::min(first, position[j]);
        bool priced = true;
        for (int r : state) priced = priced && !model_.row[r][model_.columns + p];
        for (int l = first; l < last; l++) {
            layers[l].unpriced |= !priced;
            if (!priced) continue;
            if (missed >= 0) layers[l].prices.push_back({missed, p, true});
            if (there >= 0) layers[l].prices.push_back({there, p, false});
        }
        for (int l = first; l <= last; l++) {
            if (std::find(factors.begin(), factors.end(), order[l]) != factors.end()) {
                layers[l].products.push_back({p, missed, there, l > first, l == last});
                continue;
            }
            if (missed >= 0) layers[l].through.set(missed);
            if (there >= 0) layers[l].through.set(there);
        }
    }

    const Model& model_;
    std::vector<int> busy_;
};

}  // namespace labels
