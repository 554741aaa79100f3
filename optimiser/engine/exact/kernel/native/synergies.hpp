// What a bound is more where a column stands at one end, thanks to the products it is in.
//
// Where x is 0 its product z = x y is too, so that nothing is lost by leaving "z <= y" out: y costs more
// by that row's multiplier, and if y was at 1 for the sake of z, the bound rises. Where x is 1, "z <= y"
// says all of z: it takes over the multiplier of "z <= x", x costs more by it, and y less. Both are
// bounds from other multipliers, as valid as any (refutation.hpp), at the cost of a few sums; they stay
// below twice what evaluate() adds up.
//
// A step of dual ascent on the roof dual: P. L. Hammer, P. Hansen, B. Simeone, "Roof duality,
// complementation and persistency in quadratic 0-1 optimization", Mathematical Programming 28, 1984,
// 121-155.
#pragma once
#include "refutation.hpp"

namespace kernel {

// How much more a bound is where a column is 0, and where it is 1.
struct Ends {
    Whole none = 0, all = 0;

    // The same with what reduced cost D says beside products.
    Ends with(Whole D) const { return {none + std::max<Whole>(-D, 0), all + std::max<Whole>(D, 0)}; }
};

// The least that the column at this place of the open ones adds to a bound at reduced cost D.
inline Whole least_at(const Columns& columns, const Bounds& bounds, int place, Whole D) {
    const int v = columns.column[place];
    return std::min(D * static_cast<Whole>(bounds.lo[v]), D * static_cast<Whole>(bounds.up[v]));
}

// The multiplier with which a row says x_v <= x_w: at its other side, which says nothing of that, it
// has none.
inline Whole multiplier(const Program& program, const Multipliers& lam, const Below& below) {
    return std::max<Whole>(0, below.sign * lam.value[program.dense() + below.row]);
}

// Fill `more` (live,), by place, from the multipliers of the last bound and the reduced costs they leave.
inline void weigh_products(const Program& program, const Bounds& bounds, const Columns& columns,
                           const Multipliers& lam, std::vector<Ends>& more) {
    std::fill_n(more.begin(), columns.live, Ends{});
    for (const Pair& pair : program.pairs) {
        const int z = columns.place[pair.product];
        const int place[2] = {columns.place[pair.factor[0]], columns.place[pair.factor[1]]};
        if (std::max({z, place[0], place[1]}) >= columns.live) continue;
        const Whole lost = -least_at(columns, bounds, z, lam.D[z]);
        const Whole credit[2] = {multiplier(program, lam, pair.below[0]),
                                 multiplier(program, lam, pair.below[1])};
        for (const int x : {0, 1}) {
            const int y = place[1 - x];
            auto rise = [&](Whole by) {
                return least_at(columns, bounds, y, lam.D[y] + by) - least_at(columns, bounds, y, lam.D[y]);
            };
            more[place[x]].none += lost + rise(credit[1 - x]);
            more[place[x]].all += credit[x] + rise(-credit[x]);
        }
    }
}

}  // namespace kernel
