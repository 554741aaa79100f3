// The door to Python: optimiser/engine/labels/_native.pyi says what goes in and out.
#include <nanobind/nanobind.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/vector.h>

#include "solving.hpp"

namespace nb = nanobind;
using namespace labels;

NB_MODULE(_native, module) {
    module.doc() = "Label setting on decision diagrams, in whole numbers.";
    nb::class_<Open>(module, "Open")
        .def("sides", &Open::sides, nb::call_guard<nb::gil_scoped_release>())
        .def("reaches", &Open::reaches, nb::call_guard<nb::gil_scoped_release>());
    nb::class_<Found>(module, "Found")
        .def_ro("complete", &Found::complete)
        .def_ro("feasible", &Found::feasible)
        .def_prop_ro("reason", [](const Found& f) { return nb::str(f.reason); })
        .def_ro("plans", &Found::plans)
        .def_ro("bounds", &Found::bounds)
        .def_ro("open", &Found::open)
        .def_ro("nodes", &Found::nodes)
        .def_ro("widest", &Found::widest)
        .def_ro("made", &Found::made)
        .def_ro("kept", &Found::kept)
        .def_ro("peak", &Found::peak)
        .def_ro("work", &Found::work);
    module.def(
        "solve",
        [](std::vector<int> width, std::vector<std::vector<int>> factors, std::vector<Wholes> objective,
           std::vector<Wholes> row, Wholes bound, std::vector<Wholes> order, Whole nodes, Whole labels,
           Whole kept, Whole work, Whole each, bool foresee, int workers, int beam, GoingOn going_on) {
            Model model;
            model.columns = static_cast<int>(width.size());
            model.width = std::move(width);
            model.factors = std::move(factors);
            model.objective = std::move(objective);
            model.row = std::move(row);
            model.bound = std::move(bound);
            model.order = std::move(order);
            Limits limits{nodes, labels, kept, work, each, foresee, workers};
            limits.beam = beam;
            return solve(model, limits, going_on);
        },
        nb::arg("width"), nb::arg("factors"), nb::arg("objective"), nb::arg("row"), nb::arg("bound"),
        nb::arg("order"), nb::kw_only(), nb::arg("nodes"), nb::arg("labels"), nb::arg("kept"),
        nb::arg("work"), nb::arg("each"), nb::arg("foresee"), nb::arg("workers"), nb::arg("beam"),
        nb::arg("going_on"),
        nb::call_guard<nb::gil_scoped_release>());
}
