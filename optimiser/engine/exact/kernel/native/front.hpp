// What all threads of a search for a front share: points, zones, and whose turn it is to touch them.
#pragma once
#include "turns.hpp"
#include "zone_table.hpp"

namespace kernel {

struct Front {
    Zones zones;
    Points points;
    int corners = 0;  // objectives whose least value is known
    Turns turns;

    explicit Front(const Program& program)
        : zones(ends(program.low, program, 0), ends(program.high, program, 1)),
          points(program.p, program.n) {}

    // A point that is proven to be efficient, with its plan.
    void know(const std::vector<Whole>& y, const std::vector<Whole>& x) {
        points.add(y.data(), x.data(), Standing::efficient);
        zones.insert(points);
    }

    // The least values of all objectives are known.
    void know_corners(const std::vector<Whole>& ideal) {
        zones.ideal = ideal;
        corners = static_cast<int>(ideal.size());
    }

private:
    static std::vector<Whole> ends(const std::vector<Real>& of, const Program& program, Whole more) {
        std::vector<Whole> found(program.p);
        for (int k = 0; k < program.p; k++) found[k] = static_cast<Whole>(of[program.n + k]) + more;
        return found;
    }
};

}  // namespace kernel
