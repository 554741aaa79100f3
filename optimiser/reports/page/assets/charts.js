// The two charts that are brushed: the front by two objectives, and all objectives side by side.
// Both show the same state: what is kept, what is first, what is chosen, where the keyboard is.
const Charts = (() => {
  const VECTORS = 300; // plans up to which charts are vectors
  const MANY = 1000; // plans from which on they are drawn together, and not one by one
  const TOGETHER = 100; // plans of one path: where paths lie over one another they get darker
  const SQUARE = 3.5; // of many plans: below 4 a point is a square, and drawn at once
  const SIDES = 60; // left and right of the parallel axes
  const LETTER = 6.5; // about how wide one is, in the names of axes
  const { base, colour, planeAxis } = Drawing;
  const alive = new Map(); // element -> { chart, draw }

  // A chart in an element; drawn again when it changes its size, its colours or its renderer.
  function mount(element, many, draw, ready = () => {}) {
    unmount(element);
    const renderer = many > VECTORS && !matchMedia("print").matches ? "canvas" : "svg";
    const chart = echarts.init(element, null, { renderer });
    const watch = new ResizeObserver(() => {
      // it speaks as soon as it watches, of the size that was just drawn
      if (chart.getWidth() === element.clientWidth && chart.getHeight() === element.clientHeight) return;
      chart.resize();
      draw(chart);
    });
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

  const outline = (page, row) => row === page.chosen || row === page.beside || row === page.focus;

  // Of a plan that was left out since the mouse came to it there is nothing to say.
  const hinted = (page, row) => (row === undefined ? "" : page.hint(row));

  // ---- many plans

  // Thousands of plans as few silent paths: as many elements would take seconds, and a series is
  // made again, copied and recorded for the mouse whenever anything in its chart changes.
  const Squares = echarts.graphic.extendShape({
    shape: { rows: [] },
    buildPath(path, { rows }) {
      for (const [x, y] of rows) path.rect(x - SQUARE / 2, y - SQUARE / 2, SQUARE, SQUARE);
    },
  });
  const Lines = echarts.graphic.extendShape({
    shape: { rows: [] },
    buildPath(path, { rows }) {
      for (const row of rows) row.forEach(([x, y], j) => (j ? path.lineTo(x, y) : path.moveTo(x, y)));
    },
  });

  // In the place of what had the name, on a canvas for each level; `shaped` makes a shape of rows.
  function bundle(chart, name, zlevel, rows, shaped) {
    const group = new echarts.graphic.Group();
    for (let from = 0; from < rows.length; from += TOGETHER)
      group.add(shaped(rows.slice(from, from + TOGETHER)));
    group.eachChild((shape) => shape.attr({ silent: true, z: 1, zlevel }));
    const drawn = (chart.bundles ??= {});
    if (drawn[name]) chart.getZr().remove(drawn[name]);
    drawn[name] = group;
    chart.getZr().add(group);
  }

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
      xAxisIndex: 0,
      yAxisIndex: 0,
      brushMode: "single",
      throttleType: "debounce",
      toolbox: [],
      z: 100,
      brushStyle: { color: "transparent", borderColor: colour("limit"), borderWidth: 1.5 },
      outOfBrush: { colorAlpha: 1 },
    };
    const marks =
      x === 0 && y === 1
        ? charts.front
        : charts.references.map((one) => ({
            ...one,
            x: one.values.map((values) => values[x]),
            y: one.values.map((values) => values[y]),
          }));
    const traces = page.traces ? page.traces(x, y) : [];
    found.series = [...Drawing.series([...marks, ...traces]), ...frontPlans(page)];
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
    return [
      [left, low],
      [right, low],
      [right, high],
      [left, high],
      [left, low],
    ];
  }

  function frontPlans(page) {
    const [x, y] = page.axes;
    const rows = page.front.y;
    const groups = { others: [], hidden: [], kept: [], knee: [], first: [], marked: [] };
    const { hidden, knee } = page.words.charts;
    const plain = new Array(rows.length).fill("kept");
    if (x + y === 1) for (const row of hidden) plain[row] = "hidden";
    for (const row of knee) plain[row] = "knee";
    const once = rows.length > MANY;
    rows.forEach((row, i) => {
      const first = page.ranked.rank && page.ranked.rank[i] === page.firstRank;
      if (page.kept[i]) groups[first ? "first" : plain[i]].push([row[x], row[y], i]);
      else if (!once) groups.others.push([row[x], row[y], i]);
      if (outline(page, i)) groups.marked.push([row[x], row[y], i]);
    });
    const size = once ? SQUARE : rows.length > 100 ? 7 : 10;
    const points = (id, z, symbolSize, itemStyle, more) => ({
      id,
      type: "scatter",
      data: groups[id],
      z,
      zlevel: once ? 1 : 0,
      symbolSize,
      itemStyle,
      animation: false,
      progressive: 0,
      encode: { x: 0, y: 1 },
      large: once,
      largeThreshold: 1,
      tooltip: { formatter: (mark) => hinted(page, mark.value?.[2]) },
      ...more,
    });
    const ring = (role) => ({ color: "transparent", borderColor: colour(role), borderWidth: 2 });
    return [
      ...(once
        ? []
        : [
            points(
              "others",
              10,
              size - 2,
              { color: colour("muted"), opacity: 0.25 },
              { silent: true },
            ),
          ]),
      points("hidden", 11, size, ring("hidden")),
      points("kept", 12, size, { color: colour("plan"), opacity: 0.9 }),
      points("knee", 13, size + 2, { color: colour("knee") }, { symbol: "rect" }),
      points("first", 14, size + 4, { color: colour("first") }),
      points("marked", 15, size + 9, ring("ink"), { silent: true }),
      {
        id: "limits",
        type: "line",
        data: limits(page),
        z: 16,
        silent: true,
        symbol: "none",
        animation: false,
        lineStyle: { color: colour("limit"), type: "dashed", width: 1.5 },
      },
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
    const draw = (chart) => {
      chart.setOption(frontOption(page));
      const [x, y] = page.axes;
      const place = (row) => chart.convertToPixel({ gridIndex: 0 }, [row[x], row[y]]);
      const style = { fill: colour("muted"), opacity: 0.25 };
      const squares = (rows) => new Squares({ shape: { rows: rows.map(place) }, style });
      if (page.front.y.length > MANY) bundle(chart, "others", -1, page.front.y, squares);
    };
    mount(element, page.front.y.length, draw, ready);
  }

  // Whether dragging draws a rectangle.
  function brushing(element, on) {
    const brushOption = { brushType: on ? "rect" : false, brushMode: "single", z: 100 };
    alive.get(element)?.chart.dispatchAction({
      type: "takeGlobalCursor",
      key: "brush",
      brushOption,
    });
  }

  // ---- all objectives

  // How much room the names of the axes take, and the names in lines that have it.
  function named(page, width) {
    const axes = page.words.charts.parallel;
    const room = (width - 2 * SIDES) / (axes.length - 1) / LETTER;
    const names = axes.map((axis) => wrapped(Drawing.axisWords(axis), Math.max(6, room - 2)));
    const lines = Math.max(...names.map((name) => name.split("\n").length));
    return { names, margins: { left: SIDES, right: SIDES, top: 24 + 14 * lines, bottom: 24 } };
  }

  function parallelOption(page, width) {
    const { objectives } = page.data;
    const found = base(page.say("axes_alt", {}));
    const { margins, names } = named(page, width);
    found.tooltip.trigger = "item";
    found.parallel = margins;
    found.parallelAxis = page.words.charts.parallel.map((axis, j) => ({
      ...planeAxis(axis),
      id: `axis${j}`,
      dim: j,
      name: names[j],
      nameLocation: axis.low > axis.high ? "start" : "end",
      nameGap: 12,
      nameTextStyle: {
        color: colour("ink"),
        align: j === 0 ? "left" : j === objectives.length - 1 ? "right" : "center",
        padding:
          j === 0 ? [0, 0, 0, 6 - SIDES] : j === objectives.length - 1 ? [0, 6 - SIDES, 0, 0] : 0,
      },
      splitLine: { show: false },
      areaSelectStyle: {
        width: 18,
        borderWidth: 1,
        borderColor: colour("limit"),
        color: colour("limit"),
        opacity: 0.25,
      },
      realtime: page.front.y.length <= MANY,
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
    const once = rows.length > MANY;
    rows.forEach((row, i) => {
      const first = page.ranked.rank && page.ranked.rank[i] === page.firstRank;
      const group = page.kept[i] ? (first ? "first" : "kept") : "others";
      if (group === "first" || !once) groups[group].push({ value: row, row: i });
      if (outline(page, i)) groups.marked.push({ value: row, row: i });
    });
    const style = (role, width, opacity) => ({ color: colour(role), width, opacity });
    const lines = (id, lineStyle, z, more = {}) => ({
      id,
      type: "parallel",
      z,
      zlevel: once ? 1 : 0,
      lineStyle,
      data: groups[id],
      animation: false,
      progressive: 0,
      inactiveOpacity: lineStyle.opacity,
      activeOpacity: lineStyle.opacity,
      tooltip: { formatter: (mark) => hinted(page, mark.data?.row) },
      ...more,
    });
    const plain = once
      ? []
      : [
          lines("others", style("muted", 1, 0.15), 1, { silent: true }),
          lines("kept", style("plan", 1.2, 0.6), 2),
        ];
    return [
      ...plain,
      lines("marked", style("ink", 3.5, 1), 3, { silent: true }),
      lines("first", style("first", 2.5, 1), 4),
    ];
  }

  // All plans are on a canvas that is not painted again, those that are kept on one above it.
  function bundles(chart, page, whole) {
    if (page.front.y.length <= MANY) return;
    const axes = page.words.charts.parallel;
    const { left, right, top, bottom } = named(page, chart.getWidth()).margins;
    const step = (chart.getWidth() - left - right) / (axes.length - 1);
    const height = chart.getHeight() - top - bottom;
    const upright = (value, { low, high }) => top + height * (1 - (value - low) / (high - low));
    const place = (row) => axes.map((axis, j) => [left + j * step, upright(row[j], axis)]);
    const drawn = (name, zlevel, rows, role, opacity) =>
      bundle(chart, name, zlevel, rows, (some) => {
        const style = { fill: "none", stroke: colour(role), lineWidth: 0.8, opacity };
        return new Lines({ shape: { rows: some.map(place) }, style });
      });
    if (whole) drawn("others", -1, page.front.y, "muted", 0.15);
    drawn("kept", 1, page.front.y.filter((_, i) => page.kept[i]), "plan", 0.5);
  }

  function parallel(element, page) {
    const ready = (chart) => {
      page.brushed = [];
      chart.on("click", (mark) => {
        if (mark.data && mark.data.row !== undefined) page.choose(mark.data.row);
      });
      chart.on("axisareaselected", (event) => {
        if (page.brushing) return;
        const j = Number(event.parallelAxisId.slice(4));
        const { intervals } = event;
        const last = intervals && intervals.length ? intervals[intervals.length - 1] : null;
        if (intervals && intervals.length < 2) page.brushed[j] = JSON.stringify(intervals);
        page.limit({ [j]: last });
      });
      page.brushed = [];
      intervals(chart, page);
    };
    mount(
      element,
      page.front.y.length,
      (chart) => {
        chart.setOption(parallelOption(page, chart.getWidth()));
        bundles(chart, page, true);
      },
      ready,
    );
  }

  function intervals(chart, page) {
    page.brushing = true;
    page.ranges.forEach((ends, j) => {
      const { low, high } = page.words.charts.parallel[j];
      const [least, most] = [Math.min(low, high), Math.max(low, high)];
      const own = ends
        ? [[Math.max(ends[0] ?? least, least), Math.min(ends[1] ?? most, most)]]
        : [];
      const said = JSON.stringify(own);
      if (said === (page.brushed[j] ?? "[]")) return;
      page.brushed[j] = said;
      chart.dispatchAction({ type: "axisAreaSelect", parallelAxisId: `axis${j}`, intervals: own });
    });
    page.brushing = false;
  }

  // ---- after a change

  function update(elements, page) {
    alive.get(elements.front)?.chart.setOption({ series: frontPlans(page, false) });
    const parallels = alive.get(elements.parallel)?.chart;
    if (!parallels) return;
    bundles(parallels, page, false); // painted with what is set next
    parallels.setOption({ series: parallelPlans(page) });
  }

  // The brushes on the axes say what the fields for limits say; each that is set draws all again.
  function follow(elements, page) {
    const chart = alive.get(elements.parallel)?.chart;
    if (chart) intervals(chart, page);
  }

  return { again, brushing, follow, front, mount, parallel, unmount, update };
})();
