// The plans as a table, which is the charts for who walks by keyboard or listens; one plan with what
// makes its values; two plans beside each other.
const Plans = (() => {
  const PAGE = 100; // rows at a time
  const { choice, make, table } = Elements;

  function text(column, row) {
    if (column.texts) return column.texts[row];
    const value = column.values[row];
    return value === null ? "" : value.toFixed(column.decimals);
  }

  // One decision in words, empty where nothing is adopted.
  function decision(page, name, row) {
    const own = page.data.decisions[name];
    const cell = own.cells[own.at[row]];
    return cell === "0" ? "" : inWords(page, name, cell);
  }

  function inWords(page, name, cell) {
    const own = page.data.decisions[name];
    const [mode, phase] = cell.split("@");
    let words = own.levels[mode] ?? (mode === "1" && !own.unit ? "" : mode);
    if (!(mode in own.levels) && !own.technology && !own.binary) words = mode;
    if (words && own.unit && !(mode in own.levels)) words += ` ${own.unit}`;
    if (phase) words = words ? page.say("how_from", { words, phase }) : page.say("from", { phase });
    return words ? page.say("how", { name: own.title, words }) : own.title;
  }

  function decided(page, row) {
    return Object.keys(page.data.decisions)
      .map((name) => decision(page, name, row))
      .filter(Boolean);
  }

  // ---- the table

  function list(page) {
    const { objectives } = page.data;
    const rows = page.listed.slice(page.offset, page.offset + PAGE);
    const head = [
      page.say("rank"),
      page.say("plan"),
      page.say("score"),
      ...objectives.map(Controls.heading),
      page.say("decisions"),
    ];
    const { score } = page.ranked;
    const scores = score ? Written.scores(rows.map((row) => score[row])) : [];
    const body = make(
      "tbody",
      {},
      rows.map((row, place) => line(page, row, place, scores[place])),
    );
    body.addEventListener("keydown", (event) => keys(page, body, event));
    const caption = make("caption", {}, page.say("keys"));
    return [
      make(
        "div",
        { class: "wide plans" },
        make(
          "table",
          {
            role: "grid",
            "aria-rowcount": page.listed.length + 1,
            "aria-label": page.say("plans"),
          },
          caption,
          make(
            "thead",
            {},
            make(
              "tr",
              { "aria-rowindex": 1 },
              head.map((words, at) =>
                make(
                  "th",
                  { scope: "col", class: at !== 1 && at < head.length - 1 ? "number" : null },
                  words,
                ),
              ),
            ),
          ),
          body,
        ),
      ),
      pager(page),
    ];
  }

  function line(page, row, place, score) {
    const found = page.ranked;
    const known = found.rank !== undefined;
    const cell = (words, number = true) =>
      make("td", { role: "gridcell", class: number ? "number" : null }, words);
    const words = decided(page, row);
    return make(
      "tr",
      {
        "data-row": row,
        "aria-rowindex": page.offset + place + 2,
        "aria-selected": row === page.chosen ? "true" : "false",
        class: row === page.beside ? "beside" : null,
        tabindex:
          row === (page.listed.includes(page.focus) ? page.focus : page.listed[page.offset])
            ? "0"
            : "-1",
        click: () => page.choose(row),
        focus: () => page.focused(row),
      },
      cell(known ? found.rank[row] : ""),
      make("th", { scope: "row", role: "rowheader" }, page.data.ids[row]),
      cell(known ? score : ""),
      page.data.objectives.map((objective) => cell(text(objective, row))),
      make(
        "td",
        { role: "gridcell", class: "words" },
        make("div", { class: "brief" }, words.join(" + ") || page.say("nothing")),
      ),
    );
  }

  function keys(page, body, event) {
    const row = event.target.closest("tr");
    if (!row) return;
    const rows = [...body.children];
    const at = rows.indexOf(row);
    const moves = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: rows.length - 1,
      PageDown: at + 10,
      PageUp: at - 10,
    };
    const number = Number(row.dataset.row);
    if (event.key in moves) {
      const to = rows[Math.max(0, Math.min(rows.length - 1, moves[event.key]))];
      row.tabIndex = -1;
      to.tabIndex = 0;
      to.focus();
    } else if (event.key === "Enter") page.choose(number);
    else if (event.key === " ") page.put(number);
    else return;
    event.preventDefault();
  }

  function pager(page) {
    const count = page.listed.length;
    if (count <= PAGE) return null;
    const last = Math.min(count, page.offset + PAGE);
    const turn = (offset) => () => page.turn(offset);
    return make(
      "div",
      { class: "row pager" },
      make(
        "button",
        { type: "button", disabled: page.offset === 0, click: turn(page.offset - PAGE) },
        page.say("previous"),
      ),
      make("span", {}, page.say("page_of", { first: page.offset + 1, last, count })),
      make(
        "button",
        { type: "button", disabled: last === count, click: turn(page.offset + PAGE) },
        page.say("next"),
      ),
    );
  }

  // ---- one plan

  function details(page) {
    const row = page.chosen;
    if (row === null) return [make("p", {}, page.say("choose"))];
    const { indicators, objectives } = page.data;
    const values = [...objectives, ...indicators].map((column) => [
      column.title,
      text(column, row),
      column.unit,
    ]);
    const words = decided(page, row);
    return [
      make("h3", {}, page.say("details", { plan: page.data.ids[row] })),
      make(
        "div",
        { class: "columns" },
        make(
          "div",
          {},
          table(
            page.say("values"),
            [page.say("indicator"), page.say("value"), page.say("unit")],
            values,
          ),
        ),
        make(
          "div",
          {},
          make("h3", {}, page.say("decisions")),
          make(
            "ul",
            { class: "many" },
            (words.length ? words : [page.say("nothing")]).map((one) => make("li", {}, one)),
          ),
        ),
      ),
      ...contributions(page, row),
      ...Roadmap.of(page, row),
    ];
  }

  function contributions(page, row) {
    const { contributions: own, decisions, objectives } = page.data;
    const plan = own.plans[row];
    if (!plan) return [make("p", {}, page.say("no_contributions", { count: own.plans.length }))];
    const found = shares(page, row);
    const sources = [...found.keys()].filter((source) => found.get(source).some(Boolean));
    const title = (source) => decisions[source]?.title ?? source;
    const signed = (value) => (value > 0 ? `+${value}` : value ? `${value}` : "");
    const rows = [
      [page.say("baseline"), ...own.baseline.map((value) => `${value ?? ""}`)],
      ...sources.map((source) => [title(source), ...found.get(source).map(signed)]),
    ];
    const { ordered: orderly = [], undefined: unknown = [] } = plan;
    const ordered = orderly.map((j) => objectives[j].title);
    const missing = unknown.map((j) => objectives[j].title);
    return [
      table(page.say("contributions"), ["", ...objectives.map(Controls.heading)], rows),
      ordered.length
        ? make("p", { class: "muted" }, page.say("ordered", { names: ordered.join(", ") }))
        : null,
      missing.length
        ? make("p", { class: "muted" }, `${missing.join(", ")}: ${page.say("undefined")}`)
        : null,
    ];
  }

  // Of each source what it adds to each objective of a plan: as usual, but for what is said of it.
  function shares(page, row) {
    const { contributions: own, decisions } = page.data;
    const { on = [], other = [] } = own.plans[row];
    const found = new Map();
    const put = (source, cell) => {
      const usual = own.usual[source]?.[cell];
      if (usual) found.set(source, [...usual]);
    };
    for (const [name, { at, cells }] of Object.entries(decisions)) put(name, cells[at[row]]);
    for (const source of on) put(own.sources[source], "on");
    for (const [j, source, value] of other) found.get(own.sources[source])[j] = value;
    return found;
  }

  // ---- two plans

  function beside(page) {
    const { decisions, ids, objectives } = page.data;
    if (page.chosen === null || ids.length < 2) return [];
    const others = page.ranked.order || ids.map((_, i) => i);
    const pick = choice(
      page.say("second"),
      [["", "–"], ...others.map((row) => [`${row}`, ids[row]])],
      page.beside === null ? "" : `${page.beside}`,
      (value) => page.put(value === "" ? null : Number(value)),
    );
    if (page.beside === null) {
      return [
        make("p", { class: "muted" }, page.say("beside_choose")),
        make("div", { class: "row controls" }, pick),
      ];
    }
    const pair = [page.chosen, page.beside];
    const values = objectives.map((objective) => {
      const [before, after] = pair.map((row) => objective.values[row]);
      return [
        Controls.heading(objective),
        ...pair.map((row) => text(objective, row)),
        Written.change(before, after, objective.decimals),
      ];
    });
    const changed = Deciding.differing(page.front, ...pair).map((name) => [
      decisions[name].title,
      ...pair.map((row) => decision(page, name, row) || "–"),
    ]);
    const heads = pair.map((row) => ids[row]);
    return [
      make("div", { class: "row controls" }, pick),
      make(
        "div",
        { class: "columns" },
        make("div", {}, table(page.say("values"), ["", ...heads, page.say("change")], values)),
        make("div", {}, table(page.say("differs"), ["", ...heads], changed)),
      ),
    ];
  }

  return { PAGE, beside, decided, decision, details, inWords, list, text };
})();

// When each technology of a plan starts, and what each phase spends.
const Roadmap = (() => {
  const { make, table } = Elements;

  function of(page, row) {
    const own = page.data.roadmap;
    if (!own) return [];
    const starts = own.phases.map((phase) =>
      Object.entries(page.data.decisions)
        .filter(([, { at, cells }]) => cells[at[row]].split("@")[1] === phase)
        .map(([name]) => name),
    );
    const spent = own.spent[row]
      ? own.indicators.map((indicator, q) => [
          page.say("spent", {
            name: [indicator.title, indicator.unit ? `[${indicator.unit}]` : ""].join(" ").trim(),
          }),
          ...own.phases.map((_, p) => {
            const [value, most] = [own.spent[row][q][p], own.available[row][q][p]];
            if (value === null) return "";
            return most === null ? `${value}` : page.say("value_of", { value, most });
          }),
        ])
      : [];
    const element = make("div", {
      class: "chart",
      role: "img",
      "aria-label": page.say("roadmap_alt"),
    });
    page.later(() => draw(page, row, element, starts));
    const titles = (names) =>
      names.map((name) => page.data.decisions[name].title).join(", ") || "–";
    return [
      make("h3", {}, page.say("roadmap")),
      own.spent[row] ? null : make("p", { class: "muted" }, page.say("no_spending", { count: own.spent.length })),
      starts.some((names) => names.length) ? element : null,
      table(
        page.say("roadmap"),
        ["", ...own.phases],
        [[page.say("starts"), ...starts.map(titles)], ...spent],
      ),
    ];
  }

  function draw(page, row, element, starts) {
    const { phases } = page.data.roadmap;
    const names = starts.flatMap((own, p) => own.map((name) => [name, p]));
    element.style.height = `${3 + 1.6 * names.length}rem`;
    const bars = names.map(([, p], i) => ({
      mark: "bar",
      role: "plan",
      soft: true,
      outlined: true,
      x: p,
      y: i + 0.15,
      to_x: phases.length,
      to_y: i + 0.85,
    }));
    const ticks = phases.map((phase, p) => ({ value: p, text: phase }));
    const titles = names.map(([name], i) => ({
      value: i + 0.5,
      text: page.data.decisions[name].title,
    }));
    Charts.mount(element, 0, (chart) =>
      chart.setOption(
        Drawing.option({
          title: page.say("roadmap_alt"),
          panels: [
            {
              axes: [
                { title: "", low: 0, high: phases.length, ticks },
                { title: "", low: names.length, high: 0, ticks: titles, lines: false },
              ],
              marks: bars,
            },
          ],
        }),
      ),
    );
  }

  return { of };
})();
