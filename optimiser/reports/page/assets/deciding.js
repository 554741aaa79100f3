// Which plans wishes leave over, and what these adopt: as `optimise decide` with --where, --with and
// --without. Behind the k listed plans count those that have the objectives of one of them.
const Deciding = (() => {
  // Whether each plan lies in all ranges (per objective [low, high], null where open) and has what
  // is wanted (decision -> true: adopted, false: not).
  function kept(front, ranges, wanted) {
    const { of } = front.equals;
    const rows = [...front.y, ...of.map((row) => front.y[row])];
    const limits = ranges.map((ends, j) => [j, ends]).filter(([, ends]) => ends);
    const wishes = Object.entries(wanted);
    return rows.map(
      (row, i) =>
        limits.every(([j, [low, high]]) => {
          const value = row[j];
          return (low === null || value >= low) && (high === null || value <= high);
        }) && wishes.every(([name, yes]) => adopts(front, name, i) === yes),
    );
  }

  function adopts(front, name, row) {
    const { at, cells } = front.decisions[name];
    if (row >= at.length) return front.equals.adopted[name][row - at.length] === 1;
    return cells[at[row]] !== "0";
  }

  // What is adopted or not, in every plan kept, in some and in how many of them, and in none.
  function technologies(front, flags) {
    const rows = flags.map((own, i) => (own ? i : -1)).filter((i) => i >= 0);
    const found = { plans: rows.length, core: [], open: [], out: [] };
    for (const [name, decision] of Object.entries(front.decisions)) {
      if (!(decision.technology || decision.binary) || !rows.length) continue;
      const many = rows.filter((row) => adopts(front, name, row)).length;
      if (many === rows.length) found.core.push(name);
      else if (many === 0) found.out.push(name);
      else found.open.push([name, many]);
    }
    found.open.sort((a, b) => b[1] - a[1]);
    return found;
  }

  // What a plan decides otherwise than another one.
  function differing(front, one, other) {
    return Object.keys(front.decisions).filter((name) => {
      const { at } = front.decisions[name];
      return at[one] !== at[other];
    });
  }

  return { adopts, differing, kept, technologies };
})();
