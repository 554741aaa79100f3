"use strict";

// The rankings of optimiser/ranking, operation for operation in the same order, so that scores are
// the same to the last bit, and with them ranks and orders. The references stand there.
//
// A front here is { ids, y, bases, exact, signs, ranges, lengths, largest, flat }: y is k rows of m
// values in the user's units and directions, ranges are m pairs of worst and best, both less bases,
// signs +1 where less is better and -1 where more is; the others are those of
// optimiser.ranking.method.Yardstick.
const Ranking = (() => {
  const EQUAL_SCORES = 1e-12;
  const EQUAL_VALUES = 1e-12;
  const FINE = 1e3;
  const FLAT = 1e-12;
  const AUGMENTATION = 1e-3;

  // What numpy adds along a row: one after the other below 8, else in eight strands, by halves.
  function sum(values, from = 0, count = values.length) {
    if (count < 8) {
      let total = 0;
      for (let i = from; i < from + count; i++) total += values[i];
      return total;
    }
    if (count > 128) {
      const half = Math.floor(count / 2) - (Math.floor(count / 2) % 8);
      return sum(values, from, half) + sum(values, from + half, count - half);
    }
    const r = values.slice(from, from + 8);
    const last = count - (count % 8);
    for (let i = 8; i < last; i += 8) for (let j = 0; j < 8; j++) r[j] += values[from + i + j];
    let total = r[0] + r[1] + (r[2] + r[3]) + (r[4] + r[5] + (r[6] + r[7]));
    for (let i = last; i < count; i++) total += values[from + i];
    return total;
  }

  // The exactly rounded sum of math.fsum (Shewchuk 1997, with CPython's correction of halves).
  function fsum(values) {
    const partials = [];
    for (let x of values) {
      let kept = 0;
      for (let i = 0; i < partials.length; i++) {
        let y = partials[i];
        if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
        const high = x + y;
        const low = y - (high - x);
        if (low !== 0) partials[kept++] = low;
        x = high;
      }
      partials.length = kept;
      partials.push(x);
    }
    let n = partials.length;
    let high = 0;
    let low = 0;
    if (n > 0) high = partials[--n];
    while (n > 0) {
      const x = high;
      const y = partials[--n];
      high = x + y;
      low = y - (high - x);
      if (low !== 0) break;
    }
    if (n > 0 && ((low < 0 && partials[n - 1] < 0) || (low > 0 && partials[n - 1] > 0))) {
      const y = low * 2;
      const x = high + y;
      if (y === x - high) high = x;
    }
    return high;
  }

  // The exponent of math.frexp: value = mantissa * 2 ** exponent with a mantissa from 0.5 to 1.
  function exponent(value) {
    if (value === 0) return 0;
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value);
    const biased = (view.getUint16(0) >> 4) & 0x7ff;
    return biased === 0 ? exponent(value * 2 ** 64) - 64 : biased - 1022;
  }

  function scaled(value, power) {
    const half = Math.trunc(power / 2);
    return value * 2 ** half * 2 ** (power - half);
  }

  // Weights that sum to 1; null where none is above 0.
  function shares(weights) {
    const largest = Math.max(...weights);
    if (!(largest > 0)) return null;
    const own = weights.map((weight) => scaled(weight, -exponent(largest)));
    const total = fsum(own);
    return own.map((weight) => weight / total);
  }

  // A number as whole digits times a power of ten: those of the shortest text that reads back.
  function decimal(value) {
    const [digits, power] = value.toExponential().split("e");
    const places = digits.includes(".") ? digits.length - digits.indexOf(".") - 1 : 0;
    return [BigInt(digits.replace(".", "")), Number(power) - places];
  }

  // of two values as decimals the difference: a whole number times a power of ten
  function exactlyApart(value, other) {
    const [a, p] = decimal(value);
    const [b, q] = decimal(other);
    const least = Math.min(p, q);
    return [a * 10n ** BigInt(p - least) - b * 10n ** BigInt(q - least), least];
  }

  function decimalsApart(value, other) {
    const [whole, power] = exactlyApart(value, other);
    return Number(`${whole}e${power}`);
  }

  // a value less the worst (0) or the best (1), or another one
  const beyond = (front, value, j, end) => apart(front, value, j, front.ranges[j][end]);

  // as decimals where values are large beside the range
  function apart(front, value, j, from) {
    const [worst, best] = front.ranges[j];
    const largest = Math.max(Math.abs(worst), Math.abs(best), front.largest[j]);
    const large = largest > FINE * Math.abs(best - worst);
    return large && !front.flat[j] ? decimalsApart(value, from) : value - from;
  }

  const way = (front, j) => (front.flat[j] ? 1 : beyond(front, front.ranges[j][1], j, 0));
  // of a value how far it is on the way from worst (0) to best (1), and from best to worst
  const gained = (front, value, j) =>
    front.flat[j] ? 0 : beyond(front, value, j, 0) / way(front, j);
  const regret = (front, value, j) =>
    front.flat[j] ? 0 : (0 - beyond(front, value, j, 1)) / way(front, j);
  // the best end; where all values are many times the way from there, the best of these
  function origin(front, j) {
    const own = front.y.map((row) => regret(front, row[j], j));
    let best = 0;
    let nearest = Infinity;
    own.forEach((value, i) => {
      if (value < own[best]) best = i;
      nearest = Math.min(nearest, Math.abs(value));
    });
    return nearest > FINE ? front.y[best][j] : front.ranges[j][1];
  }
  const origins = (front) => front.signs.map((_, j) => origin(front, j));
  const nearRegret = (front, value, j, from) =>
    front.flat[j] ? 0 : (0 - apart(front, value, j, from)) / way(front, j);
  const each = (rows, f) => rows.map((row) => row.map(f));
  const largestSum = (terms) => Math.max(...terms.map((row) => sum(row.map(Math.abs))));

  function weightedSum(front, weights, definition) {
    const terms =
      definition === "values"
        ? each(front.y, (value, j) => -front.signs[j] * weights[j] * (value + front.bases[j]))
        : each(front.y, (value, j) => weights[j] * gained(front, value, j));
    const values = terms.map((row) => {
      const score = sum(row) + 0;
      return Math.abs(score - 1) <= EQUAL_SCORES ? 1 : score;
    });
    return { values, magnitude: largestSum(terms) };
  }

  function closeness(behind, ahead, weights) {
    const length = (row) => Math.sqrt(sum(row.map((d, j) => d * weights[j] * (d * weights[j]))));
    const values = behind.map((row, i) => {
      const best = length(row);
      const worst = length(ahead[i]);
      if (best === 0 && worst === 0) return 1;
      return 1 / (1 + (worst > 0 ? best / worst : Infinity));
    });
    return { values, magnitude: 1 };
  }

  function topsis(front, weights) {
    const largest = front.largest.map((value) => (value === 0 ? 1 : value));
    const lengths = front.lengths.map((value) => (value === 0 ? 1 : value));
    const own = (way, j) => Math.max(0, front.signs[j] * way) / largest[j] / lengths[j];
    return closeness(
      each(front.y, (value, j) => own(beyond(front, value, j, 1), j)),
      each(front.y, (value, j) => own(0 - beyond(front, value, j, 0), j)),
      weights,
    );
  }

  function topsisMinmax(front, weights) {
    const own = each(front.y, (value, j) => gained(front, value, j));
    return closeness(
      each(own, (share, j) => Math.max(0, (front.flat[j] ? 0 : 1) - share)),
      each(own, (share) => Math.max(0, share)),
      weights,
    );
  }

  function vikor(front, weights) {
    const from = origins(front);
    const regrets = each(front.y, (value, j) => weights[j] * nearRegret(front, value, j, from[j]));
    const common = from.map((value, j) => weights[j] * regret(front, value, j));
    const most = Math.max(...common);
    const size = largestSum(regrets);
    const between = (values) => {
      const least = Math.min(...values);
      const largest = Math.max(...values);
      if (largest - least <= FLAT * size) return [values.map(() => 0), 1];
      return [values.map((v) => (v - least) / (largest - least)), size / (largest - least)];
    };
    const [s, sSize] = between(regrets.map((row) => sum(row)));
    const [r, rSize] = between(
      regrets.map((row) => Math.max(...row.map((value, j) => value + (common[j] - most)))),
    );
    const values = s.map((value, i) => 1 - (0.5 * value + (1 - 0.5) * r[i]));
    return { values, magnitude: Math.max(1, sSize, rSize) };
  }

  function knee(front, weights) {
    const m = weights.length;
    const from = origins(front);
    const own = each(front.y, (value, j) => weights[j] * nearRegret(front, value, j, from[j]));
    const rounding = weights.map(
      (_, j) => EQUAL_SCORES * Math.max(...own.map((row) => Math.abs(row[j]))),
    );
    const values = own.map((plan) => {
      let most = 0;
      for (const other of own) {
        let lost = 0;
        let won = 0;
        for (let j = 0; j < m; j++) {
          const by = other[j] - plan[j];
          if (Math.abs(by) <= rounding[j]) continue;
          if (by > 0) lost += by;
          else won -= by;
        }
        const worth = won === 0 ? 0 : lost > 0 ? won / lost : Infinity;
        if (worth > most) most = worth;
      }
      return 1 / (1 + most);
    });
    return { values, magnitude: 1 };
  }

  // Whole numbers in the order of the values, the better the lower, apart by rounding the same.
  function steps(front) {
    const columns = front.signs.map((sign, j) => {
      const own = front.y.map((row) => sign * row[j]);
      const share = front.exact[j] ? 0 : EQUAL_VALUES;
      const heads = [];
      for (const value of [...own].sort((a, b) => a - b)) {
        const head = heads[heads.length - 1];
        if (!heads.length || value - head > share * Math.max(Math.abs(value), Math.abs(head)))
          heads.push(value);
      }
      return own.map((value) => count(heads, value, true) - 1);
    });
    return front.y.map((_, i) => columns.map((column) => column[i]));
  }

  // How many of sorted values are below one, or not above it.
  function count(sorted, value, inclusive) {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < value || (inclusive && sorted[middle] === value)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function promethee(front, weights, definition) {
    const [name, ...texts] = definition.split(":");
    const [q, p] = name === "usual" ? [0, 0] : [0, ...texts.map(Number)].slice(-2);
    const others = Math.max(1, front.y.length - 1);
    const net = p === 0 ? usual(front) : linear(front, q, p);
    const values = net.map((row) => sum(row.map((by, j) => weights[j] * (by / others))));
    return { values, magnitude: 1 };
  }

  function usual(front) {
    const own = steps(front);
    const among = front.signs.map((_, j) => own.map((row) => row[j]).sort((a, b) => a - b));
    return each(
      own,
      (step, j) => own.length - count(among[j], step, true) - count(among[j], step, false),
    );
  }

  function linear(front, q, p) {
    const own = each(front.y, (value, j) => gained(front, value, j));
    const preference = (by) => Math.min(Math.max((by - q) / (p - q), 0), 1);
    const columns = front.signs.map((_, j) => own.map((row) => row[j]));
    return each(own, (share, j) => {
      const by = columns[j].map((other) => share - other);
      return sum(by.map(preference)) - sum(by.map((value) => preference(-value)));
    });
  }

  function achievement(front, weights, definition, targets) {
    const aimed = weights.map((weight, j) => Number.isFinite(targets[j]) && weight > 0);
    if (!aimed.some(Boolean)) return null;
    const goal = aimed.map((own, j) => regret(front, own ? targets[j] : front.ranges[j][1], j));
    const terms = each(front.y, (value, j) => weights[j] * (goal[j] - regret(front, value, j)));
    const counted = aimed.map((own, j) => own && !front.flat[j]);
    const any = counted.some(Boolean);
    const values = terms.map(
      (row) => (any ? Math.min(...row.filter((_, j) => counted[j])) : 0) + AUGMENTATION * sum(row),
    );
    return { values, magnitude: largestSum(terms) };
  }

  function lexicographic(front, weights) {
    const order = weights
      .map((_, j) => j)
      .filter((j) => weights[j] > 0)
      .sort((a, b) => weights[b] - weights[a] || a - b);
    const own = steps(front).map((row) => order.map((j) => row[j]));
    const before = (a, b) => {
      for (let j = 0; j < order.length; j++) if (a[j] !== b[j]) return a[j] - b[j];
      return 0;
    };
    const k = own.length;
    const rows = own.map((_, i) => i).sort((a, b) => before(own[a], own[b]));
    const values = new Array(k);
    let ahead = 0;
    rows.forEach((row, place) => {
      if (place && before(own[rows[place - 1]], own[row])) ahead = place;
      values[row] = 1 - ahead / k;
    });
    return { values, magnitude: 1 / k };
  }

  const METHODS = {
    weighted_sum: weightedSum,
    topsis,
    topsis_minmax: topsisMinmax,
    vikor,
    promethee2: promethee,
    achievement,
    knee,
    lexicographic,
  };

  // Scores, ranks (equal ones share one: 1, 1, 3) by row, and the order of the rows; or what is in
  // the way: "weights" (all 0), "targets" (none is stated), "overflow". Weights that are shares as
  // they are stay so to the last bit: their sum may be 1 but for rounding.
  function rank(front, { method, weights, definition, targets, normalised }) {
    const own = normalised ? weights : shares(weights);
    if (own === null) return { problem: "weights" };
    const aims = (targets || []).map((goal, j) =>
      Number.isFinite(goal) ? goal - front.bases[j] : goal,
    );
    const found = METHODS[method](front, own, definition, aims);
    if (found === null) return { problem: "targets" };
    if (!found.values.every(Number.isFinite)) return { problem: "overflow" };
    return { weights: own, ...ordered(front, found.values, EQUAL_SCORES * found.magnitude) };
  }

  function ordered(front, scores, tolerance) {
    const falling = scores.map((_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b);
    const ranks = new Array(scores.length);
    const score = new Array(scores.length);
    let leader = 0;
    falling.forEach((row, place) => {
      if (scores[falling[leader]] - scores[row] > tolerance) leader = place;
      ranks[row] = leader + 1;
      score[row] = scores[falling[leader]] + 0;
    });
    const better = (a, b) => {
      if (ranks[a] !== ranks[b]) return ranks[a] - ranks[b];
      for (let j = 0; j < front.signs.length; j++) {
        const by = front.signs[j] * front.y[a][j] - front.signs[j] * front.y[b][j];
        if (by) return by;
      }
      return front.ids[a] < front.ids[b] ? -1 : 1;
    };
    const order = scores.map((_, i) => i).sort(better);
    return { score, rank: ranks, order };
  }

  return { METHODS: Object.keys(METHODS), exactlyApart, rank, shares };
})();
