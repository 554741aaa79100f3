// What cannot hold together, and changes that make a scenario fit: as `run` and `repair` print them.
const Repairs = (() => {
  const { make, table } = Elements;
  const CLAIMS = {
    proven: ["repair_proven", "repair_proven_minimal"],
    numerical: ["repair_numerical", "repair_numerical_minimal"],
  };

  // Elements of an answer of `repair`; `say` has the words.
  function of(say, { conflict, notes, repairs }) {
    return [
      conflict.length
        ? table(
            say("conflict"),
            [say("rule"), say("says"), say("where")],
            conflict.map(({ name, text, place }) => [name, text === name ? "" : text, place]),
          )
        : null,
      ...repairs.flatMap((one, at) => [
        make("h3", {}, say("repair_number", { number: at + 1, cost: Written.price(one.cost) })),
        table(
          say("changes"),
          [say("limit"), say("was"), say("is"), say("change")],
          one.changes.map(({ name, by, from, to }) => [
            name,
            value(say, by, from),
            value(say, by, to),
            by === null ? "" : `${by > 0 ? "+" : ""}${by}`,
          ]),
        ),
        make("p", {}, say(CLAIMS[one.enough][one.minimal ? 1 : 0])),
        make("pre", { tabindex: "0" }, one.command),
      ]),
      ...(notes || []).map((note) => make("p", { class: "muted" }, note)),
    ];
  }

  // A rule that is left out has no number.
  function value(say, by, own) {
    if (by === null) return own === null ? say("left_out") : say("asked_for");
    return own === null ? "" : `${own}`;
  }

  return { of };
})();
