// Elements made of text, never of markup: what a user wrote stays text wherever it is put.
const Elements = (() => {
  // An element with attributes (those that are null are left out, functions listen) and children.
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(name, value);
      else if (name === "value" || name === "checked" || name === "disabled") element[name] = value;
      else if (value !== null && value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return element;
  }

  // Text of a user that is read from the right, or turns the direction, turns itself only: between
  // marks of its own (Unicode Standard Annex 9), with none in it that would end that.
  const TURNING = /[\u0590-\u08ff\u200f\u202a-\u202e\ufb1d-\ufdff\ufe70-\ufefc]/;
  function isolated(text) {
    if (!TURNING.test(text)) return text;
    return `\u2068${text.replace(/[\u2066-\u2069]/g, "")}\u2069`;
  }

  // A message with values in its places; numbers and names stay what they are.
  function filled(message, values) {
    return message.replace(/\{(\w+)\}/g, (place, name) => (name in values ? values[name] : place));
  }

  // A table whose columns stand at the right where what stands in them is numbers.
  function table(caption, head, rows) {
    const right = head.map(
      (_, at) => at > 0 && rows.length > 0 && rows.every((row) => numeric(row[at])),
    );
    const side = (at) => (right[at] ? "number" : null);
    return wide(
      caption,
      make(
        "table",
        {},
        make("caption", {}, caption),
        head.some(Boolean)
          ? make(
              "thead",
              {},
              make(
                "tr",
                {},
                // what heads nothing is no heading to a screen reader
              head.map((text, at) =>
                make(text ? "th" : "td", { scope: text ? "col" : null, class: side(at) }, text),
              ),
              ),
            )
          : null,
        make(
          "tbody",
          {},
          rows.map(([first, ...others]) =>
            make(
              "tr",
              {},
              make("th", { scope: "row" }, first),
              others.map((one, at) => make("td", { class: side(at + 1) ?? brief(one) }, one)),
            ),
          ),
        ),
      ),
    );
  }

  // What may be wider than the window: where it is, the keyboard can move it, and its name says what
  // that is; where it is not, it is no stop and says nothing.
  function wide(name, ...children) {
    const element = make("div", { class: "wide" }, ...children);
    names.set(element, name);
    watch.observe(element);
    return element;
  }

  const names = new WeakMap();
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const moved = { tabindex: "0", role: "group", "aria-label": names.get(target) };
      for (const [key, value] of Object.entries(moved)) {
        if (target.scrollWidth > target.clientWidth) target.setAttribute(key, value);
        else target.removeAttribute(key);
      }
    }
  });

  const numeric = (text) => /^([-+<>–]?\s?[\d.]*(e[-+]?\d+)?\s?%?)$/.test(`${text}`.trim());

  // What is short stays in one line.
  const brief = (text) => (`${text}`.length < 14 ? "short" : null);

  function choice(label, options, chosen, change) {
    const select = make("select", { change: () => change(select.value) });
    for (const [value, text] of options) select.append(make("option", { value }, text));
    select.value = chosen;
    return make("label", {}, make("span", {}, label), select);
  }

  return { choice, filled, isolated, make, table, wide };
})();
