// A page that is served: it hears of saves and shows what comes of them in place.
const Live = (() => {
  const { filled, make, table } = Elements;
  const MOST = 50; // plans of a kind that are listed
  const shown = typeof Page === "undefined" ? null : Page;
  const data = shown ? shown.data : JSON.parse(document.getElementById("data").textContent);
  const words = () => {
    const own = shown ? shown.data.words : data.words;
    const language = shown ? shown.language : document.documentElement.lang;
    return { language, page: (own[language] || Object.values(own)[0]).page };
  };
  const say = (key, values = {}) => filled(words().page[key], values);
  const status = make("p", { class: "claim", role: "status" });
  const details = make("div", {});
  const bar = make("section", { id: "live", "aria-label": say("live") }, status, details);
  const changes = make("section", { id: "changes", "aria-label": say("live_changes"), hidden: "" });
  document.getElementById("page").before(bar, changes);

  let number = data.live.number;
  let state = null;
  let lost = false;
  let fetching = false;
  let source = null;
  let known = null; // what changed, since which front

  // ---- what is said

  function sentence() {
    if (state && state.ended) return say("live_ended");
    if (lost) return say("live_lost");
    if (!state || state.busy) {
      const { found, seconds } = state?.progress || {};
      if (found === undefined) return say("live_solving");
      return say("live_progress", { count: found, seconds: Math.round(seconds) });
    }
    if (said(state.problem)) return say(number ? "live_problem" : "live_no_front");
    if (state.number > number) return say("live_solving"); // it is there, and not yet here
    return say("live_up_to_date");
  }

  // A text in the language of the page, or in the one that it is there in.
  const said = (texts) => texts[words().language] || Object.values(texts)[0] || "";

  function tell() {
    const text = sentence();
    if (status.textContent !== text) status.textContent = text;
    bar.setAttribute("aria-label", say("live"));
    bar.classList.toggle("busy", Boolean(state?.busy));
    const problem = state ? said(state.problem) : "";
    const repair = state && said(state.repair);
    const warnings = state && !problem ? said(state.warnings) : "";
    details.replaceChildren(
      ...[
        problem ? make("pre", { role: "alert", tabindex: "0" }, problem) : null,
        ...(problem && repair ? Repairs.of(say, repair) : []),
        warnings
          ? make(
              "details",
              {},
              make("summary", { class: "warning" }, say("live_warnings")),
              make("pre", { tabindex: "0" }, warnings),
            )
          : null,
      ].filter(Boolean),
    );
  }

  // ---- what changed

  function changed() {
    if (!shown || !shown.before) return null;
    if (known?.before !== shown.before) {
      const found = Changes.between(front(shown.before), front(shown));
      known = { before: shown.before, found };
    }
    return known;
  }

  function list() {
    const own = changed();
    changes.hidden = !own;
    changes.setAttribute("aria-label", say("live_changes"));
    changes.replaceChildren(...(own ? described(own) : []));
  }

  // In the front: who came, where those stood that went, and from where others moved.
  function traces(x, y) {
    const own = changed();
    const names = shown.data.objectives.map(({ name }) => name);
    const old = [x, y].map((j) => own?.before.data.objectives.findIndex((o) => o.name === names[j]));
    if (!own || old.includes(-1)) return [];
    const { came, went, moved } = own.found;
    const was = (row) => old.map((j) => own.before.front.y[row][j]);
    const is = (row) => [x, y].map((j) => shown.front.y[row][j]);
    const rings = (role, places) => ({
      mark: "points",
      role,
      shape: "ring",
      x: places.map(([one]) => one),
      y: places.map(([, one]) => one),
      size: places.map(() => 0.2),
    });
    const lines = moved.slice(0, MOST).map(([before, row]) => ({
      mark: "polyline",
      role: "muted",
      dash: "dotted",
      x: [was(before)[0], is(row)[0]],
      y: [was(before)[1], is(row)[1]],
    }));
    return [...lines, rings("muted", went.map(was)), rings("good", came.map(is))];
  }

  function described({ before, found }) {
    const { came, went, moved, stayed } = found;
    const parts = [make("h2", {}, say("live_changes"))];
    if (came.length + went.length + moved.length === 0) {
      parts.push(make("p", {}, say("live_same")));
    } else {
      const counts = [came, went, moved].map((rows) => rows.length);
      parts.push(
        make(
          "p",
          {},
          say("live_counts", { came: counts[0], went: counts[1], moved: counts[2], stayed }),
        ),
        make("p", { class: "muted" }, say("live_traces")),
      );
    }
    const first = shown.data.ids[0];
    if (first !== before.data.ids[0])
      parts.push(make("p", {}, say("live_first", { plan: first, before: before.data.ids[0] })));
    const rows = [
      ...some(came, (row) => line("live_came", shown.data, row)),
      ...some(moved, ([old, row]) => line("live_moved", shown.data, row, before.data, old)),
      ...some(went, (row) => line("live_went", before.data, row)),
    ];
    const head = [say("plan"), say("live_what"), ...shown.data.objectives.map(Controls.heading)];
    if (rows.length) parts.push(table(say("live_changes"), head, rows));
    return parts;
  }

  function some(rows, made) {
    const listed = rows.slice(0, MOST).map(made);
    const more = rows.length - listed.length;
    const blank = shown.data.objectives.map(() => "");
    return more > 0 ? [...listed, ["…", say("live_more", { count: more }), ...blank]] : listed;
  }

  // A plan with its values; of one that moved, those of before too.
  function line(key, from, row, earliest = null, old = null) {
    const values = shown.data.objectives.map(({ name }) => {
      const own = column(from, name);
      const was = earliest && column(earliest, name);
      const now = own ? Plans.text(own, row) : "–";
      if (!was || was.values[old] === own.values[row]) return now;
      const [earlier, later] = apart(was, old, own, row);
      return say("live_change", { before: earlier, after: later });
    });
    return [from.ids[row], say(key), ...values];
  }

  // Two values that differ look different.
  function apart(was, old, own, row) {
    const texts = [Plans.text(was, old), Plans.text(own, row)];
    return texts[0] === texts[1] ? [`${was.values[old]}`, `${own.values[row]}`] : texts;
  }

  const column = (from, name) => from.objectives.find((one) => one.name === name);

  const front = ({ data: own, front: columns }) => ({
    ids: own.ids,
    names: own.objectives.map(({ name }) => name),
    y: columns.y,
  });

  // ---- what is heard

  async function renew() {
    if (!shown) {
      location.reload();
      return;
    }
    if (fetching) return;
    fetching = true;
    try {
      const answer = await fetch("front.json", { cache: "no-store" });
      if (!answer.ok) throw new Error(`${answer.status}`);
      const text = await answer.text();
      shown.renew(text);
      number = shown.data.live.number;
    } catch {
      lost = true; // until there is news again
    } finally {
      fetching = false;
    }
    tell();
    if (!lost && state && state.number > number) renew();
  }

  function hear() {
    if (source) return;
    source = new EventSource("news");
    source.onmessage = (event) => {
      state = JSON.parse(event.data);
      lost = false;
      tell();
      if (state.ended) leave();
      else if (state.number > number) renew();
    };
    source.onerror = () => {
      lost = true;
      tell();
    };
  }

  function leave() {
    source?.close();
    source = null;
  }

  // A browser asks one server for a few things at once only: pages that nobody sees do not listen.
  function seen() {
    if (state && state.ended) return;
    if (document.visibilityState === "visible") hear();
    else leave();
  }

  if (shown) {
    shown.traces = traces;
    shown.built = () => {
      tell();
      list();
    };
  }
  document.addEventListener("visibilitychange", seen);
  tell();
  seen();
})();
