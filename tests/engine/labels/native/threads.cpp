// Random models by one thread and by three, in layers as wide as they come and in the smallest beams:
// the same plans, and the same counts. Built with a sanitizer by test_threads.py.
#include <cstdio>
#include <random>

#include "solving.hpp"

using namespace labels;

static Model model(std::mt19937& r) {
    const auto draw = [&](int low, int high) { return low + static_cast<int>(r() % (high - low + 1)); };
    Model m;
    m.columns = draw(6, 14);
    for (int j = 0; j < m.columns; j++) m.width.push_back(j < 6 ? 2 : draw(2, 3));
    for (int p = draw(0, 4); p > 0; p--) {
        const int a = draw(0, 4);
        m.factors.push_back({a, draw(a + 1, 5)});
    }
    const auto sum = [&](int low, int high) {
        Wholes s;
        for (int i = 0; i < m.items(); i++) s.push_back(draw(low, high));
        return s;
    };
    const int spread = draw(0, 1) ? 3 : 60;
    for (int k = draw(2, 5); k > 0; k--) m.objective.push_back(sum(-spread, spread));
    for (int k = draw(0, 2); k > 0; k--) {
        m.row.push_back(sum(0, 30));
        m.bound.push_back(m.size_of(m.row.back()) * draw(0, 7) / 10);
    }
    for (int k = draw(0, 3); k > 0; k--) {
        Wholes some(m.items(), 0);
        for (int i = 0; i < 3; i++) some[draw(0, m.columns - 1)] = draw(-1, 1);
        m.row.push_back(some);
        m.bound.push_back(draw(0, 1));
    }
    Wholes order(m.columns);
    for (int j = 0; j < m.columns; j++) order[j] = Whole{1} << (2 * j);
    m.order = {order};
    return m;
}

// Of everything that is found, what has to be the same.
static std::vector<Whole> told(const Found& f) {
    auto plans = f.plans;
    std::sort(plans.begin(), plans.end());
    std::vector<Whole> all{f.complete, f.feasible, f.made, f.kept, f.peak, f.work};
    for (const auto& x : plans) all.insert(all.end(), x.begin(), x.end());
    return all;
}

int main(int, char** count) {
    std::mt19937 random(5);
    const int models = std::atoi(count[1]);
    for (int i = 0; i < models; i++) {
        const Model m = model(random);
        const GoingOn on = [](Whole, Whole) { return true; };
        Limits usual{1'000'000, 1'000'000'000, 1'000'000, Whole{1} << 50, 0}, one = usual;
        one.together = 1, one.block = 3, one.beam = 2, one.sample = 2;
        Limits three = one;
        three.workers = 3;
        const auto front = solve(m, usual, on).plans.size();
        const Found alone = solve(m, one, on), shared = solve(m, three, on);
        auto a = solve(m, usual, on).plans, b = shared.plans;
        std::sort(a.begin(), a.end()), std::sort(b.begin(), b.end());
        if (a != b || told(alone) != told(shared)) return std::printf("model %d differs\n", i), 1;
        int calls = 0, most = static_cast<int>(front % 7);
        solve(m, three, [&](Whole, Whole) { return calls++ < most; });
    }
    std::printf("%d models\n", models);
}
