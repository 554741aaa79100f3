// ECharts options from charts as they are described (optimiser/reports/chart.py), which pictures
// are drawn from too: panels of marks over axes, in the values of the result.
const Drawing = (() => {
  const { make } = Elements;
  // What a mark stands for -> a colour, on a light and on a dark ground.
  const COLOURS = {
    plan: ["#1f5fa8", "#7db4ee"],
    hidden: ["#8a4fa3", "#cfa0e6"],
    first: ["#c05a00", "#ffb45e"],
    knee: ["#2b7d4f", "#7fd6a4"],
    front: ["#1f5fa8", "#7db4ee"],
    region: ["#dfe9f5", "#22303f"],
    reference: ["#b3261e", "#ff9c94"],
    better: ["#b3261e", "#ff9c94"],
    good: ["#2b7d4f", "#7fd6a4"],
    bad: ["#b3261e", "#ff9c94"],
    limit: ["#b3261e", "#ff9c94"],
    ink: ["#1b1f24", "#e8ebee"],
    muted: ["#55606b", "#a9b4be"],
    grid: ["#d9dee3", "#323b44"],
    surface: ["#ffffff", "#14181c"],
    infrastructure: ["#1f5fa8", "#7db4ee"],
    platform: ["#2b7d4f", "#7fd6a4"],
    application: ["#c05a00", "#ffb45e"],
    ecosystem: ["#8a4fa3", "#cfa0e6"],
    series1: ["#1f5fa8", "#7db4ee"],
    series2: ["#c05a00", "#ffb45e"],
    series3: ["#2b7d4f", "#7fd6a4"],
    series4: ["#8a4fa3", "#cfa0e6"],
    series5: ["#b3261e", "#ff9c94"],
    series6: ["#55606b", "#a9b4be"],
  };
  const SYMBOLS = { dot: "circle", ring: "emptyCircle", diamond: "diamond", square: "rect" };
  SYMBOLS.star = "path://M12 1l3.2 7.4 8 .7-6.1 5.3 1.9 7.8L12 18l-7 4.2 1.9-7.8L.8 9.1l8-.7z";
  SYMBOLS.bar = "rect";
  const DASHES = { solid: "solid", dashed: [6, 4], dotted: [2, 3] };
  const WIDTHS = { thin: 1, normal: 1.6, strong: 2.6 };
  const FONT = 'system-ui, "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif';

  function dark() {
    const own = document.documentElement.dataset.theme;
    return own ? own === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  const colour = (role) => (COLOURS[role] || COLOURS.ink)[dark() ? 1 : 0];

  function axisWords(axis) {
    const arrow = { higher: "↑", lower: "↓" }[axis.better] || "";
    return [axis.title, axis.unit ? `[${axis.unit}]` : "", arrow].filter(Boolean).join(" ");
  }

  // The texts of an axis at its own ticks: those of ECharts stand at values of its choice.
  function tickText(axis) {
    const texts = new Map((axis.ticks || []).map((tick) => [tick.value, tick.text]));
    return (value) => texts.get(value) ?? "";
  }

  function planeAxis(axis, more) {
    const ticks = (axis.ticks || []).map((tick) => tick.value);
    return {
      type: "value",
      min: Math.min(axis.low, axis.high),
      max: Math.max(axis.low, axis.high),
      inverse: axis.low > axis.high,
      name: axisWords(axis),
      nameLocation: "middle",
      nameTextStyle: { color: colour("ink") },
      axisLine: { show: true, lineStyle: { color: colour("muted") } },
      axisTick: { show: true, customValues: ticks },
      axisLabel: {
        customValues: ticks,
        formatter: tickText(axis),
        color: colour("muted"),
        hideOverlap: true,
      },
      splitLine: { show: axis.lines !== false, lineStyle: { color: colour("grid") } },
      ...more,
    };
  }

  const line = (mark) => ({
    color: colour(mark.role),
    width: WIDTHS[mark.weight || "normal"],
    type: DASHES[mark.dash || "solid"],
  });
  const pairs = (mark) => mark.x.map((x, i) => [x, mark.y[i]]);

  // One custom series draws areas, bars and texts, each where its values are.
  function custom(marks, axes) {
    return {
      type: "custom",
      coordinateSystem: "cartesian2d",
      ...axes,
      silent: true,
      clip: false,
      zlevel: 0, // without it a brush leaves it undefined
      data: marks.map((mark) => (mark.mark === "area" ? [mark.x[0], mark.y[0]] : [mark.x, mark.y])),
      renderItem: (parameters, api) => shape(marks[parameters.dataIndex], api),
    };
  }

  function shape(mark, api) {
    if (mark.mark === "area") {
      return {
        type: "polygon",
        shape: { points: pairs(mark).map((pair) => api.coord(pair)) },
        style: { fill: colour(mark.role), stroke: mark.outlined ? colour("surface") : "none" },
      };
    }
    const [x, y] = api.coord([mark.x, mark.y]);
    if (mark.mark === "text") {
      return {
        type: "text",
        style: {
          x, y, text: mark.text, fill: colour(mark.role),
          font: `${mark.bold ? "bold " : ""}${mark.small ? 11 : 12}px ${FONT}`,
          align: { middle: "center", end: "right" }[mark.anchor] || "left",
          verticalAlign: "middle",
        },
      };
    }
    const [toX, toY] = api.coord([mark.to_x, mark.to_y]);
    const box = { x: Math.min(x, toX), y: Math.min(y, toY) };
    box.width = Math.abs(toX - x);
    box.height = Math.abs(toY - y);
    const pale = mark.soft ? 0.25 : 1;
    const children = [{
      type: "rect", shape: box,
      style: { fill: colour(mark.role), opacity: pale, stroke: mark.outlined ? colour("ink") : "none" },
    }];
    if (mark.text) {
      const inside = box.width > 8 * mark.text.length;
      children.push({
        type: "text",
        style: {
          x: inside ? box.x + box.width / 2 : box.x + box.width + 4, y: box.y + box.height / 2,
          text: mark.text, font: `12px ${FONT}`, align: inside ? "center" : "left",
          verticalAlign: "middle",
          fill: inside && !mark.soft ? colour("surface") : colour("ink"),
        },
      });
    }
    return { type: "group", children };
  }

  function points(mark, axes) {
    return {
      type: "scatter",
      ...axes,
      symbol: SYMBOLS[mark.shape || "dot"],
      symbolSize: 10,
      itemStyle: { color: colour(mark.role) },
      data: pairs(mark).map((value, i) => ({
        value, name: mark.hints?.[i] || "",
        symbolSize: mark.size ? 4 + 26 * Math.sqrt(mark.size[i]) : 10,
        label: label(mark.labels?.[i]),
      })),
      labelLayout: { hideOverlap: true, moveOverlap: "shiftY" },
    };
  }

  function label(text) {
    return text
      ? { show: true, formatter: () => text, position: "right", color: colour("ink") }
      : { show: false };
  }

  function polyline(mark, axes) {
    return {
      type: "line",
      ...axes,
      symbol: mark.arrow ? ["none", "arrow"] : "none",
      showSymbol: mark.arrow || false,
      smooth: mark.curved ? 0.5 : false,
      silent: true,
      lineStyle: line(mark),
      itemStyle: { color: colour(mark.role) },
      data: pairs(mark),
    };
  }

  // The series of the marks of a plane or a sheet; those that are drawn elsewhere are left out.
  function series(marks, axes = {}) {
    const found = [];
    let flat = [];
    const close = () => {
      if (flat.length) found.push(custom(flat, axes));
      flat = [];
    };
    for (const mark of marks) {
      if (mark.mark === "points") close(), found.push(points(mark, axes));
      else if (mark.mark === "polyline") close(), found.push(polyline(mark, axes));
      else flat.push(mark);
    }
    close();
    return found.map((one, z) => ({ z: z + 2, animation: false, ...one }));
  }

  // A whole chart of planes and sheets, panels beside and below one another.
  function option(chart) {
    const rows = 1 + Math.max(...chart.panels.map((panel) => panel.down || 0));
    const columns = 1 + Math.max(...chart.panels.map((panel) => panel.across || 0));
    const found = { ...base(chart.words || chart.title), grid: [], xAxis: [], yAxis: [], series: [] };
    chart.panels.forEach((panel, at) => {
      const [across, upright] = panel.axes;
      const sheet = panel.layout === "sheet";
      found.grid.push({
        left: `${(100 * (panel.across || 0)) / columns}%`,
        top: `${(100 * (panel.down || 0)) / rows}%`,
        width: `${96 / columns}%`,
        height: `${94 / rows}%`,
        outerBoundsMode: "same",
      });
      const hidden = { show: false };
      found.xAxis.push({ ...planeAxis(across, { gridIndex: at, nameGap: 28 }), ...(sheet && hidden) });
      found.yAxis.push({ ...planeAxis(upright, { gridIndex: at, nameGap: 44 }), ...(sheet && hidden) });
      found.series.push(...series(panel.marks, { xAxisIndex: at, yAxisIndex: at }));
    });
    return found;
  }

  // What all charts have: no motion, words for who cannot see them, hints that are drawn as text.
  function base(words) {
    return {
      animation: false,
      backgroundColor: "transparent",
      textStyle: { fontFamily: FONT, color: colour("ink") },
      aria: { enabled: true, label: { enabled: true, description: words } },
      tooltip: {
        renderMode: "richText",
        confine: true,
        backgroundColor: colour("surface"),
        borderColor: colour("muted"),
        textStyle: { color: colour("ink"), fontSize: 13 },
        formatter: (mark) => mark.name || "",
      },
    };
  }

  function legend(keys) {
    const drawn = (key) => {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.setAttribute("viewBox", "0 0 24 16");
      svg.setAttribute("aria-hidden", "true");
      const put = (tag, attributes) => {
        const part = document.createElementNS("http://www.w3.org/2000/svg", tag);
        for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
        svg.append(part);
      };
      const fill = colour(key.role);
      const kind = key.shape || "dot";
      if (kind === "line" || kind === "arrow") {
        const dash = { dashed: "6 4", dotted: "2 3" }[key.dash] || "none";
        const width = WIDTHS[key.weight || "normal"];
        put("path", { d: "M1 8H22", stroke: fill, "stroke-width": width, "stroke-dasharray": dash });
        if (kind === "arrow") put("path", { d: "M16 3L23 8L16 13Z", fill });
      } else if (kind === "area") put("rect", { x: 2, y: 2, width: 20, height: 12, fill, stroke: colour("muted") });
      else if (kind === "ring") put("circle", { cx: 12, cy: 8, r: 5, fill: "none", stroke: fill, "stroke-width": 2 });
      else if (kind === "dot") put("circle", { cx: 12, cy: 8, r: 5.5, fill });
      else if (kind === "diamond") put("path", { d: "M12 1L19 8L12 15L5 8Z", fill });
      else if (kind === "star") put("path", { d: "M12 1l2 5h5l-4 3 2 6-5-4-5 4 2-6-4-3h5z", fill });
      else put("rect", { x: 6, y: 2, width: 12, height: 12, fill });
      return svg;
    };
    return make("ul", { class: "legend" }, keys.map((key) => make("li", {}, drawn(key), key.text)));
  }

  return { FONT, axisWords, base, colour, label, legend, option, planeAxis, series };
})();
