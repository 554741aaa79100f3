// What is said of all plans: the summary, what they adopt, the claim, where it comes from.
const Sections = (() => {
  const { make, table } = Elements;

  function summary(page) {
    const { words } = page;
    return [
      ...words.warnings.map((text) => make("p", { class: "warning" }, text)),
      make("p", { class: "claim" }, words.claim),
      ...words.summary.map((text) => make("p", {}, text)),
      words.notes.length
        ? make(
            "ul",
            {},
            words.notes.map((text) => make("li", {}, text)),
          )
        : null,
      references(page),
    ];
  }

  function references(page) {
    const { objectives, references: own } = page.data;
    if (!own.length) return null;
    const rows = own.map((plan, i) => [
      plan.title || plan.name,
      ...plan.values,
      page.words.references[i],
    ]);
    const head = [page.say("plan"), ...objectives.map(Controls.heading), page.say("stands")];
    return table(page.say("references"), head, rows);
  }

  function decision(page) {
    const found = Deciding.technologies(page.front, page.kept);
    const titled = (names) => names.map((name) => page.data.decisions[name].title).join(", ");
    const rows = [
      ...(found.core.length ? [[titled(found.core), page.say("core")]] : []),
      ...found.open.map(([name, many]) => [
        titled([name]),
        page.say("share_of", { count: many, plans: found.plans }),
      ]),
      ...(found.out.length ? [[titled(found.out), page.say("out")]] : []),
    ];
    const parts = [];
    const { count, left_out: many } = page.data.equals;
    const also = many || (count ? found.plans - page.listed.length : 0);
    if (also) parts.push(make("p", {}, page.say(many ? "equals_left_out" : "equals", { count: also })));
    if (rows.length) parts.push(table(page.say("decision"), [page.say("technologies"), ""], rows));
    return [
      make(
        "div",
        { class: "columns" },
        make("div", {}, parts),
        make("div", {}, acceptability(page)),
      ),
      ...page.words.counted.map((text) => make("p", { class: "muted" }, text)),
    ];
  }

  function acceptability(page) {
    const own = page.data.acceptability;
    if (!own) return [];
    const rows = own.shares
      .map(([plan, share]) => [plan, share, plan === own.knee ? page.say("knee") : ""]);
    return [
      table(page.say("acceptability"), [page.say("plan"), page.say("share"), ""], rows),
      make("p", { class: "muted" }, page.say("acceptability_note")),
    ];
  }

  // Described charts that need no more than to be drawn.
  function pictures(page) {
    const own = page.words.pictures;
    return own.length ? own.map((chart) => Drawing.figure(page, chart)) : null;
  }

  // ---- answers of other questions, where they were asked

  function robust(page) {
    const own = page.data.robust;
    if (!own) return null;
    const { objectives } = page.data;
    const kinds = ["mean", "low", "high", "worst"].map((key) => page.say(key));
    const head = [
      page.say("plan"),
      ...objectives.flatMap((objective) =>
        kinds.map((kind) => `${Controls.heading(objective)}, ${kind}`),
      ),
      page.say("holds"),
      page.say("efficient"),
    ];
    return [
      ...page.words.robust.map((chart) => Drawing.figure(page, chart)),
      table(page.say("samples", { count: own.samples }), head, own.rows),
    ];
  }

  const repair = (page) => (page.data.repair ? Repairs.of(page.say, page.data.repair) : null);

  // ---- grounds

  function claim(page) {
    return page.words.meaning.map((text) => make("p", {}, text));
  }

  function provenance(page) {
    return [
      make("p", {}, page.words.reason),
      table(page.say("provenance"), ["", ""], page.data.provenance),
    ];
  }

  function scenario(page) {
    const { file, text } = page.data.written;
    return [
      make(
        "p",
        { class: "muted" },
        file ? page.say("as_written", { file }) : page.say("as_solved"),
      ),
      make("pre", { tabindex: "0", role: "group", "aria-label": page.say("scenario") }, text),
    ];
  }

  return { claim, decision, pictures, provenance, repair, robust, scenario, summary };
})();
