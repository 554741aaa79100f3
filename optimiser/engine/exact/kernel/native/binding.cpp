// The door to Python: _native.pyi says what goes in and out.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include "box_trees.hpp"
#include "crew.hpp"

namespace nb = nanobind;
using namespace kernel;

namespace {

template <class T, int D>
using Given = nb::ndarray<const T, nb::ndim<D>, nb::c_contig, nb::device::cpu>;
template <class T, int D>
using Made = nb::ndarray<nb::numpy, T, nb::ndim<D>>;

// what is made here has its owner already
constexpr auto kOwned = nb::rv_policy::automatic;

template <class To, class From>
std::vector<To> listed(const Given<From, 1>& array) {
    return std::vector<To>(array.data(), array.data() + array.shape(0));
}

template <class T, class From>
Grid<T> grid(const Given<From, 2>& array) {
    Grid<T> made(static_cast<int>(array.shape(0)), static_cast<int>(array.shape(1)));
    for (int i = 0; i < made.height(); i++)
        std::copy_n(array.data() + i * array.shape(1), array.shape(1), made[i]);
    return made;
}

// A copy that Python owns.
template <class T, class From>
Made<T, 1> made(const std::vector<From>& from) {
    auto* own = new std::vector<T>(from.begin(), from.end());
    nb::capsule owner(own, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
    return Made<T, 1>(own->data(), {own->size()}, owner);
}

template <class T, class From>
Made<T, 2> made(const std::vector<From>& from, std::size_t width, std::size_t first = 0) {
    auto* own = new std::vector<T>(from.begin() + first * width, from.end());
    nb::capsule owner(own, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
    return Made<T, 2>(own->data(), {own->size() / width, width}, owner);
}

Program program_of(const Given<Whole, 2>& costs, const Given<Whole, 2>& rows,
                   const std::tuple<Given<Whole, 1>, Given<Whole, 1>, Given<Whole, 1>>& sparse,
                   const std::tuple<Given<Whole, 1>, Given<Whole, 1>>& by_column,
                   const Given<bool, 1>& branchable,
                   const std::tuple<Given<Whole, 1>, Given<Whole, 1>, Given<Whole, 1>>& products,
                   const Given<Real, 1>& lower, const Given<Real, 1>& upper,
                   const Given<Real, 2>& cap, const std::vector<Whole>& scale, int objectives) {
    Program program;
    program.n = static_cast<int>(costs.shape(1));
    program.p = objectives;
    program.cost = grid<Whole>(costs);
    program.rows = grid<Whole>(rows);
    program.sparse = {listed<Whole>(std::get<0>(sparse)), listed<int>(std::get<1>(sparse)),
                      listed<Whole>(std::get<2>(sparse)), listed<Whole>(std::get<0>(by_column)),
                      listed<int>(std::get<1>(by_column))};
    program.sparse.real.assign(program.sparse.value.begin(), program.sparse.value.end());
    program.branchable = listed<char>(branchable);
    program.product = listed<int>(std::get<0>(products));
    program.factor_begin = listed<Whole>(std::get<1>(products));
    program.factor = listed<int>(std::get<2>(products));
    program.low = listed<Real>(lower);
    program.high = listed<Real>(upper);
    program.cap = grid<Real>(cap);
    program.scale = scale;
    const std::size_t total = program.n + program.dense() + program.sparse.count();
    if (program.low.size() != total || program.high.size() != total ||
        cap.shape(0) != costs.shape(0) || cap.shape(1) != total - program.n ||
        program.scale.size() != costs.shape(0))
        throw std::invalid_argument("the arrays of a program differ in shape");
    program.turn();
    program.reach();
    program.link();
    return program;
}

std::vector<Whole> numbers(const std::vector<Standing>& of) {
    std::vector<Whole> found;
    for (Standing one : of) found.push_back(static_cast<Whole>(one));
    return found;
}

// What a search that goes on from here needs.
nb::dict state(const Crew& crew) {
    const Points& points = crew.front.points;
    const Zones& zones = crew.front.zones;
    nb::dict found;
    found["Y"] = made<Whole>(points.Y, points.p);
    found["X"] = made<Whole>(points.X, points.n);
    found["chain"] = made<Whole>(points.chain, points.p);
    found["standing"] = made<Whole>(numbers(points.standing));
    found["U"] = made<Whole>(zones.U, zones.p);
    found["defining"] = made<Whole>(zones.defining, zones.p);
    found["direction"] = made<Whole>(zones.direction);
    found["score"] = made<Real>(zones.score);
    found["ideal"] = made<Whole>(zones.ideal);
    found["expected"] = made<Real>(crew.first().expected);
    found["corners"] = crew.front.corners;
    return found;
}

void restore(Crew& crew, const Given<Whole, 2>& Y, const Given<Whole, 2>& X,
             const Given<Whole, 2>& chain, const Given<Whole, 1>& standing, const Given<Whole, 2>& U,
             const Given<Whole, 2>& defining, const Given<Whole, 1>& direction,
             const Given<Real, 1>& score, const Given<Whole, 1>& ideal,
             const Given<Real, 1>& expected, int corners) {
    Points& points = crew.front.points;
    Zones& zones = crew.front.zones;
    auto flat = [](const auto& array) { return array.data() + array.size(); };
    points.Y.assign(Y.data(), flat(Y));
    points.X.assign(X.data(), flat(X));
    points.chain.assign(chain.data(), flat(chain));
    points.standing.clear();
    for (std::size_t q = 0; q < standing.size(); q++)
        points.stand(static_cast<Standing>(standing.data()[q]));
    zones.U.assign(U.data(), flat(U));
    zones.defining.assign(defining.data(), flat(defining));
    zones.direction = listed<Whole>(direction);
    zones.score = listed<Real>(score);
    zones.ideal = listed<Whole>(ideal);
    zones.number();
    crew.first().expected = listed<Real>(expected);
    crew.front.corners = corners;
}

nb::dict counts(const Crew& crew) {
    const Counts all = crew.counts();
    nb::dict found;
    found["subproblems"] = all.subproblems;
    found["bundles"] = all.bundles;
    found["second_stages"] = all.seconds;
    found["repeats"] = all.repeats;
    found["nodes"] = all.nodes;
    found["nodes_empty"] = all.nodes_empty;
    found["nodes_second"] = all.nodes_second;
    found["nodes_bundled"] = all.nodes_bundled;
    found["pivots"] = all.pivots;
    found["threads"] = crew.machines().size();
    found["overtaken"] = all.overtaken;
    return found;
}

// The limits of the stage at hand on the objectives: (2, p) lower and upper.
Made<Real, 2> sides(const Crew& crew) {
    const Bounds& bounds = crew.speaker().search.bounds;
    const int n = crew.program.n, p = crew.program.p;
    std::vector<Real> both(bounds.lo.begin() + n, bounds.lo.begin() + n + p);
    both.insert(both.end(), bounds.up.begin() + n, bounds.up.begin() + n + p);
    return made<Real>(both, p);
}

// The tableaus themselves, to be disturbed by tests.
nb::list tableaus(Crew& crew) {
    const nb::object owner = nb::find(crew);
    nb::list found;
    auto show = [&](Tableau& t) {
        const std::size_t height = t.T.height(), width = t.T.width();
        const std::int64_t stride = t.T.stride();
        found.append(Made<Real, 2>(t.T.data(), {height, width}, owner, {stride, 1}));
        found.append(Made<Real, 1>(t.beta.data(), {t.beta.size()}, owner));
    };
    for (const auto& machine : crew.machines()) {
        show(machine->search.tableau);
        for (auto& kept : machine->kept.places) show(kept.tableau);
    }
    return found;
}

// What any multipliers (d + s,) prove of cost o within the program's bounds: scale times it is
// at least this.
Whole bound_of_rows(const Crew& crew, int o, const std::vector<Whole>& multipliers, Whole scale) {
    const Program& program = crew.program;
    Bounds bounds{program.low, program.high, {}};
    Columns columns(program.dense(), program.sparse.count(), program.n);
    columns.reset(program.cost[o], program.rows);
    Multipliers lam(static_cast<int>(multipliers.size()), program.n);
    for (int i = 0; i < static_cast<int>(multipliers.size()); i++) lam.put(i, multipliers[i]);
    return evaluate(program, bounds, columns, lam, scale, 0);
}

// Zones and points that are looked at between two calls of whoever waits: some 10 ms.
constexpr std::size_t kCalled = 10'000'000;

// The zones (z, p) that points (k, p) leave of the box below `top`, one after the other; what
// `meanwhile`, called now and then, raises ends it.
Made<Whole, 2> zones_of(const Given<Whole, 2>& points, std::vector<Whole> ideal, std::vector<Whole> top,
                        const nb::object& meanwhile) {
    Zones zones(std::move(ideal), std::move(top));
    Points known(zones.p, 0);
    std::size_t looked = 0;
    for (std::size_t q = 0; q < points.shape(0); q++) {
        if ((looked += zones.p * (zones.count() + q)) >= kCalled) {
            if (!meanwhile.is_none()) meanwhile();
            looked = 0;
        }
        known.add(points.data() + q * points.shape(1), nullptr, Standing::efficient);
        zones.insert(known);
    }
    return made<Whole>(zones.U, zones.p);
}

struct Grown {
    int end;
    BoxTree tree;
    std::vector<Real> lower;
};

Grown grow(const BoxProgram& program, const Given<Whole, 2>& limits, const Given<Real, 2>& ends,
           const Given<bool, 2>& bounded, int aim, int depth, Whole most) {
    const Boxes boxes{grid<Whole>(limits), grid<Real>(ends),
                      std::vector<char>(bounded.data(), bounded.data() + bounded.size())};
    nb::gil_scoped_release others_go_on;
    BoxSearch search(program, boxes, aim, depth, most);
    const TreeEnd end = search.grow();
    return {static_cast<int>(end), std::move(search.tree), std::move(search.lower)};
}

}  // namespace

NB_MODULE(_native, module) {
    module.doc() = "Branch and bound in whole numbers, zones, and trees that refute boxes.";
    // a search that is kept until the process ends is no leak, and a user is not to hear of it
    nb::set_leak_warnings(false);
    // in the order of the enumerations
    using Names = std::vector<std::string>;
    module.attr("HALTS") =
        nb::cast(Names{"complete", "halted", "overrun", "planned", "ended", "next"});
    module.attr("TREE_ENDS") = nb::cast(Names{"done", "limit", "found", "numbers", "depth"});
    module.def("zones", &zones_of, nb::arg("points"), nb::arg("ideal"), nb::arg("top"),
               nb::arg("meanwhile").none());

    using Released = nb::call_guard<nb::gil_scoped_release>;
    nb::class_<Crew>(module, "Crew")
        .def(
            "__init__",
            [](Crew* self, const Given<Whole, 2>& costs, const Given<Whole, 2>& rows,
               const std::tuple<Given<Whole, 1>, Given<Whole, 1>, Given<Whole, 1>>& sparse,
               const std::tuple<Given<Whole, 1>, Given<Whole, 1>>& by_column,
               const Given<bool, 1>& branchable,
               const std::tuple<Given<Whole, 1>, Given<Whole, 1>, Given<Whole, 1>>& products,
               const Given<Real, 1>& lower, const Given<Real, 1>& upper, const Given<Real, 2>& cap,
               const std::vector<Whole>& scale, int objectives, std::size_t stack,
               std::size_t roots, Whole nodes, int workers,
               Whole alone,
               std::size_t few) {
                new (self) Crew(program_of(costs, rows, sparse, by_column, branchable, products,
                                              lower, upper, cap, scale, objectives),
                                   stack, roots, nodes, workers, alone,
                                   std::min(few, Combinations::kMost));
            },
            nb::arg("costs"), nb::arg("rows"), nb::arg("sparse"), nb::arg("by_column"),
            nb::arg("branchable"), nb::arg("products"), nb::arg("lower"), nb::arg("upper"),
            nb::arg("cap"), nb::arg("scale"), nb::kw_only(), nb::arg("objectives"), nb::arg("stack"),
            nb::arg("roots"), nb::arg("nodes"), nb::arg("workers"),
            nb::arg("alone"), nb::arg("few"))
        .def("advance", [](Crew& c, Whole work) { return static_cast<int>(c.advance(work)); },
             Released())
        .def("pose",
             [](Crew& c, const std::vector<Whole>& limits, int cost, int leave_out, Whole cut, Whole nodes,
                bool every) { return c.first().pose(limits, cost, leave_out, cut, nodes, every); },
             nb::arg("limits"), nb::arg("cost"), nb::kw_only(), nb::arg("leave_out"), nb::arg("cut"),
             nb::arg("nodes"), nb::arg("every"))
        .def("pose_points",
             [](Crew& c, const Given<Whole, 2>& points, int aim, int most, Whole nodes) {
                 if (static_cast<int>(points.shape(1)) != c.program.p)
                     throw std::invalid_argument("the arrays of points differ in shape");
                 c.first().pose_points(points.data(), static_cast<int>(points.shape(0)), aim, most,
                                       nodes);
             },
             nb::arg("points"), nb::kw_only(), nb::arg("aim"), nb::arg("most"),
             nb::arg("nodes"))
        .def("pose_limits",
             [](Crew& c, const Given<Whole, 2>& limits, const std::vector<Real>& least, int aim, int most,
                Whole nodes) {
                 if (static_cast<int>(limits.shape(1)) != c.program.p || least.size() != limits.shape(1))
                     throw std::invalid_argument("the arrays of limits differ in shape");
                 c.first().pose_points(limits.data(), static_cast<int>(limits.shape(0)), aim, most, nodes,
                                       least.data());
             },
             nb::arg("limits"), nb::arg("least"), nb::kw_only(), nb::arg("aim"), nb::arg("most"),
             nb::arg("nodes"))
        .def_prop_ro("listed", [](const Crew& c) {
                return made<Whole>(c.first().search.bundle.listed, c.program.n);
            }, kOwned)
        .def_prop_ro("whose", [](const Crew& c) {
                return made<Whole>(c.first().search.bundle.whose);
            }, kOwned)
        .def("know", [](Crew& c, const std::vector<Whole>& y, const std::vector<Whole>& x) {
                c.front.know(y, x);
            }, nb::arg("y"), nb::arg("x"))
        .def("know_corners", [](Crew& c, const std::vector<Whole>& ideal) { c.front.know_corners(ideal); },
             nb::arg("ideal"))
        .def("lead", [](Crew& c, bool asked) { c.first().lead(asked); }, nb::arg("asked"))
        .def("choose", [](Crew& c, const std::vector<Whole>& limits) { c.first().choose(limits); },
             nb::arg("limits"))
        .def("question", [](Crew& c) { return c.speaker().question(); })
        .def("answer",
             [](Crew& c, const std::optional<std::vector<Whole>>& x) {
                 c.speaker().answer(x ? &*x : nullptr);
             },
             nb::arg("x").none())
        .def("state", &state)
        .def("restore", &restore, nb::kw_only(), nb::arg("Y"), nb::arg("X"), nb::arg("chain"),
             nb::arg("standing"), nb::arg("U"), nb::arg("defining"), nb::arg("direction"), nb::arg("score"),
             nb::arg("ideal"), nb::arg("expected"), nb::arg("corners"))
        .def("bound", &bound_of_rows, nb::arg("cost"), nb::arg("multipliers"), nb::arg("scale"))
        .def("tableaus", &tableaus)
        .def("confirm", &Crew::confirm)
        .def_prop_ro("counts", &counts)
        .def_prop_ro("sides", &sides, kOwned)
        .def_prop_ro("plan", [](const Crew& c) { return made<Whole>(c.speaker().search.best_plan); }, kOwned)
        .def("plans", [](const Crew& c, std::size_t first) {
                return made<Whole>(c.front.points.plans(c.front.points.efficient, first), c.program.n);
            }, nb::arg("first"))
        .def_prop_ro("tentative", [](const Crew& c) {
                return made<Whole>(c.front.points.plans(c.front.points.tentative), c.program.n);
            }, kOwned)
        .def_prop_ro("values", [](const Crew& c) {
                return made<Whole>(c.front.points.values(), c.program.p);
            }, kOwned)
        .def_prop_ro("zones", [](const Crew& c) { return made<Whole>(c.front.zones.U, c.program.p); }, kOwned)
        .def_prop_ro("ideal", [](const Crew& c) { return made<Whole>(c.front.zones.ideal); }, kOwned)
        .def_prop_ro("points", [](const Crew& c) { return c.front.points.efficient.size(); })
        .def_prop_ro("corners", [](const Crew& c) { return c.front.corners; })
        .def_prop_ro("nodes", [](const Crew& c) { return c.counts().nodes; })
        .def_prop_ro("quota", [](const Crew& c) { return c.first().search.quota; })
        .def_prop_ro("found", [](const Crew& c) { return c.speaker().search.found; })
        .def_prop_ro("floor", [](const Crew& c) { return c.speaker().floor(); })
        .def_prop_ro("direction", [](const Crew& c) { return c.speaker().direction(); })
        .def_prop_ro("first", [](const Crew& c) { return c.speaker().phase() == Phase::first; })
        .def_prop_ro("second", [](const Crew& c) { return c.speaker().phase() == Phase::second; });

    nb::class_<Grown>(module, "Grown")
        .def_ro("end", &Grown::end)
        .def_prop_ro("columns", [](const Grown& g) { return made<Whole>(g.tree.columns); }, kOwned)
        .def_prop_ro("values", [](const Grown& g) { return made<Whole>(g.tree.values); }, kOwned)
        .def_prop_ro("counts", [](const Grown& g) { return made<Whole>(g.tree.counts); }, kOwned)
        .def_prop_ro("sizes", [](const Grown& g) { return made<Whole>(g.tree.sizes); }, kOwned)
        .def_prop_ro("rows", [](const Grown& g) { return made<Whole>(g.tree.rows); }, kOwned)
        .def_prop_ro("multipliers", [](const Grown& g) { return made<Whole>(g.tree.multipliers); }, kOwned)
        .def_prop_ro("lower", [](const Grown& g) { return made<Real>(g.lower); }, kOwned);
    nb::class_<BoxProgram>(module, "BoxProgram")
        .def(
            "__init__",
            [](BoxProgram* self, const Given<Whole, 2>& matrix, const Given<Real, 2>& scaled,
               const Given<Whole, 1>& low, const Given<Whole, 1>& high, const Given<bool, 1>& whole,
               const Given<Real, 1>& lower, const Given<Real, 1>& upper, const Given<Real, 1>& weight,
               const Given<Real, 1>& scale) {
                new (self) BoxProgram{static_cast<int>(matrix.shape(0) - low.shape(0)),
                                      static_cast<int>(matrix.shape(1)),
                                      grid<Whole>(matrix),
                                      grid<Real>(scaled),
                                      listed<Whole>(low),
                                      listed<Whole>(high),
                                      listed<char>(whole),
                                      listed<Real>(lower),
                                      listed<Real>(upper),
                                      listed<Real>(weight),
                                      listed<Real>(scale)};
            },
            nb::kw_only(), nb::arg("matrix"), nb::arg("scaled"), nb::arg("low"), nb::arg("high"),
            nb::arg("whole"), nb::arg("lower"), nb::arg("upper"), nb::arg("weight"), nb::arg("scale"))
        .def("grow", &grow, nb::arg("limits"), nb::arg("ends"), nb::arg("bounded"), nb::kw_only(),
             nb::arg("aim"), nb::arg("depth"), nb::arg("most"));
}
