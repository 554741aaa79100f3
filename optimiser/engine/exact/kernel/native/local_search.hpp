// Plans that may be efficient, of a front with two objectives: what steps of one or two columns make
// of plans that are known, as long as nothing known is at least as good.
//
// Nothing rests on them. A sub-problem that has to find a plan takes twice as long as one that has
// to show that there is none, and neighbouring zones without a plan are emptied by one tree.
//
// L. Paquete, M. Chiarandini, T. Stuetzle, "Pareto local optimum sets in the biobjective traveling
// salesman problem: an experimental study", Metaheuristics for Multiobjective Optimisation, Lecture
// Notes in Economics and Mathematical Systems 535, 2004, 177-199.
#pragma once
#include <deque>
#include <map>

#include "program.hpp"
#include "zone_table.hpp"

namespace kernel {

// Pairs of steps that are compared in a unit of work.
constexpr Whole kPairs = 8;

class LocalSearch {
public:
    explicit LocalSearch(const Program& program)
        : program_(program), x_(program.n), y_(program.dense()), products_(program.n) {
        for (int v = 0; v < program.n; v++)
            if (program.branchable[v] && program.low[v] < program.high[v]) columns_.push_back(v);
        for (int k = 0; k < static_cast<int>(program.product.size()); k++)
            for (Whole e = program.factor_begin[k]; e < program.factor_begin[k + 1]; e++)
                products_[program.factor[e]].push_back(k);
    }

    // Take in new points, and let there be so many units of work in all; nothing where it is at work.
    void begin(const Points& points, Whole most) {
        if (at_work_) return;
        at_work_ = true;
        most_ = most;
        for (bool fresh : {false, true}) take_in(points, fresh);
    }

    bool busy() const { return work_ < most_ && (next_ < steps_.size() || !waiting_.empty()); }

    // Try one step from the plan at hand with each later one, or go to the next plan. Returns the work.
    Whole step() {
        const Whole before = work_;
        if (next_ == steps_.size()) {
            const auto [first, second] = waiting_.front();
            waiting_.pop_front();
            const auto at = known_.find(first);
            if (at != known_.end() && at->second.second == second) stand(at->second.plan);
            work_++;
        } else {
            look_around(static_cast<int>(next_++));
        }
        return work_ - before;
    }

    // Leave what was found as tentative points.
    void end(Points& points, Zones& zones) {
        for (auto& [first, point] : known_) {
            if (!std::exchange(point.fresh, false)) continue;
            const Whole y[2] = {first, point.second};
            points.add(y, point.plan.data(), Standing::tentative);
            zones.insert(points);
        }
        noted_ = points.count();
        at_work_ = false;
    }

private:
    struct Point {
        Whole second;
        std::vector<Whole> plan;
        bool fresh;
    };
    // A column, and by how much it moves.
    struct Step {
        int column;
        Whole by;
    };
    const Program& program_;
    std::vector<Whole> x_, y_;   // (n,), (d,) the plan at hand and what its dense rows are
    std::vector<std::vector<int>> products_;  // (n,) of which each column is a factor
    std::vector<int> columns_;   // that may move
    std::vector<Step> steps_;    // (k,) from the plan at hand
    std::vector<std::vector<Whole>> moved_;  // (d, k) what each does to the dense rows
    std::vector<Whole> tried_;
    std::size_t next_ = 0;       // the first step that has not been tried
    Whole work_ = 0, most_ = 0;  // units so far, and the most
    bool at_work_ = false;
    int noted_ = 0;              // points that have been taken in
    std::map<Whole, Point> known_;  // by the first objective
    std::deque<std::pair<Whole, Whole>> waiting_;

    // A plan (n,) and its point (2,), to be looked around from unless something known is as good; it
    // is handed over where it is fresh.
    void add(std::vector<Whole> plan, const Whole* y, bool fresh) {
        if (is_beaten(y[0], y[1])) return;
        auto next = known_.lower_bound(y[0]);
        while (next != known_.end() && next->second.second >= y[1]) next = known_.erase(next);
        known_.emplace_hint(next, y[0], Point{y[1], std::move(plan), fresh});
        waiting_.push_back({y[0], y[1]});
    }

    // Take in the new points of a kind: a dominated one may be one that was forgotten, and is fresh.
    void take_in(const Points& points, bool fresh) {
        for (int q = noted_; q < points.count(); q++) {
            if (fresh != (points.standing[q] == Standing::dominated)) continue;
            add({points.plan(q), points.plan(q) + program_.n}, points[q], fresh);
        }
    }

    // Begin at a plan: its dense rows and steps.
    void stand(const std::vector<Whole>& plan) {
        x_ = plan;
        next_ = 0;
        steps_.clear();
        for (int v : columns_)
            for (Whole by : {-1, 1})
                if (within(v, x_[v] + by)) steps_.push_back({v, by});
        const int d = program_.dense();
        moved_.assign(d, std::vector<Whole>(steps_.size()));
        for (int i = 0; i < d; i++) {
            y_[i] = 0;
            for (int v = 0; v < program_.n; v++) y_[i] += program_.rows[i][v] * x_[v];
        }
        for (std::size_t k = 0; k < steps_.size(); k++) {
            const auto [v, by] = steps_[k];
            for (int i = 0; i < d; i++) moved_[i][k] = by * program_.rows[i][v];
            for (int product : products_[v]) {
                const Whole change = product_after(product, v, x_[v] + by) - x_[program_.product[product]];
                for (int i = 0; i < d && change; i++)
                    moved_[i][k] += change * program_.rows[i][program_.product[product]];
            }
        }
        work_ += work_of(d, program_.n + static_cast<Whole>(steps_.size()));
    }

    // Step a alone, and with each later one.
    void look_around(int a) {
        const int count = static_cast<int>(steps_.size());
        const Whole *first = moved_[0].data(), *second = moved_[1].data();
        if (first[a] < 0 || second[a] < 0) look_at(a, -1);
        for (int b = a + 1; b < count; b++)
            if (first[a] + first[b] < 0 || second[a] + second[b] < 0) look_at(a, b);
        work_ += 1 + (count - a) / kPairs;
    }

    // The plan after one or two steps, if it holds and nothing known is as good.
    void look_at(int a, int b) {
        auto after = [&](int i) { return y_[i] + moved_[i][a] + (b < 0 ? 0 : moved_[i][b]); };
        if (is_beaten(after(0), after(1))) return;
        for (int i = program_.p; i < program_.dense(); i++)
            if (!within(program_.n + i, after(i))) return;
        tried_ = x_;
        bool holds = move(steps_[a]);
        if (b >= 0) holds = move(steps_[b]) && holds;
        if (!holds || !holds_after(steps_[a].column) || (b >= 0 && !holds_after(steps_[b].column)))
            return;
        Whole y[2] = {0, 0};
        for (int i = 0; i < program_.dense(); i++) {
            Whole sum = 0;
            for (int v = 0; v < program_.n; v++) sum += program_.rows[i][v] * tried_[v];
            if (i < program_.p) y[i] = sum;
            else if (!within(program_.n + i, sum)) return;
        }
        work_ += 1 + work_of(program_.dense(), program_.n);
        add(tried_, y, true);
    }

    bool is_beaten(Whole first, Whole second) const {
        const auto next = known_.upper_bound(first);
        return next != known_.begin() && std::prev(next)->second.second <= second;
    }

    bool within(int v, Whole value) const {
        return program_.low[v] <= static_cast<Real>(value) && static_cast<Real>(value) <= program_.high[v];
    }

    Whole product_after(int product, int v, Whole value) const {
        for (Whole e = program_.factor_begin[product]; e < program_.factor_begin[product + 1]; e++)
            if (program_.factor[e] != v) value *= x_[program_.factor[e]];
        return value;
    }

    // Move a column of the plan that is tried, and its products. Returns whether they stay in bounds.
    bool move(const Step& step) {
        tried_[step.column] += step.by;
        bool inside = true;
        for (int product : products_[step.column]) {
            Whole value = 1;
            for (Whole e = program_.factor_begin[product]; e < program_.factor_begin[product + 1]; e++)
                value *= tried_[program_.factor[e]];
            tried_[program_.product[product]] = value;
            inside = inside && within(program_.product[product], value);
        }
        return inside;
    }

    // Whether the sparse rows of a column that has moved hold, and those of its products.
    bool holds_after(int column) const {
        if (!rows_hold(column)) return false;
        return std::all_of(products_[column].begin(), products_[column].end(),
                           [&](int product) { return rows_hold(program_.product[product]); });
    }
    bool rows_hold(int column) const {
        const SparseRows& rows = program_.sparse;
        const int logicals = program_.n + program_.dense();
        for (Whole c = rows.column_begin[column]; c < rows.column_begin[column + 1]; c++) {
            const int r = rows.row[c];
            Whole sum = 0;
            for (Whole e = rows.begin[r]; e < rows.begin[r + 1]; e++)
                sum += rows.value[e] * tried_[rows.column[e]];
            if (!within(logicals + r, sum)) return false;
        }
        return true;
    }
};

}  // namespace kernel
