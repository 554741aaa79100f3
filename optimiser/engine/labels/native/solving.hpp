// From a model to what was found: checks, the diagram, the multipliers, and the search in lanes that
// hold every sum.
#pragma once
#include "search.hpp"

namespace labels {

// Throws where a number is too large for sums to be exact: the caller declines such models before.
inline void check(const Model& model) {
    auto fits = [&](const Wholes& sum, Whole bound) {
        for (Whole c : sum)
            if (std::abs(c) > kWidest) return false;
        return model.size_of(sum) + std::abs(bound) <= kWidest;
    };
    for (const Wholes& o : model.objective)
        if (!fits(o, 0)) throw std::invalid_argument("an objective is too wide");
    for (std::size_t r = 0; r < model.row.size(); r++)
        if (std::abs(model.bound[r]) > kWidest || !fits(model.row[r], model.bound[r]))
            throw std::invalid_argument("a row is too wide");
    if (model.order.size() > kOrders || model.objective.empty() || !model.columns)
        throw std::invalid_argument("not a model");
    for (const auto& factors : model.factors)
        for (int j : factors)
            if (model.width[j] != 2) throw std::invalid_argument("a factor is no yes/no column");
}

template <class T, int D>
void search(const Diagram& d, const Multipliers& w, const Limits& limits, const GoingOn& going_on, Found& found) {
    if (d.facts.bits <= 64) Search<T, D, 1>(d, w, limits, going_on, found.work).run(found);
    else Search<T, D, kWords>(d, w, limits, going_on, found.work).run(found);
}

// Whether there can be few states. Many orders take longer than a few, which may leave so many more
// open that the best of many will not do either; their first layers tell.
inline bool hopeful(const Model& model, const Limits& limits, const GoingOn& going_on) {
    constexpr double kUntold = 16.0;
    constexpr Whole kBetter = 2;
    const Facts few(model, limits.nodes, Ordering::kFirst);
    if (few.hopeless || !few.fits || few.most <= kUntold * static_cast<double>(limits.nodes)) return !few.hopeless;
    return Diagram(model, few, kBetter * limits.nodes, true, going_on).fits;
}

inline Found solve(const Model& model, const Limits& limits, const GoingOn& going_on) {
    check(model);
    Found found;
    for (std::size_t r = 0; r < model.row.size(); r++)
        // no layer looks at a row without terms
        if (model.least_of(model.row[r]) > model.bound[r])
            return found.complete = true, found.feasible = false, found;
    if (limits.foresee && !hopeful(model, limits, going_on)) return found.reason = "states", found;
    const Facts facts(model, limits.nodes);
    if (facts.hopeless) return found.reason = "states", found;
    if (!facts.fits) return found.reason = "bits", found;
    const Diagram d(model, facts, limits.nodes, limits.foresee, going_on);
    found.nodes = d.size, found.widest = d.widest;
    if (d.stopped) return found.reason = "stopped", found;
    if (!d.fits) return found.reason = "states", found;
    if (!d.feasible) return found.complete = true, found.feasible = false, found;
    if (d.dims > 16) return found.reason = "resources", found;
    const int m = model.objectives(), want = m == 1 ? 1 : 24;
    const Multipliers w(d, want, limits, going_on);
    found.work = w.work;
    Whole widest = 0;
    for (const Wholes& o : model.objective) widest = std::max(widest, model.size_of(o));
    for (int r : facts.resource)
        widest = std::max(widest, 2 * model.size_of(model.row[r]) + std::abs(model.bound[r]));
    const bool narrow = widest < Whole{1} << 30;
    if (narrow && d.dims <= 4) search<std::int32_t, 4>(d, w, limits, going_on, found);
    else if (narrow && d.dims <= 8) search<std::int32_t, 8>(d, w, limits, going_on, found);
    else if (narrow) search<std::int32_t, 16>(d, w, limits, going_on, found);
    else search<std::int64_t, 16>(d, w, limits, going_on, found);
    return found;
}

}  // namespace labels
