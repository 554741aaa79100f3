// ECharts options from charts as they are described (optimiser/reports/chart.py), which pictures
// are drawn from too: panels of marks over axes, in the values of the result.
const Drawing = (() => {
  const { make, wide } = Elements;
  const SYMBOLS = { dot: "circle", ring: "circle", diamond: "diamond", square: "rect" };
  SYMBOLS.star = "path://M12 1l3.2 7.4 8 .7-6.1 5.3 1.9 7.8L12 18l-7 4.2 1.9-7.8L.8 9.1l8-.7z";
  SYMBOLS.bar = "rect";
  const DASHES = { solid: "solid", dashed: [6, 4], dotted: [2, 3] };
  const WIDTHS = { thin: 1, normal: 1.6, strong: 2.6 };
  const FONT = 'system-ui, "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif';

  function dark() {
    const own = document.documentElement.dataset.theme;
    return own ? own === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  // Of each role a colour for a light and one for a dark ground; the page says which.
  const colours = {};
  const colour = (role) => (colours[role] || colours.ink)[dark() ? 1 : 0];

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
      axisLine: { show: true, onZero: false, lineStyle: { color: colour("muted") } },
      axisTick: { show: true, customValues: ticks },
      axisLabel: {
        customValues: ticks,
        formatter: tickText(axis),
        color: colour("muted"),
        hideOverlap: true,
        width: 200,
        overflow: "truncate",
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
      clip: false,
      zlevel: 0, // without it a brush leaves it undefined
      data: marks.map((mark) => ({ value: [].concat(mark.x)[0], name: mark.hint || "" })),
      encode: { x: 0 },
      renderItem: ({ dataIndex }, api) => ({
        ...shape(marks[dataIndex], api),
        silent: !marks[dataIndex].hint,
      }),
    };
  }

  function shape(mark, api) {
    if (mark.mark === "text") {
      const [x, y] = api.coord([mark.x, mark.y]);
      return words(mark.text, {
        x,
        y,
        role: mark.role,
        anchor: mark.anchor,
        size: mark.small ? 11 : 12,
        bold: mark.bold,
      });
    }
    if (mark.mark === "area") {
      const points = pairs(mark).map((pair) => api.coord(pair));
      const stroke = mark.outlined ? colour("ground") : "none";
      const opacity = mark.role === "region" ? 0.1 : 0.35;
      const drawn = {
        type: "polygon",
        shape: { points },
        style: { fill: colour(mark.role), stroke, opacity },
      };
      if (!mark.label) return drawn;
      const middle = (at) => points.reduce((total, point) => total + point[at], 0) / points.length;
      return {
        type: "group",
        children: [
          drawn,
          words(mark.label, { x: middle(0), y: middle(1), role: "ink", anchor: "middle" }),
        ],
      };
    }
    const [x, y] = api.coord([mark.x, mark.y]);
    const [toX, toY] = api.coord([mark.to_x, mark.to_y]);
    const box = {
      x: Math.min(x, toX),
      y: Math.min(y, toY),
      width: Math.abs(toX - x),
      height: Math.abs(toY - y),
    };
    const stroke = mark.outlined ? colour(mark.soft ? mark.role : "muted") : "none";
    const children = [
      {
        type: "rect",
        shape: box,
        style: { fill: colour(mark.role), opacity: mark.soft ? 0.3 : 1, stroke },
      },
    ];
    if (mark.text) {
      const inside = mark.soft && box.width > 8 * mark.text.length;
      const at = inside ? box.x + box.width / 2 : box.x + box.width + 5;
      children.push(
        words(mark.text, {
          x: at,
          y: box.y + box.height / 2,
          role: "ink",
          anchor: inside ? "middle" : "start",
        }),
      );
    }
    return { type: "group", children };
  }

  function words(text, { x, y, role, anchor, size = 12, bold = false }) {
    const align = { middle: "center", end: "right" }[anchor] || "left";
    return {
      type: "text",
      silent: true,
      z2: 10,
      style: {
        x,
        y,
        text,
        fill: colour(role),
        font: `${bold ? "bold " : ""}${size}px ${FONT}`,
        align,
        verticalAlign: "middle",
      },
    };
  }

  function points(mark, axes) {
    return {
      type: "scatter",
      ...axes,
      symbol: SYMBOLS[mark.shape || "dot"],
      symbolSize: 10,
      itemStyle:
        mark.shape === "ring"
          ? { color: colour("ground"), borderColor: colour(mark.role), borderWidth: 2 }
          : { color: colour(mark.role) },
      data: pairs(mark).map((value, i) => ({
        value,
        name: mark.hints?.[i] || "",
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
      if (mark.mark === "points") (close(), found.push(points(mark, axes)));
      else if (mark.mark === "polyline") (close(), found.push(polyline(mark, axes)));
      else flat.push(mark);
    }
    close();
    return found.map((one, z) => ({ z: z + 2, animation: false, ...one }));
  }

  // A whole chart of planes and sheets, panels beside and below one another.
  function option(chart) {
    const found = {
      ...base(chart.words || chart.title),
      grid: [],
      xAxis: [],
      yAxis: [],
      series: [],
    };
    found.title = [];
    chart.panels.forEach((panel, at) => {
      const [across, upright] = panel.axes;
      const sheet = panel.layout === "sheet";
      const hidden = sheet ? { show: false } : {};
      const place = room(chart.panels, panel);
      found.grid.push({
        left: `${100 * place.left}%`,
        top: `${100 * place.top + (panel.title ? 5 : 1)}%`,
        width: `${96 * place.width}%`,
        height: `${97 * place.height - (panel.title ? 5 : 1)}%`,
        outerBoundsMode: "same",
      });
      found.xAxis.push({ ...planeAxis(across, { gridIndex: at, nameGap: 28 }), ...hidden });
      // down a sheet values grow
      if (sheet) hidden.inverse = true;
      found.yAxis.push({ ...planeAxis(upright, { gridIndex: at, nameGap: 44 }), ...hidden });
      found.series.push(...series(panel.marks, { xAxisIndex: at, yAxisIndex: at }));
    });
    return found;
  }

  // Where a panel stands, as shares of the chart: those of a row share its width by theirs.
  function room(panels, panel) {
    const share = (key, at, other) => {
      const sizes = new Map();
      for (const one of panels)
        sizes.set(one[key] || 0, Math.max(sizes.get(one[key] || 0) || 0, one[other] || 1));
      const total = [...sizes.values()].reduce((a, b) => a + b, 0);
      const before = [...sizes]
        .filter(([own]) => own < at)
        .reduce((sum, [, size]) => sum + size, 0);
      return [before / total, sizes.get(at) / total];
    };
    const [left, width] = share("across", panel.across || 0, "width");
    const [top, height] = share("down", panel.down || 0, "height");
    return { left, top, width, height };
  }

  // A described chart as a figure, with its legend and its notes; drawn once it is in the page.
  function figure(page, chart) {
    const element = make("div", {
      class: "chart",
      role: "img",
      "aria-label": chart.words || chart.title,
    });
    const [width, height] = chart.size || [760, 492];
    const sheet = chart.panels.some((panel) => panel.layout === "sheet");
    const many = chart.panels
      .flatMap(({ marks }) => marks)
      .reduce((sum, { mark, x }) => sum + (mark === "points" ? x.length : 0), 0);
    page.later(() => {
      // words do not shrink with a sheet: it keeps room for them, and is moved in a narrow window
      if (sheet) element.style.minWidth = `${width}px`;
      const own = element.clientWidth;
      element.style.height = `${sheet ? (height * Math.min(own, 1.2 * width)) / width : height}px`;
      if (sheet) element.style.maxWidth = `${1.2 * width}px`;
      Charts.mount(element, many, (mounted) => mounted.setOption(option(chart)));
    });
    return make(
      "figure",
      { "aria-label": chart.title },
      make("figcaption", {}, chart.title),
      sheet
        ? wide(chart.title, element)
        : element,
      legend(chart.legend || []),
      (chart.notes || []).map((text) => make("p", { class: "muted" }, text)),
    );
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
        backgroundColor: colour("ground"),
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
        put("path", {
          d: "M1 8H22",
          stroke: fill,
          "stroke-width": width,
          "stroke-dasharray": dash,
        });
        if (kind === "arrow") put("path", { d: "M16 3L23 8L16 13Z", fill });
      } else if (kind === "area")
        put("rect", {
          x: 2,
          y: 2,
          width: 20,
          height: 12,
          fill,
          "fill-opacity": key.role === "region" ? 0.12 : 1,
        });
      else if (kind === "ring")
        put("circle", { cx: 12, cy: 8, r: 5, fill: "none", stroke: fill, "stroke-width": 2 });
      else if (kind === "dot") put("circle", { cx: 12, cy: 8, r: 5.5, fill });
      else if (kind === "diamond") put("path", { d: "M12 1L19 8L12 15L5 8Z", fill });
      else if (kind === "star") put("path", { d: "M12 1l2 5h5l-4 3 2 6-5-4-5 4 2-6-4-3h5z", fill });
      else put("rect", { x: 6, y: 2, width: 12, height: 12, fill });
      return svg;
    };
    return make(
      "ul",
      { class: "legend" },
      keys.map((key) => make("li", {}, drawn(key), key.text)),
    );
  }

  return { axisWords, base, colour, colours, figure, legend, option, planeAxis, series };
})();
