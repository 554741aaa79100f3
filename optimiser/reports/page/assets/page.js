// The page: its state, what changes it, and what is drawn again then.
const Page = (() => {
  const { choice, filled, isolated, make } = Elements;

  // What is titled in the data is isolated, so that no title turns our words around it.
  function keepApart(part) {
    for (const [key, value] of Object.entries(part)) {
      if (typeof value === "object" && value !== null) keepApart(value);
      else if (key === "title" || key === "unit") part[key] = isolated(value);
    }
  }

  function read(text) {
    const data = Reading.data(text);
    const charts = Object.values(data.words).map((words) => words.charts || {});
    for (const { axes, parallel } of charts) keepApart({ axes, parallel });
    const { decisions, indicators, references } = data;
    keepApart({ objectives: data.objectives, decisions, indicators, references });
    for (const { levels } of Object.values(decisions)) {
      for (const level of Object.keys(levels)) levels[level] = isolated(levels[level]);
    }
    return { data, front: Reading.front(data) };
  }

  let { data, front } = read(document.getElementById("data").textContent);
  const spoken = document.documentElement.lang;
  const page = {
    data,
    front,
    language: spoken in data.words ? spoken : Object.keys(data.words)[0],
    axes: [0, Math.min(1, data.objectives.length - 1)],
    chosen: null,
    beside: null,
    focus: null,
    offset: 0,
    brushing: false,
    brushed: [],
    rectangle: false,
  };
  Object.assign(Drawing.colours, data.colours);
  const pending = [];
  let waiting = false;
  const parts = {};

  Object.defineProperty(page, "words", { get: () => data.words[page.language] });
  page.say = (key, values = {}) => filled(page.words.page[key], values);
  page.later = (draw) => pending.push(draw);
  page.hint = (row) =>
    [
      page.ranked.rank
        ? `${data.ids[row]} (${page.say("rank")} ${page.ranked.rank[row]})`
        : data.ids[row],
      ...data.objectives.map((one) => `${one.title} ${Plans.text(one, row)} ${one.unit}`.trim()),
    ].join("\n");

  // ---- what is computed

  function restart() {
    const { ranking, objectives } = data;
    page.method = ranking.method;
    page.weights = [...ranking.weights];
    page.targets = objectives.map(({ target }) => target);
    page.ranges = objectives.map(() => null);
    page.wanted = {};
  }

  function definition() {
    if (page.method === "weighted_sum") return data.ranking.values ? "values" : "shares";
    return page.method === "promethee2" ? data.ranking.preference : "";
  }

  function compute() {
    const { method, targets, weights } = page;
    const normalised = weights.every((weight, j) => weight === data.ranking.weights[j]);
    const asked = { method, weights, definition: definition(), targets, normalised };
    page.ranked = Ranking.rank(front.ranked, asked);
    page.kept = Deciding.kept(front, page.ranges, page.wanted);
    const order = page.ranked.order || data.ids.map((_, i) => i);
    page.listed = order.filter((row) => page.kept[row]);
    page.firstRank = page.listed.length && page.ranked.rank ? page.ranked.rank[page.listed[0]] : 0;
  }

  // ---- what changes it

  page.change = (values) => {
    Object.assign(page, values);
    page.offset = 0;
    compute();
    Controls.follow(parts.controls, page);
    Charts.update(parts, page);
    if (waiting) return;
    // the picture first, then what is read
    waiting = true;
    requestAnimationFrame(() =>
      setTimeout(() => {
        waiting = false;
        listing();
        fill("decision", Sections.decision(page));
        Charts.follow(parts, page);
      }),
    );
  };
  page.limit = (changed) => {
    for (const [j, ends] of Object.entries(changed)) {
      page.ranges[j] = ends && (ends[0] !== null || ends[1] !== null) ? ends : null;
    }
    page.change({});
  };
  page.choose = (row) => {
    page.chosen = row;
    if (page.beside === row) page.beside = null;
    marked();
  };
  page.put = (row) => {
    if (page.chosen === null) page.chosen = row;
    else page.beside = row === page.chosen || row === page.beside ? null : row;
    marked();
  };
  page.focused = (row) => {
    if (page.focus === row) return;
    page.focus = row;
    Charts.update(parts, page);
  };
  page.turn = (offset) => {
    page.offset = Math.max(0, offset);
    listing();
    parts.table.querySelector("tr[tabindex='0']")?.focus();
  };
  page.drop = () => {
    page.ranges = page.ranges.map(() => null);
    page.wanted = {};
    for (const select of parts.controls.querySelectorAll(".wishes select")) select.value = "";
    page.change({});
  };
  page.reset = () => {
    restart();
    build();
  };

  // Which plans are shown below is told to who does not see it change.
  function tell() {
    const shown = [page.chosen, page.beside].filter((row) => row !== null);
    parts.told.textContent = shown.map((row) => page.say("details", { plan: data.ids[row] })).join("; ");
  }

  function marked() {
    tell();
    for (const row of parts.table.querySelectorAll("tr[data-row]")) {
      const number = Number(row.dataset.row);
      row.setAttribute("aria-selected", number === page.chosen ? "true" : "false");
      row.classList.toggle("beside", number === page.beside);
    }
    Charts.update(parts, page);
    fill("plan", Plans.details(page));
    fill("beside", Plans.beside(page));
  }

  function listing() {
    const focused = parts.table.contains(document.activeElement);
    parts.table.replaceChildren(...Plans.list(page).filter(Boolean));
    if (focused) parts.table.querySelector("tr[tabindex='0']")?.focus();
    const { problem } = page.ranked;
    const count = page.say("kept", { count: page.listed.length, all: data.ids.length });
    const first = page.listed.length
      ? page.say("first", { plan: data.ids[page.listed[0]] })
      : page.say("none_kept");
    parts.live.textContent = problem ? page.say(`problem_${problem}`) : `${count}; ${first}`;
    parts.same.replaceChildren(...sameAs());
  }

  // The command that gives the order that is shown; targets are the scenario's there.
  function sameAs() {
    if (page.ranked.problem || page.targets.some((own, j) => own !== data.objectives[j].target))
      return [];
    const weights = data.objectives.map(({ name }, j) => `${name}=${page.weights[j]}`).join(",");
    const command = `optimise rank ${data.result} --method ${page.method} --weights ${weights}`;
    return [page.say("same_as"), " ", make("code", {}, command)];
  }

  // ---- what is drawn

  function fill(name, children) {
    for (const chart of parts[name].querySelectorAll(".chart")) Charts.unmount(chart);
    parts[name].replaceChildren(...children.filter(Boolean));
    pending.splice(0).forEach((draw) => draw());
  }

  // ---- another front in its place

  // What a reader set stays, as far as it is about what is there; what he left as it was follows.
  page.renew = (text) => {
    const before = { ...page, data, front };
    const untouched = same(before);
    ({ data, front } = read(text));
    Object.assign(page, { data, front, focus: null, offset: 0, brushed: [] });
    document.title = data.title;
    restart();
    const name = ({ name: own }) => own;
    const names = data.objectives.map(name);
    const old = before.data.objectives.map(name);
    const kept = (values, other) =>
      names.map((own, j) => (old.includes(own) ? values[old.indexOf(own)] : other[j]));
    if (!untouched) {
      page.method = before.method;
      page.weights = kept(before.weights, page.weights);
      page.targets = kept(before.targets, page.targets);
    }
    page.ranges = kept(before.ranges, page.ranges);
    page.wanted = Object.fromEntries(
      Object.entries(before.wanted).filter(([own]) => own in data.decisions),
    );
    const axes = before.axes.map((j) => names.indexOf(old[j]));
    page.axes = axes.includes(-1) ? [0, Math.min(1, names.length - 1)] : axes;
    const row = (at) => (at === null ? -1 : data.ids.indexOf(before.data.ids[at]));
    page.chosen = Math.max(0, row(before.chosen));
    page.beside = row(before.beside) < 0 ? null : row(before.beside);
    page.before = { data: before.data, front: before.front };
    undisturbed(build);
  };

  function same({ data: own, method, weights, targets }) {
    return (
      method === own.ranking.method &&
      weights.every((weight, j) => weight === own.ranking.weights[j]) &&
      targets.every((target, j) => target === own.objectives[j].target)
    );
  }

  // Built again under the eyes and the hands of a reader.
  function undisturbed(make) {
    const { activeElement: active } = document;
    const name = active?.getAttribute("name");
    const sections = [...document.querySelectorAll("main > section")];
    const read = sections.find((own) => own.getBoundingClientRect().bottom > 0);
    const at = read?.getBoundingClientRect().top;
    const row = active?.closest("#table tr") ? page.chosen : null;
    make();
    const now = read && scrollY > 0 ? document.querySelector(`main > #${read.id}`) : null;
    if (now) scrollBy(0, now.getBoundingClientRect().top - at);
    const field = name ? document.querySelector(`[name="${CSS.escape(name)}"]`) : null;
    const line = row === null ? null : parts.table.querySelector(`tr[data-row="${row}"]`);
    (field || line)?.focus({ preventScroll: true });
  }

  function section(name, title, children) {
    if (children === null) return null;
    parts[name] = make("div", {}, children);
    return make(
      "section",
      { id: name, "aria-labelledby": `${name}-title` },
      make("h2", { id: `${name}-title` }, title),
      parts[name],
    );
  }

  function header() {
    const themes = ["auto", "light", "dark"].map((own) => [own, page.say(`theme_${own}`)]);
    const languages = Object.keys(data.words);
    const names = { en: "English", zh: "中文" };
    return make(
      "header",
      {},
      make("div", {}, make("h1", {}, data.title), make("span", { class: "muted" }, data.name)),
      make(
        "div",
        { class: "switches" },
        languages.length > 1
          ? choice(
              page.say("language"),
              languages.map((own) => [own, names[own]]),
              page.language,
              speak,
            )
          : null,
        make(
          "span",
          { class: "theme" },
          choice(
            page.say("theme"),
            themes,
            document.documentElement.dataset.theme || "auto",
            paint,
          ),
        ),
        make("button", { type: "button", click: () => print() }, page.say("print")),
      ),
    );
  }

  function speak(language) {
    page.language = language;
    build();
    document.querySelector("header select")?.focus();
  }

  function paint(theme) {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    build(); // legends and charts have colours of their own
    document.querySelector("header .theme select")?.focus();
  }

  function pictures() {
    const { objectives } = data;
    if (objectives.length < 2) return [];
    const options = objectives.map(({ title }, j) => [`${j}`, title]);
    const pick = (at) => (value) => {
      const axes = [...page.axes];
      if (axes[1 - at] === Number(value)) axes[1 - at] = axes[at];
      axes[at] = Number(value);
      page.axes = axes;
      build();
    };
    const rectangle = make("input", {
      type: "checkbox",
      checked: page.rectangle,
      change: () => {
        page.rectangle = rectangle.checked;
        Charts.brushing(parts.front, rectangle.checked);
      },
    });
    parts.front = make("div", {
      class: "chart",
      id: "front",
      role: "img",
      "aria-label": page.say("front_alt", {
        x: objectives[page.axes[0]].title,
        y: objectives[page.axes[1]].title,
      }),
    });
    parts.parallel = make("div", {
      class: "chart",
      id: "parallel",
      role: "img",
      "aria-label": page.say("axes_alt"),
    });
    return [
      make("h3", {}, page.say("front")),
      make(
        "div",
        { class: "row controls" },
        objectives.length > 2
          ? [
              choice(page.say("axis_x"), options, `${page.axes[0]}`, pick(0)),
              choice(page.say("axis_y"), options, `${page.axes[1]}`, pick(1)),
            ]
          : null,
        make("label", {}, rectangle, " ", page.say("brush")),
      ),
      parts.front,
      Drawing.legend(page.words.charts.legend),
      make("h3", {}, page.say("axes")),
      parts.parallel,
    ];
  }

  function build() {
    const root = document.getElementById("page");
    for (const chart of root.querySelectorAll(".chart")) Charts.unmount(chart);
    document.documentElement.lang = page.language === "zh" ? "zh-CN" : page.language;
    compute();
    parts.live = make("p", { class: "live claim", role: "status", "aria-live": "polite" });
    parts.told = make("p", { class: "unseen", role: "status", "aria-live": "polite" });
    parts.same = make("p", { class: "no-print" });
    parts.controls = make(
      "div",
      {},
      Controls.ranking(page),
      Controls.limits(page),
      Controls.technologies(page),
    );
    parts.table = make("div", { id: "table" });
    const desk = make(
      "div",
      { class: "desk" },
      parts.controls,
      make("div", {}, parts.live, parts.told, parts.same, pictures()),
    );
    root.replaceChildren(
      make("a", { href: "#table", class: "skip", click: skip }, page.say("skip")),
      header(),
      make(
        "main",
        {},
        [
          section("summary", page.say("summary"), Sections.summary(page)),
          section("plans", page.say("plans"), [desk, parts.table]),
          section("plan", page.say("one_plan"), Plans.details(page)),
          section("beside", page.say("beside"), Plans.beside(page)),
          section("decision", page.say("decision"), Sections.decision(page)),
          section("pictures", page.say("pictures"), Sections.pictures(page)),
          section("robust", page.say("robustness"), Sections.robust(page)),
          section("repair", page.say("repair"), Sections.repair(page)),
          section("claim", page.say("claim"), Sections.claim(page)),
          section("provenance", page.say("provenance"), Sections.provenance(page)),
          section("scenario", page.say("scenario"), Sections.scenario(page)),
        ].filter(Boolean),
      ),
    );
    listing();
    if (parts.front && data.objectives.length > 1) {
      Charts.front(parts.front, page);
      Charts.parallel(parts.parallel, page);
      Charts.brushing(parts.front, page.rectangle);
    }
    pending.splice(0).forEach((draw) => draw());
    page.built?.();
  }

  function skip(event) {
    event.preventDefault();
    parts.table.querySelector("tr[tabindex='0']")?.focus();
  }

  restart();
  page.chosen = 0;
  build();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => build());
  addEventListener("beforeprint", () => Charts.again());
  addEventListener("afterprint", () => Charts.again());
  return page;
})();
