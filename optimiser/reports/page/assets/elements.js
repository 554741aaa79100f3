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

  // A message with values in its places; numbers and names stay what they are.
  function filled(message, values) {
    return message.replace(/\{(\w+)\}/g, (place, name) => (name in values ? values[name] : place));
  }

  function table(caption, head, rows, attributes = {}) {
    const cell = (tag, content, more) =>
      make(tag, { ...more, class: typeof content === "number" ? "number" : null }, `${content}`);
    return make(
      "div",
      { class: "wide", tabindex: "0", role: "region", "aria-label": caption },
      make(
        "table",
        attributes,
        make("caption", {}, caption),
        make("thead", {}, make("tr", {}, head.map((text) => cell("th", text, { scope: "col" })))),
        make(
          "tbody",
          {},
          rows.map(([first, ...others]) =>
            make("tr", {}, make("th", { scope: "row" }, first), others.map((one) =>
              one instanceof Node ? make("td", {}, one) : make("td", numeric(one), one))),
          ),
        ),
      ),
    );
  }

  // Numbers stand at the right, so that their digits are below one another.
  function numeric(text) {
    return /^[-+<–]?\s?[\d.]+(e[-+]?\d+)?\s?%?$/.test(`${text}`.trim()) ? { class: "number" } : {};
  }

  function choice(label, options, chosen, change) {
    const select = make("select", { change: () => change(select.value) });
    for (const [value, text] of options) select.append(make("option", { value }, text));
    select.value = chosen;
    return make("label", {}, make("span", {}, label), select);
  }

  return { choice, filled, make, numeric, table };
})();
