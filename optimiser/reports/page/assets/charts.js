// The two charts that are brushed: the front by two objectives, and all objectives side by side.
// Both show the same state: what is kept, what is first, what is chosen, where the keyboard is.
const Charts = (() => {
  const VECTORS = 300; // plans up to which charts are vectors
  const { base, colour, planeAxis } = Drawing;
  const alive = new Map(); // element -> { chart, draw }

  // A chart in an element; drawn again when it changes its size, its colours or its renderer.
  function mount(element, many, draw, ready = () => {}) {
    unmount(element);
    const renderer = many > VECTORS && !matchMedia("print").matches ? "canvas" : "svg";
    const chart = echarts.init(element, null, { renderer });
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(element);
    alive.set(element, { chart, watch, again: () => mount(element, many, draw, ready) });
    draw(chart);
    ready(chart);
    return chart;
  }

  function unmount(element) {
    const found = alive.get(element);
    if (!found) return;
    found.watch.disconnect();
    found.chart.dispose();
    alive.delete(element);
  }

  function again() {
    for (const [element, found] of [...alive]) {
      if (element.isConnected) found.again();
      else unmount(element);
    }
  }

  const outline = (page, row) =>
    row === page.chosen || row === page.beside || row === page.focus;

  // ---- the front

  function frontOption(page) {
    const [x, y] = page.axes;
    const { objectives } = page.data;
    const { charts } = page.words;
    const axes = [x, y].map((j) => charts.axes[j]);
    const found = base(page.say("front_alt", { x: objectives[x].title, y: objectives[y].title }));
    found.grid = { left: 20, right: 30, top: 20, bottom: 20, outerBoundsMode: "same" };
    found.xAxis = planeAxis(axes[0], { nameGap: 28 });
    found.yAxis = planeAxis(axes[1], { nameGap: 48 });
    found.brush = {
      xAxisIndex: 0, yAxisIndex: 0, brushMode: "single", throttleType: "debounce", toolbox: [],
      brushStyle: { color: "transparent", borderColor: colour("limit"), borderWidth: 1.5 },
      outOfBrush: { colorAlpha: 1 },
    };
    const marks = x === 0 && y === 1 ? charts.front : charts.references.map((one) => ({
      ...one, x: one.values.map((values) => values[x]), y: one.values.map((values) => values[y]),
    }));
    found.series = [...Drawing.series([...marks, ...limits(page)]), ...frontPlans(page)];
    return found;
  }

  // The limits on the two objectives that are shown, as the rectangle that they leave.
  function limits(page) {
    const [x, y] = page.axes;
    if (!page.ranges[x] && !page.ranges[y]) return [];
    const [[left, right], [low, high]] = [x, y].map((j) => {
      const axis = page.words.charts.axes[j];
      const ends = page.ranges[j] || [null, null];
      return [ends[0] ?? Math.min(axis.low, axis.high), ends[1] ?? Math.max(axis.low, axis.high)];
    });
    return [{
      mark: "polyline", role: "limit", dash: "dashed", weight: "thin",
      x: [left, right, right, left, left], y: [low, low, high, high, low],
    }];
  }

  function frontPlans(page) {
    const [x, y] = page.axes;
    const rows = page.front.y;
    const groups = { others: [], hidden: [], kept: [], knee: [], first: [], marked: [] };
    const { hidden, knee } = page.words.charts;
    const plain = new Array(rows.length).fill("kept");
    if (x + y === 1) for (const row of hidden) plain[row] = "hidden";
    for (const row of knee) plain[row] = "knee";
    rows.forEach((row, i) => {
      const first = page.ranked.rank && page.ranked.rank[i] === page.firstRank;
      groups[!page.kept[i] ? "others" : first ? "first" : plain[i]].push([row[x], row[y], i]);
      if (outline(page, i)) groups.marked.push([row[x], row[y], i]);
    });
    const size = rows.length > 1000 ? 5 : rows.length > 100 ? 7 : 10;
    const points = (id, z, symbolSize, itemStyle, more) => ({
      id, type: "scatter", data: groups[id], z, symbolSize, itemStyle, animation: false,
      progressive: 0, encode: { x: 0, y: 1 },
      tooltip: { formatter: (mark) => page.hint(mark.value[2]) },
      ...more,
    });
    const ring = (role) => ({ color: "transparent", borderColor: colour(role), borderWidth: 2 });
    return [
      points("others", 10, size - 2, { color: colour("muted"), opacity: 0.25 }, { silent: true }),
      points("hidden", 11, size, ring("hidden")),
      points("kept", 12, size, { color: colour("plan"), opacity: 0.9 }),
      points("knee", 13, size + 2, { color: colour("knee") }, { symbol: "rect" }),
      points("first", 14, size + 4, { color: colour("first") }),
      points("marked", 15, size + 9, ring("ink"), { silent: true }),
    ];
  }

  function front(element, page) {
    const ready = (chart) => {
      chart.on("click", (mark) => {
        if (mark.seriesType === "scatter" && mark.value.length === 3) page.choose(mark.value[2]);
      });
      chart.on("brushEnd", ({ areas }) => {
        if (!areas.length || page.brushing) return;
        const [across, upright] = areas[0].coordRange;
        page.brushing = true;
        chart.dispatchAction({ type: "brush", areas: [] });
        page.brushing = false;
        page.limit({ [page.axes[0]]: across, [page.axes[1]]: upright });
      });
    };
    mount(element, page.front.y.length, (chart) => chart.setOption(frontOption(page)), ready);
  }

  // Whether dragging draws a rectangle.
  function brushing(element, on) {
    const brushOption = { brushType: on ? "rect" : false, brushMode: "single" };
    alive.get(element)?.chart.dispatchAction({
      type: "takeGlobalCursor", key: "brush", brushOption,
    });
  }

  // ---- all objectives

  function parallelOption(page) {
    const { objectives } = page.data;
    const found = base(page.say("axes_alt", {}));
    found.tooltip.trigger = "item";
    found.parallel = { left: 60, right: 60, top: 50, bottom: 30 };
    found.parallelAxis = page.words.charts.parallel.map((axis, j) => ({
      ...planeAxis(axis),
      id: `axis${j}`,
      dim: j,
      name: wrapped(Drawing.axisWords(axis), objectives.length > 3 ? 14 : 24),
      nameLocation: axis.low > axis.high ? "start" : "end",
      nameGap: 12,
      splitLine: { show: false },
      areaSelectStyle: {
        width: 18, borderWidth: 1, borderColor: colour("limit"), color: colour("limit"),
        opacity: 0.25,
      },
      realtime: page.front.y.length <= 1000,
    }));
    found.series = parallelPlans(page);
    return found;
  }

  function wrapped(text, width) {
    const lines = [];
    for (const word of text.split(" ")) {
      const last = lines.length - 1;
      if (lines.length && `${lines[last]} ${word}`.length <= width) lines[last] += ` ${word}`;
      else lines.push(word);
    }
    return lines.join("\n");
  }

  function parallelPlans(page) {
    const rows = page.front.y;
    const groups = { others: [], kept: [], first: [], marked: [] };
    rows.forEach((row, i) => {
      const first = page.ranked.rank && page.ranked.rank[i] === page.firstRank;
      const group = !page.kept[i] ? "others" : first ? "first" : "kept";
      groups[group].push({ value: row, row: i });
      if (outline(page, i)) groups.marked.push({ value: row, row: i });
    });
    const many = rows.length > 1000;
    const style = (role, width, opacity) => ({ color: colour(role), width, opacity });
    const lines = (id, lineStyle, z, more = {}) => ({
      id, type: "parallel", z, lineStyle, data: groups[id], animation: false, progressive: 0,
      inactiveOpacity: lineStyle.opacity, activeOpacity: lineStyle.opacity,
      tooltip: { formatter: (mark) => page.hint(mark.data.row) },
      ...more,
    });
    return [
      // thousands of faint lines are one grey, and cost as much as those that are looked for
      lines("others", style("muted", 1, 0.12), 1, { silent: true, ...(many && { data: [] }) }),
      lines("kept", style("plan", many ? 0.5 : 1.2, many ? 0.25 : 0.6), 2, { silent: many }),
      lines("marked", style("ink", 2.5, 1), 4, { silent: true }),
      lines("first", style("first", 2.5, 1), 3),
    ];
  }

  function parallel(element, page) {
    const ready = (chart) => {
      chart.on("click", (mark) => {
        if (mark.data && mark.data.row !== undefined) page.choose(mark.data.row);
      });
      chart.on("axisareaselected", (event) => {
        if (page.brushing) return;
        const j = Number(event.parallelAxisId.slice(4));
        const { intervals } = event;
        page.limit({ [j]: intervals && intervals.length ? intervals[intervals.length - 1] : null });
      });
      intervals(chart, page);
    };
    mount(element, page.front.y.length, (chart) => chart.setOption(parallelOption(page)), ready);
  }

  // The brushes on the axes say what the fields for limits say.
  function intervals(chart, page) {
    page.brushing = true;
    page.ranges.forEach((ends, j) => {
      const { low, high } = page.words.charts.parallel[j];
      const [least, most] = [Math.min(low, high), Math.max(low, high)];
      const own = ends ? [[Math.max(ends[0] ?? least, least), Math.min(ends[1] ?? most, most)]] : [];
      chart.dispatchAction({ type: "axisAreaSelect", parallelAxisId: `axis${j}`, intervals: own });
    });
    page.brushing = false;
  }

  // ---- after a change

  function update(elements, page, { axes = false, limited = false } = {}) {
    const one = alive.get(elements.front)?.chart;
    if (one) {
      const option = frontOption(page);
      const partly = axes ? option : { series: option.series };
      one.setOption(partly, { replaceMerge: ["series"] });
    }
    const other = alive.get(elements.parallel)?.chart;
    if (other) {
      other.setOption({ series: parallelPlans(page) });
      if (limited) intervals(other, page);
    }
  }

  return { again, brushing, front, mount, parallel, unmount, update };
})();
