// What a reader sets: the method, weights, targets, limits, technologies.
const Controls = (() => {
  const { choice, make } = Elements;

  const heading = ({ title, unit, sign }) =>
    [title, unit ? `[${unit}]` : "", sign > 0 ? "↓" : "↑"].filter(Boolean).join(" ");

  // A slider and a field that say the same; empty where nothing is said.
  function slider({ label, name, low, high, value, change }) {
    const range = make("input", {
      type: "range",
      min: low,
      max: high,
      step: (high - low) / 100 || 1,
      value: value ?? low,
      "aria-label": label,
      name: `${name}-slider`,
      input: () => {
        field.value = range.value;
        change(Number(range.value));
      },
    });
    const field = make("input", {
      type: "number",
      step: "any",
      value: value ?? "",
      "aria-label": label,
      name,
      input: () => {
        const given = field.value === "" ? null : Number(field.value);
        if (given !== null) range.value = given;
        change(given);
      },
    });
    return make(
      "div",
      { class: "slider" },
      make("span", { "aria-hidden": "true" }, label),
      range,
      field,
    );
  }

  function ranking(page) {
    const { objectives, ranking: own } = page.data;
    const said = page.words.methods;
    return make(
      "fieldset",
      { class: "controls" },
      make("legend", {}, page.say("ranking")),
      choice(
        page.say("method"),
        own.methods.map((name) => [name, said[name]]),
        page.method,
        (name) => page.change({ method: name }),
      ),
      make("h3", {}, page.say("weights")),
      objectives.map((objective, j) =>
        slider({
          label: page.say("weight_of", { name: objective.title }),
          name: `weight-${j}`,
          low: 0,
          high: 1,
          value: page.weights[j],
          change: (value) => {
            page.weights[j] = Math.max(0, value ?? 0);
            page.change({});
          },
        }),
      ),
      make("h3", {}, page.say("targets")),
      objectives.map((objective, j) =>
        slider({
          label: page.say("target_of", { name: heading(objective) }),
          name: `target-${j}`,
          low: Math.min(...objective.range),
          high: Math.max(...objective.range),
          value: page.targets[j],
          change: (value) => {
            page.targets[j] = value;
            page.change(page.targets.some((one) => one !== null) ? { method: "achievement" } : {});
          },
        }),
      ),
      make("button", { type: "button", click: () => page.reset() }, page.say("reset")),
    );
  }

  function limits(page) {
    const field = (objective, j, end, label) => {
      const input = make("input", {
        type: "number",
        step: "any",
        value: page.ranges[j]?.[end] ?? "",
        name: `limit-${j}-${end}`,
        input: () => {
          const ends = [...(page.ranges[j] || [null, null])];
          ends[end] = input.value === "" ? null : Number(input.value);
          page.limit({ [j]: ends });
        },
      });
      return make(
        "label",
        {},
        make("span", {}, page.say(label, { name: heading(objective) })),
        input,
      );
    };
    return make(
      "fieldset",
      { class: "controls" },
      make("legend", {}, page.say("limits")),
      page.data.objectives.map((objective, j) =>
        make(
          "div",
          { class: "pair" },
          field(objective, j, 0, "at_least"),
          field(objective, j, 1, "at_most"),
        ),
      ),
      make("button", { type: "button", click: () => page.drop() }, page.say("clear")),
    );
  }

  function technologies(page) {
    const names = Object.entries(page.data.decisions).filter(
      ([, decision]) => (decision.technology || decision.binary) && decision.cells.length > 1,
    );
    if (!names.length) return null;
    const states = [
      ["", page.say("any")],
      ["with", page.say("with")],
      ["without", page.say("without")],
    ];
    return make(
      "details",
      { class: "controls wishes", open: names.length > 8 ? null : "" },
      make("summary", {}, page.say("technologies")),
      names.map(([name, { title }]) => {
        const chosen = name in page.wanted ? (page.wanted[name] ? "with" : "without") : "";
        return choice(title === name ? name : `${title} (${name})`, states, chosen, (value) => {
          if (value) page.wanted[name] = value === "with";
          else delete page.wanted[name];
          page.change({});
        });
      }),
    );
  }

  // Fields follow the brushes.
  function follow(root, page) {
    page.ranges.forEach((ends, j) => {
      for (const end of [0, 1]) {
        const input = root.querySelector(`[name="limit-${j}-${end}"]`);
        if (input && input !== document.activeElement) input.value = ends?.[end] ?? "";
      }
    });
    const method = root.querySelector("select");
    if (method) method.value = page.method;
  }

  return { follow, heading, limits, ranking, technologies };
})();
