// The door to Python: _native.pyi says what goes in and out.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cmath>
#include <stdexcept>

#include "reach.hpp"
#include "undominated.hpp"

namespace nb = nanobind;

namespace {

template <class T, int D>
using Array = nb::ndarray<T, nb::ndim<D>, nb::c_contig, nb::device::cpu>;
using nonlinear::Positions;
using Made = nb::ndarray<nb::numpy, std::int64_t, nb::ndim<1>>;

// Python owns it.
Made made(Positions&& from) {
    auto* own = new Positions(std::move(from));
    nb::capsule owner(own, [](void* p) noexcept { delete static_cast<Positions*>(p); });
    return Made(own->data(), {own->size()}, owner);
}

Made reach(const Array<const double, 2>& room, const Array<const double, 2>& inverse,
                const Array<double, 1>& length) {
    if (room.shape(1) != inverse.shape(0) || inverse.shape(1) != length.shape(0) || !room.shape(1))
        throw std::invalid_argument("arrays do not fit");
    return made(nonlinear::reach(room.data(), room.shape(0), room.shape(1), inverse.data(),
                                 length.shape(0), length.data()));
}

Made undominated(const Array<const double, 2>& points) {
    const double* y = points.data();
    for (std::size_t i = 0; i < points.size(); i++)
        if (!std::isfinite(y[i])) throw std::invalid_argument("not finite");
    return made(nonlinear::undominated(y, points.shape(0), points.shape(1)));
}

}  // namespace

NB_MODULE(_native, module) {
    module.doc() = "What the nonlinear engine does for every point that it tries.";
    module.def("reach", &reach, nb::arg("room").noconvert(), nb::arg("inverse").noconvert(),
               nb::arg("length").noconvert());
    module.def("undominated", &undominated, nb::arg("points").noconvert());
}
