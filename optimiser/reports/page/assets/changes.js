// What became of the plans of a front in the next one of the same scenario.
const Changes = (() => {
  // Fronts as { ids, names (of the objectives), y }: the rows that came, those that went, those with
  // other values in an objective that both have, as pairs of rows; and how many stayed as they were.
  function between(before, after) {
    const rows = new Map(before.ids.map((id, row) => [id, row]));
    const shared = after.names
      .map((name, j) => [before.names.indexOf(name), j])
      .filter(([old]) => old >= 0);
    const found = { came: [], went: [], moved: [], stayed: 0 };
    after.ids.forEach((id, row) => {
      const old = rows.get(id);
      rows.delete(id);
      if (old === undefined) found.came.push(row);
      else if (shared.some(([i, j]) => before.y[old][i] !== after.y[row][j]))
        found.moved.push([old, row]);
      else found.stayed += 1;
    });
    found.went = [...rows.values()];
    return found;
  }

  return { between };
})();
